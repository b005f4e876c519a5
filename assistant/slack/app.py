"""The Bolt app: the one module that knows how events come in.

Listeners run before Slack is answered and are quick: a question is written down, and Slack is told that
it arrived. What takes time, or may fail, is done by the desk or as an errand afterwards.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable, Mapping
from concurrent import futures
from dataclasses import replace
from typing import Any

from slack_bolt import Ack, App, BoltContext
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.oauth import OAuthFlow
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from assistant.slack.access import Asker
from assistant.slack.asking import Sent, within
from assistant.slack.intake import Intake, command_asked
from assistant.slack.ledger import Asked
from assistant.slack.people import People, told
from assistant.slack.presses import Pressed, Presses, pressed
from assistant.slack.question import plain_question
from assistant.slack.welcome import Welcome
from assistant.slack.windows import claim_view
from assistant.slack.words import language_of, say
from assistant.slack.workspaces import NotInstalledError, Workspace, Workspaces

log = logging.getLogger(__name__)

COMMAND = "/minutes"
SHORTCUT = "check_claim"

Body = dict[str, Any]


class Rooms:
    """Everything that the listeners hand on to.

    Args:
        intake: takes questions.
        presses: does what buttons say.
        welcome: greets.
        people: what Slack says of people and rooms.
        workspaces: clients.
        errands: runs what need not be done before Slack is answered.
    """

    def __init__(
        self,
        intake: Intake,
        presses: Presses,
        welcome: Welcome,
        people: People,
        workspaces: Workspaces,
        errands: futures.Executor,
    ) -> None:
        self.intake = intake
        self.presses = presses
        self.welcome = welcome
        self.people = people
        self.workspaces = workspaces
        self._errands = errands
        self._lock = threading.Lock()
        self._pending: list[futures.Future[None]] = []

    def workspace(self, context: BoltContext) -> Workspace:
        """The workspace that something came from."""
        return self.workspaces.of(context.enterprise_id, context.team_id or "")

    def later(self, what: str, errand: Callable[[], None]) -> None:
        """Do something after Slack is answered; a failure is for the log."""

        def run() -> None:
            try:
                errand()
            except (SlackClientError, OSError) as error:
                log.warning("%s: Slack: %s", what, told(error))
            except Exception:
                log.exception("%s failed", what)

        with self._lock:
            self._pending = [errand for errand in self._pending if not errand.done()]
            self._pending.append(self._errands.submit(run))

    def wait(self) -> None:
        """Wait for what was to be done later."""
        with self._lock:
            pending = list(self._pending)
        futures.wait(pending)


class Authorized(Authorize):
    """Says with which token an event is answered.

    Args:
        workspaces: clients.
    """

    def __init__(self, workspaces: Workspaces) -> None:
        self._workspaces = workspaces

    def __call__(
        self,
        *,
        context: BoltContext,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,
        actor_team_id: str | None = None,
        actor_user_id: str | None = None,
    ) -> AuthorizeResult | None:
        """The token of the workspace, or None where the bot is not installed."""
        try:
            found = self._workspaces.of(enterprise_id, team_id or "")
        except NotInstalledError as error:
            log.warning("%s", error)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=found.bot,
            bot_token=found.client.token,
        )


def build_app(
    rooms: Rooms,
    signing_secret: str | None = None,
    oauth: OAuthFlow | None = None,
    api: str | None = None,
) -> App:
    """The Bolt app with its listeners.

    Args:
        rooms: what they hand on to.
        signing_secret: checks the signature of HTTP requests; Socket Mode needs none.
        oauth: installs the bot in further workspaces.
        api: address of the Web API, where it is another one.
    """
    logger = logging.getLogger("slack_bolt")
    app = App(
        logger=logger,
        # Bolt's client is used for Socket Mode alone; listeners have their workspace's.
        client=WebClient(base_url=api) if api else WebClient(),
        signing_secret=signing_secret,
        authorize=Authorized(rooms.workspaces),  # type: ignore[arg-type]  # Bolt takes either
        oauth_flow=oauth,
        token_verification_enabled=False,
        request_verification_enabled=signing_secret is not None,
        # An event is written down before Slack hears that it arrived.
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )
    if oauth is not None:
        app.enable_token_revocation_listeners()
    _events(app, rooms)
    _commands(app, rooms)
    _buttons(app, rooms)
    return app


def _sent(context: BoltContext) -> Sent:
    return Sent(context.enterprise_id, context.team_id or "", context.bot_user_id or "")


def _events(app: App, rooms: Rooms) -> None:
    @app.event("app_mention")
    def mentioned(body: Body, context: BoltContext) -> None:
        rooms.intake.mention(body, _sent(context))

    @app.event("message")
    def messaged(body: Body, context: BoltContext) -> None:
        rooms.intake.message(body, _sent(context))

    @app.event("app_home_opened")
    def opened(body: Body, context: BoltContext) -> None:
        event, workspace = body["event"], rooms.workspace(context)
        asker = Asker(context.team_id or "", event["user"])
        if event.get("tab") == "messages":
            rooms.later(
                "greeting", lambda: rooms.welcome.direct(workspace, asker, event["channel"])
            )
        else:
            rooms.later("home", lambda: rooms.welcome.home(workspace, asker))

    @app.event("member_joined_channel")
    def joined(body: Body, context: BoltContext) -> None:
        event, workspace = body["event"], rooms.workspace(context)
        asker = Asker(context.team_id or "", event["user"])
        rooms.people.forget(event["channel"])
        rooms.later("welcome", lambda: rooms.welcome.joined(workspace, asker, event["channel"]))

    @app.event("member_left_channel")
    def left(body: Body) -> None:
        rooms.people.forget(body["event"]["channel"])


def _commands(app: App, rooms: Rooms) -> None:
    @app.command(COMMAND)
    def commanded(ack: Ack, command: Mapping[str, Any], context: BoltContext) -> None:
        workspace, asked = rooms.workspace(context), command_asked(command, _sent(context))
        language = _language(rooms, workspace, asked)
        if not asked.text:
            ack(say("empty", language))
            return
        key = f"command:{asked.team}:{command.get('trigger_id')}"
        instead = rooms.intake.openly(workspace, asked, language, key)
        ack(say("answering_here", language) if instead else "")

    @app.shortcut(SHORTCUT)
    def checked(ack: Ack, body: Body, context: BoltContext) -> None:
        workspace, sent = rooms.workspace(context), _sent(context)
        asked = _claim(body, sent)
        language = _language(rooms, workspace, asked)
        view = claim_view(asked.text or "—", "claim_working", None, "", language)
        opened = workspace.client.views_open(trigger_id=body["trigger_id"], view=view)
        asked = replace(asked, view=opened["view"]["id"])
        rooms.intake.take((f"claim:{sent.team}:{asked.view}",), asked)
        ack()


def _claim(body: Body, sent: Sent) -> Asked:
    message = body["message"]
    return Asked(
        kind="claim",
        text=within(plain_question(message.get("text") or "")),
        team=sent.team,
        enterprise=sent.enterprise,
        user=body["user"]["id"],
        user_team=body["user"].get("team_id"),
        channel=body["channel"]["id"],
        ts=message["ts"],
        thread=message.get("thread_ts") or message["ts"],
        place="modal",
        external=False,
    )


def _buttons(app: App, rooms: Rooms) -> None:
    does: Mapping[str, Callable[[Pressed], None]] = {
        "context": rooms.presses.context,
        "earlier": rooms.presses.context,
        "later": rooms.presses.context,
        "cited": rooms.presses.context,
        "all": rooms.presses.whole,
        "all_earlier": rooms.presses.whole,
        "all_later": rooms.presses.whole,
        "vote": rooms.presses.vote,
        "person": rooms.presses.person,
        "direct": rooms.presses.direct,
    }

    def press(action: str, do: Callable[[Pressed], None]) -> None:
        @app.action(action)
        def done(ack: Ack, body: Body, context: BoltContext) -> None:
            ack()
            made = pressed(
                body, rooms.workspace(context), context.enterprise_id, context.team_id or ""
            )
            rooms.later(action, lambda: do(made))

    for action, do in does.items():
        press(action, do)

    @app.action(re.compile("^ask_"))
    def asked(ack: Ack, body: Body, context: BoltContext) -> None:
        ack()
        made = pressed(body, rooms.workspace(context), context.enterprise_id, context.team_id or "")
        rooms.later("ask", lambda: rooms.presses.ask(made))

    @app.action("original")
    def followed(ack: Ack) -> None:
        ack()

    @app.view("reason")
    def told_why(ack: Ack, body: Body, view: Body, context: BoltContext) -> None:
        ack()
        reason = view["state"]["values"]["reason"]["reason"].get("value") or ""
        asker = Asker(context.team_id or "", body["user"]["id"])
        rooms.later("reason", lambda: rooms.presses.reason(asker, view["private_metadata"], reason))


def _language(rooms: Rooms, workspace: Workspace, asked: Asked) -> Any:
    return language_of(rooms.people.person(workspace.client, asked.team, asked.user).locale)

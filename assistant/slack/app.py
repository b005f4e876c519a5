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
from assistant.slack.words import say
from assistant.slack.workspaces import NotInstalledError, Workspace, Workspaces
from assistant.types import Language
from ingest.text import has_japanese

log = logging.getLogger(__name__)

COMMAND = "/minutes"
SHORTCUT = "check_claim"

_PRESSED, _ERRANDS = 8, 2
"""Threads for what people press, and for what can wait."""

Body = dict[str, Any]


class Services:
    """Everything that the listeners hand on to.

    Args:
        intake: takes questions.
        presses: does what buttons say.
        welcome: greets.
        people: what Slack says of people and services.
        workspaces: clients.
    Windows must open within three seconds: what is pressed does not wait behind greetings.
    """

    def __init__(
        self,
        intake: Intake,
        presses: Presses,
        welcome: Welcome,
        people: People,
        workspaces: Workspaces,
    ) -> None:
        self.intake = intake
        self.presses = presses
        self.welcome = welcome
        self.people = people
        self.workspaces = workspaces
        self._pressed = futures.ThreadPoolExecutor(_PRESSED, "press")
        self._errands = futures.ThreadPoolExecutor(_ERRANDS, "errand")
        self._lock = threading.Lock()
        self._pending: list[futures.Future[None]] = []

    def workspace(self, context: BoltContext) -> Workspace:
        """The workspace that something came from."""
        return self.workspaces.of(context.enterprise_id, context.team_id or "")

    def later(self, what: str, errand: Callable[[], None]) -> None:
        """Do something after Slack is answered; a failure is for the log."""
        self._submit(self._errands, what, errand)

    def soon(self, what: str, errand: Callable[[], None]) -> None:
        """Do what somebody pressed, as soon as Slack is answered."""
        self._submit(self._pressed, what, errand)

    def _submit(self, pool: futures.Executor, what: str, errand: Callable[[], None]) -> None:
        def run() -> None:
            try:
                errand()
            except (SlackClientError, OSError) as error:
                log.warning("%s: Slack: %s", what, told(error))
            except Exception:
                log.exception("%s failed", what)

        with self._lock:
            self._pending = [errand for errand in self._pending if not errand.done()]
            self._pending.append(pool.submit(run))

    def wait(self, seconds: float | None = None) -> None:
        """Wait for what was to be done later."""
        with self._lock:
            pending = list(self._pending)
        futures.wait(pending, seconds)

    def stop(self, seconds: float) -> None:
        """Finish what was begun, for ``seconds`` at most; what was not begun is left."""
        for pool in (self._pressed, self._errands):
            pool.shutdown(wait=False, cancel_futures=True)
        self.wait(seconds)


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
    services: Services,
    signing_secret: str | None = None,
    oauth: OAuthFlow | None = None,
    api: str | None = None,
) -> App:
    """The Bolt app with its listeners.

    Args:
        services: what they hand on to.
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
        authorize=Authorized(services.workspaces),  # type: ignore[arg-type]  # Bolt takes either
        oauth_flow=oauth,
        token_verification_enabled=False,
        request_verification_enabled=signing_secret is not None,
        # An event is written down before Slack hears that it arrived.
        process_before_response=True,
        attaching_conversation_kwargs_enabled=False,
    )
    if oauth is not None:
        app.enable_token_revocation_listeners()
    else:
        _uninstalled(app)
    _events(app, services)
    _commands(app, services)
    _buttons(app, services)
    return app


def _sent(context: BoltContext, workspace: Workspace) -> Sent:
    return Sent(context.enterprise_id, workspace.team, workspace.bot)


def _events(app: App, services: Services) -> None:
    @app.event("app_mention")
    def mentioned(body: Body, context: BoltContext) -> None:
        services.intake.mention(body, _sent(context, services.workspace(context)))

    @app.event("message")
    def messaged(body: Body, context: BoltContext) -> None:
        services.intake.message(body, _sent(context, services.workspace(context)))

    @app.event("app_home_opened")
    def opened(body: Body, context: BoltContext) -> None:
        event, workspace = body["event"], services.workspace(context)
        asker = Asker(workspace.team, event["user"])
        if event.get("tab") == "messages":
            services.later(
                "greeting", lambda: services.welcome.direct(workspace, asker, event["channel"])
            )
        else:
            services.later("home", lambda: services.welcome.home(workspace, asker))

    @app.event("member_joined_channel")
    def joined(body: Body, context: BoltContext) -> None:
        event, workspace = body["event"], services.workspace(context)
        asker = Asker(workspace.team, event["user"])
        services.people.forget(event["channel"])
        event_id = str(body.get("event_id"))
        services.later(
            "welcome", lambda: services.welcome.joined(workspace, asker, event["channel"], event_id)
        )

    @app.event("member_left_channel")
    def left(body: Body) -> None:
        services.people.forget(body["event"]["channel"])


def _uninstalled(app: App) -> None:
    """The only workspace takes the bot out: whoever runs it must know."""

    @app.event("app_uninstalled")
    def uninstalled() -> None:
        log.error("the bot was uninstalled from its workspace")

    @app.event("tokens_revoked")
    def revoked() -> None:
        log.error("the bot's token was revoked")


def _commands(app: App, services: Services) -> None:
    @app.command(COMMAND)
    def commanded(ack: Ack, command: Mapping[str, Any], context: BoltContext) -> None:
        workspace = services.workspace(context)
        asked = command_asked(command, _sent(context, workspace))
        language = _written_in(asked.text)
        if not asked.text:
            ack(say("empty", language))
            return
        key = f"command:{asked.team}:{command.get('trigger_id')}"
        here = services.intake.openly(workspace, asked, language, key)
        ack("" if here else say("answering_here", language))

    @app.shortcut(SHORTCUT)
    def checked(ack: Ack, body: Body, context: BoltContext) -> None:
        workspace = services.workspace(context)
        sent = _sent(context, workspace)
        asked = _claim(body, sent)
        language = _written_in(asked.text)
        view = claim_view(asked.text or "—", "claim_working", None, "", language)
        opened = workspace.streamer.views_open(trigger_id=body["trigger_id"], view=view)
        asked = replace(asked, view=opened["view"]["id"])
        services.intake.take((f"claim:{sent.team}:{asked.view}",), asked)
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


def _buttons(app: App, services: Services) -> None:
    does: Mapping[str, Callable[[Pressed], None]] = {
        "context": services.presses.context,
        "earlier": services.presses.context,
        "later": services.presses.context,
        "cited": services.presses.context,
        "all": services.presses.whole,
        "all_earlier": services.presses.whole,
        "all_later": services.presses.whole,
        "vote": services.presses.vote,
        "person": services.presses.person,
        "direct": services.presses.direct,
    }

    def press(action: str, do: Callable[[Pressed], None]) -> None:
        @app.action(action)
        def done(ack: Ack, body: Body, context: BoltContext) -> None:
            ack()
            made = pressed(body, services.workspace(context), context.enterprise_id)
            services.soon(action, lambda: do(made))

    for action, do in does.items():
        press(action, do)

    @app.action(re.compile("^ask_"))
    def asked(ack: Ack, body: Body, context: BoltContext) -> None:
        ack()
        made = pressed(body, services.workspace(context), context.enterprise_id)
        services.soon("ask", lambda: services.presses.ask(made))

    @app.action("original")
    def followed(ack: Ack) -> None:
        ack()

    @app.view("reason")
    def told_why(ack: Ack, body: Body, view: Body, context: BoltContext) -> None:
        ack()
        reason = view["state"]["values"]["reason"]["reason"].get("value") or ""
        asker = Asker(services.workspace(context).team, body["user"]["id"])
        services.later(
            "reason", lambda: services.presses.reason(asker, view["private_metadata"], reason)
        )


def _written_in(text: str) -> Language:
    """The language of the words at hand: Slack is not asked for the locale before it is answered."""
    return "ja" if has_japanese(text) or not text else "en"

"""When newcomers are greeted, and what their Home shows."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from slack_sdk.errors import SlackClientError

from assistant.conversation_json import loaded
from assistant.slack.access import PUBLIC, Access, Asker, Granted
from assistant.slack.engines import Engines
from assistant.slack.holdings import committees, other_documents
from assistant.slack.home import QUESTIONS, Asking, DataFlow, Holdings, greeting, home_view
from assistant.slack.ledger import Ledger
from assistant.slack.people import People, told
from assistant.slack.rich import escaped
from assistant.slack.words import language_of, say
from assistant.slack.workspaces import Workspace
from assistant.types import Language

log = logging.getLogger(__name__)

_POPULAR_DAYS = 90
_PROMPT_TITLE = 75


class Welcome:
    """Greets, and publishes Home.

    Args:
        ledger: what was asked.
        engines: what is indexed, for each circle of people.
        access: who may see what.
        people: what Slack says of people and rooms.
        flow: where data goes.
    """

    def __init__(
        self, ledger: Ledger, engines: Engines, access: Access, people: People, flow: DataFlow
    ) -> None:
        self._ledger = ledger
        self._engines = engines
        self._access = access
        self._people = people
        self._flow = flow

    def home(self, workspace: Workspace, asker: Asker) -> None:
        """Publish somebody's Home.

        Raises:
            SlackClientError: Slack refuses it, or is not reached.
        """
        language, granted = self._viewer(workspace, asker)
        person = self._people.person(workspace.client, asker.team, asker.user)
        # Guests are in some channels only: what is asked in the others is not for them.
        asking = self._asking(asker, granted, language, outsider=person.outsider)
        view = home_view(self._holdings(granted), asking, self._flow, language)
        workspace.client.views_publish(user_id=asker.user, view=view)

    def direct(self, workspace: Workspace, asker: Asker, channel: str) -> None:
        """Greet somebody who opened the direct message with the bot, the first time.

        Raises:
            SlackClientError: Slack refuses it, or is not reached.
        """
        language, granted = self._viewer(workspace, asker)
        examples = self._engines.examples(granted, language)
        if examples:
            self._suggest(workspace, channel, examples, language)
        known = self._ledger.recent(asker.team, asker.user, 1)
        if known or not self._ledger.once(f"greeted:{asker.team}:{asker.user}"):
            return
        asking = Asking(examples)
        blocks = greeting(self._holdings(granted), asking, self._flow, language, in_channel=False)
        workspace.poster.chat_postMessage(
            channel=channel, text=say("home_ask", language), blocks=blocks
        )

    def joined(self, workspace: Workspace, asker: Asker, channel: str, event: str) -> None:
        """Greet whoever joined a channel of the bot, and nobody else; or all, where the bot joined.

        Args:
            workspace: where.
            asker: who joined.
            channel: which.
            event: the id of the event, which may come again.

        Raises:
            SlackClientError: Slack refuses it, or is not reached.
        """
        if not self._ledger.once(f"joined:{event}"):
            return
        room = self._people.room(workspace.client, asker.team, channel)
        granted = self._access.of_room(workspace.client, asker, channel, room)
        granted = PUBLIC if room.kind == "channel" else granted
        language = language_of(self._people.person(workspace.client, asker.team, asker.user).locale)
        asking = Asking(self._engines.examples(granted, language))
        blocks = greeting(self._holdings(granted), asking, self._flow, language, in_channel=True)
        text = say("welcome_channel", language)
        if asker.user == workspace.bot:
            workspace.poster.chat_postMessage(channel=channel, text=text, blocks=blocks)
        else:
            workspace.client.chat_postEphemeral(
                channel=channel, user=asker.user, text=text, blocks=blocks
            )

    def _viewer(self, workspace: Workspace, asker: Asker) -> tuple[Language, Granted]:
        person = self._people.person(workspace.client, asker.team, asker.user)
        return language_of(person.locale), self._access.of_person(workspace.client, asker)

    def _holdings(self, granted: Granted) -> Holdings:
        rows = self._engines.documents(granted)
        updated = max((row.ingested for row in rows), default=None)
        return Holdings(committees(rows), other_documents(rows), updated)

    def _asking(
        self, asker: Asker, granted: Granted, language: Language, *, outsider: bool
    ) -> Asking:
        """Questions to press; of those asked before only what rests on documents seen still."""
        seen = self._engines.seen(granted)
        since = datetime.now(UTC) - timedelta(days=_POPULAR_DAYS)
        recent = [
            exchanged.understood
            for done in self._ledger.recent(asker.team, asker.user, QUESTIONS * 4)
            if done.documents <= seen and (exchanged := loaded(done.exchanged or ""))
        ]
        popular = [
            (often.text, often.askers)
            for often in self._ledger.most_asked(asker.team, QUESTIONS * 2, since)
            if often.documents and often.documents <= seen and not outsider
        ]
        return Asking(
            self._engines.examples(granted, language),
            list(dict.fromkeys(recent))[:QUESTIONS],
            popular[:QUESTIONS],
        )

    def _suggest(
        self, workspace: Workspace, channel: str, examples: tuple[str, ...], language: Language
    ) -> None:
        """Suggest questions above the message field; without a thread, as agent apps want it."""
        prompts = [{"title": q[:_PROMPT_TITLE], "message": escaped(q)} for q in examples]
        try:
            workspace.client.assistant_threads_setSuggestedPrompts(
                channel_id=channel, title=say("home_examples", language), prompts=prompts
            )
        except (SlackClientError, OSError) as error:
            log.debug("no suggestions: %s", told(error))

"""What comes in: which messages are for the bot, each written down once before Slack is told so."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError, SlackClientError

from assistant.errors import AssistantError
from assistant.slack import rich
from assistant.slack.addressed import is_for_bot
from assistant.slack.asking import Sent, asked_of, is_spoken, keys_of, within
from assistant.slack.ledger import Asked, Ledger
from assistant.slack.metrics import Metrics
from assistant.slack.people import told
from assistant.slack.question import calls_others, mentioned, plain_question
from assistant.slack.words import say
from assistant.slack.workspaces import Workspace
from assistant.types import Language

log = logging.getLogger(__name__)


class Intake:
    """Writes down what was asked.

    Args:
        ledger: where.
        metrics: what is counted.
        ring: called when there is work.
    """

    def __init__(self, ledger: Ledger, metrics: Metrics, ring: Callable[[], None]) -> None:
        self._ledger = ledger
        self._metrics = metrics
        self._ring = ring

    def mention(self, body: Mapping[str, Any], sent: Sent) -> None:
        """The bot is mentioned."""
        event = body["event"]
        if is_spoken(event, sent.bot):
            self._take(body, self._asked(body, sent))

    def message(self, body: Mapping[str, Any], sent: Sent) -> None:
        """Somebody wrote in a direct message, or in a channel that the bot is in."""
        event = body["event"]
        if not is_spoken(event, sent.bot):
            return
        asked = self._asked(body, sent)
        text = event.get("text") or ""
        if asked.place == "im" or sent.bot in mentioned(text):
            self._take(body, asked)
        elif event.get("thread_ts"):
            self._overheard(body, asked, calls_others(text))

    def _overheard(self, body: Mapping[str, Any], asked: Asked, others: bool) -> None:
        """A message in a thread: for the bot, or people talking to each other."""
        thread = self._ledger.joined(asked.team, asked.channel, asked.thread)
        if thread is None:
            return
        between = thread.last in (None, asked.user)
        if is_for_bot(asked.text, others=others, last_by_bot_or_same=between):
            self._take(body, asked)
        else:
            self._ledger.said(asked.team, asked.channel, asked.thread, asked.user)

    def _asked(self, body: Mapping[str, Any], sent: Sent) -> Asked:
        return asked_of(body["event"], sent, external=bool(body.get("is_ext_shared_channel")))

    def _take(self, body: Mapping[str, Any], asked: Asked) -> None:
        self.take(keys_of(body, asked), asked)

    def take(self, keys: tuple[str, ...], asked: Asked) -> str | None:
        """Write down what was asked; the id, or None where it was taken before.

        Raises:
            LedgerError: it cannot be written; Slack is then not told that it arrived.
        """
        began = time.monotonic()
        job = self._ledger.take(keys, asked)
        if job is None:
            self._metrics.repeated()
            return None
        self._metrics.taken(asked.kind, time.monotonic() - began)
        log.info("job %s: %s in %s of %s", job, asked.kind, asked.channel, asked.team)
        self._ring()
        return job

    def openly(self, workspace: Workspace, asked: Asked, language: Language, key: str) -> bool:
        """Ask in a conversation for somebody: his question is posted, and answered in its thread.

        Args:
            workspace: where.
            asked: what; its ``ts`` and ``thread`` become those of the message that is posted.
            language: of the bot's own words.
            key: what tells that it is the same; it is asked once.

        Returns:
            Whether it is answered there; else in the direct message, as the bot cannot post in the
            channel.

        Raises:
            SlackClientError: Slack is not reached.
        """
        if not self._ledger.once(key):
            return True
        try:
            self._posted(workspace, asked, language)
        except SlackApiError as error:
            if asked.place == "im" or told(error) == "ratelimited":
                self._ledger.undo(key)
                raise
            self._directly(workspace, asked, language, key)
            return False
        return True

    def directly(self, workspace: Workspace, asked: Asked, language: Language, key: str) -> None:
        """Ask in the direct message with somebody, once.

        Raises:
            SlackClientError: Slack is not reached.
        """
        if self._ledger.once(key):
            self._directly(workspace, asked, language, key)

    def _directly(self, workspace: Workspace, asked: Asked, language: Language, key: str) -> None:
        try:
            opened = workspace.client.conversations_open(users=asked.user)
            channel = str(opened["channel"]["id"])
            there = replace(asked, channel=channel, place="im", external=False)
            self._posted(workspace, there, language)
        except (SlackClientError, OSError):
            self._ledger.undo(key)
            raise

    def _posted(self, workspace: Workspace, asked: Asked, language: Language) -> None:
        """Post a question, and write it down; what cannot be written down does not stay."""
        ts = _post_question(workspace, asked, language)
        try:
            self.take(
                (f"message:{asked.team}:{asked.channel}:{ts}",), replace(asked, ts=ts, thread=ts)
            )
        except AssistantError:
            workspace.client.chat_delete(channel=asked.channel, ts=ts)
            raise


def command_asked(command: Mapping[str, Any], sent: Sent) -> Asked:
    """What a slash command asks; it does not say what kind of room it was typed in."""
    return Asked(
        kind="question",
        text=within(plain_question(command.get("text") or "")),
        team=sent.team,
        enterprise=sent.enterprise,
        user=command["user_id"],
        user_team=command.get("team_id"),
        channel=command["channel_id"],
        ts="",
        thread="",
        place="im" if command["channel_id"].startswith("D") else "group",
        external=False,
    )


def _post_question(workspace: Workspace, asked: Asked, language: Language) -> str:
    """Post what somebody asks, literally; the ts under which it is answered."""
    words = asked.text
    block = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "user", "user_id": asked.user},
                    {"type": "text", "text": say("asked_by", language)},
                ],
            },
            rich.quote(rich.text(words)),
        ],
    }
    posted = workspace.poster.chat_postMessage(
        channel=asked.channel,
        text=rich.escaped(words),
        blocks=[block],
        unfurl_links=False,
        unfurl_media=False,
    )
    return str(posted["ts"])

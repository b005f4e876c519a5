"""From what Slack sends to what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.question import MAX_CHARACTERS
from assistant.slack.ledger import Asked, Where
from assistant.slack.question import plain_question

_SPOKEN = (None, "file_share", "thread_broadcast")
"""Subtypes under which people write; edits, deletions, joins and the like have others."""

_KINDS: Mapping[str, Where] = {"im": "im", "mpim": "mpim", "group": "group", "channel": "channel"}


@dataclass(frozen=True)
class Sent:
    """Where something came from: the workspace and the bot's user in it."""

    enterprise: str | None
    team: str
    bot: str


def is_spoken(event: Mapping[str, Any], bot: str) -> bool:
    """Whether a person wrote a message, and not a bot, nor this one."""
    spoken = event.get("subtype") in _SPOKEN and not event.get("bot_id")
    return bool(spoken and event.get("user") and event["user"] != bot)


def asked_of(event: Mapping[str, Any], sent: Sent, *, external: bool) -> Asked:
    """What the message of an event asks.

    Args:
        event: ``message`` or ``app_mention``.
        sent: where it came from.
        external: whether Slack says that the channel is shared with another organisation.
    """
    team = event.get("user_team") or event.get("source_team") or event.get("team")
    return Asked(
        kind="question",
        text=within(plain_question(event.get("text") or "")),
        team=sent.team,
        enterprise=sent.enterprise,
        user=event["user"],
        user_team=team,
        channel=event["channel"],
        ts=event["ts"],
        thread=event.get("thread_ts") or event["ts"],
        place=_place(event),
        external=external,
    )


def within(text: str) -> str:
    """The text, of one that is too long for a question only as much as shows that it is.

    Half a character (JSON can hold one) cannot be written down, and is left out.
    """
    return text.encode("utf-8", "ignore").decode()[: MAX_CHARACTERS + 1]


def keys_of(body: Mapping[str, Any], asked: Asked) -> tuple[str, ...]:
    """What tells that an event, or its message, was taken already.

    A message in which the bot is mentioned comes as two events.
    """
    message = f"message:{asked.team}:{asked.channel}:{asked.ts}"
    event = body.get("event_id")
    return (f"event:{event}", message) if event else (message,)


def _place(event: Mapping[str, Any]) -> Where:
    """The kind of the room as the event has it; a mention does not say, and may be private."""
    if event["channel"].startswith("D"):
        return "im"
    return _KINDS.get(event.get("channel_type", ""), "group")

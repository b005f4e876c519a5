"""What a person asked, out of the text of a Slack event."""

from __future__ import annotations

import re
from html import unescape

# https://docs.slack.dev/messaging/formatting-message-text: <@U…>, <#C…|name>, <!here>, <url|label>
_REFERENCE = re.compile(r"<(?P<mark>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_SPACES = re.compile(r"[ \t\u3000]+")


def plain_question(text: str) -> str:
    """The question as it was typed: without mentions, links by their label, entities decoded."""
    readable = _REFERENCE.sub(_read_reference, text)
    return _SPACES.sub(" ", unescape(readable)).strip()


def _read_reference(match: re.Match[str]) -> str:
    if match["mark"] in ("@", "!"):
        # A user's or group's mention is an address, not a part of the question.
        return " "
    if match["mark"] == "#":
        return f"#{match['label']}" if match["label"] else " "
    return match["label"] or match["target"]

"""What a person asked, out of the text of a Slack event."""

from __future__ import annotations

import re
from html import unescape

# https://docs.slack.dev/messaging/formatting-message-text: <@U…>, <#C…|name>, <!here>, <url|label>
_REFERENCE = re.compile(r"<(?P<mark>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_SPACES = re.compile(r"[ \t\u3000]+")
_QUOTED = re.compile(r"^[ \t]*(?:&gt;)+[ \t]?", re.MULTILINE)
# :bow: and :+1::skin-tone-2: are no words; 14:30 and 第2回:議題 are.
_EMOJI = re.compile(
    r"(?<![0-9A-Za-z]):(?=[^:]{0,100}[a-z_+-])[a-z0-9_+'-]{1,100}:(?::skin-tone-\d:)?"
)
_CODE = re.compile(r"```(?P<block>.*?)```|`(?P<code>[^`\n]+)`", re.DOTALL)
# *強調* _斜体_ ~取り消し~ as Slack writes formatted text; a lone asterisk is one.
_STYLED = re.compile(r"(?<!\w)([*_~])(?=\S)(?P<words>[^*_~\n]+?)(?<=\S)\1(?!\w)")
_CALLED = re.compile(r"<!(?:subteam\^|here|channel|everyone)")

READ = 20_000
"""Characters of a message that are read; longer ones are no questions."""

_MENTION = re.compile(r"<@(?P<user>[UW][A-Z0-9]+)(?:\|[^<>]*)?>")


def plain_question(text: str) -> str:
    """The question as it was typed: without mentions and emoji, links by their label, entities decoded.

    The marks of quotes, code and styles are taken off; the words within them stay.
    """
    readable = _QUOTED.sub("", text[:READ])
    readable = _CODE.sub(lambda match: match["block"] or match["code"] or "", readable)
    readable = _REFERENCE.sub(_read_reference, readable)
    readable = _EMOJI.sub(" ", readable)
    readable = _STYLED.sub(lambda match: match["words"], readable)
    return _SPACES.sub(" ", unescape(readable)).strip()


def mentioned(text: str) -> frozenset[str]:
    """The users whom a message addresses."""
    return frozenset(match["user"] for match in _MENTION.finditer(text))


def calls_others(text: str) -> bool:
    """Whether a message calls people: users, a user group, or all who are there."""
    return bool(mentioned(text)) or bool(_CALLED.search(text))


def _read_reference(match: re.Match[str]) -> str:
    if match["mark"] in ("@", "!"):
        # A user's or group's mention is an address, not a part of the question.
        return " "
    if match["mark"] == "#":
        return f"#{match['label']}" if match["label"] else " "
    return match["label"] or match["target"]

"""What a person types, as Slack sends it: escaped text, and rich text blocks.

Mentions are typed as ``<@U…>``, ``<#C…>``, ``<!here>``, ``<!subteam^S…>``, links with a label as
``<https://…|label>``; an address and ``:emoji:`` are found as in Slack. All else is plain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.slack_world import World

_MARK = re.compile(
    r"<@(?P<user>[UW]\w+)>|<#(?P<channel>[CG]\w+)>|<!(?P<range>here|channel|everyone)>"
    r"|<!subteam\^(?P<usergroup>S\w+)>|<(?P<url>(?:https?://|mailto:)[^>|\s]+)(?:\|(?P<label>[^>]+))?>"
    r"|(?P<bare>https?://[^\s<>　、。）」]+)|:(?P<emoji>[a-z0-9_+-]*[a-z][a-z0-9_+-]*):"
)


def escaped(text: str) -> str:
    """The three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _parts(typed: str) -> Iterator[tuple[str, str, str]]:
    at = 0
    for found in _MARK.finditer(typed):
        if found.start() > at:
            yield "text", typed[at : found.start()], ""
        kind = "url" if found.lastgroup in ("url", "label") else str(found.lastgroup)
        yield kind, found[kind], found["label"] or ""
        at = found.end()
    if at < len(typed):
        yield "text", typed[at:], ""


def slack_text(typed: str, world: World) -> str:
    """The ``text`` of an event."""
    return "".join(_written(kind, held, label, world) for kind, held, label in _parts(typed))


def _written(kind: str, held: str, label: str, world: World) -> str:
    if kind == "channel":
        channel = world.channels.get(held)
        return f"<#{held}|{channel.name if channel else ''}>"
    if kind in ("url", "bare"):
        return f"<{escaped(held)}|{escaped(label)}>" if label else f"<{escaped(held)}>"
    forms = {"user": "<@{}>", "range": "<!{}>", "usergroup": "<!subteam^{}>", "emoji": ":{}:"}
    return forms[kind].format(held) if kind in forms else escaped(held)


def _piece(kind: str, held: str, label: str) -> dict[str, Any]:
    if kind in ("url", "bare"):
        return {"type": "link", "url": held} | ({"text": label} if label else {})
    named = {
        "user": ("user", "user_id"), "channel": ("channel", "channel_id"), "text": ("text", "text"),
        "range": ("broadcast", "range"), "usergroup": ("usergroup", "usergroup_id"),
        "emoji": ("emoji", "name"),
    }  # fmt: skip
    piece, name = named[kind]
    return {"type": piece, name: held}


def rich_text(typed: str, block_id: str = "b1") -> list[dict[str, Any]]:
    """The ``blocks`` of an event."""
    pieces = [_piece(*part) for part in _parts(typed)]
    if not pieces:
        return []
    section = {"type": "rich_text_section", "elements": pieces}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]

"""What Slack accepts: blocks, messages, streams and views, with the limits of each.

``*_problem`` gives the error that Slack answers with and every reason for it. Sources:
https://docs.slack.dev/reference/block-kit/blocks and the pages of the methods.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.slack_rules import (
    BUTTONS,
    ELEMENTS,
    IMAGE,
    INPUTS,
    MANY,
    PICTURE,
    RICH,
    Rule,
    Said,
    anything,
    choice,
    flag,
    items,
    kind_of,
    link,
    plain,
    say,
    shape,
    string,
    text,
)

BLOCKS = {"message": 50, "modal": 100, "home": 100}
MESSAGE = 13_200  # measured: a message fails near this number of characters in its blocks
MARKDOWN = 12_000
FALLBACK = 40_000
UPDATED = 4_000  # chat.update takes less text than chat.postMessage
SECTION = 3_000
VIEW_BYTES = 250_000
METADATA_BYTES = 8_000


class Problem(NamedTuple):
    """An error as Slack names it, and the reasons."""

    error: str
    reasons: list[str]

    def __str__(self) -> str:
        return f"{self.error}: {'; '.join(self.reasons)}" if self.reasons else self.error


def _block(required: dict[str, Rule], optional: dict[str, Rule] | None = None) -> Rule:
    return shape({"type": anything, **required}, {"block_id": string(255), **(optional or {})})


def _section(said: Said, value: Any, at: str) -> None:
    _block(
        {},
        {"text": text(SECTION), "fields": items(text(2_000), 10), "expand": flag,
         "accessory": kind_of(ELEMENTS, (*BUTTONS, *MANY, "image"))},
    )(said, value, at)  # fmt: skip
    if "text" not in value and "fields" not in value:
        say(said, "either text or fields is needed", at)


def _context_element(said: Said, value: Any, at: str) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    (ELEMENTS["image"] if kind == "image" else text(SECTION))(said, value, at)


_CARD = _block(
    {},
    {"title": text(150), "subtitle": text(150), "body": text(200), "icon": ELEMENTS["image"],
     "slack_icon": anything, "hero_image": ELEMENTS["image"],
     "actions": items(kind_of(ELEMENTS, ("button",)), 25)},
)  # fmt: skip


def _card(said: Said, value: Any, at: str) -> None:
    _CARD(said, value, at)
    if not {"title", "body", "actions", "hero_image"} & set(value):
        say(said, "at least one of hero_image, title, actions or body is needed", at)


_RICH = _block({"elements": items(kind_of(RICH), 10_000)})
_RICH_ONLY = kind_of({"rich_text": _RICH})
_TASK = _block(
    {"task_id": string(255), "title": string(256),
     "status": choice("pending", "in_progress", "complete", "error")},
    {"details": _RICH_ONLY, "output": _RICH_ONLY,
     "sources": items(kind_of(ELEMENTS, ("url",)), 50)},
)  # fmt: skip
_CELL = kind_of(
    {"rich_text": _RICH, "raw_text": shape({"type": anything, "text": string(SECTION)}),
     "raw_number": anything},
)  # fmt: skip

KINDS: dict[str, Rule] = {
    "section": _section,
    "divider": _block({}),
    "header": _block({"text": plain(150)}, {"level": anything}),
    "context": _block({"elements": items(_context_element, 10)}),
    "actions": _block({"elements": items(kind_of(ELEMENTS, BUTTONS), 25)}),
    "context_actions": _block(
        {"elements": items(kind_of(ELEMENTS, ("feedback_buttons", "icon_button")), 5)}
    ),
    "image": _block(IMAGE, {**PICTURE, "title": plain(2_000)}),
    "input": _block(
        {"label": plain(2_000), "element": kind_of(ELEMENTS, INPUTS)},
        {"hint": plain(2_000), "optional": flag, "dispatch_action": flag},
    ),
    "markdown": _block({"text": string(MARKDOWN)}),
    "rich_text": _RICH,
    "card": _card,
    "carousel": _block({"elements": items(kind_of({"card": _card}), 10)}),
    "table": _block({"rows": items(items(_CELL, 20), 100)}, {"column_settings": anything}),
    "task_card": _TASK,
    "plan": _block({"title": string(256)}, {"tasks": items(kind_of({"task_card": _TASK}), 50)}),
    "video": _block(
        {"alt_text": string(2_000), "title": plain(199), "video_url": link(),
         "thumbnail_url": link()},
        {"title_url": link(), "description": plain(200), "author_name": string(49),
         "provider_name": string(50), "provider_icon_url": link()},
    ),
    "alert": _block(
        {"text": text(200)}, {"level": choice("default", "info", "warning", "error", "success")}
    ),
}  # fmt: skip
_EVERYWHERE = {
    "section", "divider", "header", "context", "actions", "image", "input", "rich_text", "video",
}  # fmt: skip
SURFACES = {
    "message": set(KINDS) - {"alert"},
    "modal": _EVERYWHERE | {"alert"},
    "home": _EVERYWHERE,
}


def blocks_problem(blocks: Any, surface: str = "message", at: str = "/blocks") -> list[str]:
    """Every reason why Slack refuses these blocks."""
    said: Said = []
    kinds = {kind: KINDS[kind] for kind in SURFACES[surface]}
    items(kind_of(kinds), BLOCKS[surface], 0)(said, blocks, at)
    if not said:
        _once(said, [block.get("block_id") for block in blocks], "block_id", at)
        for n, block in enumerate(blocks):
            _once(said, list(_action_ids(block)), "action_id", f"{at}/{n}")
    return said


def _once(said: Said, names: list[str | None], what: str, at: str) -> None:
    for name, count in Counter(name for name in names if name).items():
        if count > 1:
            say(said, f"{what} `{name}` already exists", at)


def _action_ids(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("action_id"), str):
            yield node["action_id"]
        for value in node.values():
            yield from _action_ids(value)
    elif isinstance(node, list):
        for value in node:
            yield from _action_ids(value)


def message_problem(
    message: dict[str, Any], most_text: int = FALLBACK, needs_text: bool = True
) -> Problem | None:
    """Why Slack refuses what a message says, or None."""
    said = message.get("text")
    blocks, markdown = message.get("blocks"), message.get("markdown_text")
    if said is not None and not isinstance(said, str):
        return Problem("invalid_arguments", ["text should be a string"])
    if markdown is not None:
        return _markdown_problem(markdown, bool(said or blocks))
    if needs_text and not (said or "").strip() and not blocks and not message.get("attachments"):
        return Problem("no_text", ["neither text nor blocks"])
    if len(said or "") > most_text:
        return Problem("msg_too_long", [f"text has {len(said or '')} of {most_text} characters"])
    return _held_problem(blocks or [], message.get("metadata"))


def _markdown_problem(markdown: Any, others: bool) -> Problem | None:
    if others:
        return Problem("markdown_text_conflict", ["markdown_text beside text or blocks"])
    if not isinstance(markdown, str) or not markdown.strip():
        return Problem("no_text", ["markdown_text is empty"])
    if len(markdown) > MARKDOWN:
        return Problem("msg_too_long", [f"markdown_text has {len(markdown)} characters"])
    return None


def _held_problem(blocks: Any, metadata: Any) -> Problem | None:
    if not isinstance(blocks, list):
        return Problem("invalid_blocks_format", ["blocks is no array"])
    if reasons := blocks_problem(blocks):
        return Problem("invalid_blocks", reasons)
    if (total := sum(len(held) for block in blocks for held in texts(block))) > MESSAGE:
        return Problem("msg_blocks_too_long", [f"blocks have {total} of {MESSAGE} characters"])
    written = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if written > MARKDOWN:
        return Problem("msg_blocks_too_long", [f"markdown blocks have {written} characters"])
    return metadata_problem(metadata)


def metadata_problem(metadata: Any) -> Problem | None:
    """Why Slack refuses a message's metadata, or None."""
    if not metadata:
        return None
    if not isinstance(metadata, dict) or not {"event_type", "event_payload"} <= set(metadata):
        return Problem("invalid_metadata_format", ["event_type and event_payload are needed"])
    if not isinstance(metadata["event_payload"], dict):
        return Problem("invalid_metadata_format", ["event_payload is no object"])
    if len(str(metadata)) > METADATA_BYTES:
        return Problem("metadata_too_large", [f"{len(str(metadata))} characters"])
    return None


_CHUNKS: dict[str, Rule] = {
    "markdown_text": shape({"type": anything, "text": string(MARKDOWN, 0)}),
    "plan_update": shape({"type": anything, "title": string(256)}),
    "task_update": shape(
        {"type": anything, "id": string(255), "title": string(256),
         "status": choice("pending", "in_progress", "complete", "error")},
        {"details": string(256), "output": string(256),
         "sources": items(kind_of(ELEMENTS, ("url",)), 50)},
    ),
    "blocks": shape({"type": anything, "blocks": anything}),
}  # fmt: skip


def chunks_problem(arguments: dict[str, Any]) -> Problem | None:
    """Why Slack refuses what a call adds to a stream, or None."""
    chunks, markdown = arguments.get("chunks"), arguments.get("markdown_text")
    if markdown is not None and chunks:
        return Problem("invalid_arguments", ["both markdown_text and chunks"])
    if markdown is not None and not isinstance(markdown, str):
        return Problem("invalid_arguments", ["markdown_text should be a string"])
    said: Said = []
    items(kind_of(_CHUNKS), 1_000, 0)(said, chunks or [], "/chunks")
    if said:
        long = any(f"less than {MARKDOWN + 1}" in one for one in said)
        return Problem("msg_too_long" if long else "invalid_chunks", said)
    for n, chunk in enumerate(chunks or []):
        if chunk["type"] == "blocks" and (
            reasons := blocks_problem(chunk["blocks"], at=f"/chunks/{n}/blocks")
        ):
            return Problem("invalid_blocks", reasons)
    written = len(markdown or "") + sum(len(c.get("text", "")) for c in chunks or [])
    if written > MARKDOWN:
        return Problem("msg_too_long", [f"{written} of {MARKDOWN} characters in one call"])
    return None


_VIEW = {"callback_id": string(255, 0), "private_metadata": string(3_000, 0)}
_VIEW |= {"external_id": string(255, 0), "type": anything, "blocks": anything}
_MODAL = shape(
    {"type": anything, "title": plain(24), "blocks": anything},
    {**_VIEW, "submit": plain(24), "close": plain(24), "clear_on_close": flag,
     "notify_on_close": flag, "submit_disabled": flag},
)  # fmt: skip
_HOME = shape({"type": anything, "blocks": anything}, _VIEW)


def view_problem(view: Any, kind: str = "modal") -> Problem | None:
    """Why Slack refuses a view, or None."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return Problem("invalid_arguments", ["a view of type modal or home is needed"])
    if view["type"] != kind:
        return Problem("invalid_arguments", [f"a {kind} is needed, not {view['type']}"])
    said: Said = []
    (_MODAL if kind == "modal" else _HOME)(said, view, "/view")
    said += blocks_problem(view.get("blocks"), kind, "/view/blocks")
    if not said and kind == "modal" and "submit" not in view and has_input(view):
        say(said, "a submit is needed where there is an input block", "/view/submit")
    if said:
        return Problem("invalid_arguments", said)
    if len(str(view).encode()) > VIEW_BYTES:
        return Problem("view_too_large", [f"more than {VIEW_BYTES} bytes"])
    return None


def has_input(view: dict[str, Any]) -> bool:
    """Whether a view asks for something."""
    return any(block["type"] == "input" for block in view["blocks"])


def message_error(message: dict[str, Any]) -> str | None:
    """The error that Slack gives for a message, or None for a good one."""
    if not message.get("channel"):
        return "channel_not_found"
    problem = message_problem(message)
    return problem.error if problem else None


def texts(node: Any) -> Iterator[str]:
    """All texts within a block."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)

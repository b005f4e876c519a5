"""Blocks of a Slack message, built so that Slack takes all words literally.

Whatever stands in a record or was typed by a person goes into rich text: nobody is pinged by it, no
markup beside Japanese is left standing as asterisks, and no link is made of it.
Limits: https://docs.slack.dev/reference/block-kit/blocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from index_store.tokenizing import tokenizer

Block = dict[str, Any]

BLOCK_CHARACTERS = 2_900
"""Text of one block; 3,000 is the limit of a section, and rich text is kept to the same."""

BUTTON_CHARACTERS = 75
TITLE_CHARACTERS = 24
URL_CHARACTERS = 3_000

SHORTENED = "… "

_AROUND = 40
"""Characters before and behind a cut that are looked at for the ends of words."""


def rich(*elements: Block) -> Block:
    """A rich text block of sections and quotes."""
    return {"type": "rich_text", "elements": list(elements)}


def section(*parts: Block) -> Block:
    """A paragraph of rich text; parts without text are left out."""
    return {"type": "rich_text_section", "elements": [p for p in parts if p.get("text", "-")]}


def quote(*parts: Block) -> Block:
    """Words set off as a quote."""
    return {"type": "rich_text_quote", "elements": [part for part in parts if part["text"]]}


def text(words: str, *, bold: bool = False, italic: bool = False) -> Block:
    """Words within a paragraph."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return {"type": "text", "text": words, **({"style": style} if style else {})}


def moment(when: datetime) -> Block:
    """A time, which Slack tells in the reader's own zone."""
    return {
        "type": "date",
        "timestamp": int(when.timestamp()),
        "format": "{date_num} {time}",
        "fallback": when.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def paragraph(words: str, *, bold: bool = False) -> Block:
    """A block of one paragraph."""
    return rich(section(text(words, bold=bold)))


def small(*lines: str) -> Block:
    """Lines in small print, ten at most."""
    return {"type": "context", "elements": [plain(shortened(line, 1_900)) for line in lines[:10]]}


def header(words: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(shortened(words, 150))}


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def plain(words: str) -> Block:
    """Text in which nothing is markup, not even the name of an emoji between colons."""
    return {"type": "plain_text", "text": words, "emoji": False}


def button(label: str, action: str, value: str, *, confirm: Block | None = None) -> Block:
    """A button that the bot is told of.

    Args:
        label: what it says.
        action: the name of the action.
        value: what comes back, 2,000 characters at most.
        confirm: what is asked first (:func:`confirmation`).
    """
    made = {"type": "button", "text": plain(label), "action_id": action, "value": value}
    return {**made, "confirm": confirm} if confirm else made


def link_button(label: str, action: str, url: str) -> Block:
    """A button that opens an address."""
    return {"type": "button", "text": plain(label), "action_id": action, "url": url}


def confirmation(title: str, words: str, yes: str, no: str) -> Block:
    """What is asked before a button does its work."""
    return {"title": plain(title), "text": plain(words), "confirm": plain(yes), "deny": plain(no)}


def actions(*elements: Block) -> Block:
    """A row of buttons. Slack gives it an id of its own: one that stays would not be updated."""
    return {"type": "actions", "elements": list(elements)}


def shortened(words: str, limit: int, ending: int = 0) -> str:
    """The words within ``limit`` characters, cut between two words.

    What is left out is in front of the last ``ending`` characters.
    """
    if len(words) <= limit:
        return words
    kept = between_words(words, max(1, limit - ending - len(SHORTENED)))
    return words[:kept].rstrip() + SHORTENED + (words[-ending:] if ending else "")


def pieces(words: str, limit: int = BLOCK_CHARACTERS) -> Iterator[str]:
    """The words in pieces of ``limit`` characters at most, cut behind a sentence where one ends."""
    while len(words) > limit:
        ends = [words.rfind(mark, limit // 2, limit) for mark in ("。", "\n", ". ")]
        cut = next((end + 1 for end in ends if end > 0), 0) or between_words(words, limit)
        yield words[:cut]
        words = words[cut:]
    if words:
        yield words


def between_words(words: str, at: int) -> int:
    """The last place up to ``at`` where no word is broken; ``at`` itself where there is none near.

    Japanese has no spaces to look for: the characters around are cut into words.
    """
    start = max(0, at - _AROUND)
    end = start
    for token in tokenizer().tokenize(words[start : at + _AROUND]):
        if end + len(token.surface()) > at:
            break
        end += len(token.surface())
    return end if end > start else at


def packed(elements: Iterable[Block]) -> Iterator[Block]:
    """Paragraphs and quotes in as few blocks as hold them."""
    held: list[Block] = []
    room = BLOCK_CHARACTERS
    for element in elements:
        length = characters([element])
        if length > room and held:
            yield rich(*held)
            held, room = [], BLOCK_CHARACTERS
        held.append(element)
        room -= length
    if held:
        yield rich(*held)


def characters(blocks: Sequence[Block]) -> int:
    """All text of blocks, as Slack counts it."""
    return sum(len(words) for block in blocks for words in texts(block))


def texts(node: Any) -> Iterator[str]:
    """All texts within blocks."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


def escaped(words: str) -> str:
    """Slack's three control characters, as entities: <!channel> in a record pings nobody."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

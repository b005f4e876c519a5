"""The words of a Word paragraph as they are read: without deletions, readings and field codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"

HARD = "\x0b"
"""Stands in the words for a page break that the writer set. No XML text holds this character."""

RENDERED = "\x0c"
"""Stands in the words for a place where Word began a page when it last laid the text out."""

_SKIPPED = frozenset(
    {
        f"{W}del", f"{W}moveFrom", f"{W}rt", f"{W}pPr", f"{W}rPr", f"{W}delText",
        f"{W}delInstrText", f"{_MC}Fallback", f"{W}txbxContent", f"{W}sdtPr", f"{W}fldData",
    }
)  # fmt: skip
_PLAIN = {
    f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-",
    f"{W}lastRenderedPageBreak": RENDERED,
}  # fmt: skip
_WRAPPERS = frozenset(
    {
        f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}moveTo", f"{W}customXml",
        f"{_MC}AlternateContent", f"{_MC}Choice",
    }
)  # fmt: skip
_NOTES = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_READING = re.compile(r"\\o\s*\\a[a-z]\s*\(\s*\\s\s*\\up\s*[\d.]+\s*\([^()]*\)\s*,\s*([^()]*)\)")
_OVERLAID = re.compile(r"\\o\s*\\a[a-z]\s*\(\s*([^,()]*)\s*,\s*([^()]*)\)")
_PRIVATE = 0xE000
"""From here on a character means something in its own font only."""


class TextReader:
    """Reads the words of paragraphs, and remembers which notes they refer to.

    ``notes`` holds the kind (footnote, endnote) and the identifier of each note, in order of the
    references; its place from 1 is the number in the mark.
    """

    def __init__(self) -> None:
        self.notes: dict[tuple[str, str], int] = {}
        self._code: list[str] = []

    def paragraph(self, element: Any) -> str:
        """The words of a paragraph, with ``HARD`` and ``RENDERED`` where pages begin."""
        self._code = []
        return "".join(self._pieces(element))

    def _pieces(self, element: Any) -> Iterator[str]:
        for child in element:
            if child.tag in _SKIPPED or is_placeholder(child) or _is_hidden(child):
                continue
            words = self._words(child)
            if words is None:
                yield from self._pieces(child)
            else:
                yield words

    def _words(self, element: Any) -> str | None:
        """What an element stands for by itself; None for one that only holds others."""
        tag = element.tag
        if tag in (f"{W}t", f"{_M}t"):
            return element.text or ""
        if tag == f"{W}br":
            return {"page": HARD, "column": ""}.get(element.get(f"{W}type") or "", "\n")
        if tag == f"{W}instrText":
            self._code.append(element.text or "")
            return ""
        if tag == f"{W}fldChar":
            return self._field(element.get(f"{W}fldCharType"))
        if tag in _NOTES:
            return self._mark(_NOTES[tag], element)
        if tag == f"{W}sym":
            return _symbol(element.get(f"{W}char"))
        return _PLAIN.get(tag)

    def _field(self, kind: str | None) -> str:
        """What an EQ field shows, which holds its words in its code: old readings and circles."""
        code = "".join(self._code).strip()
        self._code = []
        if kind == "begin" or not code.upper().startswith("EQ"):
            return ""
        if reading := _READING.search(code):
            return reading.group(1).strip()
        if overlaid := _OVERLAID.search(code):
            return _circled(overlaid.group(2).strip(), overlaid.group(1).strip())
        return ""

    def _mark(self, kind: str, reference: Any) -> str:
        identifier = reference.get(f"{W}id") or ""
        number = self.notes.setdefault((kind, identifier), len(self.notes) + 1)
        # A mark of the writer's own stands in the text already.
        return "" if is_on_value(reference.get(f"{W}customMarkFollows")) else f"［注{number}］"


def text_boxes(paragraph: Any) -> list[Any]:
    """The contents of the text boxes that hang on a paragraph, each once, without those within."""
    found: list[Any] = []
    waiting = [paragraph]
    while waiting:
        element = waiting.pop()
        if element.tag == f"{W}txbxContent":
            found.append(element)
        elif element.tag not in (f"{_MC}Fallback", f"{W}del", f"{W}moveFrom"):
            waiting += reversed(element)
    return found


def blocks_of(parent: Any, *tags: str) -> Iterator[Any]:
    """The children of the kinds named, also those in content controls and insertions, in order."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS and not is_placeholder(child):
            yield from blocks_of(child, *tags)


def is_placeholder(element: Any) -> bool:
    """Whether a content control still shows its prompt (ここをクリックして入力)."""
    return element.tag == f"{W}sdt" and is_on(element.find(f"{W}sdtPr/{W}showingPlcHdr"))


def _is_hidden(element: Any) -> bool:
    return element.tag == f"{W}r" and is_on(element.find(f"{W}rPr/{W}vanish"))


def is_on(element: Any) -> bool:
    """Whether a switch is there and not set to off."""
    return element is not None and is_on_value(element.get(f"{W}val", "1"))


def is_on_value(value: str | None) -> bool:
    """Whether the value of a switch means on."""
    return value in ("1", "true", "on")


def _symbol(code: str | None) -> str:
    try:
        number = int(code or "", 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < _PRIVATE and not 0xD800 <= number < 0xE000 else ""


def _circled(words: str, circle: str) -> str:
    """Words that are laid over a circle (○ and 1); digits have characters for that."""
    if circle in ("○", "◯", "〇") and words.isdecimal() and 1 <= int(words) <= 20:
        return chr(ord("①") + int(words) - 1)
    return words or circle

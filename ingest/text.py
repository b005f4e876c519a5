"""Text, folded for matching, and cut into lines and sentences, always with its offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_SPACE = re.compile(r"\s+")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?")
_CLOSERS = "」』）)】〕］]〉》\"'”’"
_JAPANESE_STOP = "。！？｡"
_LATIN_STOP = ".!?"
# Where a sentence may end, or a bracket opens or closes; the rest need not be looked at.
_JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
_BREAK = re.compile(r"[「『（(」』）)〕］\]〉》\"'”’。！？｡\r\n]|[.!?](?=\s|$)")
# A full stop after these does not end a sentence.
_ABBREVIATION = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|Cllrs?|Hon|Rev|Sen|Rep|Gov|No|St|vs|etc|e\.g|i\.e|approx)|\b[A-Z])\.$"
)
_HALF_OF_DAY = re.compile(r"\b[ap]\.m\.$")
"""Ends a sentence unless it goes on in small letters: at 7.30 p.m. last year."""

_WRAPPED_WIDTH = 56
"""A line at least this wide (columns, two per full-width character) may be wrapped by its page."""


def fold(text: str) -> str:
    """The text for matching: NFKC, lower case, no white space. Never shown."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).lower()


def halfwidth(text: str) -> str:
    """The text with full-width digits, letters and brackets made half-width, ends stripped."""
    return unicodedata.normalize("NFKC", text).strip()


def display_width(text: str) -> int:
    """Columns of a terminal that the text takes: 2 for wide and full-width characters."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


@dataclass(frozen=True)
class Line:
    """A line of a document: ``text`` without its line break, ``end`` before it."""

    start: int
    end: int
    text: str

    @property
    def blank(self) -> bool:
        """Whether nothing but white space stands on the line."""
        return not self.text.strip()


def lines(text: str) -> Iterator[Line]:
    """The lines of ``text`` in order; line breaks are LF, CRLF or CR."""
    for match in _LINE.finditer(text):
        if match.group():
            content = match.group().rstrip("\r\n")
            yield Line(match.start(), match.start() + len(content), content)


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without white space at its ends; an empty span collapses to ``start``."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Spans of the sentences of ``text[start:end]``, without outer white space.

    A sentence ends at a Japanese stop, at a Latin stop before white space, or at a line break
    that is not the page's own wrapping. Stops inside brackets or quotation marks do not count,
    so 「はい。そうです。」と答えた。 is one sentence.
    """
    end = len(text) if end is None else end
    spans: list[tuple[int, int]] = []
    begin, depth = start, 0
    for match in _BREAK.finditer(text, start, end):
        position = match.start()
        character = text[position]
        if character in "「『（(":
            depth += 1
            continue
        if character in "」』）)":
            depth = max(0, depth - 1)
        elif character in "\r\n":
            if not _wrapped(text, position, start, end):
                # An unclosed bracket must not swallow the rest of the text.
                depth = 0
                _close(text, spans, begin, position)
                begin = position
            continue
        if depth == 0 and _ends_sentence(text, position, begin, end):
            stop = position + 1
            _close(text, spans, begin, stop)
            begin = stop
    _close(text, spans, begin, end)
    return spans


def _close(text: str, spans: list[tuple[int, int]], begin: int, end: int) -> None:
    first, last = trim(text, begin, end)
    if first < last:
        spans.append((first, last))


def _ends_sentence(text: str, position: int, begin: int, end: int) -> bool:
    character = text[position]
    following = text[position + 1] if position + 1 < end else " "
    if character in _CLOSERS and position > begin:
        # 「…か。」 ends where its bracket closes, unless the sentence goes on (「…」と答えた).
        return text[position - 1] in _JAPANESE_STOP and following.isspace()
    if following in _JAPANESE_STOP + _LATIN_STOP + _CLOSERS:
        return False
    if character in _JAPANESE_STOP:
        return True
    if character in _LATIN_STOP and following.isspace():
        return character != "." or not _is_abbreviated(text, position, begin, end)
    return False


def _is_abbreviated(text: str, position: int, begin: int, end: int) -> bool:
    """Whether the full stop at ``position`` belongs to its word: Cllr. Hale, 7.30 p.m. last year."""
    before = text[begin : position + 1]
    if _HALF_OF_DAY.search(before):
        return text[position + 1 : end].lstrip()[:1].islower()
    return _ABBREVIATION.search(before) is not None


def _wrapped(text: str, newline: int, start: int, end: int) -> bool:
    """Whether the line break at ``newline`` only wraps a sentence that goes on."""
    before = text[max(start, text.rfind("\n", 0, newline) + 1) : newline].rstrip()
    after_start = newline + (2 if text.startswith("\r\n", newline) else 1)
    if text[newline] == "\n" and newline > 0 and text[newline - 1] == "\r":
        before = text[max(start, text.rfind("\n", 0, newline - 1) + 1) : newline - 1].rstrip()
    after = text[after_start:end].split("\n", 1)[0].strip()
    if not before or not after or before[-1] in _JAPANESE_STOP + _LATIN_STOP + ":：" + "」』":
        return False
    if display_width(before) < _WRAPPED_WIDTH:
        return False
    return after[0].islower() or after[0].isdigit() or _is_japanese(after[0])


def _is_japanese(character: str) -> bool:
    return "\u3041" <= character <= "\u30ff" or "\u4e00" <= character <= "\u9fff"


def has_japanese(text: str) -> bool:
    """Whether the text holds kana or kanji."""
    return _JAPANESE.search(text) is not None

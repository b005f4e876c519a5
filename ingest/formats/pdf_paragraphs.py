"""The lines of a PDF's pages -> paragraphs, headings and tables, written in order.

What the page has wrapped is joined again, also over the end of a page: a line that reaches the
edge of its column goes on in the next one, unless that one begins something of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.formats.builder import DocumentBuilder
from ingest.formats.pdf_boxes import Page
from ingest.formats.pdf_layout import Block, Line, ordered_pages
from ingest.text import has_japanese

_NEW = re.compile(
    r"^\s*(?:[〔【［\[《≪＜〈（(][^〕】］\]》≫＞〉）)]{1,20}[〕】］\]》≫＞〉）)]|[○◯〇◎◆◇●■□・※▲△▼▽★☆•➢◼]|[①-⑳]|"
    r"[0-9０-９]{1,2}[.．)）、][\s　]?|[0-9０-９]{1,2}[\s　]+\D|第[0-9０-９一二三四五六七八九十]+(?:[章節条項編款]|号議案)|"
    r"[^\s、。「」：:]{1,18}[:：](?!\d\d)|"
    r"議[事題案]\s*[（(0-9０-９①-⑳]|[-*–]\s|[A-Z][\w.'’]*(?: [A-Z][\w.'’]*){0,3}:\s|[ア-ン][\s　.．)）])"
)

_HEADING = 1.14
"""Type this many times as large as the text's is a heading's."""

_HEADING_LIMIT = 70

_BLANK = 1.75
"""A line this many line distances below the one before stands behind a blank line."""


@dataclass
class _Paragraph:
    """Lines that belong together, and before which of them a page begins."""

    pieces: list[tuple[bool, str]] = field(default_factory=list)
    last: Line | None = None
    size: float = 0.0
    free: bool = False


def write_pages(builder: DocumentBuilder, pages: Sequence[Page]) -> None:
    """Write the pages of a document, without what runs at their edges."""
    ordered = ordered_pages(pages)
    body = _body_size(ordered)
    ranks = _ranks(ordered, body)
    _Writer(builder, body, ranks, _pitch(ordered)).write(ordered)


def _body_size(pages: Sequence[Sequence[Block]]) -> float:
    """The size of type that most characters have."""
    counts: Counter[float] = Counter()
    for blocks in pages:
        for block in blocks:
            if isinstance(block, Line):
                counts[round(block.size * 2) / 2] += len(block.text)
    return counts.most_common(1)[0][0] if counts else 10.0


def _ranks(pages: Sequence[Sequence[Block]], body: float) -> dict[float, int]:
    """Level of a heading by its size of type, 1 for the largest."""
    sizes = {
        round(block.size * 2) / 2
        for blocks in pages
        for block in blocks
        if isinstance(block, Line) and _is_large(block, body)
    }
    return {size: rank for rank, size in enumerate(sorted(sizes, reverse=True), start=1)}


def _is_large(line: Line, body: float) -> bool:
    return (
        line.size >= _HEADING * body
        and len(line.text) <= _HEADING_LIMIT
        and not line.text.endswith("。")
    )


def _pitch(pages: Sequence[Sequence[Block]]) -> float:
    """The usual distance from one line to the next."""
    steps = []
    for blocks in pages:
        lines = [block for block in blocks if isinstance(block, Line)]
        for above, below in pairwise(lines):
            step = above.middle - below.middle
            if 0 < step < 4 * above.size:
                steps.append(step)
    return median(steps) if steps else 0.0


class _Writer:
    """Joins lines to paragraphs, also over the end of a page, and writes them."""

    def __init__(
        self, builder: DocumentBuilder, body: float, ranks: dict[float, int], pitch: float
    ) -> None:
        self._builder = builder
        self._body = body
        self._ranks = ranks
        self._pitch = pitch
        self._open = _Paragraph()

    def write(self, pages: Sequence[Sequence[Block]]) -> None:
        """Write all pages; a table that goes on over a page is written as one."""
        rows: list[list[str]] = []
        breaks: list[int] = []
        for blocks in pages:
            if rows:
                breaks.append(len(rows))
            elif self._open.pieces:
                self._open.pieces.append((True, ""))
            else:
                self._builder.page()
            for position, block in enumerate(blocks):
                if isinstance(block, Line):
                    self._table(rows, breaks)
                    rows, breaks = [], []
                    self._line(block)
                    continue
                found = block.rows()
                if not (rows and position == 0 and len(rows[0]) == len(found[0])):
                    self._table(rows, breaks)
                    rows, breaks = [], []
                elif found[0] == rows[0]:
                    # The heading of the columns is repeated on the next page.
                    found = found[1:]
                rows += found
        self._table(rows, breaks)
        self._flush()

    def _table(self, rows: list[list[str]], breaks: list[int]) -> None:
        if rows:
            self._flush()
            self._builder.table(rows, breaks=breaks)

    def _line(self, line: Line) -> None:
        opened = self._open
        if opened.last is not None and self._continues(opened.last, line):
            opened.pieces.append((False, line.text))
        else:
            free = opened.last is not None and self._apart(opened.last, line)
            self._flush()
            self._open.pieces.append((False, line.text))
            self._open.size = line.size
            self._open.free = free
        self._open.last = line

    def _continues(self, above: Line, line: Line) -> bool:
        """Whether a line goes on with the sentence of the one above."""
        if abs(above.size - line.size) > 0.12 * self._body or _NEW.match(line.text):
            return False
        if self._apart(above, line) or len(line.segments) > 1:
            return False
        first = line.segments[0]
        # In a hanging layout the words go on below words, not below their label.
        indent = first.left - line.left - (above.segments[-1].left - above.left)
        letters = re.match(r"[\x21-\x7e]+|.", line.text)
        letter = (first.right - first.left) / max(len(first.text), 1)
        latin = letters is not None and letters.group().isascii()
        word = letter * (len(letters.group() if letters else " ") + latin)
        # A line that ends within a sentence may be short of the edge by a letter or so.
        short = 0.3 if latin or above.text[-1:] in "。」）" else 1.5
        reaches = above.right + word > above.bound - short * line.size
        if above.text.endswith(("。", "．")) and above.right < above.bound - 1.2 * line.size:
            return False
        return reaches and indent < 0.7 * line.size

    def _apart(self, above: Line, line: Line) -> bool:
        step = above.middle - line.middle
        return self._pitch > 0 and step > _BLANK * self._pitch

    def _flush(self) -> None:
        opened, self._open = self._open, _Paragraph()
        text = [piece for _, piece in opened.pieces if piece]
        if (
            opened.last is not None
            and text
            and len(text) == 1
            and _is_large(opened.last, self._body)
        ):
            self._builder.heading(text[0], self._ranks.get(round(opened.size * 2) / 2, 1))
            for begins, _ in opened.pieces:
                if begins:
                    self._builder.page()
            return
        before = ""
        pieces = list(opened.pieces)
        for at, (begins, piece) in enumerate(pieces):
            if begins:
                self._builder.page()
                continue
            following = next((p for _, p in pieces[at + 1 :] if p), "")
            words = _unhyphenated(piece, following)
            if not before:
                self._builder.paragraph(words, free=opened.free)
            else:
                self._builder.join(words, _glue(before, piece))
            before = piece


def _unhyphenated(piece: str, following: str) -> str:
    """A line without the hyphen that parts a word at its end."""
    if re.search(r"[a-z]-$", piece) and following[:1].islower():
        return piece[:-1]
    return piece


def _glue(before: str, after: str) -> str:
    if re.search(r"[a-z]-$", before) and after[:1].islower():
        return ""
    return (
        ""
        if has_japanese(before[-1:] + after[:1])
        or not (before[-1:].isascii() and after[:1].isascii())
        else " "
    )

"""The lines and tables of a PDF's pages -> paragraphs, headings and rows, written in order.

What the page has wrapped is joined again, also over the end of a page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from ingest.formats.builder import DocumentBuilder
from ingest.formats.pdf_boxes import Line, Page
from ingest.formats.pdf_layout import Block, ordered_pages
from ingest.formats.pdf_tables import Grid
from ingest.formats.pdf_wrap import begins_anew, had_no_room, joined

_HEADING = 1.14
"""Type this many times as large as the text's is a heading's."""

_HEADING_LIMIT = 70
"""Characters; a longer line in large type is no heading."""

_HEADING_LINES = 3
"""Lines that a heading takes at most."""

_SAME_SIZE = 0.12
"""Share of the text's size by which the sizes of a paragraph's lines may differ."""

_INDENT = 0.7
"""Heights of the type; a line that stands further in than the one above begins a paragraph."""

_BLANK = 1.75
"""A line this many line distances below the one before stands behind a blank line."""

_MOST_STEP = 4.0
"""Heights of the type; a larger step from line to line is no distance of lines."""

_USUAL_SIZE = 10.0
"""Points; the size of type of a document without any lines."""


@dataclass
class _Paragraph:
    """Lines that belong together, and before which of them a page begins."""

    pieces: list[tuple[bool, str]] = field(default_factory=list)
    last: Line | None = None
    lines: int = 0
    free: bool = False


def write_pages(builder: DocumentBuilder, pages: Sequence[Page]) -> None:
    """Write the pages of a document, without what runs at their edges."""
    blocks = ordered_pages(pages)
    lines = [[block for block in found if isinstance(block, Line)] for found in blocks]
    body = _body_size(lines)
    _Writer(builder, body, _ranks(lines, body), _pitch(lines)).write(blocks)


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The size of type that most characters have."""
    counts: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            counts[_rounded(line.size)] += len(line.text)
    return counts.most_common(1)[0][0] if counts else _USUAL_SIZE


def _ranks(pages: Sequence[Sequence[Line]], body: float) -> dict[float, int]:
    """Level of a heading by its size of type, 1 for the largest."""
    sizes = {_rounded(line.size) for lines in pages for line in lines if _is_large(line, body)}
    return {size: rank for rank, size in enumerate(sorted(sizes, reverse=True), start=1)}


def _rounded(size: float) -> float:
    """A size of type to half a point: sizes differ a little by rounding."""
    return round(size * 2) / 2


def _is_large(line: Line, body: float) -> bool:
    return (
        line.size >= _HEADING * body
        and len(line.text) <= _HEADING_LIMIT
        and not line.text.endswith("。")
    )


def _pitch(pages: Sequence[Sequence[Line]]) -> float:
    """The usual distance from one line to the next."""
    steps = [
        step
        for lines in pages
        for above, below in pairwise(lines)
        if 0 < (step := above.middle - below.middle) < _MOST_STEP * above.size
    ]
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
        self._grid: Grid | None = None
        self._rows: list[list[str]] = []
        self._breaks: list[int] = []

    def write(self, pages: Sequence[Sequence[Block]]) -> None:
        """Write all pages; a table that goes on over a page is written as one."""
        for blocks in pages:
            if self._rows:
                self._breaks.append(len(self._rows))
            elif self._open.pieces:
                self._open.pieces.append((True, ""))
            else:
                self._builder.page()
            if not blocks:
                # Nothing goes on behind a page of pictures.
                self._close_table()
                self._flush()
            for position, block in enumerate(blocks):
                if isinstance(block, Line):
                    self._close_table()
                    self._line(block)
                else:
                    self._table(block, first=position == 0)
        self._close_table()
        self._flush()

    def _table(self, grid: Grid, *, first: bool) -> None:
        found = grid.rows()
        if not (first and self._grid is not None and self._grid.goes_on(grid)):
            self._close_table()
            self._flush()
        elif self._rows and found[0] == self._rows[0]:
            # The heading of the columns is repeated on the next page.
            found = found[1:]
        self._grid = grid
        self._rows += found

    def _close_table(self) -> None:
        if self._rows:
            self._builder.table(self._rows, breaks=self._breaks)
        self._grid, self._rows, self._breaks = None, [], []

    def _line(self, line: Line) -> None:
        opened = self._open
        if opened.last is None or not self._continues(opened.last, line):
            free = opened.last is not None and self._apart(opened.last, line)
            self._flush()
            self._open.free = free
        self._open.pieces.append((False, line.text))
        self._open.last = line
        self._open.lines += 1

    def _continues(self, above: Line, line: Line) -> bool:
        """Whether a line goes on with the sentence of the one above."""
        if abs(above.size - line.size) > _SAME_SIZE * self._body or len(line.segments) > 1:
            return False
        if self._apart(above, line) or begins_anew(line.text, above.text):
            return False
        first = line.segments[0]
        # In a hanging layout the words go on below words, not below their label.
        indent = first.left - line.left - (above.segments[-1].left - above.left)
        if indent >= _INDENT * line.size:
            return False
        wide = first.right - first.left
        return had_no_room(above.text, above.right, line.text, wide, line.size, above.bound)

    def _apart(self, above: Line, line: Line) -> bool:
        step = above.middle - line.middle
        return self._pitch > 0 and step > _BLANK * max(self._pitch, line.size)

    def _flush(self) -> None:
        opened, self._open = self._open, _Paragraph()
        last = opened.last
        if last and opened.lines <= _HEADING_LINES and _is_large(last, self._body):
            self._heading(opened, last)
            return
        glue: str | None = None
        words = after = ""
        for at, (begins, piece) in enumerate(opened.pieces):
            if not begins:
                following = next((text for _, text in opened.pieces[at + 1 :] if text), "")
                kept, behind = joined(piece, following)
                words, after = (words + after if words else "") + kept, behind
                continue
            glue, words = self._write(words, glue, after, free=opened.free), ""
            self._builder.page()
        self._write(words, glue, after, free=opened.free)

    def _write(self, words: str, glue: str | None, after: str, *, free: bool) -> str | None:
        """Write words of a paragraph that a page holds; the glue of those on the next one."""
        if not words:
            return glue
        if glue is None:
            self._builder.paragraph(words, free=free)
        else:
            self._builder.join(words, glue)
        return after

    def _heading(self, opened: _Paragraph, last: Line) -> None:
        text = ""
        for _, piece in opened.pieces:
            if text and piece:
                kept, glue = joined(text, piece)
                text = kept + glue
            text += piece
        self._builder.heading(text, self._ranks.get(_rounded(last.size), 1))
        for begins, _ in opened.pieces:
            if begins:
                self._builder.page()

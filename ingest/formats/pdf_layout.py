"""What stands where on the pages of a PDF -> paragraphs, headings and tables in reading order.

Only geometry: nothing here knows of pdfium. Points are 1/72 inch, from the lower left corner.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from statistics import median

from ingest.formats.pdf_boxes import Page, Segment
from ingest.formats.pdf_tables import Grid, find_grids
from ingest.text import has_japanese

_EDGE = 0.12
"""Share of a page's height, at its top and bottom, in which running headers and footers stand."""

_EDGE_LINES = 3
_APART = 1.3
"""A gap so many times as high as the usual one parts running lines from the text."""

_PAGE_NUMBER = re.compile(
    r"^[\s\-–—−－―ー‐~～(（\[【]*(?:p(?:age|\.)?\s*)?[0-9０-９]{1,4}\s*(?:(?:/|／|of)\s*[0-9０-９]{1,4})?\s*(?:ページ|頁|page)?"
    r"[\s\-–—−－―ー‐~～)）\]】]*$|^第\s*[0-9０-９]{1,4}\s*(?:ページ|頁)$",
    re.IGNORECASE,
)
_SAME_LINE = 0.5
"""Share of the type's height by which the middles of two words on one line may differ."""

_FULL = 0.7
"""A line is full that takes this share of its column; prose is mostly full lines."""

_HANGING = 0.15
"""Share of a column's lines whose punctuation may hang over its edge."""

_PROSE_LINES = 6
_PROSE_SHARE = 0.4
"""A column is prose if it has so many lines, and this share of them ends at the same edge."""


@dataclass
class Line:
    """Segments beside each other; ``bound`` is the right edge of the column they stand in."""

    segments: list[Segment]
    bound: float = 0.0
    left: float = 0.0
    column: list[Line] = field(default_factory=list, repr=False)

    @cached_property
    def text(self) -> str:
        """The words, with a wide space where a gap parts them."""
        if len(self.segments) == 1:
            return self.segments[0].text
        joined = "　" if any(has_japanese(s.text) for s in self.segments) else "  "
        return joined.join(segment.text for segment in self.segments)

    @property
    def middle(self) -> float:
        """Height of the line."""
        return self.segments[0].middle

    @cached_property
    def size(self) -> float:
        """Height of the largest type."""
        return max(segment.size for segment in self.segments)

    @property
    def right(self) -> float:
        """Where the words end."""
        return self.segments[-1].right


Block = Line | Grid


def ordered_pages(pages: Sequence[Page]) -> list[list[Block]]:
    """The lines and tables of each page in reading order, without what runs at the edges."""
    running = _running(pages)
    ordered = [
        _ordered([s for s in page.segments if s not in running[at]], page)
        for at, page in enumerate(pages)
    ]
    _set_bounds(ordered, _right_edge(pages))
    return ordered


def _right_edge(pages: Sequence[Page]) -> float:
    """How far right the text of most pages reaches, for a page that holds a few short lines."""
    rights = [
        sorted(s.right for s in page.segments)[-1 - int(_HANGING * len(page.segments))]
        for page in pages
        if page.segments
    ]
    return median(rights) if rights else 0.0


def _running(pages: Sequence[Page]) -> list[set[Segment]]:
    """For each page the segments of running headers, footers and page numbers."""
    edges = [[_edge(page, top=True), _edge(page, top=False)] for page in pages]
    counts: Counter[tuple[int, tuple[str, int]]] = Counter()
    for page in edges:
        for side, lines in enumerate(page):
            counts.update({(side, _shape(line)) for line in lines})
    least = max(2, (len(pages) + 1) // 2 if len(pages) < 6 else len(pages) // 3)
    found: list[set[Segment]] = []
    for page in edges:
        dropped: set[Segment] = set()
        for side, lines in enumerate(page):
            for line in lines:
                repeated = len(pages) > 2 and counts[side, _shape(line)] >= least
                twice = len(pages) == 2 and counts[side, _shape(line)] == 2
                if repeated or twice or _PAGE_NUMBER.match(line.text):
                    dropped.update(line.segments)
        found.append(dropped)
    return found


def _edge(page: Page, *, top: bool) -> list[Line]:
    """The outermost lines within the edge of a page that a gap parts from the text."""
    if top:
        near = [s for s in page.segments if s.middle > page.height * (1 - 2 * _EDGE)]
    else:
        near = [s for s in page.segments if s.middle < page.height * 2 * _EDGE]
    lines = _rows(near)[:: 1 if top else -1]
    steps = [abs(one.middle - other.middle) for one, other in pairwise(lines)]
    usual = median(steps) if steps else 0.0
    limit = page.height * (1 - _EDGE if top else _EDGE)
    for count, step in enumerate(steps[:_EDGE_LINES], start=1):
        if step > _APART * usual or step > _APART * 2 * lines[count].size:
            return [line for line in lines[:count] if (line.middle > limit) is top]
    # No gap: then only a page number may stand there.
    return [line for line in lines[:1] if _PAGE_NUMBER.match(line.text)]


def _shape(line: Line) -> tuple[str, int]:
    """What is the same of a running line on all pages: its words, digits apart, and its size."""
    return re.sub(r"[0-9０-９]+", "#", "".join(line.text.split())), round(line.size)


def _ordered(segments: Sequence[Segment], page: Page) -> list[Block]:
    """The lines and tables of a page in reading order."""
    if _is_vertical(segments):
        return list(_vertical(segments))
    grids = find_grids(page.rules, segments)
    inside = {segment for grid in grids for segment in grid.taken}
    free = [segment for segment in segments if segment not in inside]
    blocks: list[Block] = []
    rest = sorted(grids, key=lambda grid: -grid.top)
    # A table parts the page: what stands above it is read before.
    for grid in rest:
        above = [s for s in free if s.middle > grid.top]
        free = [s for s in free if s.middle <= grid.top]
        blocks += _columns(above)
        blocks.append(grid)
    return blocks + _columns(free)


def _columns(segments: Sequence[Segment]) -> list[Line]:
    """Lines of one column, or of two beside each other: first the left one, then the right."""
    if not segments:
        return []
    gutter = _gutter(segments)
    if gutter is None:
        return _column(_rows(segments))
    lines: list[Line] = []
    band: list[Segment] = []
    for segment in sorted(segments, key=lambda s: -s.middle):
        if segment.left < gutter - 1 and segment.right > gutter + 1:
            # A title over both columns is read between what is above and below it.
            lines += _two_columns(band, gutter)
            lines += _column(_rows([segment]))
            band = []
        else:
            band.append(segment)
    return lines + _two_columns(band, gutter)


def _two_columns(segments: Sequence[Segment], gutter: float) -> list[Line]:
    left = [s for s in segments if s.right <= gutter + 1]
    right = [s for s in segments if s.right > gutter + 1]
    return _column(_rows(left)) + _column(_rows(right))


def _gutter(segments: Sequence[Segment]) -> float | None:
    """The middle of the gap between two columns of prose, or None.

    Labels with their words beside them, and tables without lines, are read row by row: their
    columns are not both made of full lines.
    """
    if len(segments) < 8:
        return None
    left, right = min(s.left for s in segments), max(s.right for s in segments)
    width = right - left
    steps = [left + width * share / 100 for share in range(36, 66, 2)]
    best: float | None = None
    fewest = 0.08 * len(segments)
    for x in steps:
        crossing = sum(s.left < x - 1 and s.right > x + 1 for s in segments)
        if crossing <= fewest and _both_prose(segments, x):
            middle = _clear_middle(segments, x, left, right)
            if best is None or crossing < fewest:
                best, fewest = middle, min(fewest, crossing)
    return best


def _both_prose(segments: Sequence[Segment], x: float) -> bool:
    sides = ([s for s in segments if s.right <= x + 1], [s for s in segments if s.left >= x - 1])
    if min(map(len, sides)) < 4:
        return False
    for side in sides:
        wide = max(s.right for s in side) - min(s.left for s in side)
        full = sum(s.right - s.left >= _FULL * wide for s in side)
        if full < 0.5 * len(side):
            return False
    spans = [(min(s.bottom for s in side), max(s.top for s in side)) for side in sides]
    overlap = min(spans[0][1], spans[1][1]) - max(spans[0][0], spans[1][0])
    widths = [max(s.right for s in side) - min(s.left for s in side) for side in sides]
    return overlap > 0 and min(widths) > 0.5 * max(widths)


def _clear_middle(segments: Sequence[Segment], x: float, left: float, right: float) -> float:
    before = max((s.right for s in segments if s.right <= x + 1), default=left)
    after = min((s.left for s in segments if s.left >= x - 1), default=right)
    return (before + after) / 2


def _rows(segments: Sequence[Segment]) -> list[Line]:
    """Segments at one height as lines, from the top down."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (-s.middle, s.left)):
        first = rows[-1][0] if rows else None
        near = _SAME_LINE * min(segment.size, first.size) if first else 0.0
        if first is not None and abs(first.middle - segment.middle) <= max(near, 1.0):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [Line(sorted(row, key=lambda s: s.left)) for row in rows]


def _column(lines: list[Line]) -> list[Line]:
    """The lines, each knowing the column it stands in."""
    left = min((line.segments[0].left for line in lines), default=0.0)
    for line in lines:
        line.column, line.left = lines, left
    return lines


def _set_bounds(pages: Sequence[Sequence[Block]], least: float) -> None:
    """Find the right edge of each line's column.

    It is where many lines of a column end. A column of a few short lines has the edge of the
    nearest full one of the document, or that of the page (``least``).
    """
    columns = {
        id(block.column): block.column
        for blocks in pages
        for block in blocks
        if isinstance(block, Line)
    }
    full = sorted(edge for lines in columns.values() if (edge := _full_edge(lines)) is not None)
    for lines in columns.values():
        own = max(_outer(lines), 0.0)
        near = next((edge for edge in full if edge >= own - lines[0].size), max(own, least))
        for line in lines:
            line.bound = near


def _outer(lines: Sequence[Line]) -> float:
    """How far right lines reach, but for a few whose punctuation hangs over the edge."""
    rights = sorted(line.right for line in lines)
    return rights[-1 - int(_HANGING * len(rights))]


def _full_edge(lines: Sequence[Line]) -> float | None:
    """The right edge of a column of prose, or None where too few lines reach the same one."""
    if len(lines) < _PROSE_LINES:
        return None
    outer = _outer(lines)
    full = sum(line.right > outer - 1.5 * line.size for line in lines)
    return outer if full >= _PROSE_SHARE * len(lines) else None


def _is_vertical(segments: Sequence[Segment]) -> bool:
    """Whether a page is written from top to bottom: its segments are single letters, or narrow."""
    if len(segments) < 12:
        return False
    single = sum(len(s.text) == 1 or (s.top - s.bottom) > 3 * (s.right - s.left) for s in segments)
    return single > 0.7 * len(segments)


def _vertical(segments: Sequence[Segment]) -> list[Line]:
    """Columns from right to left, each read down."""
    columns: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: -(s.left + s.right)):
        middle = (segment.left + segment.right) / 2
        last = columns[-1][0] if columns else None
        if last is not None and abs((last.left + last.right) / 2 - middle) < 0.6 * max(
            last.right - last.left, 1.0
        ):
            columns[-1].append(segment)
        else:
            columns.append([segment])
    lines = []
    for column in columns:
        down = sorted(column, key=lambda s: -s.middle)
        text = "".join(s.text for s in down)
        size = down[0].right - down[0].left
        # As if it were a line from left to right: its length is its height.
        lines.append(Line([Segment(text, -down[0].top, -down[-1].bottom, 0, size, size)]))
    return _column(lines)

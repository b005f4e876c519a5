"""The reading order of the pages of a PDF: columns, tables among them, and vertical writing.

Only geometry: nothing here knows of pdfium. Points are 1/72 inch, from the lower left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import inf

from ingest.formats.pdf_boxes import Line, Page, Rule, Segment, rows
from ingest.formats.pdf_running import running
from ingest.formats.pdf_tables import Grid, find_grids

_FULL = 0.7
"""A line is full that takes this share of its column; prose is mostly full lines."""

_FULL_SHARE = 0.5
"""Share of a column's lines that are full, where two columns of prose stand side by side."""

_CROSSING = 0.08
"""Share of a page's lines that may stand over both columns: titles."""

_MIDDLE = (0.36, 0.64)
"""Shares of the width between which the gap of two columns lies."""

_STEPS = 15
_FEWEST = 8
_FEWEST_IN_COLUMN = 3
_TALL = 0.25
"""A rule so high, in shares of the page, that stands in no table parts two columns."""

_ALIKE = 0.5
"""The narrower column has at least this share of the wider one's width."""

_HANGING = 0.15
"""Share of a column's lines whose punctuation may hang over its edge."""

_LEAST_WIDTH = 0.6
"""Share of the page's width that lines reach at least where they are wrapped."""

_AT_EDGE = 1.5
"""Heights of the type by which lines that reach the edge may be short of it."""

_MARGINS = 1.6
"""The right margin is at most so many times the left one where one line alone shows it."""

_PROSE_LINES = 6
_PROSE_SHARE = 0.4
"""A column is prose if it has so many lines, and this share of them ends at the same edge."""

_VERTICAL_FEWEST = 12
"""Single letters of a page from which on they are not a few marks."""

_VERTICAL_SHARE = 0.7
_UPRIGHT = 3.0
"""Words so many times higher than wide are written downwards."""

_LEADING = 0.6
"""Share of the width of a column of vertical writing by which its parts may be apart."""

_BLANK = 0.8
"""Gap in vertical writing, in widths of the column, that is a space."""

Block = Line | Grid


def ordered_pages(pages: Sequence[Page]) -> list[list[Block]]:
    """The lines and tables of each page in reading order, without what runs at the edges."""
    blocks = [
        _ordered([s for s in page.segments if s not in dropped], page)
        for page, dropped in zip(pages, running(pages), strict=True)
    ]
    _set_bounds(blocks, pages, _right_edge(pages))
    return blocks


def _ordered(segments: Sequence[Segment], page: Page) -> list[Block]:
    """The lines and tables of a page in reading order."""
    if _is_vertical(segments):
        return list(_vertical(segments))
    grids = find_grids(page.rules, segments, page.width, page.height)
    inside = {segment for grid in grids for segment in grid.taken}
    free = [segment for segment in segments if segment not in inside]
    rules = _tall(page, grids)
    blocks: list[Block] = []
    # A table parts the page: what stands above it is read before.
    for grid in sorted(grids, key=lambda grid: -grid.top):
        above = [s for s in free if s.middle > grid.top]
        free = [s for s in free if s.middle <= grid.top]
        blocks += _columns(above, rules)
        blocks.append(grid)
    return blocks + _columns(free, rules)


def _set_bounds(pages: Sequence[Sequence[Block]], sheets: Sequence[Page], least: float) -> None:
    """Tell each line the right edge of its column.

    A column of a few short lines has the edge of the nearest full one of the document, or that of
    the page (``least``).
    """
    columns = {
        id(block.column): block.column
        for blocks in pages
        for block in blocks
        if isinstance(block, Line)
    }
    margin = _right_margin(sheets)
    full = sorted(edge for lines in columns.values() if (edge := _full_edge(lines)) is not None)
    for lines in columns.values():
        own = _outer(lines)
        near = next((edge for edge in full if edge >= own - lines[0].size), None)
        if near is None:
            near = max(own, least, 0.0 if _shares_edge(lines) else margin)
        for line in lines:
            line.bound = near if near <= line.limit else own


def _shares_edge(lines: Sequence[Line]) -> bool:
    """Whether the two longest lines end at one edge; one alone may just be the longest."""
    rights = sorted(line.right for line in lines)[-2:]
    return len(rights) > 1 and rights[1] - rights[0] <= _AT_EDGE * lines[0].size


def _right_margin(pages: Sequence[Page]) -> float:
    """Where lines end at least that reach the edge, if it is as far in as on the left."""
    lefts = [min(s.left for s in page.segments) for page in pages if page.segments]
    return pages[0].width - _MARGINS * min(lefts) if lefts else 0.0


def _right_edge(pages: Sequence[Page]) -> float:
    """How far right the text of most pages reaches, for a page that holds a few short lines."""
    rights = sorted(
        sorted(s.right for s in page.segments)[-1 - int(_HANGING * len(page.segments))]
        for page in pages
        if page.segments
    )
    widths = sorted(page.width for page in pages)
    # Where no line is longer than this, nothing says that the lines were wrapped.
    least = _LEAST_WIDTH * widths[len(widths) // 2] if widths else 0.0
    return max(rights[len(rights) // 2], least) if rights else least


def _is_vertical(segments: Sequence[Segment]) -> bool:
    """Whether a page is written from top to bottom: its segments are single letters, or narrow."""
    single = sum(len(s.text) == 1 for s in segments)
    down = sum(
        len(s.text) > 1 and s.top - s.bottom > _UPRIGHT * (s.right - s.left) for s in segments
    )
    if down == 0 and single < _VERTICAL_FEWEST:
        return False
    return single + down > _VERTICAL_SHARE * len(segments)


def _tall(page: Page, grids: Sequence[Grid]) -> list[Rule]:
    """Upright rules that stand between columns: none of a table, none at the page's side."""
    taken = {rule for grid in grids for rule in grid.down}
    left, right = _MIDDLE[0] * page.width, _MIDDLE[1] * page.width
    return [
        rule
        for rule in page.rules
        if left < rule.left < right
        and rule.top - rule.bottom > _TALL * page.height
        and rule not in taken
    ]


def _columns(segments: Sequence[Segment], rules: Sequence[Rule]) -> list[Line]:
    """Lines of one column, or of two beside each other: first the left one, then the right."""
    if not segments:
        return []
    gutter = _ruled_gutter(segments, rules) or _gutter(segments)
    if gutter is None:
        return _column(rows(segments))
    lines: list[Line] = []
    band: list[Segment] = []
    for segment in sorted(segments, key=lambda s: -s.middle):
        if segment.left < gutter - 1 and segment.right > gutter + 1:
            # A title over both columns is read between what is above and below it.
            lines += _two_columns(band, gutter)
            lines += _column(rows([segment]))
            band = []
        else:
            band.append(segment)
    return lines + _two_columns(band, gutter)


def _two_columns(segments: Sequence[Segment], gutter: float) -> list[Line]:
    left = [s for s in segments if s.right <= gutter + 1]
    right = [s for s in segments if s.right > gutter + 1]
    return _column(rows(left), gutter) + _column(rows(right))


def _ruled_gutter(segments: Sequence[Segment], rules: Sequence[Rule]) -> float | None:
    """Where a rule is drawn between two columns, or None."""
    for rule in rules:
        beside = [s for s in segments if rule.bottom <= s.middle <= rule.top]
        left = sum(s.right <= rule.left + 1 for s in beside)
        right = sum(s.left >= rule.left - 1 for s in beside)
        if left and right and left + right == len(beside):
            return rule.left
    return None


def _gutter(segments: Sequence[Segment]) -> float | None:
    """The middle of the gap between two columns of prose, or None.

    Labels with their words beside them, and tables without lines, are read row by row: their
    columns are not both made of full lines.
    """
    if len(segments) < _FEWEST:
        return None
    left, right = min(s.left for s in segments), max(s.right for s in segments)
    width = right - left
    best: float | None = None
    fewest = _CROSSING * len(segments)
    lowest, highest = (left + width * share for share in _MIDDLE)
    if sum(s.left < lowest and s.right > highest for s in segments) > fewest:
        return None
    for step in range(_STEPS):
        x = left + width * (_MIDDLE[0] + (_MIDDLE[1] - _MIDDLE[0]) * step / (_STEPS - 1))
        crossing = sum(s.left < x - 1 and s.right > x + 1 for s in segments)
        better = best is None or crossing < fewest
        if crossing <= fewest and better and _both_prose(segments, x):
            best, fewest = _clear_middle(segments, x, left, right), crossing
    return best


def _both_prose(segments: Sequence[Segment], x: float) -> bool:
    """Whether both sides of ``x`` are columns of full lines where they stand side by side."""
    sides = ([s for s in segments if s.right <= x + 1], [s for s in segments if s.left >= x - 1])
    if not all(sides):
        return False
    top = min(max(s.top for s in side) for side in sides)
    bottom = max(min(s.bottom for s in side) for side in sides)
    widths = []
    for side in sides:
        beside = [s for s in side if bottom <= s.middle <= top]
        if len(beside) < _FEWEST_IN_COLUMN:
            return False
        widths.append(max(s.right for s in beside) - min(s.left for s in beside))
        full = sum(s.right - s.left >= _FULL * widths[-1] for s in beside)
        if full < _FULL_SHARE * len(beside):
            return False
    return min(widths) > _ALIKE * max(widths)


def _clear_middle(segments: Sequence[Segment], x: float, left: float, right: float) -> float:
    before = max((s.right for s in segments if s.right <= x + 1), default=left)
    after = min((s.left for s in segments if s.left >= x - 1), default=right)
    return (before + after) / 2


def _column(lines: list[Line], limit: float = inf) -> list[Line]:
    """The lines, each knowing the column it stands in."""
    left = min((line.segments[0].left for line in lines), default=0.0)
    for line in lines:
        line.column, line.left, line.limit = lines, left, limit
    return lines


def _outer(lines: Sequence[Line]) -> float:
    """How far right lines reach, but for a few whose punctuation hangs over the edge."""
    rights = sorted(line.right for line in lines)
    return rights[-1 - int(_HANGING * len(rights))]


def _full_edge(lines: Sequence[Line]) -> float | None:
    """The right edge of a column of prose, or None where too few lines reach the same one."""
    if len(lines) < _PROSE_LINES:
        return None
    outer = _outer(lines)
    full = sum(line.right > outer - _AT_EDGE * line.size for line in lines)
    return outer if full >= _PROSE_SHARE * len(lines) else None


def _vertical(segments: Sequence[Segment]) -> list[Line]:
    """Columns from right to left, each read down."""
    columns: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: -(s.left + s.right)):
        middle = (segment.left + segment.right) / 2
        last = columns[-1][0] if columns else None
        near = _LEADING * max(last.right - last.left, 1.0) if last else 0.0
        if last is not None and abs((last.left + last.right) / 2 - middle) < near:
            columns[-1].append(segment)
        else:
            columns.append([segment])
    return _column([_turned(column) for column in columns], 0.0)


def _turned(column: Sequence[Segment]) -> Line:
    """A column of vertical writing as if it were a line from left to right."""
    down = sorted(column, key=lambda s: -s.middle)
    size = max(segment.right - segment.left for segment in down)
    text = down[0].text
    for above, below in pairwise(down):
        blank = above.bottom - below.top > _BLANK * size
        text += ("　" if blank else "") + below.text
    return Line([Segment(text, -down[0].top, -down[-1].bottom, 0, size, size)])

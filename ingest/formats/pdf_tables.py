"""Ruling lines of a page -> the cells of tables, and the words in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.formats.pdf_boxes import Rule, Segment, rows
from ingest.formats.pdf_wrap import begins_anew, had_no_room, joined
from ingest.formats.tables import Repeated

_NEAR = 3.0
"""Points; lines nearer than this are one."""

_SHORTEST = 6.0
"""Points; a shorter line is a mark and no rule."""

_MOST_LINES = 2_000
"""Lines of a page beyond which it is a drawing."""

_FEWEST_LINES = 3
"""Upright lines of two columns."""

_MARGIN = 1.5
"""Heights of the type that a cell leaves free at most beside a full line."""


@dataclass
class Grid:
    """A table: the positions of its lines, and the words that stand within."""

    xs: list[float]
    ys: list[float]
    across: list[Rule]
    down: list[Rule]
    taken: list[Segment]

    @property
    def top(self) -> float:
        """Height of its upper edge."""
        return self.ys[-1]

    def goes_on(self, other: Grid) -> bool:
        """Whether another grid, on the next page, has the same columns."""
        return len(self.xs) == len(other.xs) and all(
            abs(one - two) < _NEAR for one, two in zip(self.xs, other.xs, strict=True)
        )

    def rows(self) -> list[list[str]]:
        """The texts of the cells, from the top down; a merged cell in each of its places."""
        columns, count = len(self.xs) - 1, len(self.ys) - 1
        origin = [[(y, x) for x in range(columns)] for y in range(count)]
        for y in range(count):
            for x in range(columns):
                if x and not self._parted_left(y, x):
                    origin[y][x] = origin[y][x - 1]
                elif y and not self._parted_above(y, x):
                    origin[y][x] = origin[y - 1][x]
        held: dict[tuple[int, int], list[Segment]] = {}
        for words in self.taken:
            x = min(max(bisect_right(self.xs, words.left + 0.3 * words.size) - 1, 0), columns - 1)
            y = min(max(bisect_right(self.ys, (words.top + words.bottom) / 2) - 1, 0), count - 1)
            held.setdefault(origin[count - 1 - y][x], []).append(words)
        texts = {
            (y, x): _joined(words, self.xs[x], self.xs[x + origin[y].count((y, x))])
            for (y, x), words in held.items()
        }
        grid = [
            [
                texts.get(origin[y][x], "")
                if origin[y][x] == (y, x)
                else Repeated(texts.get(origin[y][x], ""))
                for x in range(columns)
            ]
            for y in range(count)
        ]
        return [row for row in grid if any(row)] or [[""] * columns]

    def _parted_left(self, y: int, x: int) -> bool:
        """Whether a line stands between a cell and the one to its left."""
        count = len(self.ys) - 1
        middle = (self.ys[count - 1 - y] + self.ys[count - y]) / 2
        at = self.xs[x]
        return any(abs(r.left - at) < _NEAR and r.bottom <= middle <= r.top for r in self.down)

    def _parted_above(self, y: int, x: int) -> bool:
        count = len(self.ys) - 1
        middle = (self.xs[x] + self.xs[x + 1]) / 2
        at = self.ys[count - y]
        return any(abs(r.bottom - at) < _NEAR and r.left <= middle <= r.right for r in self.across)


def _joined(words: list[Segment], left: float, right: float) -> str:
    """The lines of a cell between two edges, those that its width has wrapped joined."""
    lines = rows(words)
    # A cell keeps as much free on its right as on its left.
    margin = min(line.segments[0].left for line in lines) - left
    bound = right - min(max(margin, 0.0), _MARGIN * lines[0].size)
    text = lines[0].text
    for before, line in pairwise(lines):
        wide = line.right - line.segments[0].left
        room = had_no_room(before.text, before.right, line.text, wide, line.size, bound)
        if room and not begins_anew(line.text, before.text):
            kept, glue = joined(text, line.text)
            text = kept + glue + line.text
        else:
            text += "\n" + line.text
    return text


def find_grids(
    rules: Sequence[Rule], words: Sequence[Segment], width: float, height: float
) -> list[Grid]:
    """The tables of a page: lines that cross and make at least two columns with words in them.

    Args:
        rules: all lines of the page.
        words: the words of the page.
        width: the width of the page; a line along its edge belongs to a background.
        height: the height of the page.
    """
    drawn = [
        r
        for r in rules
        if _NEAR < r.left + r.right < 2 * width - _NEAR
        and _NEAR < r.bottom + r.top < 2 * height - _NEAR
    ]
    across = [r for r in drawn if r.right - r.left >= _SHORTEST and r.top - r.bottom < _NEAR]
    down = [r for r in drawn if r.top - r.bottom >= _SHORTEST and r.right - r.left < _NEAR]
    if len(across) < 2 or len(down) < 2 or len(across) + len(down) > _MOST_LINES:
        return []
    grids = []
    for inner_across, inner_down in _groups(across, down):
        xs = _distinct([r.left for r in inner_down])
        ys = _distinct([r.bottom for r in inner_across])
        if len(xs) < _FEWEST_LINES or len(ys) < 2:
            continue
        taken = [
            w
            for w in words
            if xs[0] - _NEAR < w.left < xs[-1] and ys[0] < (w.top + w.bottom) / 2 < ys[-1]
        ]
        if taken:
            grids.append(Grid(xs, ys, inner_across, inner_down, taken))
    return _outermost(grids)


def _outermost(grids: list[Grid]) -> list[Grid]:
    """The grids without those whose words stand in a larger one."""
    kept: list[Grid] = []
    for grid in sorted(grids, key=lambda g: -len(g.taken)):
        if not any(set(grid.taken) & set(other.taken) for other in kept):
            kept.append(grid)
    return kept


def _groups(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Lines that cross or meet each other, directly or through others."""
    down = sorted(down, key=lambda r: r.left)
    lefts = [rule.left for rule in down]
    leader = list(range(len(down) + len(across)))

    def find(at: int) -> int:
        while leader[at] != at:
            leader[at] = at = leader[leader[at]]
        return at

    for number, rule in enumerate(across, start=len(down)):
        first = bisect_left(lefts, rule.left - _NEAR)
        for at in range(first, bisect_right(lefts, rule.right + _NEAR)):
            if down[at].bottom - _NEAR <= rule.bottom <= down[at].top + _NEAR:
                leader[find(at)] = find(number)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for at in range(len(leader)):
        lying, standing = groups.setdefault(find(at), ([], []))
        if at < len(down):
            standing.append(down[at])
        else:
            lying.append(across[at - len(down)])
    return list(groups.values())


def _distinct(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found

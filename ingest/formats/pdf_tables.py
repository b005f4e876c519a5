"""Ruling lines of a page -> the cells of tables, and the words in them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.formats.pdf_boxes import Rule, Segment
from ingest.formats.tables import Repeated
from ingest.text import has_japanese

_NEAR = 3.0
"""Points; lines nearer than this are one."""

_SHORTEST = 6.0
"""Points; a shorter line is a mark and no rule."""

_MOST_LINES = 4_000


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
        texts = {place: self._joined(place, words) for place, words in held.items()}
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

    def _joined(self, place: tuple[int, int], words: list[Segment]) -> str:
        """The lines of a cell, those that its width has wrapped joined."""
        right = max((w.right for w in words), default=0.0)
        edge = min((x for x in self.xs if x > right - _NEAR), default=right)
        ordered = sorted(words, key=lambda w: (-round((w.top + w.bottom) / 2), w.left))
        text, before = "", None
        for word in ordered:
            if before is None:
                text = word.text
            else:
                same = abs(before.top - word.top) < 0.5 * word.size
                wrapped = before.right > edge - 2.2 * word.size and not before.text.endswith("。")
                japanese = has_japanese(before.text[-1:] + word.text[:1])
                glue = "　" if same else "\n" if not wrapped else "" if japanese else " "
                text += glue + word.text
            before = word
        return text


def find_grids(rules: Sequence[Rule], words: Sequence[Segment]) -> list[Grid]:
    """The tables of a page: lines that cross and make at least two columns with words in them."""
    across = [r for r in rules if r.right - r.left >= _SHORTEST and r.top - r.bottom < _NEAR]
    down = [r for r in rules if r.top - r.bottom >= _SHORTEST and r.right - r.left < _NEAR]
    if len(across) < 2 or len(down) < 2 or len(across) + len(down) > _MOST_LINES:
        return []
    grids = []
    for group in _groups([*across, *down]):
        inner_across = [r for r in group if r.right - r.left >= r.top - r.bottom]
        inner_down = [r for r in group if r.right - r.left < r.top - r.bottom]
        xs = _distinct([r.left for r in inner_down])
        ys = _distinct([r.bottom for r in inner_across])
        if len(xs) < 3 or len(ys) < 2:
            continue
        taken = [
            w
            for w in words
            if xs[0] - _NEAR < w.left < xs[-1] and ys[0] < (w.top + w.bottom) / 2 < ys[-1]
        ]
        if taken:
            grids.append(Grid(xs, ys, inner_across, inner_down, taken))
    return grids


def _groups(rules: list[Rule]) -> list[list[Rule]]:
    """Lines that touch each other, directly or through others."""
    groups: list[tuple[list[float], list[Rule]]] = []
    for rule in sorted(rules, key=lambda r: -r.top):
        edges = [rule.left - _NEAR, rule.bottom - _NEAR, rule.right + _NEAR, rule.top + _NEAR]
        members = [rule]
        apart = []
        for other_edges, others in groups:
            if _touch(edges, other_edges):
                edges = [
                    min(edges[0], other_edges[0]), min(edges[1], other_edges[1]),
                    max(edges[2], other_edges[2]), max(edges[3], other_edges[3]),
                ]  # fmt: skip
                members = others + members
            else:
                apart.append((other_edges, others))
        groups = [*apart, (edges, members)]
    return [members for _, members in groups]


def _touch(one: list[float], other: list[float]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _distinct(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > _NEAR:
            found.append(value)
    return found

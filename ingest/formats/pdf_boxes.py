"""What stands on a page of a PDF, and where: points of 1/72 inch from the lower left corner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from ingest.text import has_japanese

_SAME_LINE = 0.5
"""Share of the type's height by which the middles of two words on one line may differ."""

_EVEN = 1.5
"""Spaces of a justified line are alike: the widest is at most so many times the narrowest."""

_FEWEST = 2
"""Spaces of a line from which on it can be said whether they are alike."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Words on one line without a wide gap among them; ``space`` is the widest gap within."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    space: float = 0.0

    @property
    def middle(self) -> float:
        """Height of the middle of the words."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that is drawn on a page."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True)
class Page:
    """Everything on a page that matters; ``failure`` says that it could not be read."""

    width: float
    height: float
    segments: tuple[Segment, ...]
    rules: tuple[Rule, ...]
    pictures: bool = False
    failure: bool = False


@dataclass(eq=False)
class Line:
    """Segments beside each other, in a column.

    ``left`` and ``bound`` are the column's edges, as far as its lines show them; ``limit`` is
    where the next column begins.
    """

    segments: list[Segment]
    left: float = 0.0
    bound: float = 0.0
    limit: float = inf
    column: list[Line] = field(default_factory=list, repr=False)
    text: str = field(init=False)
    """The words, with a wide space where a gap parts them."""
    size: float = field(init=False)
    """Height of the largest type."""
    middle: float = field(init=False)
    """Height of the line."""
    right: float = field(init=False)
    """Where the words end."""

    def __post_init__(self) -> None:
        first = self.segments[0]
        self.text, self.size, self.middle = first.text, first.size, first.middle
        self.right = self.segments[-1].right
        if len(self.segments) > 1:
            japanese = any(has_japanese(segment.text) for segment in self.segments)
            self.text = ("　" if japanese else "  ").join(s.text for s in self.segments)
            self.size = max(segment.size for segment in self.segments)


def rows(segments: Iterable[Segment]) -> list[Line]:
    """Segments at one height as lines, from the top down."""
    found: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (-s.top - s.bottom, s.left)):
        first = found[-1][0] if found else None
        near = max(_SAME_LINE * min(segment.size, first.size), 1.0) if first else 0.0
        if first is not None and first.middle - segment.middle <= near:
            found[-1].append(segment)
        else:
            found.append([segment])
    return [
        Line(row if len(row) == 1 else _unjustified(sorted(row, key=lambda s: s.left)))
        for row in found
    ]


def _unjustified(row: list[Segment]) -> list[Segment]:
    """The words of a justified line as one segment: its spaces are wide, but all alike."""
    gaps = [after.left - before.right for before, after in pairwise(row)]
    inner = [segment.space for segment in row if segment.space]
    spaces = gaps + inner
    if len(spaces) < _FEWEST or min(spaces) <= 0 or max(spaces) > _EVEN * min(spaces):
        return row
    if any(has_japanese(segment.text) for segment in row):
        return row
    words = " ".join(segment.text for segment in row)
    bottom, top = min(s.bottom for s in row), max(s.top for s in row)
    size = max(s.size for s in row)
    return [Segment(words, row[0].left, row[-1].right, bottom, top, size, max(spaces))]

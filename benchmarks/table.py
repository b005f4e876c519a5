"""Rows of figures, and how they are printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Against(StrEnum):
    """What ``ours`` is divided by."""

    NAIVE = "naive"
    ALONE = "model alone"
    FIRST = "first run"
    LIBRARY = "library alone"
    ONE_CORE = "one core"
    SMALL = "small file"
    SMALLEST = "smallest index"
    WITHOUT = "without it"


@dataclass(frozen=True)
class Goal:
    """A bound to reach, on the ratio or (``absolute``) on our own figure."""

    bound: float
    at_least: bool = False
    absolute: bool = False

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self.bound:g}{'' if self.absolute else '×'}"


@dataclass(frozen=True)
class Row:
    """One measurement: medians. ``model_alone`` is what the bare model takes for the same.

    ``baseline`` is our own figure or a library's under the circumstances that ``against`` names.
    """

    what: str
    unit: str
    ours: float
    naive: float | None = None
    model_alone: float | None = None
    first_run: float | None = None
    baseline: float | None = None
    against: Against | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """``ours`` divided by what it is held against."""
        if self.against is None:
            return None
        other = {
            Against.NAIVE: self.naive,
            Against.ALONE: self.model_alone,
            Against.FIRST: self.first_run,
            Against.LIBRARY: self.baseline,
            Against.ONE_CORE: self.baseline,
            Against.SMALL: self.baseline,
            Against.SMALLEST: self.baseline,
            Against.WITHOUT: self.baseline,
        }[self.against]
        return self.ours / other if other else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        value = self.ours if self.goal.absolute else self.ratio
        if value is None:
            return False
        return value >= self.goal.bound if self.goal.at_least else value <= self.goal.bound

    def as_json(self) -> dict[str, Any]:
        """All fields, with ratio and verdict."""
        return asdict(self) | {"ratio": self.ratio, "met": self.met}


_HEADINGS = ("what", "unit", "ours", "naive", "model alone", "ratio", "to reach", "met")


def render(rows: Sequence[Row]) -> str:
    """The rows as a table in Markdown that lines up in a terminal."""
    cells = [_HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(_width(line[column]) for line in cells) for column in range(len(_HEADINGS))]
    lines = [_line(line, widths) for line in cells]
    rule = "|" + "|".join("-" * (w + 1) + (":" if i > 1 else "-") for i, w in enumerate(widths))
    return "\n".join([lines[0], rule + "|", *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{_number(row.ratio)}× {row.against}"
    met = {True: "yes", False: "NO", None: ""}[row.met]
    goal = "" if row.goal is None else str(row.goal)
    figures = [_number(value) for value in (row.ours, row.naive, row.model_alone)]
    return (row.what, row.unit, *figures, ratio, goal, met)


def _number(value: float | None) -> str:
    """Three digits that count."""
    if value is None:
        return ""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell + " " * (width - _width(cell)) if column < 2 else " " * (width - _width(cell)) + cell
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "| " + " | ".join(padded) + " |"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)

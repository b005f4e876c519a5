"""What stands on a page of a PDF, and where: points of 1/72 inch from the lower left corner."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Segment:
    """Words on one line without a wide gap among them."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float

    @cached_property
    def middle(self) -> float:
        """Height of the middle of the words."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True)
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

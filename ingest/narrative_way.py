"""What a language must know of how its minutes tell who said what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from ingest.text import Line
from ingest.types import AgendaItem


class Teller(NamedTuple):
    """Who says something.

    The sentence is told from character ``begin`` on, behind bullets and joining words, and what is
    said begins at ``said``.
    """

    who: str
    begin: int
    said: int


class Way(Protocol):
    """How the minutes of a language tell who said what."""

    MINUTES: re.Pattern[str]
    """What says at the head of a document that it is minutes."""

    ASKS: re.Pattern[str]
    """What says in a speech that it asks."""

    REPLIES: re.Pattern[str]
    """What says in a speech that it takes up what was asked just before."""

    def teller(self, sentence: str, names: frozenset[str]) -> Teller | None:
        """Who says something, at the head of a sentence; ``names`` are the roster's, folded."""
        ...

    def others(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """(end of what was said before, where somebody else may begin) within a sentence."""
        ...

    def goes_on(self, sentence: str) -> bool:
        """Whether a sentence without a teller is still of whom the one before tells."""
        ...

    def repeated(self, who: str) -> str | None:
        """Whose name a teller stands for that says "the same": 委員 of 同委員; None of others."""
        ...

    def begins(self, before: Line, line: Line) -> bool:
        """Whether a line that follows another begins a paragraph."""
        ...

    def heading(self, all_lines: Sequence[Line], position: int) -> AgendaItem | None:
        """The item that a line heads, or None."""
        ...

"""A reader whose opinion is a rule: for what an opinion does, not for which one is had."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from index_store.reader.header import header_of
from index_store.types import Opinion, StoredPassage

WORDS = "450万円"
"""What it marks."""


class Scripted:
    """Has an opinion by a rule, and remembers what it was shown."""

    def __init__(self, odds: Callable[[str], float]) -> None:
        self._odds = odds
        self.shown: list[tuple[str, str]] = []
        self.prepared = False

    def prepare(self) -> None:
        self.prepared = True

    def read(self, question: str, passages: Sequence[StoredPassage]) -> list[Opinion]:
        return self.read_texts(question, [(header_of(p), p.text) for p in passages])

    def read_texts(self, question: str, shown: Sequence[tuple[str, str]]) -> list[Opinion]:
        self.shown += shown
        return [self._opinion(text) for _, text in shown]

    def _opinion(self, text: str) -> Opinion:
        odds = self._odds(text)
        at = text.find(WORDS)
        return Opinion(
            odds, 1 / (1 + math.exp(-odds)), odds, (at, at + len(WORDS)) if at >= 0 else None
        )

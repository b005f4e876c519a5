"""How well a reader reads: spans, which passage answers, and whether any does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.reader.groups import Group, Shown
from index_store.reader.calibration import Calibration
from index_store.reader.network import ReaderNetwork
from index_store.reader.pieces import Pieces
from index_store.reader.scoring import Scores, scored

Floats = NDArray[np.float64]


Read = Callable[[str, Sequence[Shown]], list[Scores]]
Odds = Callable[[Scores], float]
"""Puts both scores together."""


def odds_by(calibration: Calibration) -> Odds:
    """Log-odds of scores, by a calibration."""
    return lambda one: calibration.odds(one.answers, one.ahead)


def reader_of(network: ReaderNetwork, pieces: Pieces, device: str = "cpu") -> Read:
    """A network as a function of a question and passages."""

    def read(question: str, shown: Sequence[Shown]) -> list[Scores]:
        if not shown:
            return []
        network.eval()
        pairs = [pieces.seen(question, one.header, one.text) for one in shown]
        return scored(network, pairs, device)

    return read


def remembering(read: Read) -> Read:
    """The same reader, which reads no pair of question and passage twice."""
    known: dict[tuple[str, Shown], Scores] = {}

    def from_memory(question: str, shown: Sequence[Shown]) -> list[Scores]:
        new = [one for one in dict.fromkeys(shown) if (question, one) not in known]
        for one, scores in zip(new, read(question, new), strict=True):
            known[question, one] = scores
        return [known[question, one] for one in shown]

    return from_memory


@dataclass(frozen=True)
class SpanScores:
    """Exact match and F1 by characters, one value a question (JGLUE's measures)."""

    exact: Floats
    f1: Floats


def span_scores(read: Read, groups: Sequence[Group]) -> SpanScores:
    """How well the words are found where the right passage is given."""
    exact, overlap = [], []
    for group in groups:
        shown = group.answering[0]
        span = read(group.question, [shown])[0].span
        found = shown.text[slice(*span)] if span else ""
        golds = {shown.text[a:b] for a, b in shown.spans}
        exact.append(float(found in golds))
        overlap.append(max(f1(found, gold) for gold in golds))
    return SpanScores(np.array(exact), np.array(overlap))


def f1(found: str, gold: str) -> float:
    """Harmonic mean of precision and recall by characters."""
    both = sum((Counter(found) & Counter(gold)).values())
    return 2 * both / (len(found) + len(gold)) if both else 0.0


@dataclass(frozen=True)
class RankScores:
    """One value a question: whether the first passage answers, and one by its rank."""

    first: Floats
    reciprocal: Floats


def rank_scores(read: Read, groups: Sequence[Group], passages: int = 10) -> RankScores:
    """Which passage answers, among a right one and the likeliest wrong ones."""
    first, reciprocal = [], []
    for group in groups:
        shown = [*group.answering[:1], *group.others[: passages - 1]]
        scores = [one.answers for one in read(group.question, shown)]
        rank = 1 + sum(score >= scores[0] for score in scores[1:])
        first.append(float(rank == 1))
        reciprocal.append(1 / rank)
    return RankScores(np.array(first), np.array(reciprocal))


def best_scores(read: Read, groups: Sequence[Group], odds: Odds, passages: int = 8) -> Floats:
    """The highest log-odds of the passages of each question, right ones among them."""
    found = []
    for group in groups:
        shown = [*group.answering[:2], *group.others][:passages]
        found.append(max((odds(one) for one in read(group.question, shown)), default=-20.0))
    return np.array(found)

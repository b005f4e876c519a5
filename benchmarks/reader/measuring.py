"""What a reader is worth on groups that it did not learn from, with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from benchmarks.reader.groups import Group
from benchmarks.reader.scoring import (
    Odds,
    Read,
    best_scores,
    rank_scores,
    remembering,
    span_scores,
)
from index_store.reader.calibration import Calibration

Floats = NDArray[np.float64]

RANKED = 400
"""Questions of a source whose ten passages are ranked at most; it is the longest part."""

RESAMPLED = 1_000
"""Bootstrap samples of an interval."""


@dataclass(frozen=True)
class Figure:
    """A figure, its 95 % bootstrap interval, and of how many questions it is."""

    value: float
    low: float
    high: float
    questions: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}, {self.questions})"


def figures(
    read: Read, groups: Sequence[Group], odds: Odds, most: int | None = None
) -> dict[str, Figure]:
    """All figures that the groups allow, by name.

    Args:
        read: the reader.
        odds: puts its scores together.
        groups: of any sources.
        most: questions of a source at most, for a quick look; None takes all.
    """
    found: dict[str, Figure] = {}
    read = remembering(read)
    for source in dict.fromkeys(group.source for group in groups):
        of_source = [group for group in groups if group.source == source][:most]
        marked = [g for g in of_source if g.answering and g.answering[0].spans]
        if marked:
            spans = span_scores(read, marked)
            found[f"{source}: exact"] = mean_of(spans.exact)
            found[f"{source}: span F1"] = mean_of(spans.f1)
        choice = [g for g in of_source if g.answering and g.others][:RANKED]
        if choice:
            ranks = rank_scores(read, choice)
            found[f"{source}: right one of 10 first"] = mean_of(ranks.first)
            found[f"{source}: reciprocal rank of 10"] = mean_of(ranks.reciprocal)
        if 0 < sum(bool(g.answering) for g in of_source) < len(of_source):
            found |= dict(_refusals(source, best_scores(read, of_source, odds), of_source))
    return found


def _refusals(source: str, odds: Floats, groups: Sequence[Group]) -> Iterator[tuple[str, Figure]]:
    """Area under the curve, over all and for each kind of unanswerable question."""
    answerable = np.array([bool(group.answering) for group in groups])
    yield f"{source}: area", area_of(odds, answerable)
    for kind in sorted({g.kind for g in groups if not g.answering}):
        kept = answerable | np.array([group.kind == kind for group in groups])
        yield f"{source}: area, {kind}", area_of(odds[kept], answerable[kept])


def mean_of(values: Floats) -> Figure:
    """The mean of one value a question."""
    chance = np.random.default_rng(7)
    means = [
        values[chance.integers(len(values), size=len(values))].mean() for _ in range(RESAMPLED)
    ]
    return _figure(float(values.mean()), means, len(values))


def area_of(odds: Floats, answerable: NDArray[np.bool_]) -> Figure:
    """Area under the curve of what tells answerable questions from others."""
    chance = np.random.default_rng(7)
    areas = []
    for _ in range(RESAMPLED // 4):
        at = chance.integers(len(odds), size=len(odds))
        if 0 < answerable[at].sum() < len(at):
            areas.append(roc_auc_score(answerable[at], odds[at]))
    return _figure(float(roc_auc_score(answerable, odds)), areas, len(odds))


def _figure(value: float, resampled: Sequence[float], questions: int) -> Figure:
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Figure(value, float(low), float(high), questions)


def calibrated(read: Read, groups: Sequence[Group], passages: int = 8) -> Calibration:
    """What makes the log-odds of both scores, so that they mean what they say.

    Args:
        read: the reader.
        groups: nothing was learnt from. Whether a passage answers is learnt on questions for facts,
            those with marked words or without an answer; which answers best on all.
        passages: of a question at most.
    """
    facts: list[Floats] = []
    right: list[bool] = []
    choices: list[Floats] = []
    for group in groups:
        shown = [*group.answering[:1], *group.others][:passages]
        if not shown:
            continue
        scores = np.array([(one.answers, one.ahead) for one in read(group.question, shown)])
        if group.answering and len(shown) > 1:
            choices.append(scores)
        if not group.answering or group.answering[0].spans:
            facts.append(scores)
            right += [bool(group.answering) and n == 0 for n in range(len(shown))]
    model = LogisticRegression(C=100.0, max_iter=1_000)
    model.fit(np.concatenate(facts), np.array(right))
    first = minimize(_surprise, np.array([1.0, 0.0]), args=(choices,)).x
    weights = (*model.coef_[0], model.intercept_[0], *first)
    return Calibration(*map(float, weights))


def _surprise(weights: Floats, choices: Sequence[Floats]) -> float:
    """Mean negative log-likelihood that the right passage, the first, is chosen."""
    losses = []
    for scores in choices:
        strength = scores @ weights
        losses.append(np.logaddexp.reduce(strength) - strength[0])
    return float(np.mean(losses))


def table(found: Mapping[str, Figure]) -> list[str]:
    """The figures as lines."""
    width = max(map(len, found), default=0)
    return [f"{name:<{width}}  {figure}" for name, figure in found.items()]

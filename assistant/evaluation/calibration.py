"""Whether confidence means what it says: of what is 0.8 sure, four of five should be so.

Confidence is how likely a question can be answered, as the engine weighed it before it answered or
refused. Outcomes that were settled without weighing (a roster, the head of the minutes) have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.runs import Run

BINS = 10
"""Bins of equal width (Naeini et al. 2015)."""

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True)
class Bin:
    """Questions of similar confidence: its mean, the share that can be answered, and their number."""

    confidence: float
    answerable: float
    n: int


@dataclass(frozen=True)
class Calibration:
    """How far confidence and truth agree.

    ``error`` is the expected calibration error (0 is best, 1 worst), ``brier`` the mean squared
    error, ``area`` the area under the curve of answerable against unanswerable questions; None where
    all are of one kind. ``n`` questions were weighed.
    """

    error: float
    brier: float
    area: float | None
    n: int
    bins: tuple[Bin, ...]


def calibration(run: Run) -> Calibration | None:
    """That of a run; None where nothing was weighed."""
    answerable = {question.id: question.answerable for question in run.questions}
    weighed = [
        (one.confidence, answerable[one.question])
        for one in run.answers
        if one.confidence is not None
    ]
    if not weighed:
        return None
    return calibration_of([chance for chance, _ in weighed], [truth for _, truth in weighed])


def calibration_of(chances: Sequence[float], truths: Sequence[bool]) -> Calibration:
    """That of probabilities, each with whether it came true; at least one."""
    chance, truth = np.array(chances, dtype=np.float64), np.array(truths, dtype=bool)
    at = np.minimum((chance * BINS).astype(int), BINS - 1)
    bins = tuple(
        Bin(float(chance[at == one].mean()), float(truth[at == one].mean()), int((at == one).sum()))
        for one in range(BINS)
        if (at == one).any()
    )
    error = sum(one.n * abs(one.confidence - one.answerable) for one in bins) / len(chance)
    brier = float(((chance - truth) ** 2).mean())
    return Calibration(error, brier, _area(chance, truth), len(chance), bins)


def _area(chance: Floats, truth: Truths) -> float | None:
    """The share of pairs in which the true one is likelier; ties count half (Mann and Whitney)."""
    if truth.all() or not truth.any():
        return None
    ahead = chance[truth][:, None] - chance[~truth][None, :]
    return float(((ahead > 0) + 0.5 * (ahead == 0)).mean())

"""A small logistic model, and the curve of what is kept over what is accepted wrongly."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

MOST_FAKES = 0.05
"""The share of fakes that may be accepted at the working point."""

RIDGE = 3.0
"""Weight of the penalty on the squared weights of the model; the signs are standardised."""

_NEWTON_STEPS = 50


@dataclass(frozen=True)
class Logistic:
    """A logistic model on standardised signs, with a penalty on its weights."""

    mean: Floats
    spread: Floats
    weights: Floats
    bias: float

    @classmethod
    def fit(cls, signs: Floats, true: Truths) -> Logistic:
        """The model under which ``true`` is likeliest, by Newton's method.

        Args:
            signs: of shape [summaries, signs].
            true: whether each summary is true.
        """
        mean, spread = signs.mean(axis=0), signs.std(axis=0)
        spread = np.where(spread > 0, spread, 1.0)
        rows = np.column_stack([(signs - mean) / spread, np.ones(len(signs))])
        penalty = np.append(np.full(signs.shape[1], RIDGE), 1e-3)
        weights = np.zeros(rows.shape[1])
        for _ in range(_NEWTON_STEPS):
            likely = _likelihood(rows @ weights)
            slope = rows.T @ (likely - true) + penalty * weights
            bend = (rows.T * (likely * (1 - likely))) @ rows + np.diag(penalty)
            change = np.linalg.solve(bend, slope)
            weights -= change
            if np.abs(change).max() < 1e-9:
                break
        return cls(mean, spread, weights[:-1], float(weights[-1]))

    def scores(self, signs: Floats) -> Floats:
        """The likelihood that each summary is true."""
        return _likelihood((signs - self.mean) / self.spread @ self.weights + self.bias)


def _likelihood(odds: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(odds, -500, 500)))


def threshold(scores: Floats, true: Truths) -> float:
    """The lowest score at which at most 5 % of the fakes are accepted; infinity where none is low enough."""
    low = math.inf
    for score in sorted(set(scores.tolist()), reverse=True):
        if (scores[~true] >= score).mean() > MOST_FAKES:
            break
        low = score
    return low


def curve(scores: Floats, true: Truths, counts: Floats) -> tuple[Floats, Floats]:
    """The shares of fakes and of true ones that pass at each threshold, from none to all.

    Args:
        scores: of each summary.
        true: whether it is.
        counts: how often each summary counts, of shape [draws, summaries].

    Returns:
        Two arrays of shape [draws, thresholds + 1].
    """
    order = np.argsort(-scores, kind="stable")
    steps = np.flatnonzero(np.append(True, np.diff(scores[order]) != 0))
    shares = []
    for kind in (~true, true):
        passed = np.add.reduceat((counts * kind)[:, order], steps, axis=1).cumsum(axis=1)
        passed = np.column_stack([np.zeros(len(counts)), passed])
        shares.append(passed / np.maximum(passed[:, -1:], 1))
    return shares[0], shares[1]

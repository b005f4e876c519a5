"""How the scores of one search are put together; what each way gives is in ``docs/retrieval.md``."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

MEANING_WEIGHT = 1.2
"""Weight of meaning beside words."""

TOPIC_WEIGHT = 0.4
"""Weight of the words of a passage's topic (its opening clause, its heading) beside the rest."""

RECIPROCAL = 60
"""Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion" (2009)."""


class Fusion(StrEnum):
    """A way of ranking."""

    WORDS = "words"
    DENSE = "dense"
    RRF = "rrf"
    ZSCORE = "zscore"
    HYBRID = "hybrid"


def fused(
    fusion: Fusion, similarity: Scores, words: Scores, topic: Scores, vocabulary: float = 1.0
) -> Scores:
    """One score for each candidate, higher is better.

    Args:
        fusion: the way; ``HYBRID`` is ours.
        similarity: cosines, shape [candidates].
        words: BM25 of the passages, shape [candidates], 0 where no word is shared.
        topic: BM25 of the passages' topics alone, shape [candidates].
        vocabulary: share, 0 to 1, of the weight of the question's words that the records hold at
            all. In another language it is near 0, and words then say nothing.
    """
    if fusion is Fusion.HYBRID:
        by_words = standardised(words) + TOPIC_WEIGHT * standardised(topic)
        return MEANING_WEIGHT * standardised(similarity) + vocabulary * by_words
    return _WAYS[fusion](similarity, words)


def standardised(scores: Scores) -> Scores:
    """Mean 0 and deviation 1; all 0 where all scores are equal."""
    deviation = scores.std() if scores.size else 0.0
    if deviation < 1e-12:
        return np.zeros_like(scores)
    result: Scores = (scores - scores.mean()) / deviation
    return result


def _reciprocal(scores: Scores) -> Scores:
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    result: Scores = np.where(scores > 0, 1.0 / (RECIPROCAL + ranks), 0.0)
    return result


_WAYS: dict[Fusion, Callable[[Scores, Scores], Scores]] = {
    Fusion.WORDS: lambda similarity, words: words,
    Fusion.DENSE: lambda similarity, words: similarity,
    Fusion.RRF: lambda similarity, words: _reciprocal(similarity) + _reciprocal(words),
    Fusion.ZSCORE: lambda similarity, words: standardised(similarity) + standardised(words),
}

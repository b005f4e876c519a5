"""The stretch of a record that a question is about, where single turns are not enough.

Who asks what was discussed wants a discussion, and in a transcript of short utterances nothing
less can be read. The vectors of a document's turns are compared with the question, smoothed along
the document, and the stretch that is nearest on average is taken. What that gives is measured in
``docs/retrieval.md``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index_store.embedding import Vectors
from index_store.index import Index
from index_store.types import Hit
from ingest.text import display_width

Floats = NDArray[np.float64]

STRETCH = 3_000
"""Columns of a stretch: what somebody reads in two minutes."""

SMOOTHING = 1_200
"""Columns; the deviation of the Gaussian that smooths along the document."""

CELL = 100
"""Columns of the steps in which is smoothed."""

KEPT = 8
"""Documents whose vectors are kept in memory."""

_OF_DISCUSSION = re.compile(
    r"議論|話し合|話合|討議|討論|経緯|やり取り|やりとり|論点|要約|(?:どんな|どのような|どういう)(?:意見|声|話)が"
    r"|\b(?:summar\w+|discuss\w*|debate\w*|talk(?:ed|ing|s)?|opinions?|views?|perspectives?|think|"
    r"thought|say|said|comment\w*|respon\w+|elaborat\w+|propos\w+|suggest\w*|recommend\w*)\b",
    re.IGNORECASE,
)
_OF_A_FACT = re.compile(
    r"誰|だれ|いつ|どこ|いくら|何[人件円名回個台点年月日曜時割%％パ]"
    r"|^\W*(?:(?:and|so|by|on|at|for|to|in) )?(?:who|whose|when|where|which|how (?:many|much|long|old))\b",
    re.IGNORECASE,
)


def asks_for_discussion(question: str) -> bool:
    """Whether a question asks for what was discussed, and not for one fact of it."""
    return bool(_OF_DISCUSSION.search(question)) and not _OF_A_FACT.search(question)


@dataclass(frozen=True)
class _Turns:
    """The passages of a document's turns: ids, columns of each, vectors of length 1."""

    ids: tuple[str, ...]
    widths: Floats
    vectors: Vectors


class Discussions:
    """Finds stretches in the documents of an index.

    Args:
        index: the index, which the caller keeps up to date.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._turns = lru_cache(maxsize=KEPT)(self._read)

    def stretch(self, source: str, query: Vectors) -> list[str]:
        """The ids of the stretch of a document that is nearest to a question, in its order.

        Args:
            source: the document's source, as the store has it.
            query: unit vector of the question, shape [dimension].
        """
        turns = self._turns(source, self._index.store.documents[source].version)
        if not turns.ids:
            return []
        similarity = smoothed(np.asarray(turns.vectors @ query, dtype=np.float64), turns.widths)
        return list(turns.ids[slice(*nearest_stretch(similarity, turns.widths))])

    def _read(self, source: str, version: str) -> _Turns:
        # The version is there for the cache alone.
        ids, texts, vectors = self._index.store.turns_of(source)
        widths = np.array([max(1, display_width(text)) for text in texts], dtype=np.float64)
        return _Turns(tuple(ids), widths, vectors)


def smoothed(scores: Floats, widths: Floats) -> Floats:
    """Scores of passages that follow each other, each with those around it.

    Args:
        scores: shape [passages].
        widths: columns of each, above 0.

    Returns:
        Means over a Gaussian of ``SMOOTHING`` columns, shape [passages]; a long passage counts for
        its length.
    """
    cells = ((np.cumsum(widths) - widths / 2) / CELL).astype(int)
    size = int(cells[-1]) + 1
    steps = np.arange(-4 * SMOOTHING // CELL, 4 * SMOOTHING // CELL + 1)
    kernel = np.exp(-0.5 * (steps * CELL / SMOOTHING) ** 2)
    reach = len(steps) // 2

    def around(values: Floats) -> Floats:
        held = np.bincount(cells, weights=values, minlength=size)
        spread: Floats = np.convolve(held, kernel)[reach : reach + size][cells]
        return spread

    return around(scores * widths) / around(widths)


def nearest_stretch(scores: Floats, widths: Floats) -> tuple[int, int]:
    """First and last (excluded) passage of the stretch of ``STRETCH`` columns with the best mean.

    Args:
        scores: shape [passages], at least one.
        widths: columns of each, above 0.
    """
    before = np.concatenate([[0.0], np.cumsum(widths)])
    summed = np.concatenate([[0.0], np.cumsum((scores - scores.min()) * widths)])
    ends = np.minimum(np.searchsorted(before, before[:-1] + STRETCH), len(widths))
    # Fewer columns at the end of the document do not make a better stretch.
    means = (summed[ends] - summed[:-1]) / np.maximum(before[ends] - before[:-1], STRETCH)
    first = int(np.argmax(means))
    return first, int(ends[first])


def discussion_first(hits: Sequence[Hit], stretch: Sequence[str]) -> list[Hit]:
    """The best passage, then the stretch by score, then the rest.

    Args:
        hits: best first.
        stretch: ids of passages that are among ``hits``.

    Returns:
        The hits in that order; what stands outside the stretch loses as much as it takes, so that
        scores still fall.
    """
    if not hits:
        return []
    best, members = hits[0], set(stretch)
    within = [hit for hit in hits[1:] if hit.passage.id in members]
    outside = [hit for hit in hits[1:] if hit.passage.id not in members]
    if not within or not outside:
        return [best, *within, *outside]
    ahead = outside[0].score - within[-1].score
    if ahead > 0:
        outside = [hit.boosted("outside the discussion", -ahead) for hit in outside]
    return [best, *within, *outside]

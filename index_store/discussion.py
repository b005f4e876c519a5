"""The stretch of a record that a question is about, where single turns are not enough.

Who asks what was discussed wants a discussion, and in a transcript of short utterances nothing
less can be read. The vectors of a document's turns are compared with the question, smoothed along
the document, and the stretch that is nearest on average is taken. What that gives is measured in
``docs/retrieval.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index_store.embedding import Vectors
from index_store.index import Index
from index_store.reader.reading import PassageReader
from index_store.types import Hit, StoredPassage
from index_store.windows import together
from ingest.text import display_width

Floats = NDArray[np.float64]

STRETCH = 3_000
"""Columns of a stretch: what somebody reads in two minutes."""

READ = 12
"""Runs of utterances of a document that the reader looks at."""

READ_WORTH = 0.01
"""Cosine that one unit of the reader's log-odds is worth; chosen on QMSum's training meetings."""

DOUBT = -4.0
"""Log-odds from which on the reader's opinion counts; below that a run stays as it is."""

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
    """The passages of a document's turns: columns of each, vectors of length 1.

    ``runs`` are those that were embedded together, as first and last (excluded) of them.
    """

    passages: tuple[StoredPassage, ...]
    widths: Floats
    vectors: Vectors
    runs: tuple[tuple[int, int], ...]


class Discussions:
    """Finds stretches in the documents of an index.

    Args:
        index: the index, which the caller keeps up to date.
        reader: reads the likeliest runs of utterances, if given.
    """

    def __init__(self, index: Index, reader: PassageReader | None = None) -> None:
        self._index = index
        self._reader = reader
        self._turns = lru_cache(maxsize=KEPT)(self._read)

    def stretch(self, source: str, question: str, query: Vectors) -> list[str]:
        """The ids of the stretch of a document that is nearest to a question, in its order.

        Args:
            source: the document's source, as the store has it.
            question: its words, for the reader.
            query: unit vector of the question, shape [dimension].
        """
        turns = self._turns(source, self._index.store.documents[source].version)
        if not turns.passages:
            return []
        cosines = np.asarray(turns.vectors @ query, dtype=np.float64)
        similarity = smoothed(cosines, turns.widths)
        if self._reader is not None and self._index.store.documents[source].of_utterances:
            read = self._read_runs(self._reader, question, turns, similarity)
            similarity = smoothed(cosines + read, turns.widths)
        first, last = nearest_stretch(similarity, turns.widths)
        return [passage.id for passage in turns.passages[first:last]]

    def _read_runs(
        self, reader: PassageReader, question: str, turns: _Turns, similarity: Floats
    ) -> Floats:
        """What the reader's opinion adds to the cosine of each passage, shape [passages]."""
        means = [float(similarity[first:last].mean()) for first, last in turns.runs]
        likeliest = [turns.runs[int(n)] for n in np.argsort(means)[::-1][:READ]]
        texts = [("", together(turns.passages[first:last])) for first, last in likeliest]
        added = np.zeros(len(similarity))
        for (first, last), opinion in zip(
            likeliest, reader.read_texts(question, texts), strict=True
        ):
            added[first:last] = READ_WORTH * max(0.0, opinion.odds - DOUBT)
        return added

    def _read(self, source: str, version: str) -> _Turns:
        # The version is there for the cache alone.
        passages, vectors = self._index.store.turns_of(source)
        widths = np.array([max(1, display_width(p.text)) for p in passages], dtype=np.float64)
        return _Turns(tuple(passages), widths, vectors, tuple(_alike(vectors)))


def _alike(vectors: Vectors) -> Iterator[tuple[int, int]]:
    """First and last (excluded) of the passages in a row that share one vector: a run."""
    first = 0
    for at in range(1, len(vectors) + 1):
        if at == len(vectors) or not np.array_equal(vectors[at], vectors[first]):
            yield first, at
            first = at


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

"""Question -> ranked passages: by meaning and by words, fused by the sum of z-scores.

Both sides propose candidates; every candidate then gets both scores, each standardised over the
candidates. Against reciprocal ranks this keeps how far ahead a passage is (figures in
``docs/retrieval.md``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from index_store.index import Index
from index_store.store import DenseHit
from index_store.types import Hit
from index_store.words import words

CANDIDATES = 100
"""Passages that each side proposes."""


class Retriever:
    """Searches an index.

    Args:
        index: the index; it is brought up to date before each search.
    """

    def __init__(self, index: Index) -> None:
        self._index = index

    def prepare(self) -> None:
        """Load the model and bring the word index up to date, ahead of the first search."""
        self._index.sync()
        self._index.embedder.embed_query("")

    def search(self, question: str, k: int = 10) -> list[Hit]:
        """The ``k`` best passages for ``question``, best first.

        Raises:
            EmptyIndexError: nothing has been ingested.
            IndexStoreError: the index cannot be read.
        """
        self._index.sync()
        self._index.require_documents()
        vector = self._index.embedder.embed_query(question)
        wanted = max(k, CANDIDATES)
        dense = {hit.passage.id: hit for hit in self._index.store.nearest(vector, wanted)}
        terms = words(question)
        lexical = self._index.words.search(terms, wanted)
        missing = [identifier for identifier in lexical if identifier not in dense]
        dense |= {hit.passage.id: hit for hit in self._index.store.fetch(missing, vector)}
        lexical |= self._index.words.scores(terms, [i for i in dense if i not in lexical])
        links = self._index.links
        found = _fuse(list(dense.values()), lexical)[:k]
        return [replace(hit, passage=links.linked(hit.passage)) for hit in found]


def _fuse(candidates: Sequence[DenseHit], lexical: dict[str, float]) -> list[Hit]:
    similarity = np.array([hit.similarity for hit in candidates])
    bm25 = np.array([lexical.get(hit.passage.id, 0.0) for hit in candidates])
    fused = _standardised(similarity) + _standardised(bm25)
    hits = [
        Hit(hit.passage, float(score), hit.similarity, float(words_score))
        for hit, score, words_score in zip(candidates, fused, bm25, strict=True)
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))


def _standardised(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean 0 and deviation 1; all 0 where all scores are equal."""
    deviation = scores.std() if scores.size else 0.0
    if deviation < 1e-12:
        return np.zeros_like(scores)
    standardised: NDArray[np.float64] = (scores - scores.mean()) / deviation
    return standardised

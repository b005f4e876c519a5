"""Question -> ranked passages: by meaning, by words, and by the words of what passages are about.

Both sides propose candidates; every candidate then gets all scores, each standardised over the
candidates. Against reciprocal ranks this keeps how far ahead a passage is (figures in
``docs/retrieval.md``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from index_store.crossing import Crossing, common_level, is_foreign
from index_store.discussion import Discussions, asks_for_discussion, discussion_first
from index_store.embedding import Vectors
from index_store.exchanged import answers_first
from index_store.filters import Filters
from index_store.fusion import Fusion, fused, standardised
from index_store.index import Index
from index_store.reader.reading import PassageReader
from index_store.store import DenseHit
from index_store.types import Hit, Opinion, StoredPassage
from index_store.words import asked_words, rarity, words

CANDIDATES = 100
"""Passages that each side proposes."""

COMPARED = 300
"""Passages of a narrowed search up to which each is compared with the question."""

TO_ASKER = 1.5
"""Standard deviations for an answer to the person whose question is named."""

REPLY = "answers whom the question names"
"""The name of that boost."""

READ = 8
"""Passages that the reader looks at, where there is one."""

READ_ON = 8
"""Further passages that it looks at where it finds no answer in those; reading costs most of a search."""

FOUND = 0.5
"""How likely a passage must answer for the reader to look no further."""

READ_WORTH = 0.5
"""What a passage's strength, by the reader, is worth beside the fused score, in standard deviations;
chosen by ``python -m benchmarks.calibrate``, as the next."""

READ_SURELY = 0.8
"""What it is worth besides where one of the passages surely answers. Where none seems to, as of a
question with no short answer, how the reader ranks them says less than how the search does."""

ROUNDING = 1e-9
"""What sums of scores may differ by."""

READ_AS = "reader"
"""The name of what the reader adds to a score."""

RERANKED = 20
"""Passages that a cross-encoder looks at, where one is configured."""


class Reranker(Protocol):
    """Says how well a passage answers a question, reading both together."""

    def scores(self, question: str, passages: Sequence[str]) -> Sequence[float]:
        """A score for each passage; higher is better."""
        ...


@dataclass(frozen=True)
class Query:
    """What is searched for.

    ``text`` is the question, ``filters`` what it is narrowed to, and ``boosts`` what makes a
    passage likelier without being sure: each a name, the filters that it must fit, and what is
    then added to its score, in standard deviations. ``about_asking``: it asks what somebody asked
    or wanted, so that recorded questions are what is looked for. ``askers`` are those whose
    questions the answer is wanted to, as pairs of document and label.
    """

    text: str
    filters: Filters = field(default_factory=Filters)
    boosts: tuple[tuple[str, Filters, float], ...] = ()
    about_asking: bool = False
    askers: frozenset[tuple[str, str]] = frozenset()


class Retriever:
    """Searches an index.

    Args:
        index: the index; it is brought up to date before each search.
        fusion: how scores are put together.
        reranker: looks again at the best ones, if given.
        reader: reads the very best ones, if given.
    """

    def __init__(
        self,
        index: Index,
        fusion: Fusion = Fusion.HYBRID,
        reranker: Reranker | None = None,
        reader: PassageReader | None = None,
    ) -> None:
        self._index = index
        self._fusion = fusion
        self._reranker = reranker
        self._passage_reader = reader
        self._discussions = Discussions(index)
        self._crossing = Crossing(index.embedder)

    def prepare(self) -> None:
        """Load the models and bring the word index up to date, ahead of the first search."""
        self._index.sync()
        self._index.embedder.embed_query("")
        if self._reranker is not None:
            self._reranker.scores("", [""])
        if self._passage_reader is not None:
            self._passage_reader.prepare()

    def search(self, question: str | Query, k: int = 10) -> list[Hit]:
        """The ``k`` best passages, best first.

        Raises:
            EmptyIndexError: nothing has been ingested.
            IndexStoreError: the index cannot be read.
        """
        query = Query(question) if isinstance(question, str) else question
        self._index.sync()
        self._index.require_documents()
        hits = self._reranked(query, self._ranked(query, max(k, CANDIDATES)))
        hits = self._read(query, hits)[:k]
        links = self._index.links
        return [replace(hit, passage=links.linked(hit.passage)) for hit in hits]

    def turns(self, document: str, turns: Sequence[int]) -> list[Hit]:
        """The passages of some turns of a document, in order; nothing ranks them."""
        self._index.sync()
        ids = self._index.words.ids_of_turns(document, turns)
        vector = self._index.embedder.embed_query("")
        found = {hit.passage.id: hit for hit in self._index.store.fetch(ids, vector)}
        links = self._index.links
        return [
            Hit(links.linked(found[i].passage), 0.0, found[i].similarity, 0.0)
            for i in ids
            if i in found
        ]

    def _ranked(self, query: Query, wanted: int) -> list[Hit]:
        index = self._index
        vector = index.embedder.embed_query(query.text)
        dense = {hit.passage.id: hit for hit in self._nearest(query, vector, wanted)}
        terms = words(query.text)
        lexical = index.words.search(terms, wanted, query.filters)
        missing = [identifier for identifier in lexical if identifier not in dense]
        dense |= {hit.passage.id: hit for hit in index.store.fetch(missing, vector)}
        if self._fusion is Fusion.HYBRID:
            dense |= self._across(query, vector, dense, wanted)
        hits = self._scored(query, dense, lexical)
        stretch = self._stretch(query, vector, hits)
        if not stretch:
            return hits
        missing = [identifier for identifier in stretch if identifier not in dense]
        dense |= {hit.passage.id: hit for hit in index.store.fetch(missing, vector)}
        return discussion_first(self._scored(query, dense, lexical), stretch)

    def _across(
        self, query: Query, vector: Vectors, dense: dict[str, DenseHit], wanted: int
    ) -> dict[str, DenseHit]:
        """The candidates in another language than the question, compared as that wants it.

        Their similarities are kept at the level of the cosines, so that all compare.
        """
        foreign = {i for i, hit in dense.items() if is_foreign(query.text, hit.passage.text)}
        if not foreign:
            return {}
        beyond, length = self._crossing.beyond(query.text, vector)
        store = self._index.store
        nearest = {hit.passage.id: hit for hit in self._nearest(query, beyond, wanted)}
        nearest |= {
            hit.passage.id: hit
            for hit in store.fetch(sorted(dense.keys() - nearest.keys()), beyond)
        }
        both = sorted(dense.keys() & nearest.keys())
        if not both:  # another process has just taken them away
            return {}
        shared = np.array([dense[i].similarity - length * nearest[i].similarity for i in both])
        level = common_level(shared, np.array([i in foreign for i in both]))
        return {
            i: replace(hit, similarity=level + length * hit.similarity)
            for i, hit in nearest.items()
            if is_foreign(query.text, hit.passage.text)
        }

    def _nearest(self, query: Query, vector: Vectors, wanted: int) -> list[DenseHit]:
        """The passages nearest in meaning, best first.

        Chroma walks its graph past thousands of passages to find the few of one meeting, or the few
        that are visible; comparing those few with the question is faster, and exact.
        """
        if query.filters or self._index.hides:
            few = self._index.words.ids_of(query.filters, COMPARED + 1)
            if len(few) <= COMPARED:
                found = self._index.store.fetch(few, vector)
                return sorted(found, key=lambda hit: -hit.similarity)[:wanted]
        return self._index.store.nearest(vector, wanted, query.filters)

    def _stretch(self, query: Query, vector: Vectors, hits: Sequence[Hit]) -> list[str]:
        """The discussion that the question is about, in the document of the best passage; or none.

        Where somebody's words alone are wanted, or the answer to somebody, it is not looked for.
        """
        narrowed = query.filters.speakers is not None or query.askers
        if self._fusion is not Fusion.HYBRID or narrowed or not hits:
            return []
        row = self._index.store.holder(hits[0].passage)
        if not (row.of_utterances or asks_for_discussion(query.text)):
            return []
        return self._discussions.stretch(row.source, vector)

    def _scored(
        self, query: Query, dense: dict[str, DenseHit], found: dict[str, float]
    ) -> list[Hit]:
        """The candidates ``dense``, best first; ``found`` has BM25 scores of some of them."""
        index, terms = self._index, words(query.text)
        lexical = found | index.words.scores(terms, [i for i in dense if i not in found])
        topics = index.words.topic_scores(terms, list(dense))
        hits = self._fuse(query, list(dense.values()), lexical, topics)
        if self._fusion is not Fusion.HYBRID:
            return hits
        if not query.about_asking:
            hits = list(answers_first(hits))
        if query.askers:
            hits = list(self._to(query.askers, hits))
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))

    def _to(self, askers: frozenset[tuple[str, str]], hits: Sequence[Hit]) -> Iterator[Hit]:
        """The hits, those ahead that answer somebody of ``askers``."""
        for hit in hits:
            document = hit.passage.place.document
            asked = self._index.words.speakers_of(document, hit.passage.answers)
            fits = any((document, label) in askers for label in asked)
            yield hit.boosted(REPLY, TO_ASKER) if fits else hit

    def _fuse(
        self,
        query: Query,
        candidates: Sequence[DenseHit],
        lexical: dict[str, float],
        topics: dict[str, float],
    ) -> list[Hit]:
        similarity = np.array([hit.similarity for hit in candidates])
        bm25 = np.array([lexical.get(hit.passage.id, 0.0) for hit in candidates])
        topic = np.array([topics.get(hit.passage.id, 0.0) for hit in candidates])
        scores = fused(self._fusion, similarity, bm25, topic, self._vocabulary(query.text))
        hits = []
        for at, (candidate, score) in enumerate(zip(candidates, scores, strict=True)):
            boosts = tuple(
                (name, value)
                for name, filters, value in query.boosts
                if filters.fits(candidate.passage.place)
            )
            hits.append(
                Hit(
                    candidate.passage,
                    float(score) + sum(value for _, value in boosts),
                    candidate.similarity,
                    float(bm25[at]),
                    float(topic[at]),
                    boosts=boosts,
                )
            )
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))

    def _vocabulary(self, text: str) -> float:
        """Share of the weight of the question's words that the records hold (see ``fused``)."""
        frequencies, total = self._index.words.document_frequencies(asked_words(text))
        weights = {word: rarity(n, total) for word, n in frequencies.items()}
        known = sum(weight for word, weight in weights.items() if frequencies[word])
        return known / sum(weights.values()) if weights else 0.0

    def _reranked(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The best ones in the order of the cross-encoder and ours together, the rest behind."""
        if self._reranker is None or len(hits) < 2:
            return hits
        first, rest = hits[:RERANKED], hits[RERANKED:]
        raw = self._reranker.scores(query.text, [hit.passage.text for hit in first])
        both = standardised(np.asarray(raw, dtype=np.float64)) + standardised(
            np.array([hit.score for hit in first])
        )
        found = [replace(hit, rerank=float(score)) for hit, score in zip(first, raw, strict=True)]
        order = np.argsort(-both, kind="stable")
        return [found[i] for i in order] + rest

    def _read(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """The best ones in the order of their scores and the reader's opinion, the rest behind."""
        if self._passage_reader is None or not hits:
            return hits
        opinions = _opinions(self._passage_reader, query.text, [hit.passage for hit in hits])
        first, rest = hits[: len(opinions)], hits[len(opinions) :]
        worth = read_worth(opinions)
        found = [
            replace(hit, opinion=opinion).boosted(READ_AS, worth * opinion.strength)
            for hit, opinion in zip(first, opinions, strict=True)
        ]
        found.sort(key=lambda hit: (-hit.score, hit.passage.id))
        # What was not read stays behind, and scores still fall.
        ahead = rest[0].score - found[-1].score + ROUNDING if rest else 0.0
        return found + ([hit.boosted("not read", -ahead) for hit in rest] if ahead > 0 else rest)


def _opinions(
    reader: PassageReader, question: str, passages: Sequence[StoredPassage]
) -> list[Opinion]:
    """Those on the first passages, and on some more where none of the first seems to answer."""
    opinions = reader.read(question, passages[:READ])
    if max(opinion.chance for opinion in opinions) < FOUND:
        opinions += reader.read(question, passages[READ : READ + READ_ON])
    return opinions


def read_worth(
    opinions: Sequence[Opinion], always: float = READ_WORTH, surely: float = READ_SURELY
) -> float:
    """What a strength is worth among the passages of a question, in standard deviations.

    Args:
        opinions: those of the passages that were read; at least one.
        always: what it is worth in any case.
        surely: what it is worth besides if the likeliest passage surely answers.
    """
    return always + surely * max(opinion.chance for opinion in opinions)

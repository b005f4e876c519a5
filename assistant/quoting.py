"""The answerer that needs no language model: the sentences that answer, quoted as they stand.

A sentence is chosen by the question's words that it and its passage hold (rarer words count
more), by its meaning, by the fact asked for, and by who says it. Whether it answers at all is
decided on the same evidence; similarity alone cannot tell (see ``docs/answering.md``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant import framing
from assistant.question import Asked, Question, states
from assistant.types import Answer, Citation, NotFound, Outcome, Sentence
from index_store.embedding import Vectors
from index_store.queries import Reading
from index_store.types import Hit, StoredPassage
from index_store.words import words
from ingest.exchanges import is_question, is_request
from ingest.label_styles import is_direction
from ingest.text import fold, sentences

PASSAGES = 6
"""Passages whose sentences are looked at."""

SENTENCES = 7
"""Sentences that are compared by meaning; embedding them is most of an answer's time."""

ENOUGH_SUPPORT = 0.67
"""Support (see :attr:`Candidate.support`) below which a sentence is no answer."""

ENOUGH_OF_FIGURE = 0.35
"""Share of the topic's weight that a sentence with the figure asked for must hold."""

CLOSE_SECOND = 0.6
"""A further sentence is added if it reaches this share of the best one's score."""

SHORTEST = 5
"""Characters; a shorter sentence (はい。) is no answer by itself unless it is the whole turn."""


class SentenceEmbedder(Protocol):
    """What the answerer needs of an embedding model."""

    def embed_query(self, text: str) -> Vectors:
        """Question -> unit vector of shape [dimension]."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Texts -> unit vectors of shape [len(texts), dimension]."""
        ...


class WordStatistics(Protocol):
    """What the answerer needs of the word index."""

    def document_frequencies(self, query: Sequence[str]) -> tuple[dict[str, int], int]:
        """(word -> passages that hold it, passages in all)."""
        ...


@dataclass(frozen=True)
class Candidate:
    """A sentence that may answer: its span in the document, and the evidence for it.

    ``coverage`` is the share, 0 to 1, of the topic's weight that passage and context hold,
    ``own`` the share that the sentence itself holds, ``asked`` the share in the recorded question
    or heading that the passage answers (0 if none), ``named`` whether the question names its speaker,
    ``similarity`` its cosine with the question.
    """

    passage: StoredPassage
    rank: int
    start: int
    end: int
    coverage: float
    own: float
    asked: float
    named: bool = False
    similarity: float = 0.0
    score: float = 0.0

    @property
    def support(self) -> float:
        """Evidence that it is about the question at all, by words and meaning together.

        Cosines of the bundled model start near .75 for unrelated texts, hence the shift.
        """
        return self.coverage + 4.0 * (self.similarity - 0.75)

    @property
    def text(self) -> str:
        """The sentence as it stands in the document."""
        shift = self.passage.place.start
        return self.passage.text[self.start - shift : self.end - shift]


class QuotingAnswerer:
    """Answers with verbatim sentences.

    Args:
        embedder: embeds question and sentences.
        statistics: tells how common a word is in the records.
        limit: the most sentences an answer has.
    """

    def __init__(
        self, embedder: SentenceEmbedder, statistics: WordStatistics, limit: int = 3
    ) -> None:
        self._embedder = embedder
        self._statistics = statistics
        self._limit = limit

    def answer(self, question: Question, hits: Sequence[Hit], reading: Reading) -> Outcome:
        """Answer ``question`` from ``hits`` (best first), or say that they hold no answer."""
        related = _related(hits)
        heard = _heard(question, hits, reading)
        candidates = self._candidates(question, heard[:PASSAGES], reading)
        doubt: str | None
        if question.of_named_only and not heard:
            doubt = framing.not_heard(question.language, question.speakers[0])
        elif not candidates:
            doubt = framing.not_found(question.language)
        else:
            doubt = self._doubt(question, candidates)
        if doubt:
            return NotFound(question.text, question.language, doubt, related)
        return self._quote(question, self._chosen(candidates), related)

    def _candidates(
        self, question: Question, hits: Sequence[Hit], reading: Reading
    ) -> list[Candidate]:
        """The sentences of ``hits``, best first."""
        weights = self._weights(question.topic)
        found = [
            c
            for rank, hit in enumerate(hits)
            for c in _sentences(hit.passage, rank, weights, named=_is_named(hit, reading))
        ]
        # A first choice by words and rank, so that only few sentences are embedded.
        found.sort(key=lambda c: (-_scored(question, c).score, c.start))
        chosen = self._with_similarity(question, found[:SENTENCES])
        return sorted(
            (_scored(question, c) for c in chosen), key=lambda c: (-c.score, c.rank, c.start)
        )

    def _weights(self, topic: Sequence[str]) -> dict[str, float]:
        """Topic word -> its share of the topic's weight; rare words weigh more. Sums to 1."""
        frequencies, total = self._statistics.document_frequencies(topic)
        idf = {word: math.log(1 + (total + 1) / (n + 0.5)) for word, n in frequencies.items()}
        whole = sum(idf.values())
        return {word: value / whole for word, value in idf.items()} if whole else {}

    def _with_similarity(
        self, question: Question, candidates: Sequence[Candidate]
    ) -> list[Candidate]:
        if not candidates:
            return []
        vectors = self._embedder.embed_queries([candidate.text for candidate in candidates])
        cosines = vectors @ self._embedder.embed_query(question.text)
        return [replace(c, similarity=float(s)) for c, s in zip(candidates, cosines, strict=True)]

    def _doubt(self, question: Question, candidates: Sequence[Candidate]) -> str | None:
        """Why the best sentence is no answer, as a message, or None if it is one."""
        if candidates[0].support < ENOUGH_SUPPORT:
            return framing.not_found(question.language)
        if not any(c.support >= ENOUGH_SUPPORT and _gives(question, c) for c in candidates):
            return framing.fact_missing(question.language)
        return None

    def _chosen(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence and those close to it, at most ``limit``, without repetition."""
        best = candidates[0]
        chosen = [best]
        for candidate in candidates[1:]:
            if len(chosen) == self._limit:
                break
            repeats = any(fold(candidate.text) == fold(c.text) for c in chosen)
            if not repeats and candidate.score >= CLOSE_SECOND * best.score:
                chosen.append(candidate)
        return chosen

    def _quote(
        self, question: Question, chosen: Sequence[Candidate], related: tuple[Citation, ...]
    ) -> Answer:
        citations, quoted = [], []
        for n, candidate in enumerate(chosen, start=1):
            citation = cite(n, candidate.passage, candidate.start, candidate.end)
            citations.append(citation)
            quoted.append(
                Sentence(
                    framing.attribute(question.language, citation, bool(candidate.passage.answers)),
                    (n,),
                )
            )
        used = {candidate.passage.id for candidate in chosen}
        return Answer(
            question=question.text,
            language=question.language,
            sentences=tuple(quoted),
            citations=tuple(citations),
            related=tuple(c for c in related if c.passage not in used),
        )


def cite(n: int, passage: StoredPassage, start: int, end: int) -> Citation:
    """A citation of ``Document.text[start:end]``, which must lie within ``passage``."""
    shift = passage.place.start
    line = passage.place.line + passage.text.count("\n", 0, start - shift)
    page = passage.place.page
    if page is not None:
        page += sum(at <= start for at in passage.page_breaks)
    place = replace(passage.place, start=start, end=end, line=line, page=page)
    quote = passage.text[start - shift : end - shift]
    return Citation(n, quote, place, passage.id, passage.linked)


def _heard(question: Question, hits: Sequence[Hit], reading: Reading) -> list[Hit]:
    """The hits that may answer: those by the people named, where only their words can."""
    if not question.of_named_only:
        return list(hits)
    return [hit for hit in hits if _is_named(hit, reading)]


def _is_named(hit: Hit, reading: Reading) -> bool:
    """Whether the question names who speaks in a hit."""
    pair = (hit.passage.place.document, hit.passage.place.speaker or "")
    return any(pair in person.speakers for person in reading.people)


def _related(hits: Sequence[Hit], limit: int = 3) -> tuple[Citation, ...]:
    return tuple(
        cite(n, hit.passage, hit.passage.place.start, hit.passage.place.end)
        for n, hit in enumerate(hits[:limit], start=1)
    )


def _sentences(
    passage: StoredPassage, rank: int, weights: dict[str, float], *, named: bool
) -> list[Candidate]:
    """The sentences of a passage that could be quoted, with their evidence by words."""
    shift = passage.place.start
    context = set(words(passage.context))
    coverage = _share(context | set(words(passage.text)), weights)
    answering = bool(passage.answers) or passage.place.speaker is None
    asked = _share(context, weights) if answering else 0.0
    spans = [
        (a, b)
        for a, b in sentences(passage.text)
        if not is_direction(passage.text[a:b]) and not _only_heading(passage, a, b)
    ]
    long = [(a, b) for a, b in spans if b - a >= SHORTEST] or spans
    return [
        Candidate(
            passage=passage,
            rank=rank,
            start=shift + a,
            end=shift + b,
            coverage=coverage,
            own=_share(set(words(passage.text[a:b])), weights),
            asked=asked,
            named=named,
        )
        for a, b in long
    ]


def _only_heading(passage: StoredPassage, start: int, end: int) -> bool:
    """Whether a line of a section is its own heading, which says nothing by itself."""
    heading = (passage.place.heading or "").split(" > ")[-1]
    return bool(heading) and fold(passage.text[start:end]).endswith(fold(heading))


def _gives(question: Question, candidate: Candidate) -> bool:
    """Whether a sentence gives the figure or date asked for, about what it is asked of.

    A figure in a sentence that shares little with the question is about something else, unless
    the sentence belongs to the answer to that very question.
    """
    if not states(question, candidate.text):
        return False
    return not question.wants_figure or max(candidate.own, candidate.asked) >= ENOUGH_OF_FIGURE


def _share(held: set[str], weights: dict[str, float]) -> float:
    return sum(weight for word, weight in weights.items() if word in held)


def _scored(question: Question, candidate: Candidate) -> Candidate:
    """The candidate with its score: evidence by words, by meaning, of the fact and the speaker."""
    score = candidate.own + 0.6 * candidate.coverage + 4.0 * (candidate.similarity - 0.75)
    score -= 0.1 * candidate.rank
    if question.asked is not Asked.ANYTHING and states(question, candidate.text):
        score += 0.3
    if candidate.named:
        score += 0.5
    if question.about_requesting and is_request(candidate.text):
        score += 0.5
    elif is_question(candidate.text):
        # Who asks wants the answer, unless the question is what was asked.
        score += 0.5 if question.about_asking else -1.0
    elif candidate.passage.answers and not (question.about_asking or question.about_requesting):
        # The more the recorded question is the user's, the more its answer is the answer.
        score += 0.2 + 0.6 * candidate.asked
    return replace(candidate, score=score)

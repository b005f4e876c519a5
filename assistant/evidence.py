"""The sentences that may answer, each with the evidence for it as numbers.

What the numbers are worth together is learnt (:mod:`assistant.decision`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.question import Question, states
from index_store.crossing import Crossing
from index_store.embedding import Vectors
from index_store.queries import Reading
from index_store.retriever import REPLY
from index_store.types import Hit, StoredPassage
from index_store.words import rarity, words
from ingest.exchanges import is_question, is_request
from ingest.label_styles import is_direction
from ingest.text import fold, sentences

PASSAGES = 10
"""Passages whose sentences are looked at."""

SENTENCES = 8
"""Sentences that are compared by meaning; embedding them is most of an answer's time."""

SHORTEST = 5
"""Characters; a shorter sentence (はい。) is no answer by itself unless it is the whole turn."""

UNRELATED = 0.8
"""Cosines of the bundled model lie around this for unrelated texts; evidence counts from it."""


class SentenceEmbedder(Protocol):
    """What is needed of an embedding model."""

    def embed_query(self, text: str) -> Vectors:
        """Question -> unit vector of shape [dimension]."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Texts -> unit vectors of shape [len(texts), dimension]."""
        ...


class WordStatistics(Protocol):
    """What is needed of the word index."""

    def document_frequencies(self, query: Sequence[str]) -> tuple[dict[str, int], int]:
        """(word -> passages that hold it, passages in all)."""
        ...


@dataclass(frozen=True)
class Evidence:
    """What speaks for a sentence; shares are of the weight of the question's topic words, 0 to 1.

    ``own`` is the share that the sentence holds, ``around`` that of its passage with context,
    ``asked`` that of the recorded question or heading that it answers.
    ``meaning`` is its cosine with the question, ``passage`` that of its passage (both above
    :data:`UNRELATED`), ``ahead`` how far its passage is behind the best one by score, 0 at most. The
    next three are 0 or 1: it states the kind of fact asked for, asks, is what somebody asked or wanted
    where that is what is asked for. ``reads`` are the reader's log-odds that its passage answers,
    ``marked`` the share of the words that the reader marks there which the sentence holds; both 0
    where there is no reader.
    """

    own: float = 0.0
    around: float = 0.0
    asked: float = 0.0
    meaning: float = 0.0
    passage: float = 0.0
    ahead: float = 0.0
    states: float = 0.0
    asks: float = 0.0
    wants: float = 0.0
    reads: float = 0.0
    marked: float = 0.0


UNREAD = -4.0
"""Log-odds of a passage that the reader did not look at, where it looked at better ones."""


@dataclass(frozen=True)
class Candidate:
    """A sentence that may answer: its span in the document, and the evidence for it.

    ``words`` are those that the reader marks in it, as a span in the document; None without any.
    ``focus`` is the share of the words nearest to what is asked for that its passage holds,
    ``replies`` whether it answers somebody where a reply is asked for, and ``score`` what the
    evidence is worth, in log-odds against the other sentences.
    """

    passage: StoredPassage
    start: int
    end: int
    evidence: Evidence
    focus: float = 0.0
    replies: bool = False
    score: float = 0.0
    words: tuple[int, int] | None = None

    @property
    def text(self) -> str:
        """The sentence as it stands in the document."""
        shift = self.passage.place.start
        return self.passage.text[self.start - shift : self.end - shift]


class Weigher:
    """Finds the candidates of a question.

    Args:
        embedder: embeds question and sentences.
        statistics: tells how common a word is in the records.
    """

    def __init__(self, embedder: SentenceEmbedder, statistics: WordStatistics) -> None:
        self._embedder = embedder
        self._statistics = statistics
        self._crossing = Crossing(embedder)

    def at_a_glance(self, question: Question, hits: Sequence[Hit]) -> list[Candidate]:
        """The sentences of the best hits with all evidence but that of their own meaning."""
        weights = self._weights(question.topic)
        first = hits[:PASSAGES]
        best = max((hit.score for hit in first), default=0.0)
        read = any(hit.opinion is not None for hit in first)
        return [
            candidate
            for hit in first
            for candidate in _sentences(question, hit, best, weights, read=read)
        ]

    def with_meaning(self, question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates, with the evidence of their meaning."""
        if not candidates:
            return []
        texts = [candidate.text for candidate in candidates]
        asked = self._embedder.embed_query(question.text)
        vectors = self._embedder.embed_queries(texts)
        cosines = self._crossing.cosines(question.text, asked, texts, vectors)
        return [
            replace(c, evidence=replace(c.evidence, meaning=float(cosine) - UNRELATED))
            for c, cosine in zip(candidates, cosines, strict=True)
        ]

    def _weights(self, topic: Sequence[str]) -> dict[str, float]:
        """Topic word -> its share of the topic's weight; rare words weigh more. Sums to 1."""
        frequencies, total = self._statistics.document_frequencies(topic)
        weights = {word: rarity(n, total) for word, n in frequencies.items()}
        whole = sum(weights.values())
        return {word: value / whole for word, value in weights.items()} if whole else {}


def replies(hit: Hit) -> bool:
    """Whether a passage answers somebody whose question is asked about."""
    return any(name == REPLY for name, _ in hit.boosts)


def is_named(reading: Reading, passage: StoredPassage) -> bool:
    """Whether the question names who speaks in a passage."""
    pair = (passage.place.document, passage.place.speaker or "")
    return any(pair in named.speakers for named in reading.people)


def _sentences(
    question: Question,
    hit: Hit,
    best: float,
    weights: Mapping[str, float],
    *,
    read: bool,
) -> list[Candidate]:
    """The sentences of a passage that could be quoted, with their evidence but that of meaning."""
    passage = hit.passage
    shift = passage.place.start
    context = set(words(passage.context))
    held = context | set(words(passage.text))
    answering = bool(passage.answers) or passage.place.speaker is None
    shared = Evidence(
        around=_share(held, weights),
        asked=_share(context, weights) if answering else 0.0,
        passage=hit.similarity - UNRELATED,
        ahead=hit.score - best,
        # Who said it is stated wherever somebody speaks.
        states=float(question.asks_who_said and passage.place.speaker is not None),
        reads=hit.opinion.odds if hit.opinion else UNREAD if read else 0.0,
    )
    marked = hit.opinion.span if hit.opinion else None
    focus = sum(word in held for word in question.focus) / max(len(question.focus), 1)
    return [
        Candidate(
            passage,
            shift + a,
            shift + b,
            replace(
                _of_sentence(question, passage.text[a:b], shared, weights),
                marked=_overlap(marked, (a, b)),
            ),
            focus,
            replies(hit) or (question.asks_for_reply and bool(passage.answers)),
            words=_within(marked, (a, b), shift),
        )
        for a, b in _spans(passage)
    ]


def _spans(passage: StoredPassage) -> list[tuple[int, int]]:
    """Where the sentences stand in a passage that can be quoted by themselves."""
    spans = [
        (a, b)
        for a, b in sentences(passage.text)
        if not is_direction(passage.text[a:b]) and not _only_heading(passage, a, b)
    ]
    return [(a, b) for a, b in spans if b - a >= SHORTEST] or spans


def _of_sentence(
    question: Question, sentence: str, shared: Evidence, weights: Mapping[str, float]
) -> Evidence:
    asks = is_question(sentence)
    wants = question.about_requesting and is_request(sentence)
    return replace(
        shared,
        own=_share(set(words(sentence)), weights),
        states=max(shared.states, float(question.wants_fact and states(question, sentence))),
        # Who asks wants the answer, unless the question is what was asked.
        asks=float(asks and not question.about_asking and not wants),
        wants=float(wants or (asks and question.about_asking)),
    )


def _overlap(marked: tuple[int, int] | None, sentence: tuple[int, int]) -> float:
    """The share of the marked words that a sentence holds."""
    if marked is None or marked[1] <= marked[0]:
        return 0.0
    both = min(marked[1], sentence[1]) - max(marked[0], sentence[0])
    return max(0, both) / (marked[1] - marked[0])


def _within(
    marked: tuple[int, int] | None, sentence: tuple[int, int], shift: int
) -> tuple[int, int] | None:
    """The marked words that a sentence holds, as a span in the document."""
    if marked is None or not _overlap(marked, sentence):
        return None
    return shift + max(marked[0], sentence[0]), shift + min(marked[1], sentence[1])


def _only_heading(passage: StoredPassage, start: int, end: int) -> bool:
    """Whether a line of a section is its own heading, which says nothing by itself."""
    heading = (passage.place.heading or "").split(" > ")[-1]
    return bool(heading) and fold(passage.text[start:end]).endswith(fold(heading))


def _share(held: set[str], weights: Mapping[str, float]) -> float:
    return sum(weight for word, weight in weights.items() if word in held)

"""Question -> outcome: the one engine behind every surface."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, Protocol

from assistant.conversation import Conversation, Exchanged
from assistant.events import Listener, unheard
from assistant.followup import Understood, remembered, understand
from assistant.hints import Hints, hinted, turn_of
from assistant.question import Question, read_question
from assistant.quoting import QuotingAnswerer
from assistant.referring import Relation
from assistant.types import Language, Outcome
from assistant.verifying.against import RecordVerifier, Verification
from assistant.verifying.checker import ClaimChecker
from index_store.filters import Filters
from index_store.index import Index
from index_store.queries import Narrowing, QueryReader, Reading
from index_store.reader.reading import PassageReader
from index_store.retriever import Query, Reranker, Retriever
from index_store.types import Hit

CONSIDERED = 100
"""Passages that an answerer is given; it looks closely at the first few."""


class Answerer(Protocol):
    """Makes an outcome of a question and the passages found for it.

    Quotes and places must be copied from the hits; :class:`assistant.types.Answer` refuses sentences
    without citations. It is not called under the engine's lock.
    """

    def answer(
        self,
        question: Question,
        hits: Sequence[Hit],
        reading: Reading,
        before: Sequence[Exchanged] = (),
        listen: Listener = unheard,
    ) -> Outcome:
        """Answer ``question`` from ``hits``, best first.

        Args:
            question: what is asked.
            hits: what was found.
            reading: whom and which meetings the question names.
            before: the conversation, oldest first.
            listen: told of sentences as they are ready, where they come one by one.
        """
        ...


class Rewriter(Protocol):
    """Makes a follow-up stand alone."""

    def standalone(self, question: str, before: Sequence[Exchanged]) -> str | None:
        """The question, written out, or None where that is not to be had."""
        ...


Recorder = Callable[[Outcome, Sequence[Hit]], None]
"""Told of every outcome with the passages that were found for it."""


class Locked:
    """An answerer that uses index and embedding model only while it holds the lock on them."""

    def __init__(self, answerer: QuotingAnswerer, lock: threading.RLock) -> None:
        self._answerer = answerer
        self._lock = lock

    def answer(
        self,
        question: Question,
        hits: Sequence[Hit],
        reading: Reading,
        before: Sequence[Exchanged] = (),
        listen: Listener = unheard,
    ) -> Outcome:
        """As the answerer does, and nobody else meanwhile."""
        with self._lock:
            return self._answerer.answer(question, hits, reading)


class Written(Answerer, Rewriter, Protocol):
    """An answerer that writes, and makes follow-ups stand alone."""


WriterOf = Callable[[Index, Retriever, QuotingAnswerer, threading.RLock], Written]
"""Makes an answerer that writes, of the index, what searches it, the quoting answerer and the lock."""


class Engine:
    """Answers questions over one index.

    Args:
        retriever: finds passages.
        answerer: makes the answer.
        reader: reads whom and which meetings a question names.
        language: of all answers; by default each has the language of its question.
        rewriter: makes follow-ups stand alone, besides what needs no model.
        record: told of every outcome.
        lock: held while index and embedding model are used; the answerer's own, if it has one.
        verifier: checks claims, for those who ask for that.
    """

    def __init__(
        self,
        retriever: Retriever,
        answerer: Answerer,
        reader: QueryReader,
        language: Language | None = None,
        today: Callable[[], date] = date.today,
        *,
        rewriter: Rewriter | None = None,
        record: Recorder | None = None,
        lock: threading.RLock | None = None,
        verifier: RecordVerifier | None = None,
    ) -> None:
        self._language = language
        self._retriever = retriever
        self._answerer = answerer
        self._reader = reader
        self._today = today
        self._rewriter = rewriter
        self._record = record
        self._verifier = verifier
        # Slack asks from several threads; SQLite and the model are used by one at a time.
        self._lock = lock or threading.RLock()

    @classmethod
    def from_index(
        cls,
        index: Index,
        sentences: int = 3,
        language: Language | Literal["auto"] = "auto",
        reranker: Reranker | None = None,
        record: Recorder | None = None,
        writer: WriterOf | None = None,
        *,
        lock: threading.RLock | None = None,
        passage_reader: PassageReader | None = None,
    ) -> Engine:
        """An engine that answers from ``index``, with quotes unless a language model writes.

        Args:
            index: what is searched; a view of an index as well (:meth:`Index.only`).
            sentences: the most sentences of an answer of quotes.
            language: of the words around quotes; ``auto`` is the question's own.
            reranker: looks again at the best passages, if given.
            record: told of every outcome.
            writer: makes the answerer that writes (:func:`assistant.writing.opening.writer_of`).
            lock: the one that engines over views of one index share.
            passage_reader: reads the best passages (:func:`index_store.reader.reading.reader_for`).
        """
        lock = lock or threading.RLock()
        retriever = Retriever(index, reranker=reranker, reader=passage_reader)
        quoting = QuotingAnswerer(
            index.embedder, index.words, lambda: index.store.documents, limit=sentences
        )
        reader = QueryReader(index)
        written = writer(index, retriever, quoting, lock) if writer else None
        return cls(
            retriever,
            written or Locked(quoting, lock),
            reader,
            None if language == "auto" else language,
            rewriter=written,
            record=record,
            lock=lock,
            # A claim is no question: the reader has nothing to say of where it might stand.
            verifier=RecordVerifier(
                ClaimChecker(index.embedder, index.words),
                Retriever(index, reranker=reranker),
                reader,
            ),
        )

    def prepare(self) -> None:
        """Load what the first question would otherwise wait for."""
        with self._lock:
            self._retriever.prepare()

    def ask(
        self,
        question: str,
        conversation: Conversation | None = None,
        narrowing: Narrowing | None = None,
        listen: Listener = unheard,
        *,
        record: Recorder | None = None,
    ) -> Outcome:
        """The cited answer to ``question``, or the word that the records hold none.

        Args:
            question: as typed.
            conversation: what was asked before; the question and its outcome are added to it.
            narrowing: what the search is narrowed to besides what the question says.
            listen: told of sentences as they are ready, where a language model writes.
            record: told of this outcome in the place of the engine's own.

        Raises:
            QuestionError: the question is empty or too long.
            IndexStoreError: the index is empty, or cannot be read.
        """
        typed = read_question(question)
        before = list(conversation.exchanged) if conversation is not None else []
        started = time.perf_counter()
        rewritten = self._rewritten(typed.text, before)
        with self._lock:
            understood, read, reading = self._understood(typed, before, narrowing, rewritten)
            reading, hits = self._found(reading, understood.hints, CONSIDERED)
        found = time.perf_counter()
        outcome = self._answerer.answer(read, hits, reading, before, listen)
        ended = time.perf_counter()
        seconds = {
            "search": round(found - started, 4),
            "answer": round(ended - found, 4),
            "total": round(ended - started, 4),
        }
        written = understood.text if understood.changed else None
        outcome = replace(outcome, question=typed.text, understood=written, seconds=seconds)
        if conversation is not None:
            conversation.add(remembered(question, understood, outcome, conversation.last))
        told = record or self._record
        if told is not None:
            told(outcome, hits)
        return outcome

    def verify(self, claim: str, narrowing: Narrowing | None = None) -> Verification:
        """What the records say of a claim: supported, contradicted, or nothing.

        Args:
            claim: a sentence, as typed.
            narrowing: what the search is narrowed to, as to the words of one person.

        Raises:
            QuestionError: the claim is empty or too long.
            IndexStoreError: the index is empty, or cannot be read.
            TypeError: the engine was made without a verifier.
        """
        if self._verifier is None:
            raise TypeError("this engine was made without a verifier")
        read_question(claim)
        with self._lock:
            return self._verifier.verify(claim, narrowing)

    def asked_before(
        self, questions: Sequence[str], narrowing: Narrowing | None = None
    ) -> Conversation:
        """The conversation in which ``questions`` were asked, one after the other."""
        conversation = Conversation()
        for question in questions:
            self.ask(question, conversation, narrowing)
        return conversation

    def reading(
        self,
        question: str,
        narrowing: Narrowing | None = None,
        conversation: Conversation | None = None,
    ) -> Reading:
        """Whom and which meetings a question names, and what is searched for because of it.

        Raises:
            QuestionError: the question is empty or too long.
        """
        before = conversation.exchanged if conversation is not None else []
        with self._lock:
            return self._understood(read_question(question), before, narrowing)[2]

    def turns(self, document: str, turns: Sequence[int]) -> list[Hit]:
        """The passages of some turns of a document, in order.

        Raises:
            IndexStoreError: the index cannot be read.
        """
        with self._lock:
            return self._retriever.turns(document, turns)

    def _understood(
        self,
        typed: Question,
        before: Sequence[Exchanged],
        narrowing: Narrowing | None,
        rewritten: str | None = None,
    ) -> tuple[Understood, Question, Reading]:
        """A question as it is understood behind what was asked before, read once more.

        What a model made of it counts unless the record itself says which turns are meant.
        """
        understood = understand(typed.text, before, self._retriever.turns)
        if rewritten is not None and rewritten != typed.text and not understood.hints.only:
            understood = replace(understood, text=rewritten, relation=understood.relation or Relation.TOPIC)  # fmt: skip
        read = read_question(understood.text) if understood.changed else typed
        read = replace(read, language=self._language or typed.language)
        return understood, read, self._reading(read, narrowing, understood)

    def _rewritten(self, question: str, before: Sequence[Exchanged]) -> str | None:
        """The question made to stand alone by a model, where there is one and something before."""
        if self._rewriter is None or not before:
            return None
        return self._rewriter.standalone(question, before)

    def _reading(
        self, question: Question, narrowing: Narrowing | None, understood: Understood
    ) -> Reading:
        reading = self._reader.read(
            question.text,
            self._today(),
            only_named=question.of_named_only,
            to_named=question.to_named,
            about_asking=question.about_asking or question.about_requesting,
        )
        if understood.hints.documents is not None:
            filters = reading.query.filters.both(Filters(understood.hints.documents))
            text = understood.hints.text or reading.query.text
            query = replace(reading.query, text=text, filters=filters)
            reading = replace(reading, query=query)
        return self._reader.by_hand(reading, narrowing) if narrowing else reading

    def _found(self, reading: Reading, hints: Hints, k: int) -> tuple[Reading, list[Hit]]:
        """The passages for an answerer: those of the turns that alone can answer, or the best."""
        if hints.only and (hits := self._of_turns(reading.query, hints)):
            return replace(reading, settled=True), hits
        return reading, hinted(self._retriever.search(reading.query, k), hints)

    def _of_turns(self, query: Query, hints: Hints) -> list[Hit]:
        """The passages of some turns, best first; those that no search finds come last."""
        documents = Filters(frozenset(document for document, _ in hints.only))
        within = replace(query, filters=query.filters.both(documents))
        hits = [
            hit
            for hit in self._retriever.search(within, CONSIDERED)
            if turn_of(hit.passage.place) in hints.only
        ]
        known = {hit.passage.id for hit in hits}
        for document, turn in hints.only:
            hits += (
                hit
                for hit in self._retriever.turns(document, (turn,))
                if hit.passage.id not in known and query.filters.fits(hit.passage.place)
            )
        return hits

    def search(
        self,
        query: str,
        k: int,
        narrowing: Narrowing | None = None,
        conversation: Conversation | None = None,
    ) -> list[Hit]:
        """The ``k`` passages that fit ``query`` best, best first.

        Args:
            query: as typed.
            k: the most passages that are given.
            narrowing: what the search is narrowed to besides what the query says.
            conversation: what was asked before; it stays as it is.

        Raises:
            QuestionError: the query is empty or too long.
            IndexStoreError: the index is empty, or cannot be read.
        """
        with self._lock:
            before = conversation.exchanged if conversation is not None else []
            understood, _, reading = self._understood(read_question(query), before, narrowing)
            return self._found(reading, understood.hints, max(k, CONSIDERED))[1][:k]

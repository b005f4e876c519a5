"""Question -> outcome: the one engine behind every surface."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal, Protocol

from assistant.conversation import Conversation, Exchanged
from assistant.question import Question, read_question
from assistant.quoting import QuotingAnswerer
from assistant.types import Language, Outcome
from index_store.index import Index
from index_store.queries import Narrowing, QueryReader, Reading
from index_store.retriever import Reranker, Retriever
from index_store.types import Hit

CONSIDERED = 100
"""Passages that an answerer is given; it looks closely at the first few."""


class Answerer(Protocol):
    """Makes an outcome of a question and the passages found for it.

    The seam for answerers that write with a language model. Quotes and places must be copied
    from the hits; :class:`assistant.types.Answer` refuses sentences without citations.
    """

    def answer(self, question: Question, hits: Sequence[Hit], reading: Reading) -> Outcome:
        """Answer ``question`` from ``hits``, best first.

        Args:
            question: what is asked.
            hits: what was found.
            reading: whom and which meetings the question names.
        """
        ...


class Engine:
    """Answers questions over one index.

    Args:
        retriever: finds passages.
        answerer: makes the answer.
        reader: reads whom and which meetings a question names.
        language: of all answers; by default each has the language of its question.
    """

    def __init__(
        self,
        retriever: Retriever,
        answerer: Answerer,
        reader: QueryReader,
        language: Language | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._language = language
        self._retriever = retriever
        self._answerer = answerer
        self._reader = reader
        self._today = today
        # Slack asks from several threads; SQLite and the model are used by one at a time.
        self._lock = threading.Lock()

    @classmethod
    def from_index(
        cls,
        index: Index,
        sentences: int = 3,
        language: Language | Literal["auto"] = "auto",
        reranker: Reranker | None = None,
    ) -> Engine:
        """An engine that answers with quotes from ``index``.

        Args:
            index: what is searched.
            sentences: the most sentences of an answer.
            language: of the words around quotes; ``auto`` is the question's own.
            reranker: looks again at the best passages, if given.
        """
        answerer = QuotingAnswerer(index.embedder, index.words, limit=sentences)
        fixed = None if language == "auto" else language
        return cls(Retriever(index, reranker=reranker), answerer, QueryReader(index), fixed)

    def prepare(self) -> None:
        """Load what the first question would otherwise wait for."""
        with self._lock:
            self._retriever.prepare()

    def ask(
        self,
        question: str,
        conversation: Conversation | None = None,
        narrowing: Narrowing | None = None,
    ) -> Outcome:
        """The cited answer to ``question``, or the word that the records hold none.

        Args:
            question: as typed.
            conversation: what was asked before; the question and its outcome are added to it.
            narrowing: what the search is narrowed to besides what the question says.

        Raises:
            QuestionError: the question is empty or too long.
            IndexStoreError: the index is empty, or cannot be read.
        """
        read = read_question(question)
        if self._language is not None:
            read = replace(read, language=self._language)
        with self._lock:
            started = time.perf_counter()
            reading = self._reading(read, narrowing)
            hits = self._retriever.search(reading.query, CONSIDERED)
            found = time.perf_counter()
            outcome = self._answerer.answer(read, hits, reading)
            ended = time.perf_counter()
        seconds = {
            "search": round(found - started, 4),
            "answer": round(ended - found, 4),
            "total": round(ended - started, 4),
        }
        outcome = replace(outcome, seconds=seconds)
        if conversation is not None:
            conversation.exchanged.append(Exchanged(question, read.text, outcome))
        return outcome

    def reading(self, question: str, narrowing: Narrowing | None = None) -> Reading:
        """Whom and which meetings a question names, and what is searched for because of it.

        Raises:
            QuestionError: the question is empty or too long.
        """
        return self._reading(read_question(question), narrowing)

    def _reading(self, question: Question, narrowing: Narrowing | None = None) -> Reading:
        reading = self._reader.read(
            question.text,
            self._today(),
            only_named=question.of_named_only,
            to_named=question.to_named,
            about_asking=question.about_asking or question.about_requesting,
        )
        return self._reader.by_hand(reading, narrowing) if narrowing else reading

    def search(self, query: str, k: int, narrowing: Narrowing | None = None) -> list[Hit]:
        """The ``k`` passages that fit ``query`` best, best first.

        Raises:
            QuestionError: the query is empty or too long.
            IndexStoreError: the index is empty, or cannot be read.
        """
        with self._lock:
            return self._retriever.search(self._reading(read_question(query), narrowing).query, k)

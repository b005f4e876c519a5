"""An engine for each circle of people: over the documents that they may see, and no others.

All share the index, the models and the lock on them. What is not granted is not there for such an
engine: it reaches no prompt, no quote, no count and no suggestion.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from assistant.engine import Engine
from assistant.evaluation.drafting import drafts
from assistant.slack.access import Granted
from assistant.slack.examples import examples_of
from assistant.types import Answer, Citation, Language, Outcome
from assistant.visibility import Collections
from index_store.index import Index
from index_store.rows import version_of
from index_store.types import IndexedDocument, StoredPassage

MakeEngine = Callable[[Index, threading.RLock], Engine]
"""Makes an engine over a view of the index, with the lock that all share."""

_KEPT = 32
"""Circles whose engines are kept."""

_EXAMPLES = 3
"""Questions that a newcomer is shown."""

_NEWEST = 6
"""Documents that they are made of."""

_TRIED = 20
"""Drafts that are tried for them."""


def _quoting(view: Index, lock: threading.RLock) -> Engine:
    return Engine.from_index(view, lock=lock)


@dataclass
class _Circle:
    """An engine with the view that it answers from, and example questions of a state of the index."""

    view: Index
    engine: Engine
    examples: dict[Language, tuple[object, tuple[str, ...]]] = field(default_factory=dict)
    trying: threading.Lock = field(default_factory=threading.Lock)


class Engines:
    """Makes engines as they are needed.

    Args:
        index: the whole index.
        collections: which document belongs to which collection.
        make: makes an engine over a view.
        quoting: makes one that answers with quotes, on which example questions are tried.
    """

    def __init__(
        self,
        index: Index,
        collections: Collections,
        make: MakeEngine,
        quoting: MakeEngine = _quoting,
    ) -> None:
        self._index = index
        self._collections = collections
        self._make = make
        self._quoting = quoting
        self._lock = threading.RLock()
        self._making = threading.Lock()
        self._circles: OrderedDict[Granted, _Circle] = OrderedDict()

    def prepare(self) -> None:
        """Load what the first question would otherwise wait for."""
        self.engine(frozenset()).prepare()

    def engine(self, granted: Granted) -> Engine:
        """The engine for those to whom collections are granted."""
        return self._circle(granted).engine

    def documents(self, granted: Granted) -> list[IndexedDocument]:
        """The documents that may be seen, by date and name.

        Raises:
            IndexStoreError: the index cannot be read.
        """
        with self._lock:
            self._index.sync()
            rows = self._circle(granted).view.store.documents.values()
            return sorted(rows, key=lambda row: (row.date or "", row.name))

    def seen(self, granted: Granted) -> frozenset[str]:
        """The sources of the documents that may be seen."""
        return frozenset(row.source for row in self.documents(granted))

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been ingested at all."""
        with self._lock:
            self._index.sync()
            return not self._index.store.documents

    def examples(self, granted: Granted, language: Language) -> tuple[str, ...]:
        """Three questions that the newest documents that may be seen answer.

        They are made of recorded questions and figures (:mod:`assistant.evaluation.drafting`), and
        each is tried: one that quotes do not answer is not shown. Those in another language come
        last.
        """
        circle = self._circle(granted)
        with circle.trying:
            return self._examples(circle, self.documents(granted), language)

    def _examples(
        self, circle: _Circle, rows: Sequence[IndexedDocument], language: Language
    ) -> tuple[str, ...]:
        state = language, tuple(row.version for row in rows)
        if circle.examples.get(language, (None, ()))[0] != state:
            newest = rows[-_NEWEST:]
            circle.examples[language] = state, tuple(islice(self._tried(circle, newest, language), _EXAMPLES))  # fmt: skip
        return circle.examples[language][1]

    def _tried(
        self, circle: _Circle, newest: Sequence[IndexedDocument], language: Language
    ) -> Iterator[str]:
        if not newest:
            return
        sources = {row.source for row in newest}
        few = self._index.only(lambda row: row.source in sources)
        with self._lock:
            drafted = drafts(few)
        quoting = self._quoting(circle.view, self._lock)
        for question in examples_of(drafted, language)[:_TRIED]:
            if isinstance(quoting.ask(question), Answer):
                yield question

    def sources(self, granted: Granted, outcome: Outcome) -> frozenset[str]:
        """The sources of all documents that an outcome shows.

        For a document that is gone meanwhile stands a source that nobody can see.
        """
        with self._lock:
            rows = self._circle(granted).view.store.documents.values()
            known = {row.version: row.source for row in rows}
        versions = {version_of(citation.passage) for citation in shown_by(outcome)}
        return frozenset(known.get(version, f"gone:{version}") for version in versions)

    def passages(self, granted: Granted, citation: Citation) -> Sequence[StoredPassage]:
        """All passages of the document that is cited, in order; none where it may not be seen.

        A document that was ingested anew since is found by its name, and holds other passages.
        """
        with self._lock:
            self._index.sync()
            view = self._circle(granted).view
            version = version_of(citation.passage)
            rows = [row for row in view.store.documents.values() if row.version == version]
            return view.store.passages_of(rows[0].source) if rows else ()

    def _circle(self, granted: Granted) -> _Circle:
        with self._making:
            circle = self._circles.get(granted)
            if circle is None:
                view = self._index.only(self._collections.seen_with(granted))
                circle = _Circle(view, self._make(view, self._lock))
                self._circles[granted] = circle
            self._circles.move_to_end(granted)
            while len(self._circles) > _KEPT:
                self._circles.popitem(last=False)
            return circle


def shown_by(outcome: Outcome) -> tuple[Citation, ...]:
    """Everything that an outcome quotes."""
    cited = outcome.citations if isinstance(outcome, Answer) else ()
    return (*cited, *outcome.related)

"""An engine for each circle of people: over the documents that they may see, and no others.

All share the index, the models and the lock on them. What is not granted is not there for such an
engine: it reaches no prompt, no quote, no count and no suggestion.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from assistant.engine import Engine
from assistant.evaluation.drafting import drafts
from assistant.slack.access import Granted
from assistant.types import Answer, Citation, Outcome
from assistant.visibility import Collections
from index_store.index import Index
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


@dataclass
class _Circle:
    """An engine with the view that it answers from, and example questions of a state of the index."""

    view: Index
    engine: Engine
    examples: tuple[object, tuple[str, ...]] | None = None


class Engines:
    """Makes engines as they are needed.

    Args:
        index: the whole index.
        collections: which document belongs to which collection.
        make: makes an engine over a view.
    """

    def __init__(self, index: Index, collections: Collections, make: MakeEngine) -> None:
        self._index = index
        self._collections = collections
        self._make = make
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

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been ingested at all."""
        with self._lock:
            self._index.sync()
            return not self._index.store.documents

    def updated(self, granted: Granted) -> datetime | None:
        """When a document that may be seen was ingested last."""
        return max((row.ingested for row in self.documents(granted)), default=None)

    def examples(self, granted: Granted) -> tuple[str, ...]:
        """Three questions that the newest documents that may be seen answer.

        They are made of recorded questions and figures (:mod:`assistant.evaluation.drafting`), and
        each is tried: one that quotes do not answer is not shown.
        """
        circle = self._circle(granted)
        rows = self.documents(granted)
        state = tuple(row.version for row in rows)
        if circle.examples is None or circle.examples[0] != state:
            newest = frozenset(row.source for row in rows[-_NEWEST:])
            circle.examples = state, tuple(islice(self._tried(circle, newest), _EXAMPLES))
        return circle.examples[1]

    def _tried(self, circle: _Circle, newest: frozenset[str]) -> Iterator[str]:
        if not newest:
            return
        few = self._index.only(lambda row: row.source in newest)
        with self._lock:
            rows = [row for row in drafts(few) if row["answerable"]]
        quoting = Engine.from_index(circle.view, lock=self._lock)
        for row in _mixed(rows)[:_TRIED]:
            question = str(row["question"])
            if isinstance(quoting.ask(question), Answer):
                yield question

    def sources(self, granted: Granted, outcome: Outcome) -> frozenset[str]:
        """The sources of all documents that an outcome shows, as far as they may be seen."""
        with self._lock:
            shown = {_version(citation.passage) for citation in _shown(outcome)}
            rows = self._circle(granted).view.store.documents.values()
            return frozenset(row.source for row in rows if row.version in shown)

    def passages(self, granted: Granted, citation: Citation) -> Sequence[StoredPassage]:
        """All passages of the document that is cited, in order; none where it may not be seen.

        A document that was ingested anew since is found by its name, and holds other passages.
        """
        with self._lock:
            self._index.sync()
            view = self._circle(granted).view
            version = _version(citation.passage)
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


def _version(passage: str) -> str:
    """The version of the document that a passage's id names."""
    return passage.rpartition("@")[2]


def _shown(outcome: Outcome) -> tuple[Citation, ...]:
    return (*getattr(outcome, "citations", ()), *outcome.related)


def _mixed(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """Rows of each kind in turn, the newest first: three questions are to show three uses."""
    by_kind: dict[object, list[dict[str, object]]] = {}
    for row in reversed(rows):
        by_kind.setdefault(row["kind"], []).append(row)
    longest = max(map(len, by_kind.values()), default=0)
    return [kind[at] for at in range(longest) for kind in by_kind.values() if at < len(kind)]

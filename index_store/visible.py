"""A view of an index's store: only the documents that somebody may see.

Nothing is copied. Which documents those are is worked out anew when the documents change, and every
passage that Chroma gives is held against them, however it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from index_store.embedding import Vectors
from index_store.errors import StoreError
from index_store.filters import Filters
from index_store.store import DenseHit, Store
from index_store.types import IndexedDocument

Seen = Callable[[IndexedDocument], bool]
"""Whether a document is visible; of one row it must always say the same."""

SPARE = 2
"""Times the passages that a search should need to look through, were hidden ones evenly spread."""

MOST = 2_000
"""Passages that a search looks through; beyond, Chroma is faster if told which documents count."""

LISTED = 1_000
"""Documents that Chroma is told of at once."""


class VisibleStore(Store):
    """The passages of visible documents.

    Args:
        whole: the store of all; whoever opened it closes it.
        seen: whether a document is visible.
    """

    def __init__(self, whole: Store, seen: Seen) -> None:
        # Nothing is opened: the connection is that of the whole store.
        self.where = whole.where
        self.model = whole.model
        self._chroma = whole._chroma
        self._whole = whole
        self._seen = seen
        self._kept: tuple[int, Mapping[str, IndexedDocument]] = -1, {}

    def close(self) -> None:
        """Nothing: the whole store has the connection."""

    def refresh(self) -> bool:
        """Look whether another process has written; True if the documents changed."""
        return self._whole.refresh()

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Source -> visible document, as of the last refresh."""
        changes = self._whole.changes
        if self._kept[0] != changes:
            rows = dict(self._whole.documents)
            self._kept = changes, {s: row for s, row in rows.items() if self._seen(row)}
        return self._kept[1]

    @property
    def changes(self) -> int:
        """How often the documents of the whole store have changed."""
        return self._whole.changes

    @property
    def hides(self) -> bool:
        """Whether there is a document that is not visible."""
        return len(self.documents) < len(self._whole.documents)

    def nearest(self, query: Vectors, limit: int, filters: Filters | None = None) -> list[DenseHit]:
        """The visible passages whose vectors are nearest to ``query`` by cosine, best first.

        Args:
            query: unit vector of shape [dimension].
            limit: the number of passages.
            filters: what the search is narrowed to.
        """
        if not self.hides:
            return self._whole.nearest(query, limit, filters)
        narrowed = filters or Filters()
        found = self._visible(query, limit, narrowed.where())
        return [hit for hit in found if narrowed.fits(hit.passage.place)]

    def _visible(self, query: Vectors, limit: int, where: dict[str, Any] | None) -> list[DenseHit]:
        """The nearest ones that are visible among more, or among those of visible documents.

        Any condition makes Chroma list all that fit it first, which takes longer than to find ten
        times as many as are wanted.
        """
        visible = self.count()
        if visible == 0:
            return []
        asked = SPARE * limit * self._whole.count() // visible
        while asked <= MOST:
            found, came = self._closest(query, asked, where)
            if len(found) >= limit:
                return found[:limit]
            if came < asked:
                break
            asked *= 4
        return self._among(query, limit, where)

    def _among(self, query: Vectors, limit: int, where: dict[str, Any] | None) -> list[DenseHit]:
        sources = list(self.documents)
        found: list[DenseHit] = []
        for begin in range(0, len(sources), LISTED):
            visible: dict[str, Any] = {"source": {"$in": sources[begin : begin + LISTED]}}
            both = visible if where is None else {"$and": [where, visible]}
            found += self._closest(query, limit, both)[0]
        return sorted(found, key=lambda hit: -hit.similarity)[:limit]

    def _held(self, limit: int) -> int:
        return self._whole._held(limit)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Refused.

        Raises:
            StoreError: always; a part of an index cannot be brought up to date by itself.
        """
        raise StoreError(
            f"{self.where}: this is a view of a part of the index; mend: write into the whole one"
        )
        yield

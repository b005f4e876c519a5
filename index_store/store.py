"""The store: passages and documents in Chroma, a folder or a server.

How a document is replaced without ever being half there: its new passages are written under ids
that carry the new version, then its row in the documents collection is set to that version (the
commit), then what it had before is deleted. Readers take only passages of the committed version,
so a process killed at any point leaves the old document or the new one. What a killed writer
left behind is swept by the next one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from index_store.chroma import PAGE, Chroma, Located, pages
from index_store.embedding import Vectors
from index_store.filters import Filters
from index_store.rows import (
    passage_id,
    passage_metadata,
    read_passage,
    read_row,
    row_metadata,
    version_of,
)
from index_store.types import IndexedDocument, StoredPassage
from ingest.types import Passage

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

COLLECTION = "minutes"
_STATE = "#state"
_NO_VECTOR: Any = [0.0]
"""Rows of documents are looked up, never searched, and Chroma wants a vector of each."""


@dataclass(frozen=True)
class DenseHit:
    """A passage and the cosine of its vector with the question's."""

    passage: StoredPassage
    similarity: float


class Store:
    """Passages with their vectors.

    Args:
        where: folder or server.
        model: name of the embedding model.
        collection: name of the passages collection; documents stand in ``<name>.documents``.

    Raises:
        StoreError: the store is damaged, read-only or not reached.
        ModelMismatchError: the collection was built with another model.
    """

    def __init__(self, where: Located, model: str, collection: str = COLLECTION) -> None:
        self.where = where
        self.model = model
        self._chroma = Chroma(where, model, collection)
        self._documents: dict[str, IndexedDocument] = {}
        self._generation = -1.0
        self._changes = 0
        self.refresh()

    def close(self) -> None:
        """Let go of files and connections."""
        self._chroma.close()

    @property
    def _passages(self) -> Collection:
        return self._chroma.passages

    # Reading

    def refresh(self) -> bool:
        """Look whether another process has written; True if the documents changed."""
        generation = self._chroma.read(self._state)[0]
        if generation == self._generation:
            return False
        if self.where.folder is not None and self._generation >= 0:
            with self._chroma.guard():
                self._chroma.reopen()
        self._documents = {row.source: row for row in self._chroma.read(self._read_rows)}
        self._generation = generation
        self._changes += 1
        return True

    def _state(self) -> tuple[float, bool]:
        """(generation, whether a writer began and did not finish)."""
        metadatas = self._chroma.rows.get(ids=[_STATE], include=["metadatas"])["metadatas"]
        if not metadatas:
            return 0.0, False
        state: Mapping[str, Any] = metadatas[0]
        return float(state["generation"]), bool(state["writing"])

    def _read_rows(self) -> list[IndexedDocument]:
        found = pages(self._chroma.rows, ["metadatas"], "metadatas")
        return [read_row(metadata) for metadata in found if "source" in metadata]

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Source -> document, as of the last refresh."""
        return self._documents

    @property
    def changes(self) -> int:
        """How often the documents have changed since this was opened."""
        return self._changes

    def count(self) -> int:
        """Number of passages of committed documents."""
        return sum(row.passages for row in self.documents.values())

    def passages_of(self, source: str) -> list[StoredPassage]:
        """The passages of one document in document order; empty if it is not there."""
        columns: tuple[Any, ...] = ("ids", "documents", "metadatas")
        found = self._chroma.read(
            lambda: list(
                pages(self._passages, list(columns[1:]), *columns, where={"source": source})
            )
        )
        kept = [read_passage(i, t, m) for i, t, m in found if self._committed(m)]
        return sorted(kept, key=lambda passage: passage.place.start)

    def holder(self, passage: StoredPassage) -> IndexedDocument:
        """The document of a passage that was found."""
        version = version_of(passage.id)
        return next(row for row in self.documents.values() if row.version == version)

    def turns_of(self, source: str) -> tuple[list[str], list[str], Vectors]:
        """The passages of a document's turns in document order: ids, texts, vectors.

        The vectors have shape [passages, dimension] and length 1.
        """
        columns: tuple[Any, ...] = ("ids", "documents", "metadatas", "embeddings")
        found = self._chroma.read(
            lambda: list(
                pages(self._passages, list(columns[1:]), *columns, where={"source": source})
            )
        )
        kept = [
            (int(metadata["start"]), identifier, text or "", vector)
            for identifier, text, metadata, vector in found
            if self._committed(metadata) and "turn" in metadata
        ]
        kept.sort(key=lambda row: row[0])
        vectors = np.array([row[3] for row in kept], dtype=np.float32)
        if kept:
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return [row[1] for row in kept], [row[2] for row in kept], vectors

    def nearest(self, query: Vectors, limit: int, filters: Filters | None = None) -> list[DenseHit]:
        """The passages whose vectors are nearest to ``query`` by cosine, best first.

        Args:
            query: unit vector of shape [dimension].
            limit: the number of passages.
            filters: what the search is narrowed to.
        """
        narrowed = filters or Filters()
        found = self._closest(query, limit, narrowed.where())[0]
        return [hit for hit in found if narrowed.fits(hit.passage.place)]

    def _closest(
        self, query: Vectors, limit: int, where: dict[str, Any] | None
    ) -> tuple[list[DenseHit], int]:
        """(those of the nearest passages that fit ``where`` that are committed, how many came)."""
        columns: tuple[Any, ...] = ("documents", "metadatas", "distances")

        def ask() -> Any:
            held = self._held(limit)
            if held == 0:
                return {column: [[]] for column in ("ids", *columns)}
            return self._passages.query(
                query_embeddings=query[None, :],
                n_results=min(limit, held),
                include=list(columns),
                where=where,
            )

        result = self._chroma.read(ask)
        rows = list(zip(*(result[column][0] for column in ("ids", *columns)), strict=True))
        # Chroma's cosine distance is 1 - cosine.
        found = [
            DenseHit(read_passage(i, text, metadata), 1.0 - distance)
            for i, text, metadata, distance in rows
            if self._committed(metadata)
        ]
        return found, len(rows)

    def _held(self, limit: int) -> int:
        """How many passages Chroma holds; fewer where they are enough, for it is slow to count."""
        held = self.count()
        return held if held >= limit else self._passages.count()

    def fetch(self, ids: Sequence[str], query: Vectors) -> list[DenseHit]:
        """The passages with the given ids, with their cosine to ``query``."""
        if not ids:
            return []
        columns: tuple[Any, ...] = ("documents", "metadatas", "embeddings")
        result: Any = self._chroma.read(
            lambda: self._passages.get(ids=list(ids), include=list(columns))
        )
        rows = zip(*(result[column] for column in ("ids", *columns)), strict=True)
        return [
            DenseHit(read_passage(i, text, metadata), _cosine(vector, query))
            for i, text, metadata, vector in rows
            if self._committed(metadata)
        ]

    def _committed(self, metadata: Mapping[str, Any] | None) -> bool:
        # Chroma gives no metadata for what another process is just taking away.
        if not metadata:
            return False
        row = self.documents.get(str(metadata["source"]))
        return row is not None and row.version == metadata["version"]

    # Writing (one writer at a time: see index_store.indexer)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Bracket a run of writes; sweeps first what a killed writer left behind."""
        with self._chroma.guard():
            self.refresh()
            if self._state()[1]:
                self._sweep()
            self._mark(writing=True)
        yield
        with self._chroma.guard():
            self._mark(writing=False)

    def _mark(self, *, writing: bool) -> None:
        self._generation = time.time()
        self._chroma.rows.upsert(
            ids=[_STATE],
            embeddings=[_NO_VECTOR],
            metadatas=[self._state_metadata(writing=writing)],
        )

    def _state_metadata(self, *, writing: bool) -> dict[str, Any]:
        return {"generation": self._generation, "writing": writing}

    def _sweep(self) -> None:
        stale = [
            identifier
            for identifier, metadata in pages(self._passages, ["metadatas"], "ids", "metadatas")
            if not self._committed(metadata)
        ]
        for begin in range(0, len(stale), PAGE):
            self._passages.delete(ids=stale[begin : begin + PAGE])

    def add_many(self, batch: Sequence[tuple[IndexedDocument, Sequence[Passage], Vectors]]) -> None:
        """Write passages of the versions that the rows name; nobody sees them before the commit.

        Args:
            batch: documents with some or all of their passages, and for each document unit
                vectors of shape [passages, dimension].
        """
        ids: list[str] = []
        texts: list[str] = []
        metadatas: list[Any] = []
        for row, passages, _ in batch:
            for passage in passages:
                ids.append(passage_id(row, passage))
                texts.append(passage.text)
                metadatas.append(passage_metadata(row, passage))
        if not ids:
            return
        vectors = np.concatenate([v for _, p, v in batch if len(p)])
        size = self._chroma.client.get_max_batch_size()
        with self._chroma.guard():
            for begin in range(0, len(ids), size):
                part = slice(begin, begin + size)
                self._passages.upsert(
                    ids=ids[part],
                    embeddings=vectors[part],
                    documents=texts[part],
                    metadatas=metadatas[part],
                )

    def commit(self, rows: Sequence[IndexedDocument]) -> None:
        """Make the versions that ``rows`` name the current ones, and delete what they replace."""
        if not rows:
            return
        with self._chroma.guard():
            self._generation = time.time()
            self._chroma.rows.upsert(
                ids=[*(row.source for row in rows), _STATE],
                embeddings=[_NO_VECTOR] * (len(rows) + 1),
                metadatas=[*map(row_metadata, rows), self._state_metadata(writing=True)],
            )
            replaced = [self._documents.get(row.source) for row in rows]
            self._documents.update({row.source: row for row in rows})
            self._changes += 1
            for row, old in zip(rows, replaced, strict=True):
                if old is not None and old.version != row.version:
                    self._delete_versions(row.source, keep=row.version)

    def _delete_versions(self, source: str, keep: str) -> None:
        where: Any = {"$and": [{"source": source}, {"version": {"$ne": keep}}]}
        self._passages.delete(where=where)

    def remove(self, source: str) -> None:
        """Take a document out: first its row, so that readers stop seeing it, then its passages."""
        with self._chroma.guard():
            self._chroma.rows.delete(ids=[source])
            self._documents.pop(source, None)
            self._changes += 1
            self._passages.delete(where={"source": source})


def _cosine(vector: Vectors, query: Vectors) -> float:
    return float(np.asarray(vector) @ query / np.linalg.norm(vector))

"""The store: passages and documents in Chroma, a folder or a server. The one module that uses it.

How a document is replaced without ever being half there: its new passages are written under ids
that carry the new version, then its row in the documents collection is set to that version (the
commit), then what it had before is deleted. Readers take only passages of the committed version,
so a process killed at any point leaves the old document or the new one. What a killed writer
left behind is swept by the next one.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import numpy as np

from index_store.embedding import Vectors
from index_store.errors import ModelMismatchError, StoreError
from index_store.filters import Filters
from index_store.rows import (
    passage_id,
    passage_metadata,
    read_passage,
    read_row,
    row_metadata,
)
from index_store.types import IndexedDocument, StoredPassage
from ingest.types import Passage

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

COLLECTION = "minutes"
FORMAT = 1
"""Raised when the layout of the metadata changes."""

_STATE = "#state"
_NO_VECTOR: Any = [0.0]
"""Rows of documents are looked up, never searched, and Chroma wants a vector of each."""
_PAGE = 1000
T = TypeVar("T")


@dataclass(frozen=True)
class Located:
    """Where a store is: a folder, or the address of a Chroma server (http://host:port)."""

    folder: Path | None
    address: str | None

    def __str__(self) -> str:
        return self.address or str(self.folder)


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
        self._documents: dict[str, IndexedDocument] = {}
        self._generation = -1.0
        self._name = collection
        with self._guard():
            self._open()
            self.refresh()

    def _open(self) -> None:
        self._client = _connect(self.where)
        self._passages = self._collection(self._name)
        self._rows = self._collection(self._name + ".documents")

    def _collection(self, name: str) -> Collection:
        # Chroma's default distance is squared L2, and its default embedding function downloads.
        found = self._client.get_or_create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
            metadata={"model": self.model, "format": FORMAT},
        )
        built_with = (found.metadata or {}).get("model")
        if built_with != self.model:
            raise ModelMismatchError(
                f"{self.where}: this index was built with the model '{built_with}', not "
                f"'{self.model}'; mend: set the model back, or use another data folder (or "
                "collection) and ingest again"
            )
        return found

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Turn every failure of the backend into one line that names the store."""
        try:
            yield
        except (StoreError, ModelMismatchError, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            # BaseException: Chroma's Rust core panics with one when its files are damaged.
            raise _failure(self.where, error) from error

    def close(self) -> None:
        """Let go of files and connections."""
        # Not in the interface, though every client has it.
        close = getattr(self._client, "close", None)
        if close:
            close()

    # Reading

    def _read(self, action: Callable[[], T]) -> T:
        """The value of ``action``, tried once more on a fresh connection to a folder.

        A process that has a folder open keeps its vectors in memory, and fails when another one
        has written there since. A server holds them for all.
        """
        with self._guard():
            try:
                return action()
            except Exception:
                if self.where.folder is None:
                    raise
                self._reopen()
                return action()

    def _reopen(self) -> None:
        self.close()
        self._open()

    def refresh(self) -> bool:
        """Look whether another process has written; True if the documents changed."""
        generation = self._read(self._state)[0]
        if generation == self._generation:
            return False
        if self.where.folder is not None and self._generation >= 0:
            with self._guard():
                self._reopen()
        self._documents = {row.source: row for row in self._read(self._read_rows)}
        self._generation = generation
        return True

    def _state(self) -> tuple[float, bool]:
        """(generation, whether a writer began and did not finish)."""
        metadatas = self._rows.get(ids=[_STATE], include=["metadatas"])["metadatas"]
        if not metadatas:
            return 0.0, False
        state: Mapping[str, Any] = metadatas[0]
        return float(state["generation"]), bool(state["writing"])

    def _read_rows(self) -> list[IndexedDocument]:
        found = _pages(self._rows, ["metadatas"], "metadatas")
        return [read_row(metadata) for metadata in found if "source" in metadata]

    @property
    def documents(self) -> Mapping[str, IndexedDocument]:
        """Source -> document, as of the last refresh."""
        return self._documents

    def count(self) -> int:
        """Number of passages of committed documents."""
        return sum(row.passages for row in self._documents.values())

    def passages_of(self, source: str) -> list[StoredPassage]:
        """The passages of one document in document order; empty if it is not there."""
        columns: tuple[Any, ...] = ("ids", "documents", "metadatas")
        found = self._read(
            lambda: list(
                _pages(self._passages, list(columns[1:]), *columns, where={"source": source})
            )
        )
        kept = [read_passage(i, t, m) for i, t, m in found if self._committed(m)]
        return sorted(kept, key=lambda passage: passage.place.start)

    def holder(self, passage: StoredPassage) -> IndexedDocument:
        """The document of a passage that was found."""
        version = passage.id.rpartition("@")[2]
        return next(row for row in self._documents.values() if row.version == version)

    def turns_of(self, source: str) -> tuple[list[str], list[str], Vectors]:
        """The passages of a document's turns in document order: ids, texts, vectors.

        The vectors have shape [passages, dimension] and length 1.
        """
        columns: tuple[Any, ...] = ("ids", "documents", "metadatas", "embeddings")
        found = self._read(
            lambda: list(
                _pages(self._passages, list(columns[1:]), *columns, where={"source": source})
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
        columns: tuple[Any, ...] = ("documents", "metadatas", "distances")

        def ask() -> Any:
            # Chroma takes its time to count many.
            held = self.count()
            if held < limit:
                held = self._passages.count()
            if held == 0:
                return {column: [[]] for column in ("ids", *columns)}
            return self._passages.query(
                query_embeddings=query[None, :],
                n_results=min(limit, held),
                include=list(columns),
                where=narrowed.where(),
            )

        result = self._read(ask)
        rows = zip(*(result[column][0] for column in ("ids", *columns)), strict=True)
        # Chroma's cosine distance is 1 - cosine.
        found = [
            DenseHit(read_passage(i, text, metadata), 1.0 - distance)
            for i, text, metadata, distance in rows
            if self._committed(metadata)
        ]
        return [hit for hit in found if narrowed.fits(hit.passage.place)]

    def fetch(self, ids: Sequence[str], query: Vectors) -> list[DenseHit]:
        """The passages with the given ids, with their cosine to ``query``."""
        if not ids:
            return []
        columns: tuple[Any, ...] = ("documents", "metadatas", "embeddings")
        result: Any = self._read(lambda: self._passages.get(ids=list(ids), include=list(columns)))
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
        row = self._documents.get(str(metadata["source"]))
        return row is not None and row.version == metadata["version"]

    # Writing (one writer at a time: see index_store.indexer)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Bracket a run of writes; sweeps first what a killed writer left behind."""
        with self._guard():
            self.refresh()
            if self._state()[1]:
                self._sweep()
            self._mark(writing=True)
        yield
        with self._guard():
            self._mark(writing=False)

    def _mark(self, *, writing: bool) -> None:
        self._generation = time.time()
        self._rows.upsert(
            ids=[_STATE],
            embeddings=[_NO_VECTOR],
            metadatas=[self._state_metadata(writing=writing)],
        )

    def _state_metadata(self, *, writing: bool) -> dict[str, Any]:
        return {"generation": self._generation, "writing": writing}

    def _sweep(self) -> None:
        stale = [
            identifier
            for identifier, metadata in _pages(self._passages, ["metadatas"], "ids", "metadatas")
            if not self._committed(metadata)
        ]
        for begin in range(0, len(stale), _PAGE):
            self._passages.delete(ids=stale[begin : begin + _PAGE])

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
        size = self._client.get_max_batch_size()
        with self._guard():
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
        with self._guard():
            self._generation = time.time()
            self._rows.upsert(
                ids=[*(row.source for row in rows), _STATE],
                embeddings=[_NO_VECTOR] * (len(rows) + 1),
                metadatas=[*map(row_metadata, rows), self._state_metadata(writing=True)],
            )
            replaced = [self._documents.get(row.source) for row in rows]
            self._documents.update({row.source: row for row in rows})
            for row, old in zip(rows, replaced, strict=True):
                if old is not None and old.version != row.version:
                    self._delete_versions(row.source, keep=row.version)

    def _delete_versions(self, source: str, keep: str) -> None:
        where: Any = {"$and": [{"source": source}, {"version": {"$ne": keep}}]}
        self._passages.delete(where=where)

    def remove(self, source: str) -> None:
        """Take a document out: first its row, so that readers stop seeing it, then its passages."""
        with self._guard():
            self._rows.delete(ids=[source])
            self._documents.pop(source, None)
            self._passages.delete(where={"source": source})


def _cosine(vector: Vectors, query: Vectors) -> float:
    return float(np.asarray(vector) @ query / np.linalg.norm(vector))


def _connect(where: Located) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if where.address is None:
        if where.folder is None:
            raise StoreError("no data folder; mend: set --data or MINUTES_DATA")
        where.folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(str(where.folder), settings=settings)
    parts = urlsplit(where.address if "//" in where.address else f"http://{where.address}")
    secure = parts.scheme == "https"
    return chromadb.HttpClient(
        host=parts.hostname or "localhost",
        port=parts.port or (443 if secure else 8000),
        ssl=secure,
        settings=settings,
    )


def _failure(where: Located, error: BaseException) -> StoreError:
    text = str(error).strip().splitlines()
    reason = text[0][:200] if text else type(error).__name__
    logging.getLogger(__name__).debug("store failure", exc_info=error)
    if where.address:
        return StoreError(
            f"{where.address}: the Chroma server does not answer as it should ({reason}); "
            "mend: start it (chroma run), or correct the address"
        )
    if "readonly" in reason or "read-only" in reason.lower() or isinstance(error, PermissionError):
        return StoreError(
            f"{where.folder}: the data folder cannot be written ({reason}); "
            "mend: give write permission, or set --data to another folder"
        )
    damaged = isinstance(error, sqlite3.DatabaseError) or not isinstance(error, OSError)
    mend = (
        "restore the folder from a copy, or move it away and ingest again"
        if damaged
        else "check path, permission and free space"
    )
    return StoreError(f"{where.folder}: the index cannot be used ({reason}); mend: {mend}")


def _pages(
    collection: Collection,
    include: list[Any],
    *columns: str,
    where: dict[str, Any] | None = None,
) -> Iterator[Any]:
    """All rows of a collection, page by page: one column's value, or a tuple of several."""
    offset = 0
    while True:
        page: Any = collection.get(include=include, where=where, limit=_PAGE, offset=offset)
        rows = list(zip(*(page[column] for column in columns), strict=True))
        yield from (row if len(columns) > 1 else row[0] for row in rows)
        if len(rows) < _PAGE:
            return
        offset += _PAGE

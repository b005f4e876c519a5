"""The connection to Chroma, a folder or a server. The one module that imports it."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from index_store.errors import ModelMismatchError, StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

FORMAT = 1
"""Raised when the layout of the metadata changes."""

PAGE = 1000
"""Rows that are read at once."""

T = TypeVar("T")


@dataclass(frozen=True)
class Located:
    """Where a store is: a folder, or the address of a Chroma server (http://host:port)."""

    folder: Path | None
    address: str | None

    def __str__(self) -> str:
        return self.address or str(self.folder)


class Chroma:
    """The two collections of an index, open: ``passages``, and ``rows`` with the documents.

    Args:
        where: folder or server.
        model: name of the embedding model.
        name: of the passages collection; documents stand in ``<name>.documents``.

    Raises:
        StoreError: the store is damaged, read-only or not reached.
        ModelMismatchError: the collection was built with another model.
    """

    def __init__(self, where: Located, model: str, name: str) -> None:
        self.where = where
        self._model = model
        self._name = name
        with self.guard():
            self._open()

    def _open(self) -> None:
        self.client = _connect(self.where)
        self.passages = self._collection(self._name)
        self.rows = self._collection(self._name + ".documents")

    def _collection(self, name: str) -> Collection:
        # Chroma's default distance is squared L2, and its default embedding function downloads.
        found = self.client.get_or_create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
            metadata={"model": self._model, "format": FORMAT},
        )
        built_with = (found.metadata or {}).get("model")
        if built_with != self._model:
            raise ModelMismatchError(
                f"{self.where}: this index was built with the model '{built_with}', not "
                f"'{self._model}'; mend: set the model back, or use another data folder (or "
                "collection) and ingest again"
            )
        return found

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Turn every failure of the backend into one line that names the store.

        Raises:
            StoreError: the backend failed.
        """
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
        close = getattr(self.client, "close", None)
        if close:
            close()

    def read(self, action: Callable[[], T]) -> T:
        """The value of ``action``, tried once more on a fresh connection to a folder.

        A process that has a folder open keeps its vectors in memory, and fails when another one
        has written there since. A server holds them for all.

        Raises:
            StoreError: it failed again.
        """
        with self.guard():
            try:
                return action()
            except Exception:
                if self.where.folder is None:
                    raise
                self.reopen()
                return action()

    def reopen(self) -> None:
        """Connect afresh."""
        self.close()
        self._open()


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


def pages(
    collection: Collection,
    include: list[Any],
    *columns: str,
    where: dict[str, Any] | None = None,
) -> Iterator[Any]:
    """All rows of a collection, page by page: one column's value, or a tuple of several."""
    offset = 0
    while True:
        page: Any = collection.get(include=include, where=where, limit=PAGE, offset=offset)
        rows = list(zip(*(page[column] for column in columns), strict=True))
        yield from (row if len(columns) > 1 else row[0] for row in rows)
        if len(rows) < PAGE:
            return
        offset += PAGE

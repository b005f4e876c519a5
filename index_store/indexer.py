"""Files -> index: read, divide, embed, write; only what changed, and safe against being killed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from index_store.embedding import Vectors
from index_store.errors import IndexStoreError
from index_store.index import Index
from index_store.lock import writer_lock
from index_store.rows import passage_id
from index_store.types import IndexedDocument, StoredPassage
from ingest.errors import IngestError, NothingToReadError, PathError
from ingest.passages import RULES_VERSION, passages
from ingest.reader import DEFAULT_MAX_BYTES, SourceFile, decode, find_files, read_bytes
from ingest.record import parse
from ingest.types import Passage

POOL_PASSAGES = 512
"""Passages embedded and written together: enough to sort by length, few enough to lose in a kill."""


@dataclass(frozen=True)
class Progress:
    """How far an ingest is. ``total`` grows while files are read; ``file`` is the one just read."""

    file: str
    files_done: int
    files_total: int
    passages_done: int


@dataclass
class IngestReport:
    """What an ingest did: names of documents, and for failures the error's line.

    ``passages`` and ``characters`` count what was embedded.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    passages: int = 0
    characters: int = 0


@dataclass(frozen=True)
class _Pending:
    """A document that is read and divided, and waits to be embedded."""

    row: IndexedDocument
    passages: list[Passage]


class Indexer:
    """Writes documents into an index.

    Args:
        index: the index.
        max_bytes: the largest file that is read.
        progress: called after each step of the work.
    """

    def __init__(
        self,
        index: Index,
        max_bytes: int = DEFAULT_MAX_BYTES,
        progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._index = index
        self._max_bytes = max_bytes
        self._progress = progress
        self._report = IngestReport()
        self._done = Progress("", 0, 0, 0)

    def ingest(self, paths: Sequence[Path], *, prune: bool = False) -> IngestReport:
        """Bring the index to what the files at ``paths`` say now.

        Args:
            paths: files and folders.
            prune: also take out documents below these paths whose files are gone.

        Returns:
            What was done. Unreadable files are named there, and stay in the index if they are.

        Raises:
            IngestError: a path does not exist, or nothing readable is there.
            IndexStoreError: the index cannot be written.
        """
        sources = self._find(paths, prune)
        with writer_lock(self._index.settings.data):
            self._index.store.refresh()
            with self._index.store.writing():
                self._index.sync()
                self._write_all(self._pending(sources))
                if prune:
                    self._prune(paths, {str(source.path) for source in sources})
        return self._report

    def _find(self, paths: Sequence[Path], prune: bool) -> list[SourceFile]:
        found: dict[Path, SourceFile] = {}
        for path in paths:
            try:
                found |= {source.path: source for source in find_files(path)}
            except NothingToReadError:
                if not prune:
                    raise
        return list(found.values())

    def _pending(self, sources: Sequence[SourceFile]) -> Iterator[_Pending]:
        for position, source in enumerate(sources):
            self._done = replace(
                self._done, file=source.name, files_done=position, files_total=len(sources)
            )
            self._tell()
            try:
                pending = self._read(source)
            except IngestError as error:
                self._report.failed.append(str(error))
                continue
            if pending is not None:
                yield pending
        self._done = replace(self._done, files_done=len(sources), files_total=len(sources))

    def _read(self, source: SourceFile) -> _Pending | None:
        """Read one file, unless the index holds it as it is."""
        old = self._index.store.documents.get(str(source.path))
        stat = _stat(source.path)
        if old is not None and _untouched(old, source, stat):
            self._report.unchanged.append(source.name)
            return None
        data = read_bytes(source.path, max_bytes=self._max_bytes)
        version = _version(source, data)
        if old is not None and old.version == version:
            self._report.unchanged.append(source.name)
            # Only its time changed: note that, so that it need not be read again.
            self._index.store.commit([replace(old, mtime_ns=stat.st_mtime_ns)])
            return None
        record = parse(decode(data, source.name, source.path))
        (self._report.updated if old else self._report.added).append(source.name)
        found = passages(record)
        row = IndexedDocument(
            source=str(source.path),
            name=source.name,
            root=str(source.root),
            version=version,
            rules=RULES_VERSION,
            kind=record.kind.value,
            title=record.title,
            date=record.date.isoformat() if record.date else None,
            passages=len(found),
            characters=len(record.document.text),
            size=len(data),
            mtime_ns=stat.st_mtime_ns,
            ingested=datetime.now(UTC),
        )
        return _Pending(row, found)

    def _write_all(self, pending: Iterable[_Pending]) -> None:
        """Embed pool by pool; while one is embedded, the one before is written."""
        with ThreadPoolExecutor(max_workers=1) as writer:
            under_way: Future[None] | None = None
            for pool in _pools(pending):
                vectors = self._embed(pool)
                if under_way is not None:
                    under_way.result()
                under_way = writer.submit(self._write, pool, vectors)
            if under_way is not None:
                under_way.result()

    def _embed(self, pool: Sequence[_Pending]) -> list[Vectors]:
        """The vectors of each document of the pool, shape [passages, dimension] each."""
        texts = [embedded_text(passage) for item in pool for passage in item.passages]
        vectors = self._index.embedder.embed_passages(texts, self._count)
        self._report.passages += len(texts)
        self._report.characters += sum(item.row.characters for item in pool)
        split, begin = [], 0
        for item in pool:
            split.append(vectors[begin : begin + len(item.passages)])
            begin += len(item.passages)
        return split

    def _write(self, pool: Sequence[_Pending], vectors: Sequence[Vectors]) -> None:
        store = self._index.store
        store.add_many(
            [(item.row, item.passages, v) for item, v in zip(pool, vectors, strict=True)]
        )
        store.commit([item.row for item in pool])
        for item in pool:
            stored = (
                StoredPassage(passage_id(item.row, p), p.text, p.context, p.place, p.answers)
                for p in item.passages
            )
            self._index.words.replace(item.row.source, item.row.version, stored)

    def _count(self, done: int) -> None:
        self._done = replace(self._done, passages_done=self._done.passages_done + done)
        self._tell()

    def _tell(self) -> None:
        if self._progress:
            self._progress(self._done)

    def _prune(self, paths: Sequence[Path], present: set[str]) -> None:
        roots = [os.path.abspath(path.expanduser()) for path in paths]
        for row in list(self._index.store.documents.values()):
            below = any(
                row.source == root or row.source.startswith(root + os.sep) for root in roots
            )
            if below and row.source not in present and not os.path.exists(row.source):
                self._remove(row)

    def remove(self, names: Sequence[str]) -> IngestReport:
        """Take documents out of the index; their files stay.

        Args:
            names: for each, a document's name as ``minutes status`` shows it, its path, or a
                folder of documents.

        Raises:
            PathError: a name matches nothing; then nothing at all is removed.
            IndexStoreError: the index cannot be written.
        """
        with writer_lock(self._index.settings.data):
            self._index.sync()
            chosen = {row.source: row for name in names for row in self._matching(name)}
            with self._index.store.writing():
                for row in chosen.values():
                    self._remove(row)
        return self._report

    def _matching(self, name: str) -> list[IndexedDocument]:
        path = os.path.abspath(os.path.expanduser(name))
        rows = [
            row
            for row in self._index.store.documents.values()
            if name.rstrip("/") == row.name
            or row.source == path
            or row.source.startswith(path + os.sep)
        ]
        if not rows:
            raise PathError(
                f"{name}: no such document in the index; mend: see 'minutes status' for the names"
            )
        return rows

    def _remove(self, row: IndexedDocument) -> None:
        self._index.store.remove(row.source)
        self._index.words.remove(row.source)
        self._report.removed.append(row.name)


def embedded_text(passage: Passage) -> str:
    """What is embedded of a passage: the nearest line of its context, then its words.

    An answer stands behind the question that it answers, any other turn behind agenda item and
    speaker. The lines farther away are matched by words alone: embedding them as well found no
    more in the fused search and costs a third of the time for short turns (``docs/retrieval.md``).
    """
    nearest = passage.context.rpartition("\n")[2]
    return f"{nearest}\n{passage.text}" if nearest else passage.text


def _pools(pending: Iterable[_Pending]) -> Iterator[list[_Pending]]:
    pool: list[_Pending] = []
    for item in pending:
        pool.append(item)
        if sum(len(waiting.passages) for waiting in pool) >= POOL_PASSAGES:
            yield pool
            pool = []
    if pool:
        yield pool


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise PathError(
            f"{path}: cannot be read ({error.strerror}); mend: check path and permission"
        ) from error


def _untouched(old: IndexedDocument, source: SourceFile, stat: os.stat_result) -> bool:
    return (old.rules, old.name, old.size, old.mtime_ns) == (
        RULES_VERSION,
        source.name,
        stat.st_size,
        stat.st_mtime_ns,
    )


def _version(source: SourceFile, data: bytes) -> str:
    """Digest of everything that a document's passages depend on."""
    digest = hashlib.sha256(data)
    digest.update(f"|{source.path}|{source.name}|{RULES_VERSION}".encode())
    return digest.hexdigest()[:12]


__all__ = ["IndexStoreError", "Indexer", "IngestReport", "Progress", "embedded_text"]

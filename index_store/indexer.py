"""Files -> index: read, divide, embed, write; only what changed, and safe against being killed."""

from __future__ import annotations

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
from index_store.reading import Job, Outline, Reading, read_all
from index_store.rows import passage_id
from index_store.types import IndexedDocument, StoredPassage
from index_store.windows import embedded_text, embedded_texts, is_of_utterances
from ingest.errors import IngestError, NothingToReadError, PathError
from ingest.passages import RULES_VERSION
from ingest.reader import ARCHIVES, DEFAULT_MAX_BYTES, SIDECAR, SourceFile, find_files
from ingest.types import Passage
from ingest.understanding import Understanding

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

    ``passages`` and ``characters`` count what was embedded. ``understood`` says of each document
    that could be read, by its name, how much of it was understood.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    passages: int = 0
    characters: int = 0
    understood: dict[str, Understanding] = field(default_factory=dict)


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
        url_base: address under which the ingested folder is published, for citations.
        least_share: a file of which less was understood is refused (``Understanding.share``).
    """

    def __init__(
        self,
        index: Index,
        max_bytes: int = DEFAULT_MAX_BYTES,
        progress: Callable[[Progress], None] | None = None,
        *,
        url_base: str | None = None,
        least_share: float = 0.0,
    ) -> None:
        self._index = index
        self._max_bytes = max_bytes
        self._progress = progress
        self._url_base = url_base
        self._least_share = least_share
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
                    self._prune(paths, {source.source for source in sources})
        return self._report

    def _find(self, paths: Sequence[Path], prune: bool) -> list[SourceFile]:
        found: dict[str, SourceFile] = {}
        for path in paths:
            try:
                there = find_files(path)
            except NothingToReadError:
                if not prune:
                    raise
                continue
            found |= {source.source: source for source in there.files}
            self._report.failed += there.failures
        return list(found.values())

    def _pending(self, sources: Sequence[SourceFile]) -> Iterator[_Pending]:
        jobs = []
        for source in sources:
            try:
                job = self._job(source)
            except IngestError as error:
                self._report.failed.append(str(error))
                continue
            if job is not None:
                jobs.append(job)
        resting = len(sources) - len(jobs)
        for position, (job, reading) in enumerate(read_all(jobs)):
            self._done = replace(
                self._done,
                file=job.source.name,
                files_done=resting + position,
                files_total=len(sources),
            )
            self._tell()
            pending = self._taken(job, reading)
            if pending is not None:
                yield pending
        self._done = replace(self._done, files_done=len(sources), files_total=len(sources))

    def _job(self, source: SourceFile) -> Job | None:
        """What is to be read, or None for a file that nobody has touched."""
        old = self._index.store.documents.get(source.source)
        stat = _stat(source)
        url_base = self._url_base or (old.url_base if old else None)
        if old is not None and _untouched(old, source, stat, url_base):
            self._report.unchanged.append(source.name)
            self._report.understood[source.name] = old.understood
            return None
        return Job(source, self._max_bytes, url_base, old.version if old else None, stat.size)

    def _taken(self, job: Job, reading: Reading) -> _Pending | None:
        """What is to be written of a file that was read, or None."""
        name, old = job.source.name, self._index.store.documents.get(job.source.source)
        if reading.failure is not None or reading.version is None:
            self._report.failed.append(reading.failure or name)
            return None
        stat = _stat(job.source)
        outline = reading.outline
        if outline is None:
            if old is not None:
                self._report.unchanged.append(name)
                self._report.understood[name] = old.understood
                # Only its time changed: note that, so that it need not be read again.
                self._index.store.commit([replace(old, mtime_ns=stat.mtime_ns)])
            return None
        self._report.understood[name] = outline.understood
        if outline.understood.share < self._least_share:
            self._report.failed.append(_too_little(job, outline.understood, self._least_share))
            return None
        (self._report.updated if old else self._report.added).append(name)
        return _Pending(_row(job, reading, outline, stat), list(reading.passages))

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
        texts: list[str] = []
        positions: list[list[int]] = []
        for item in pool:
            own, places = embedded_texts(item.passages, of_utterances=item.row.of_utterances)
            positions.append([len(texts) + place for place in places])
            texts += own
        vectors = self._index.embedder.embed_passages(texts, self._count)
        passages = sum(map(len, positions))
        self._count(passages - len(texts))  # those that share a text
        self._report.passages += passages
        self._report.characters += sum(item.row.characters for item in pool)
        return [vectors[places] for places in positions]

    def _write(self, pool: Sequence[_Pending], vectors: Sequence[Vectors]) -> None:
        store = self._index.store
        store.add_many(
            [(item.row, item.passages, v) for item, v in zip(pool, vectors, strict=True)]
        )
        store.commit([item.row for item in pool])
        for item in pool:
            stored = (
                StoredPassage(
                    passage_id(item.row, p),
                    p.text,
                    p.context,
                    p.place,
                    p.answers,
                    p.answered,
                    p.mentions,
                    p.page_breaks,
                    p.topic,
                )
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
            if below and row.source not in present and not _still_there(row.source):
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


def _pools(pending: Iterable[_Pending]) -> Iterator[list[_Pending]]:
    pool: list[_Pending] = []
    for item in pending:
        pool.append(item)
        if sum(len(waiting.passages) for waiting in pool) >= POOL_PASSAGES:
            yield pool
            pool = []
    if pool:
        yield pool


@dataclass(frozen=True)
class _Stat:
    size: int
    mtime_ns: int


def _stat(source: SourceFile) -> _Stat:
    """Size and time of change of a file (of the archive around it), and of the address beside it."""
    try:
        stat = source.path.stat()
    except OSError as error:
        raise PathError(
            f"{source.path}: cannot be read ({error.strerror}); mend: check path and permission"
        ) from error
    beside = Path(f"{source.path}{SIDECAR}")
    addressed = beside.stat().st_mtime_ns if beside.is_file() else 0
    return _Stat(stat.st_size, max(stat.st_mtime_ns, addressed))


def _untouched(old: IndexedDocument, source: SourceFile, stat: _Stat, url_base: str | None) -> bool:
    same_size = source.member is not None or old.size == stat.size
    return same_size and (old.rules, old.name, old.mtime_ns, old.url_base) == (
        RULES_VERSION,
        source.name,
        stat.mtime_ns,
        url_base,
    )


def _row(job: Job, reading: Reading, outline: Outline, stat: _Stat) -> IndexedDocument:
    return IndexedDocument(
        source=job.source.source,
        name=job.source.name,
        root=str(job.source.root),
        version=str(reading.version),
        rules=RULES_VERSION,
        passages=len(reading.passages),
        of_utterances=is_of_utterances(reading.passages),
        size=reading.size,
        mtime_ns=stat.mtime_ns,
        ingested=datetime.now(UTC),
        url_base=job.url_base,
        **vars(outline),
    )


def _too_little(job: Job, understood: Understanding, least: float) -> str:
    return (
        f"{job.source.source}: only {understood.share:.0%} of it was understood (at least "
        f"{least:.0%} is asked for); mend: see 'minutes parse', or ingest without --strict"
    )


def _still_there(source: str) -> bool:
    """Whether a file exists, or an archive that could not be opened this time holds it."""
    if os.path.exists(source):
        return True
    above = next((p for p in Path(source).parents if p.suffix.lower() in ARCHIVES), None)
    if above is None or not above.is_file():
        return False
    try:
        return source not in {found.source for found in find_files(above).files} and bool(
            find_files(above).failures
        )
    except IngestError:
        return True


__all__ = ["IndexStoreError", "Indexer", "IngestReport", "Progress", "embedded_text"]

"""Files -> what is to be indexed of them, one after the other or on all cores at once."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from ingest.errors import IngestError
from ingest.passages import RULES_VERSION, passages
from ingest.reader import SourceFile, read_bytes, read_source
from ingest.record import parse
from ingest.references import own_labels
from ingest.types import Attendee, Handout, Passage, Record
from ingest.understanding import Understanding, understanding

_WORTH_PROCESSES = 4 * 1024 * 1024
"""Bytes to read above which starting processes pays; formats other than text count more."""

_FORMAT_WEIGHT = 8
_TEXT_ENDINGS = (".txt", ".md", ".text", ".markdown")


@dataclass(frozen=True)
class Job:
    """A file to read. ``known`` is the version that the index holds, or None."""

    source: SourceFile
    max_bytes: int
    url_base: str | None
    known: str | None
    size: int


@dataclass(frozen=True)
class Outline:
    """What the index keeps of a document beside its passages (``IndexedDocument``)."""

    kind: str
    title: str | None
    date: str | None
    url: str | None
    characters: int
    people: tuple[Attendee, ...]
    handouts: tuple[Handout, ...]
    labels: tuple[str, ...]
    understood: Understanding
    collection: str | None


@dataclass(frozen=True)
class Reading:
    """What reading a file gave: its outline and passages, or the line of an error.

    ``outline`` is None where the file is as the index holds it, and where it failed. The record
    itself stays in the process that read it: handing it over takes as long as reading.
    """

    version: str | None
    size: int = 0
    outline: Outline | None = None
    passages: tuple[Passage, ...] = ()
    failure: str | None = None


def read_all(jobs: Iterable[Job]) -> Iterator[tuple[Job, Reading]]:
    """Read files, each result in the order of the jobs.

    Much to read is read by a process for each core; only a few files are held at a time.
    """
    listed = list(jobs)
    workers = min(len(listed), os.cpu_count() or 1)
    if workers < 2 or sum(map(_weight, listed)) < _WORTH_PROCESSES:
        yield from ((job, read(job)) for job in listed)
        return
    yield from _in_processes(listed, workers)


def _weight(job: Job) -> int:
    return job.size * (1 if job.source.name.lower().endswith(_TEXT_ENDINGS) else _FORMAT_WEIGHT)


def _in_processes(jobs: list[Job], workers: int) -> Iterator[tuple[Job, Reading]]:
    # spawn: a fork of a process with threads (Chroma, torch) may hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context)
    under_way: deque[tuple[Job, Future[Reading]]] = deque()
    waiting = deque(jobs)
    try:
        while waiting or under_way:
            try:
                while waiting and len(under_way) < 2 * workers:
                    under_way.append((waiting[0], pool.submit(READ, waiting[0])))
                    waiting.popleft()
                reading = under_way[0][1].result()
            except BrokenProcessPool:
                # A file has brought a process down; find out which, each in a process of its own.
                again = [job for job, _ in under_way]
                under_way.clear()
                pool.shutdown(wait=False, cancel_futures=True)
                yield from ((one, _read_alone(one, context)) for one in again)
                pool = ProcessPoolExecutor(workers, mp_context=context)
                continue
            yield under_way.popleft()[0], reading
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _read_alone(job: Job, context: multiprocessing.context.SpawnContext) -> Reading:
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        try:
            return pool.submit(READ, job).result()
        except BrokenProcessPool:
            return Reading(
                None,
                failure=f"{job.source.source}: reading it ended the program that reads it; "
                "mend: open the file, save it again, and ingest that",
            )


def read(job: Job) -> Reading:
    """Read one file, unless its bytes are those that the index holds."""
    try:
        data = read_bytes(job.source, max_bytes=job.max_bytes)
        version = _version(job.source, data, job.url_base)
        if version == job.known:
            return Reading(version, len(data))
        record = parse(read_source(job.source, data, job.url_base))
    except IngestError as error:
        return Reading(None, failure=str(error))
    return Reading(version, len(data), _outline(record), tuple(passages(record)))


def _outline(record: Record) -> Outline:
    return Outline(
        kind=record.kind.value,
        title=record.title,
        date=record.date.isoformat() if record.date else None,
        url=record.document.url,
        characters=len(record.document.text),
        people=record.attendees,
        handouts=record.handouts,
        labels=own_labels(record),
        understood=understanding(record),
        collection=record.document.collection,
    )


def _version(source: SourceFile, data: bytes, url_base: str | None) -> str:
    """Digest of everything that a document's passages depend on."""
    digest = hashlib.sha256(data)
    digest.update(f"|{source.source}|{source.name}|{url_base}|{RULES_VERSION}".encode())
    sidecar = source.sidecar
    if sidecar:
        digest.update(sidecar.encode())
    return digest.hexdigest()[:12]


READ = read
"""What the processes run; a test puts a reader in its place that dies."""

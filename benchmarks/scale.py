"""How the work grows with the index: the same questions over more and more passages."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import many_meetings
from benchmarks.processes import folder_size, peak_memory, progress, run_probe, timed
from benchmarks.table import Against, Goal, Row

WARMING = 5
QUESTIONS = 60
QUESTION_GOAL = Goal(2.0)
INGEST_GOAL = Goal(1.3)


@dataclass(frozen=True)
class _Measured:
    """What was measured over one index, the last two by :func:`ingest` and :func:`ask`."""

    passages: int
    ingest: dict[str, Any]
    asked: dict[str, Any]
    searched: dict[str, Any]


def scale_rows(work: Path, cache: Path, sizes: Sequence[int], *, stand_in: bool) -> list[Row]:
    """Questions, ingest, memory and disk at each size, beside the smallest.

    Args:
        work: a folder for corpora and indexes.
        cache: that of prepared models.
        sizes: numbers of passages.
        stand_in: whether the vectors of passages are means of the vectors of their words, which
            makes 100,000 in minutes; questions are embedded by the model all the same.
    """
    measured = [_measured(work, cache, size, stand_in=stand_in) for size in sorted(sizes)]
    return [row for one in measured for row in _rows(one, measured[0], stand_in=stand_in)]


def _measured(work: Path, cache: Path, size: int, *, stand_in: bool) -> _Measured:
    progress(f"scale: {size:,} passages, ingest")
    corpus = many_meetings.write(work / f"scale-{size}", size, QUESTIONS)
    data = work / f"scale-{size}-index"
    ingest = run_probe(
        "scale-ingest", corpus=str(corpus.folder), data=str(data), cache=str(cache),
        stand_in=stand_in,
    )  # fmt: skip
    progress(f"scale: {size:,} passages, {len(corpus.questions) - WARMING} questions")
    asked, searched = (
        run_probe(
            "scale-ask", data=str(data), cache=str(cache), questions=list(corpus.questions),
            search=search,
        )
        for search in (False, True)
    )  # fmt: skip
    return _Measured(size, ingest, asked, searched)


def _rows(one: _Measured, least: _Measured, *, stand_in: bool) -> list[Row]:
    name = f"{one.passages:,} passages"
    vectors = " (vectors of words)" if stand_in else ""
    rows = [
        Row(
            f"{name}: {what}, {label}", "ms", 1000 * figure(here[clock]),
            baseline=1000 * figure(before[clock]), against=Against.SMALLEST,
            goal=QUESTION_GOAL if what == "question" and figure is median else None,
        )
        for what, here, before in (
            ("question", one.asked, least.asked), ("search alone", one.searched, least.searched),
        )
        for label, figure, clock in (
            ("p50", median, "seconds"), ("p95", _p95, "seconds"),
            ("p50 of processor time", median, "processor"),
        )
    ]  # fmt: skip
    return [
        *rows,
        Row(f"{name}: peak memory of questions", "MiB", one.asked["memory"]),
        Row(
            f"{name}: ingest of 1,000{vectors}", "s", _of_thousand(one),
            baseline=_of_thousand(least), against=Against.SMALLEST, goal=INGEST_GOAL,
        ),
        Row(f"{name}: peak memory of ingest{vectors}", "MiB", one.ingest["memory"]),
        Row(f"{name}: disk", "MiB", one.ingest["disk"]),
    ]  # fmt: skip


def _of_thousand(one: _Measured) -> float:
    return 1000 * float(one.ingest["seconds"]) / float(one.ingest["passages"])


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


# Probes, each in a process of its own


def ingest(corpus: str, data: str, cache: str, stand_in: bool) -> dict[str, Any]:
    """Ingest ``corpus`` with the model loaded; ``memory`` is the peak, ``disk`` of the folder."""
    from index_store.index import Index
    from index_store.indexer import Indexer

    settings = _settings(data, cache)
    embedder = _word_means(settings) if stand_in else None
    index = Index(settings, embedder)
    index.embedder.embed_query("")
    seconds, report = timed(Indexer(index).ingest, [Path(corpus)])
    if report.failed:
        raise SystemExit("\n".join(report.failed))
    return {
        "seconds": seconds,
        "passages": report.passages,
        "memory": peak_memory(),
        "disk": folder_size(Path(data)),
    }


def ask(data: str, cache: str, questions: list[str], search: bool) -> dict[str, Any]:
    """Seconds of each question after the first :data:`WARMING`, asked or only searched for.

    ``processor`` are those that the processors worked for it, which a busy machine changes less.
    """
    from assistant.engine import Engine
    from index_store.index import Index
    from index_store.reader.reading import reader_for

    index = Index(_settings(data, cache))
    engine = Engine.from_index(index, passage_reader=reader_for(index.embedder))
    engine.prepare()

    def put(question: str) -> object:
        return engine.search(question, 10) if search else engine.ask(question)

    for question in questions[:WARMING]:
        put(question)
    seconds, processor = [], []
    for question in questions[WARMING:]:
        before = time.process_time()
        seconds.append(timed(put, question)[0])
        processor.append(time.process_time() - before)
    return {"seconds": seconds, "processor": processor, "memory": peak_memory()}


def _settings(data: str, cache: str) -> Any:
    from index_store.bundled_model import BUNDLED_NAME
    from index_store.index import IndexSettings

    return IndexSettings(data=Path(data), model=BUNDLED_NAME, cache=Path(cache))


def _word_means(settings: Any) -> Any:
    """An embedder whose vector of a passage is the mean of the model's vectors of its words."""
    import numpy as np

    from index_store.embedding import Embedder
    from index_store.words import words

    class WordMeans(Embedder):
        known: dict[str, Any] = {}  # noqa: RUF012

        def embed_passages(self, texts: Any, progress: Any = None) -> Any:
            # Numbers are too many, and their vectors say little.
            cut = [[word for word in words(text) if not word[0].isdigit()] for text in texts]
            fresh = sorted({word for found in cut for word in found} - self.known.keys())
            self.known |= dict(zip(fresh, super().embed_passages(fresh), strict=True))
            chance = np.random.default_rng(len(self.known))
            vectors = chance.normal(scale=0.002, size=(len(texts), self.dimension))
            for at, found in enumerate(cut):
                vectors[at] += np.mean([self.known[word] for word in found or fresh[:1]], axis=0)
            if progress:
                progress(len(texts))
            return self._unit(vectors)

    return WordMeans(settings.model, settings.cache)

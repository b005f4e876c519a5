"""What the reader costs: reading the passages of a question, and a cold start."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import suite
from benchmarks.corpora import Corpus
from benchmarks.ours import index_settings
from benchmarks.processes import peak_memory, progress, run_probe, timed, wall_seconds
from benchmarks.suite import WARMING, Bench
from benchmarks.table import Against, Goal, Row

READ_GOAL = Goal(150, absolute=True)
START_GOAL = Goal(1.15)


def reader_rows(bench: Bench, corpus: Corpus) -> list[Row]:
    """Rows of the reader over the index of ``corpus``."""
    suite.ensure_ingested(bench, corpus)
    progress(f"{corpus.name}: reading the passages of {len(corpus.questions) - WARMING} questions")
    found = run_probe(
        "reader-read",
        data=str(bench.ours(corpus)),
        cache=str(bench.cache),
        questions=list(corpus.questions),
        warming=WARMING,
    )
    progress(f"{corpus.name}: cold starts, {2 * bench.starts + 2} times each")
    on, off = _starts(bench, corpus)
    about = f"{found['passages']:.0f} passages of {found['characters']:.0f} characters"
    return [
        Row(
            f"{corpus.name}: {about} read, p50", "ms", 1000 * median(found["read"]),
            model_alone=1000 * median(found["embedded"]), against=Against.ALONE, goal=READ_GOAL,
        ),
        Row(
            f"{corpus.name}: memory that the reader adds", "MiB", found["memory"],
        ),
        Row(
            f"{corpus.name}: minutes ask, cold, with the reader", "s", on,
            baseline=off, against=Against.WITHOUT, goal=START_GOAL,
        ),
    ]  # fmt: skip


def read(data: str, cache: str, questions: list[str], warming: int) -> dict[str, Any]:
    """Read the best passages of ``questions``; seconds of each, and of embedding the same texts."""
    from assistant.engine import Engine
    from index_store.embedding import Embedder
    from index_store.index import Index
    from index_store.reader.reading import Reader
    from index_store.retriever import READ

    settings = index_settings(data, cache)
    embedder = Embedder(settings.model, Path(cache))
    engine = Engine.from_index(Index(settings, embedder))
    found = [[hit.passage for hit in engine.search(question, READ)] for question in questions]
    before = peak_memory()
    reader = Reader(embedder)
    seconds: dict[str, list[float]] = {"read": [], "embedded": []}
    for question, passages in zip(questions, found, strict=True):
        seconds["read"].append(timed(reader.read, question, passages)[0])
        texts = [passage.text for passage in passages]
        seconds["embedded"].append(timed(embedder.embed_passages, texts)[0])
    counted = [passages for passages in found[warming:] if passages]
    texts = [passage.text for passages in counted for passage in passages]
    return {
        "read": seconds["read"][warming:],
        "embedded": seconds["embedded"][warming:],
        "passages": len(texts) / len(counted),
        "characters": sum(map(len, texts)) / len(texts),
        "memory": peak_memory() - before,
    }


def _starts(bench: Bench, corpus: Corpus) -> tuple[float, float]:
    """Seconds of a question asked cold, with the reader and without, in turn."""
    minutes = str(Path(sys.executable).with_name("minutes"))
    ask = [minutes, "ask", "--data", str(bench.ours(corpus)), corpus.questions[0]]
    seconds: dict[str, list[float]] = {"on": [], "off": []}
    before = os.environ.get("MINUTES_READER")
    try:
        for _ in range(2 * bench.starts + 2):
            for state, taken in seconds.items():
                os.environ["MINUTES_READER"] = state
                taken.append(wall_seconds(ask))
    finally:
        os.environ.pop("MINUTES_READER")
        if before is not None:
            os.environ["MINUTES_READER"] = before
    return median(seconds["on"]), median(seconds["off"])

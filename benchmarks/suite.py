"""The measurements, put together: corpora -> rows.

Processes of ours and of the naive pipeline alternate, so that a machine that is busy for a while
slows both; figures are medians.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.corpora import Corpus
from benchmarks.processes import progress, run_probe, wall_seconds
from benchmarks.table import Against, Goal, Row

WARMING = 5
"""Questions asked before the clock runs."""

INGEST_GOALS = {"short": Goal(2.0, at_least=True), "ordinary": Goal(3.5, at_least=True)}
ALONE_GOAL = Goal(1.3)
AGAIN_GOAL = Goal(0.02)
QUESTION_GOAL = Goal(8.0)
HELP_GOAL = Goal(0.4, absolute=True)
IMPORTS_GOAL = Goal(0, absolute=True)
COLD_GOAL = Goal(1.5)

_LOAD_ALONE = (
    "import sys\nfrom sentence_transformers import SentenceTransformer\n"
    "SentenceTransformer(sys.argv[1])"
)


@dataclass(frozen=True)
class Bench:
    """Where and how often is measured.

    ``work`` is a folder for everything that is written, ``cache`` that of prepared models,
    ``model`` the folder of the bundled one. ``rounds`` and ``starts`` are numbers of repeats.
    """

    work: Path
    cache: Path
    model: Path
    rounds: int
    starts: int

    def ours(self, corpus: Corpus) -> Path:
        """Our data folder of ``corpus``."""
        return self.work / f"ours-{corpus.name}"

    def naive(self, corpus: Corpus) -> Path:
        """The naive pipeline's Chroma folder of ``corpus``."""
        return self.work / f"naive-{corpus.name}"


def ingest_rows(bench: Bench, corpus: Corpus) -> list[Row]:
    """Speed, memory and disk of ingesting ``corpus``."""
    ours, naive = [], []
    for number in range(1, bench.rounds + 1):
        progress(f"{corpus.name}: ingest, round {number} of {bench.rounds}: ours, naive")
        ours.append(_ingest_ours(bench, corpus, number))
        naive.append(_ingest_naive(bench, corpus, number))
    progress(f"{corpus.name}: ingest, naive in float32")
    exact = _ingest_naive(bench, corpus, bench.rounds + 1, "float32")

    def of(runs: Sequence[dict[str, Any]], figure: Callable[[dict[str, Any]], float]) -> float:
        return median(map(figure, runs))

    name, default = corpus.name, naive[0]["dtype"]
    goal = INGEST_GOALS[name]
    rows = [
        Row(
            f"{name}: ingest, naive in its default {default}", "characters/s",
            of(ours, _characters), of(naive, _characters), against=Against.NAIVE, goal=goal,
        ),
        Row(
            f"{name}: ingest, naive in float32", "characters/s",
            of(ours, _characters), _characters(exact), against=Against.NAIVE,
        ),
        Row(
            f"{name}: ingest (ours passages, naive chunks)", "passages/s",
            of(ours, _passages), of(naive, _passages),
        ),
        Row(
            f"{name}: ingest, beside encode_document", "s",
            of(ours, _item("ingest")), of(naive, _item("ingest")), of(ours, _item("alone")),
            against=Against.ALONE, goal=ALONE_GOAL,
        ),
        Row(
            f"{name}: ingest again, unchanged", "s", of(ours, _item("again")),
            first_run=of(ours, _item("ingest")), against=Against.FIRST, goal=AGAIN_GOAL,
        ),
        Row(
            f"{name}: peak memory of ingest", "MiB",
            of(ours, _item("memory")), of(naive, _item("memory")), against=Against.NAIVE,
        ),
        Row(
            f"{name}: disk", "MiB",
            of(ours, _item("disk")), of(naive, _item("disk")), against=Against.NAIVE,
        ),
    ]  # fmt: skip
    return rows


def question_rows(bench: Bench, corpus: Corpus) -> list[Row]:
    """Warm questions over the index of ``corpus``."""
    _ensure_ingested(bench, corpus)
    progress(f"{corpus.name}: {len(corpus.questions) - WARMING} questions: ours, naive")
    questions = list(corpus.questions)
    ours = run_probe(
        "ours-ask",
        data=str(bench.ours(corpus)),
        cache=str(bench.cache),
        questions=questions,
        warming=WARMING,
    )
    naive = run_probe(
        "naive-ask",
        data=str(bench.naive(corpus)),
        model=str(bench.model),
        dtype=None,
        questions=questions,
        warming=WARMING,
    )
    name = corpus.name
    rows = [
        Row(
            f"{name}: warm question, {label}", "ms", 1000 * figure(ours["asked"]),
            1000 * figure(naive["asked"]), 1000 * figure(ours["alone"]),
            against=Against.ALONE, goal=goal,
        )
        for label, figure, goal in (("p50", median, QUESTION_GOAL), ("p95", _p95, None))
    ]  # fmt: skip
    return [
        *rows,
        Row(
            f"{name}: peak memory of questions", "MiB", ours["memory"], naive["memory"],
            against=Against.NAIVE,
        ),
    ]  # fmt: skip


def start_rows(bench: Bench, corpus: Corpus) -> list[Row]:
    """Cold starts of the command: its help, and a question."""
    _ensure_ingested(bench, corpus)
    minutes = str(Path(sys.executable).with_name("minutes"))
    progress(f"minutes --help, {bench.starts + 2} times")
    helped = [wall_seconds([minutes, "--help"]) for _ in range(bench.starts + 2)]
    imported = run_probe("help-imports")["heavy"]
    question = corpus.questions[0]
    ask = [minutes, "ask", "--data", str(bench.ours(corpus)), question]
    alone = [sys.executable, "-c", _LOAD_ALONE, str(bench.model)]
    ours, model, naive = [], [], []
    for number in range(1, bench.starts + 1):
        progress(f"cold starts, {number} of {bench.starts}: ours, model alone, naive")
        ours.append(wall_seconds(ask))
        model.append(wall_seconds(alone))
        naive.append(_naive_start(bench, corpus, question))
    heavy = ", ".join(imported) or "none"
    return [
        Row("minutes --help", "s", median(helped), goal=HELP_GOAL),
        Row(f"heavy imports of minutes --help: {heavy}", "", len(imported), goal=IMPORTS_GOAL),
        Row(
            "minutes ask, cold", "s", median(ours), median(naive), median(model),
            against=Against.ALONE, goal=COLD_GOAL,
        ),
    ]  # fmt: skip


def _ensure_ingested(bench: Bench, corpus: Corpus) -> None:
    if not bench.ours(corpus).exists():
        progress(f"{corpus.name}: ingest, to have something to ask")
        _ingest_ours(bench, corpus, 1)
        _ingest_naive(bench, corpus, 1)


def _ingest_ours(bench: Bench, corpus: Corpus, number: int) -> dict[str, Any]:
    data = _fresh(bench.ours(corpus), number)
    return run_probe(
        "ours-ingest", corpus=str(corpus.folder), data=str(data), cache=str(bench.cache)
    )


def _ingest_naive(
    bench: Bench, corpus: Corpus, number: int, dtype: str | None = None
) -> dict[str, Any]:
    data = _fresh(bench.naive(corpus), number)
    return run_probe(
        "naive-ingest",
        corpus=str(corpus.folder),
        data=str(data),
        model=str(bench.model),
        dtype=dtype,
    )


def _fresh(folder: Path, number: int) -> Path:
    """The folder itself for the first round, which is asked later; others beside it."""
    return folder if number == 1 else folder.with_name(f"{folder.name}-{number}")


def _naive_start(bench: Bench, corpus: Corpus, question: str) -> float:
    from benchmarks.processes import timed

    data, model = str(bench.naive(corpus)), str(bench.model)
    return timed(lambda: run_probe("naive-ask-once", data=data, model=model, question=question))[0]


def _item(key: str) -> Callable[[dict[str, Any]], float]:
    return lambda run: float(run[key])


def _characters(run: dict[str, Any]) -> float:
    return float(run["characters"]) / float(run["ingest"])


def _passages(run: dict[str, Any]) -> float:
    return float(run["passages"]) / float(run["ingest"])


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]

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

from benchmarks.corpora import Corpus, large_files
from benchmarks.processes import progress, run_probe, timed, wall_seconds
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
PARSE_GOAL = Goal(5.0, at_least=True, absolute=True)
LINEAR_GOAL = Goal(0.9, at_least=True)
PDF_GOAL = Goal(1.5)

_Runs = Sequence[dict[str, Any]]

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
    rows = [_speed_row(corpus.name, ours, naive, goal=INGEST_GOALS[corpus.name])]
    if naive[0]["dtype"] != "float32":
        # The folder's own precision is the default; as published, the model is in float32.
        progress(f"{corpus.name}: ingest, naive in float32")
        exact = _ingest_naive(bench, corpus, bench.rounds + 1, "float32")
        rows.append(_speed_row(corpus.name, ours, [exact]))
    return [*rows, *_other_ingest_rows(corpus.name, ours, naive)]


def _speed_row(name: str, ours: _Runs, naive: _Runs, goal: Goal | None = None) -> Row:
    precision = f"{'default ' if goal else ''}{naive[0]['dtype']}"
    return Row(
        f"{name}: ingest, naive in {precision}", "characters/s",
        _of(ours, _characters), _of(naive, _characters), against=Against.NAIVE, goal=goal,
    )  # fmt: skip


def _other_ingest_rows(name: str, ours: _Runs, naive: _Runs) -> list[Row]:
    first = _of(ours, _item("ingest"))
    return [
        Row(
            f"{name}: ingest (ours passages, naive chunks)", "passages/s",
            _of(ours, _passages), _of(naive, _passages),
        ),
        Row(
            f"{name}: ingest, beside encode_document", "s",
            first, _of(naive, _item("ingest")), _of(ours, _item("alone")),
            against=Against.ALONE, goal=ALONE_GOAL,
        ),
        Row(
            f"{name}: ingest again, unchanged", "s", _of(ours, _item("again")),
            first_run=first, against=Against.FIRST, goal=AGAIN_GOAL,
        ),
        Row(
            f"{name}: peak memory of ingest", "MiB",
            _of(ours, _item("memory")), _of(naive, _item("memory")), against=Against.NAIVE,
        ),
        Row(
            f"{name}: disk", "MiB",
            _of(ours, _item("disk")), _of(naive, _item("disk")), against=Against.NAIVE,
        ),
    ]  # fmt: skip


def reading_rows(bench: Bench) -> list[Row]:
    """Reading without a model: text, PDF, and many files at once."""
    progress("reading: text of 2 and of 50 MB")
    small, large = run_probe("reading-text", megabytes=2), run_probe("reading-text", megabytes=50)
    progress("reading: PDF")
    pdf = run_probe("reading-pdf")
    progress("reading: many files, one core and all")
    folder = bench.work / "many"
    large_files(folder, files=16, characters=700_000)
    many = run_probe("reading-cores", folder=str(folder))
    return [
        Row("reading: text minutes, 2 MB, one core", "MB/s", small["rate"] / 1e6, goal=PARSE_GOAL),
        Row(
            "reading: text minutes, 50 MB, one core", "MB/s", large["rate"] / 1e6,
            baseline=small["rate"] / 1e6, against=Against.SMALL, goal=LINEAR_GOAL,
        ),
        Row(
            "reading: PDF, beside pypdfium2's plain text", "ms/page", 1000 * pdf["ours"],
            baseline=1000 * pdf["alone"], against=Against.LIBRARY, goal=PDF_GOAL,
        ),
        Row(
            "reading: PDF, beside pypdfium2's text with places", "ms/page", 1000 * pdf["ours"],
            baseline=1000 * pdf["boxes"], against=Against.LIBRARY,
        ),
        Row(
            f"reading: 16 files of 2 MB, {many['cores']} cores", "s", many["together"],
            baseline=many["alone"], against=Against.ONE_CORE,
        ),
        Row("reading: peak memory at 50 MB", "MiB", large["memory"]),
        Row("reading: peak memory of the process that hands out files", "MiB", many["memory"]),
    ]  # fmt: skip


def question_rows(bench: Bench, corpus: Corpus) -> list[Row]:
    """Warm questions over the index of ``corpus``."""
    ensure_ingested(bench, corpus)
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
    ensure_ingested(bench, corpus)
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


def ensure_ingested(bench: Bench, corpus: Corpus) -> None:
    """Have an index of ``corpus``, ours and the naive one."""
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
    data, model = str(bench.naive(corpus)), str(bench.model)
    return timed(lambda: run_probe("naive-ask-once", data=data, model=model, question=question))[0]


def _of(runs: _Runs, figure: Callable[[dict[str, Any]], float]) -> float:
    return median(map(figure, runs))


def _item(key: str) -> Callable[[dict[str, Any]], float]:
    return lambda run: float(run[key])


def _characters(run: dict[str, Any]) -> float:
    return float(run["characters"]) / float(run["ingest"])


def _passages(run: dict[str, Any]) -> float:
    return float(run["passages"]) / float(run["ingest"])


def _p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]

"""``python -m benchmarks``: measure, print a table on stdout; progress goes to stderr."""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import corpora, reader_speed, scale, slack, suite, writing
from benchmarks.corpora import Corpus
from benchmarks.processes import progress
from benchmarks.suite import Bench
from benchmarks.table import Row, render

PARTS = (
    "reading",
    "short",
    "ordinary",
    "questions",
    "start",
    "reader",
    "writing",
    "slack",
    "scale",
)
SIZES = (1_000, 15_000)
"""Passages; 100,000 take half an hour and more on two cores."""
_ROOT = Path(__file__).parents[1]
_PACKAGES = (
    "torch", "sentence-transformers", "transformers", "chromadb", "llama-index-core",
    "llama-index-embeddings-huggingface", "llama-index-vector-stores-chroma",
)  # fmt: skip


def main() -> None:
    """Run the benchmarks that the options name."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="minutes-bench-") as folder:
        machine, bench = _prepare(Path(folder), options.rounds)
        short, ordinary = _corpora(Path(folder), options.characters, options.questions)
        measured: dict[str, Callable[[], list[Row]]] = {
            "reading": lambda: suite.reading_rows(bench),
            "short": lambda: suite.ingest_rows(bench, short),
            "ordinary": lambda: suite.ingest_rows(bench, ordinary),
            "questions": lambda: [r for c in (short, ordinary) for r in suite.question_rows(bench, c)],
            "start": lambda: suite.start_rows(bench, short),
            "reader": lambda: reader_speed.reader_rows(bench, ordinary),
            "writing": lambda: writing.writing_rows(bench),
            "slack": lambda: slack.slack_rows(bench, options.quick),
            "scale": lambda: scale.scale_rows(
                bench.work, bench.cache, options.sizes or SIZES, stand_in=options.word_vectors
            ),
        }  # fmt: skip
        parts = options.only or PARTS
        rows = [row for part in PARTS if part in parts for row in measured[part]()]
    described = [_described(corpus) for corpus in (short, ordinary)]
    print(render(rows), end="\n\n")
    print("\n".join([*described, ", ".join(f"{k} {v}" for k, v in machine.items())]))
    if options.json:
        result = {"machine": machine, "corpora": described, "rows": [r.as_json() for r in rows]}
        text = json.dumps(result, ensure_ascii=False, indent=2)
        options.json.write_text(text + "\n", encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small corpora, one round")
    parser.add_argument("--characters", type=int, help="of the short corpus (default 120,000)")
    parser.add_argument("--rounds", type=int, help="repeats of an ingest (default 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--only", choices=PARTS, nargs="+", help="parts to run (default all)")
    parser.add_argument(
        "--sizes", type=int, nargs="+", metavar="N", help="passages of 'scale' (1000 15000)"
    )
    parser.add_argument(
        "--word-vectors",
        action="store_true",
        help="in 'scale', embed passages as means of their words: fast, for timing questions",
    )
    options = parser.parse_args()
    options.characters = options.characters or (25_000 if options.quick else 120_000)
    options.rounds = options.rounds or (1 if options.quick else 3)
    options.questions = suite.WARMING + (30 if options.quick else 60)
    return options


def _prepare(work: Path, rounds: int) -> tuple[dict[str, Any], Bench]:
    """Load nothing but the model's folder, and say on what is measured."""
    from index_store.bundled_model import bundled_model_folder, default_cache, faster_dtype

    progress("preparing the model's folder")
    cache = default_cache()
    model = bundled_model_folder(cache)
    machine = {
        "processors": os.cpu_count(),
        "torch threads": _torch_threads(),
        "precision of ours": str(faster_dtype()).removeprefix("torch."),
        "Python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }
    return machine, Bench(work, cache, model, rounds, starts=3)


def _torch_threads() -> int:
    import torch

    return torch.get_num_threads()


def _corpora(work: Path, characters: int, questions: int) -> tuple[Corpus, Corpus]:
    progress("writing the corpora")
    short = corpora.short(work / "short", characters, questions, _ROOT)
    # Ordinary turns are fewer for as many characters; 5:6 makes both take about as long.
    ordinary = corpora.ordinary(work / "ordinary", characters * 5 // 6, questions)
    return short, ordinary


def _described(corpus: Corpus) -> str:
    return (
        f"{corpus.name} ({corpus.source}): {corpus.files} files, {corpus.turns:,} turns, "
        f"{corpus.characters:,} characters, {corpus.characters / corpus.turns:.0f} a turn "
        "with labels and headings"
    )


if __name__ == "__main__":
    main()

"""Our pipeline, measured from within: each function runs in a process of its own."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.processes import folder_size, peak_memory, timed

HEAVY = (
    "chromadb", "llama_index", "numpy", "pydantic", "sentence_transformers", "slack_bolt",
    "sudachipy", "tokenizers", "torch", "transformers",
)  # fmt: skip
"""What ``minutes --help`` has no use for."""

_WARMING = "会議録\n\n1 日時\n\n令和5年7月31日\n\n〔加藤委員〕\n進捗を伺う。\n\n〔総務課長〕\n順調である。\n"
_BLOCK = 10
"""Questions that are asked, then embedded alone, in turn: what slows the machine slows both."""


def ingest(corpus: str, data: str, cache: str) -> dict[str, Any]:
    """Ingest ``corpus`` into ``data`` with everything loaded, then again, then encode alone.

    Seconds: ``ingest``, ``again`` (nothing changed, same engine), ``alone`` (``encode_document``
    with its defaults on the texts that were embedded).
    """
    from index_store.embedding import Embedder
    from index_store.index import Index
    from index_store.indexer import Indexer

    embedder = Embedder(index_settings(data, cache).model, Path(cache))
    _warm(embedder, cache)
    index = Index(index_settings(data, cache), embedder)
    seconds, report = timed(Indexer(index).ingest, [Path(corpus)])
    if report.failed:
        raise SystemExit("\n".join(report.failed))
    memory = peak_memory()
    again, second = timed(Indexer(index).ingest, [Path(corpus)])
    if second.added or second.updated:
        raise SystemExit("an unchanged file was read again")
    texts = embedded_texts(Path(corpus))
    model = embedder.model
    alone, _ = timed(model.encode_document, texts, show_progress_bar=False)
    return {
        "ingest": seconds,
        "again": again,
        "alone": alone,
        "passages": report.passages,
        "characters": report.characters,
        "memory": memory,
        "disk": folder_size(Path(data)),
        "dtype": str(model.dtype).removeprefix("torch."),
    }


def ask(data: str, cache: str, questions: list[str], warming: int) -> dict[str, Any]:
    """Answer ``questions`` with a warm engine; seconds of each, and of embedding it alone.

    The first ``warming`` questions are not counted.
    """
    from assistant.engine import Engine
    from index_store.embedding import Embedder
    from index_store.index import Index
    from index_store.reader.reading import reader_for

    index = Index(index_settings(data, cache))
    engine = Engine.from_index(index, passage_reader=reader_for(index.embedder))
    for question in questions[:warming]:
        engine.ask(question)
    memory = peak_memory()
    # The bare model and not the embedder, which keeps the vectors of its last questions.
    model = Embedder(index_settings(data, cache).model, Path(cache)).model
    for question in questions[:warming]:
        model.encode_query([question], show_progress_bar=False)
    asked: list[float] = []
    alone: list[float] = []
    counted = questions[warming:]
    for begin in range(0, len(counted), _BLOCK):
        block = counted[begin : begin + _BLOCK]
        asked += [timed(engine.ask, q)[0] for q in block]
        alone += [timed(model.encode_query, [q], show_progress_bar=False)[0] for q in block]
    return {"asked": asked, "alone": alone, "memory": memory}


def help_imports() -> dict[str, Any]:
    """Which heavy packages ``minutes --help`` imports."""
    from contextlib import redirect_stdout
    from io import StringIO

    from assistant.cli import app

    with redirect_stdout(StringIO()):
        app(["--help"], standalone_mode=False)
    return {"heavy": [name for name in HEAVY if name in sys.modules]}


def embedded_texts(corpus: Path) -> list[str]:
    """The texts that ingesting ``corpus`` embeds."""
    from index_store.indexer import embedded_text
    from ingest.passages import passages
    from ingest.reader import find_files, read_document
    from ingest.record import parse

    return [
        embedded_text(passage)
        for file in find_files(corpus).files
        for passage in passages(parse(read_document(file.path, file.name)))
    ]


def _warm(embedder: Any, cache: str) -> None:
    """One tiny ingest elsewhere: model, dictionary and Chroma are loaded, nothing is kept."""
    from index_store.index import Index
    from index_store.indexer import Indexer

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "a.txt")
        file.write_text(_WARMING, encoding="utf-8")
        Indexer(Index(index_settings(str(Path(folder, "data")), cache), embedder)).ingest([file])


def index_settings(data: str, cache: str) -> Any:
    """Settings of an index in ``data``, of the bundled model."""
    from index_store.bundled_model import BUNDLED_NAME
    from index_store.index import IndexSettings

    return IndexSettings(data=Path(data), model=BUNDLED_NAME, cache=Path(cache))

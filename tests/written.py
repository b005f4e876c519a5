"""What the tests of written answers share: scripts of a model that reads what it is given.

A script parses the numbered passages of a request, as a model would, and quotes what is there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.config import Settings
from assistant.engine import Engine, Recorder
from assistant.types import Answer, Outcome
from assistant.writing.opening import writer_of
from index_store.bundled_model import BUNDLED_NAME
from index_store.embedding import Embedder
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
from tests.conftest import FIRST, PLAN, SECOND
from tests.llm_server import LLMServer, Reply, Request

BUDGET = "電子図書の初年度の予算はいくらですか"
VISITORS = "夜間の来館者は何人でしたか？"
BUDGET_WORDS = "初年度の予算は450万円を見込んでいる。"
START_WORDS = "令和6年10月1日から始める予定である。"
BUDGET_CLAIM = "電子図書の初年度の予算は450万円を見込んでいる。"
START_CLAIM = "電子図書の貸出しは令和6年10月1日から始める予定である。"

COMMITTEE = {"first.txt": FIRST, "second.md": SECOND, "plan.md": PLAN}

_PASSAGE = re.compile(
    r"^\[(?P<n>\d+)\] (?P<who>.*)\n(?P<head>(?:.+\n)*?)(?:発言|words): (?P<words>.*)$", re.MULTILINE
)


@dataclass(frozen=True)
class Passage:
    """A passage as a model is given it."""

    n: int
    who: str
    head: str
    words: str


def passages(request: Request) -> list[Passage]:
    """The passages of the first message of a user, which hold what there is to answer from."""
    found = _PASSAGE.finditer(request.texts("user")[0])
    return [Passage(int(m["n"]), m["who"], m["head"], m["words"]) for m in found]


def passage_with(request: Request, words: str) -> Passage:
    """The passage that holds some words, white space aside."""
    wanted = "".join(words.split())
    return next(p for p in passages(request) if wanted in "".join(p.words.split()))


def claim(request: Request, text: str, quote: str, **more: Any) -> dict[str, Any]:
    """A claim that quotes words which stand in one of the passages."""
    number = passage_with(request, quote).n
    return {"claim": text, "passage": number, "quote": quote, "translation": "", **more}


def told(*claims: Mapping[str, Any]) -> str:
    """The JSON that a model is asked for."""
    return json.dumps({"claims": list(claims)}, ensure_ascii=False)


def says(*claims: tuple[str, str]) -> Any:
    """A script that makes the same claims, each a sentence and its quote, to every request."""

    def script(request: Request) -> Reply:
        return Reply(told(*(claim(request, text, quote) for text, quote in claims)))

    return script


good = says((BUDGET_CLAIM, BUDGET_WORDS))
"""A model that answers :data:`BUDGET`."""


@contextmanager
def index_of(
    files: Mapping[str, str], folder: Path, cache: Path, embedder: Embedder
) -> Iterator[Index]:
    """An index of some texts, written to ``folder``/records."""
    records = folder / "records"
    records.mkdir()
    for name, text in files.items():
        (records / name).write_text(text, encoding="utf-8")
    index = Index(IndexSettings(data=folder / "data", model=BUNDLED_NAME, cache=cache), embedder)
    try:
        Indexer(index).ingest([records])
        yield index
    finally:
        index.close()


def settings_of(server: LLMServer | str, **more: Any) -> Settings:
    """Settings under which the model of a server writes."""
    address = server if isinstance(server, str) else server.base_url
    given = {"llm": "openai-like:test-model", "llm_url": address, "llm_key": "test-key"}
    return Settings(**{**given, **more})


def engine_of(
    index: Index, server: LLMServer | str, record: Recorder | None = None, **more: Any
) -> Engine:
    """An engine that a server's model writes for."""
    return Engine.from_index(index, writer=writer_of(settings_of(server, **more)), record=record)


def answered(outcome: Outcome) -> Answer:
    """The outcome, which must be an answer that a model wrote."""
    assert isinstance(outcome, Answer), outcome.text
    assert outcome.writing is not None
    assert outcome.writing.shown, outcome.writing
    return outcome


def quoting(outcome: Outcome) -> str:
    """The line of an outcome for which a model was asked in vain."""
    assert outcome.writing is not None
    assert not outcome.writing.shown, outcome.text
    assert outcome.writing.note
    assert "\n" not in outcome.writing.note
    return outcome.writing.note


def sentences(outcome: Outcome) -> list[str]:
    """The sentences of a written answer."""
    return [sentence.text for sentence in answered(outcome).sentences]


def faults(outcome: Outcome) -> list[str | None]:
    """What was wrong with each claim, in the order in which they came; None for a good one."""
    assert outcome.writing is not None
    return [claim.fault for claim in outcome.writing.claims]

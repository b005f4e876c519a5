"""What checking costs: written answers against a scripted server that writes 50 tokens a second.

The server quotes what it is given, so that every sentence passes and is cited; what is measured is
everything around the model: search, the quoting answer, reading the stream, the checks.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from assistant.config import Settings
from assistant.engine import Engine
from assistant.evaluation.questions import load_questions
from assistant.events import Event, SentencePassed
from assistant.opening import EngineMaker
from assistant.verifying.checker import ClaimChecker
from assistant.verifying.types import Check
from assistant.writing import opening
from assistant.writing.calling import Call, Message
from benchmarks.processes import progress
from benchmarks.suite import Bench
from benchmarks.table import Against, Goal, Row
from index_store.embedding import Embedder
from index_store.index import Index
from index_store.indexer import Indexer
from ingest.text import sentences
from tests.llm_server import LLMServer, Reply, Request

SPEED = 50.0
"""Tokens a second."""

CLAIMS = 4
QUESTIONS = 12
CHECK_GOAL = Goal(30.0, absolute=True)
WHOLE_GOAL = Goal(1.10)
FIRST_GOAL = Goal(1.0)
_ROOT = Path(__file__).parents[1]
_STATEMENT = re.compile(r"^\[(\d+)\] (.+)\n(?:.*\n)*?発言: (.+)$", re.MULTILINE)


def quoting_script(request: Request) -> Reply:
    """Claims that quote the first statements that were given, with their speakers."""
    given = _STATEMENT.findall(request.texts("user")[-1])
    claims = []
    for number, who, words in given:
        quote = words[slice(*sentences(words)[0])].rstrip("。")
        said = f"{who.split('（')[0]}は、{quote}と述べた。"
        claims.append({"claim": said, "passage": int(number), "quote": quote, "translation": ""})
    return Reply(json.dumps({"claims": claims[:CLAIMS]}, ensure_ascii=False))


@dataclass
class _Clock:
    """When sentences passed, and how long each check took, of one question."""

    checks: list[float] = field(default_factory=list)
    first: float | None = None

    def listen(self, event: Event) -> None:
        if isinstance(event, SentencePassed) and self.first is None:
            self.first = time.perf_counter()


def writing_rows(bench: Bench) -> list[Row]:
    """Checks, whole answers beside the model alone, and the first sentence beside the model's end."""
    folder = _ROOT / "examples"
    settings = Settings(
        data=bench.work / "writing", cache=bench.cache, llm_key="test-key", llm_rewrite=False
    )
    index = Index(settings.index, Embedder(settings.model, bench.cache))
    Indexer(index).ingest([folder])
    answerable = [
        q for q in load_questions(folder / "questions.jsonl") if q.answerable and not q.follows
    ]
    questions = [q.question for q in answerable][: QUESTIONS + 1]
    try:
        with LLMServer(quoting_script, tokens_per_second=SPEED) as server:
            settings = settings.model_copy(
                update={"llm": "openai-like:test-model", "llm_url": server.base_url}
            )
            return _rows(index, settings, server, questions)
    finally:
        index.close()


def _rows(
    index: Index, settings: Settings, server: LLMServer, questions: Sequence[str]
) -> list[Row]:
    engine = EngineMaker(settings, index).engine(index)
    clock = _Clock()
    _timed_checks(engine, clock)
    engine.ask(questions[0])  # warm
    clock.checks.clear()
    ours, alone, first = [], [], []
    for number, question in enumerate(questions[1:], 1):
        progress(f"writing: question {number} of {len(questions) - 1}: ours, model alone")
        clock.first = None
        started = time.perf_counter()
        outcome = engine.ask(question, listen=clock.listen)
        ours.append(time.perf_counter() - started)
        if outcome.writing is None or clock.first is None:
            ours.pop()
            continue
        alone.append(_alone(settings, server))
        first.append((clock.first - started, alone[-1]))
    return [
        Row("writing: check of a claim, p50", "ms", 1000 * median(clock.checks), goal=CHECK_GOAL),
        Row(
            f"writing: answer of {CLAIMS} claims at {SPEED:.0f} tokens/s", "s", median(ours),
            model_alone=median(alone), against=Against.ALONE, goal=WHOLE_GOAL,
        ),
        Row(
            "writing: first checked sentence, beside the model's end", "s",
            median(f for f, _ in first), model_alone=median(end for _, end in first),
            against=Against.ALONE, goal=FIRST_GOAL,
        ),
    ]  # fmt: skip


def _timed_checks(engine: Engine, clock: _Clock) -> None:
    """Time every check of an engine."""
    checker: ClaimChecker = engine._answerer._checker  # type: ignore[attr-defined]
    plain = checker.check

    def timed(claim, sources) -> Check:  # type: ignore[no-untyped-def]
        started = time.perf_counter()
        check = plain(claim, sources)
        clock.checks.append(time.perf_counter() - started)
        return check

    checker.check = timed  # type: ignore[method-assign]


def _alone(settings: Settings, server: LLMServer) -> float:
    """Seconds that the model takes for the request that was made last, read by nobody."""
    opened = opening.open_model(opening.model_settings(settings))
    messages = [Message(m["role"], m["content"]) for m in server.requests[-1].messages]
    started = time.perf_counter()
    for _ in Call(opened, time.monotonic() + 60).pieces(messages, structured=True):
        pass
    return time.perf_counter() - started

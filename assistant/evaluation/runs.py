"""What a run gives, question by question; saved as JSON and read again for comparison."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from assistant.evaluation.errors import RunError
from assistant.evaluation.questions import EvalQuestion, Span

FORMAT = 1
"""Of the saved file; another one is refused."""

Status = Literal["answered", "not_found"]


@dataclass(frozen=True)
class Shown:
    """A passage for the report: where it stands, who says it, and its words."""

    document: str
    line: int | None
    speaker: str | None
    text: str


@dataclass(frozen=True)
class Retrieved:
    """How one system ranked passages for one question.

    ``rank`` is that of the first right passage, from 1, or None; ``right`` how many right ones
    there are to be found. ``first`` is what stood first, ``wanted`` the right one. ``values`` are
    the question's measures by name; ``seconds`` is what the search took.
    """

    system: str
    question: str
    rank: int | None
    right: int
    first: Shown | None
    wanted: Shown | None
    values: dict[str, float]
    seconds: float


@dataclass(frozen=True)
class Cited:
    """A citation, judged.

    ``right``: quote or passage holds the evidence, by a right speaker. ``in_quote``: the quote
    itself does. ``by``: a right speaker, or no speaker is asked for. ``exact``: the quote is the
    document's text at its place.
    """

    passage: Shown
    right: bool
    in_quote: bool
    by: bool
    exact: bool


@dataclass(frozen=True)
class Answered:
    """The outcome for one question, judged.

    ``correct``: it cites right words by a right speaker, or rightly says that there are none.
    ``understood`` is the question as the engine read it, with what it takes from those before.
    ``confidence`` is how likely the engine held it to be answerable, None where it did not weigh that.
    """

    question: str
    status: Status
    text: str
    understood: str
    correct: bool
    citations: tuple[Cited, ...]
    values: dict[str, float]
    seconds: float
    confidence: float | None = None


@dataclass(frozen=True)
class Run:
    """Everything of one evaluation.

    ``path`` is the question set, ``made`` the time in ISO 8601. ``main`` is the system that the
    report is about; ``answers`` is empty where only retrieval was run.
    """

    path: str
    made: str
    model: str
    documents: int
    passages: int
    main: str
    questions: tuple[EvalQuestion, ...]
    retrieved: tuple[Retrieved, ...]
    answers: tuple[Answered, ...] = field(default=())

    @property
    def systems(self) -> list[str]:
        """The systems that were run, the main one last."""
        names = list(dict.fromkeys(one.system for one in self.retrieved))
        return sorted(names, key=lambda name: name == self.main)

    def of(self, system: str) -> dict[str, Retrieved]:
        """What ``system`` ranked, by the question's id."""
        return {one.question: one for one in self.retrieved if one.system == system}

    @property
    def answered(self) -> dict[str, Answered]:
        """The outcomes, by the question's id."""
        return {answer.question: answer for answer in self.answers}


def run_json(run: Run) -> dict[str, Any]:
    """The run as JSON; :func:`read_run` reads it again."""
    return {"format": FORMAT, **asdict(run)}


def save_run(run: Run, path: Path) -> None:
    """Write a run for a later ``--against``.

    Raises:
        RunError: the file cannot be written.
    """
    write(path, json.dumps(run_json(run), ensure_ascii=False, indent=1) + "\n")


def write(path: Path, text: str) -> None:
    """Write a file of the evaluation.

    Raises:
        RunError: it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunError(
            f"{path}: cannot be written ({error.strerror}); mend: check folder and permission"
        ) from error


def read_run(path: Path) -> Run:
    """A run that was saved.

    Raises:
        RunError: the file is missing, damaged, or of another version.
    """
    mend = "mend: give a file that 'minutes eval --save' wrote"
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        if row["format"] != FORMAT:
            raise RunError(f"{path}: saved by another version (format {row['format']}); {mend}")
        return _run(row)
    except FileNotFoundError as error:
        raise RunError(f"{path}: no such saved run; {mend}") from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise RunError(f"{path}: no saved run ({error!r}); {mend}") from error


def _run(row: dict[str, Any]) -> Run:
    return Run(
        **{name: row[name] for name in ("path", "made", "model", "documents", "passages", "main")},
        questions=tuple(_question(each) for each in row["questions"]),
        retrieved=tuple(_retrieved(each) for each in row["retrieved"]),
        answers=tuple(_answered(each) for each in row["answers"]),
    )


def _question(row: dict[str, Any]) -> EvalQuestion:
    lists = {name: tuple(row[name]) for name in ("speakers", "evidence")}
    return EvalQuestion(**{**row, **lists, "places": tuple(Span(**p) for p in row["places"])})


def _retrieved(row: dict[str, Any]) -> Retrieved:
    shown = {name: Shown(**row[name]) if row[name] else None for name in ("first", "wanted")}
    return Retrieved(**{**row, **shown})


def _answered(row: dict[str, Any]) -> Answered:
    cited = tuple(Cited(**{**c, "passage": Shown(**c["passage"])}) for c in row["citations"])
    return Answered(**{**row, "citations": cited})

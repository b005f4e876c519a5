"""A question set: one JSON object a line, with what a right answer holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import QuestionSetError
from index_store.queries import Narrowing


@dataclass(frozen=True)
class Span:
    """Words of a document: ``Document.text[start:end]``."""

    document: str
    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        """Whether both share a character."""
        return self.document == other.document and self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class EvalQuestion:
    """A question, and what is right for it.

    ``kind`` groups questions in the report. A right citation is by one of ``speakers`` (empty:
    by anybody), and its quote or passage holds one string of ``evidence`` or overlaps one of
    ``places``. ``follows`` is the id of the question asked just before in the same conversation.
    ``document``: the question is asked within that document only.
    """

    id: str
    kind: str
    question: str
    answerable: bool
    speakers: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    follows: str | None = None
    places: tuple[Span, ...] = ()
    document: str | None = None

    @property
    def within(self) -> Narrowing | None:
        """What asking it is narrowed to."""
        return Narrowing(document=self.document) if self.document else None


def load_questions(path: Path) -> list[EvalQuestion]:
    """The questions of a file, in the order in which they can be asked.

    A question that follows another comes behind it; else the file's order stays.

    Raises:
        QuestionSetError: the file cannot be read, or a line is wrong; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise QuestionSetError(f"{path}: no such question set; mend: check the path") from error
    except (OSError, ValueError) as error:
        raise QuestionSetError(
            f"{path}: cannot be read ({error}); mend: give a file of JSON lines in UTF-8"
        ) from error
    numbered: dict[str, int] = {}
    questions = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        question = _question(line, f"{path}:{number}")
        if question.id in numbered:
            raise _wrong(
                f"{path}:{number}",
                f"id {question.id!r} is that of line {numbered[question.id]}",
                "give each question its own id",
            )
        numbered[question.id] = number
        questions.append(question)
    if not questions:
        raise _wrong(str(path), "holds no question", "write one JSON object a line")
    return _in_order(path, questions, numbered)


def _question(line: str, where: str) -> EvalQuestion:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise _wrong(
            where, f"not JSON ({error})", "write each question as one object on one line"
        ) from error
    if not isinstance(row, dict):
        raise _wrong(where, "not a JSON object", "write each question as one object on one line")
    question = EvalQuestion(
        id=_text(row, "id", where),
        kind=_text(row, "kind", where, default="question"),
        question=_text(row, "question", where),
        answerable=_truth(row, "answerable", where),
        speakers=_texts(row, "speakers", where),
        evidence=_texts(row, "evidence", where),
        follows=_optional(row, "follows", where),
        places=_places(row, where),
        document=_optional(row, "document", where),
    )
    if question.answerable and not (question.evidence or question.places):
        raise _wrong(
            where,
            "answerable, but with neither 'evidence' nor 'places'",
            "give words that a right citation holds, or set 'answerable' to false",
        )
    return question


def _text(row: dict[str, Any], field: str, where: str, default: str | None = None) -> str:
    value = row.get(field, default)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(where, f"'{field}' is {_shown(value)}", "give it a text that is not empty")
    return value


def _optional(row: dict[str, Any], field: str, where: str) -> str | None:
    return _text(row, field, where) if row.get(field) is not None else None


def _truth(row: dict[str, Any], field: str, where: str) -> bool:
    value = row.get(field, True)
    if not isinstance(value, bool):
        raise _wrong(where, f"'{field}' is {_shown(value)}", "write true or false")
    return value


def _texts(row: dict[str, Any], field: str, where: str) -> tuple[str, ...]:
    value = row.get(field) or []
    if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
        raise _wrong(where, f"'{field}' is {_shown(value)}", "write a list of texts")
    return tuple(value)


def _places(row: dict[str, Any], where: str) -> tuple[Span, ...]:
    value = row.get("places") or []
    mend = 'write a list of {"document", "start", "end"} with start before end'
    if not isinstance(value, list):
        raise _wrong(where, f"'places' is {_shown(value)}", mend)
    spans = []
    for place in value:
        given = place if isinstance(place, dict) else {}
        name, start, end = (given.get(field) for field in ("document", "start", "end"))
        # A bool is an int to isinstance.
        if type(start) is not int or type(end) is not int or not isinstance(name, str):
            raise _wrong(where, f"a place is {_shown(place)}", mend)
        if not 0 <= start < end:
            raise _wrong(where, f"a place is {_shown(place)}", mend)
        spans.append(Span(name, start, end))
    return tuple(spans)


def _in_order(
    path: Path, questions: Sequence[EvalQuestion], numbered: dict[str, int]
) -> list[EvalQuestion]:
    """The questions in the order of the file, each behind the one that it follows."""
    by_id = {question.id: question for question in questions}
    ordered: dict[str, EvalQuestion] = {}
    for question in questions:
        chain = [question]
        while (before := chain[-1].follows) is not None and before not in ordered:
            where = f"{path}:{numbered[chain[-1].id]}"
            if before not in by_id:
                raise _wrong(
                    where,
                    f"follows {before!r}, which is no question of this file",
                    "name the id of the question asked just before",
                )
            if by_id[before] in chain:
                raise _wrong(
                    where,
                    "questions follow each other in a circle",
                    "let the first of a conversation follow none",
                )
            chain.append(by_id[before])
        ordered |= {link.id: link for link in reversed(chain)}
    return list(ordered.values())


def _wrong(where: str, what: str, mend: str) -> QuestionSetError:
    return QuestionSetError(f"{where}: {what}; mend: {mend}")


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:60] + "…"

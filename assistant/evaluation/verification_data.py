"""Summaries of answers, marked as true or fake: answer verification of NTCIR-17 PoliInfo-4.

They summarise answers given in the Tokyo assembly. A true one tells what the answer says to the
question; fakes are made up, taken from another answer, cut out in mid-word, or say what stands in the
answer but answers nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import SourceDataError

_TEXTS = ("SubTopic", "QuestionSummary", "AnswerSummary", "AnswerOriginal")
_MEND = "mend: name answer_verification_train.json of PoliInfo-4"


@dataclass(frozen=True)
class Summary:
    """A summary of an answer, and whether it is true of it; ``day`` is that of the meeting."""

    question: str
    text: str
    answer: str
    day: str | None
    true: bool

    @property
    def number(self) -> int:
        """By which answers are parted into halves and folds; summaries of one answer share it."""
        digest = hashlib.md5(self.answer.encode(), usedforsecurity=False)
        return int(digest.hexdigest(), 16)


def read_summaries(path: Path) -> list[Summary]:
    """The summaries of ``answer_verification_train.json``.

    Raises:
        SourceDataError: the file cannot be read, or is something else.
    """
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceDataError(f"{path}: no such file; {_MEND}") from error
    except (OSError, ValueError) as error:
        raise SourceDataError(f"{path}: cannot be read as JSON ({error}); {_MEND}") from error
    if not isinstance(rows, list) or not rows:
        raise SourceDataError(f"{path}: not a list of summaries; {_MEND}")
    return [_summary(row, f"{path}: summary {number}") for number, row in enumerate(rows, start=1)]


def _summary(row: Any, where: str) -> Summary:
    if not isinstance(row, dict):
        raise SourceDataError(f"{where}: not an object; {_MEND}")
    for field in _TEXTS:
        if not isinstance(row.get(field), str):
            raise SourceDataError(f"{where}: '{field}' is no text; {_MEND}")
    if not isinstance(row.get("PredictedClass"), bool):
        raise SourceDataError(f"{where}: 'PredictedClass' is not true or false; {_MEND}")
    day = row.get("Date")
    try:
        day = None if day is None else date.fromisoformat(day).isoformat()
    except (TypeError, ValueError) as error:
        raise SourceDataError(f"{where}: 'Date' is no day ({error}); {_MEND}") from error
    question = f"{row['SubTopic']} {row['QuestionSummary']}"
    return Summary(question, row["AnswerSummary"], row["AnswerOriginal"], day, row["PredictedClass"])  # fmt: skip

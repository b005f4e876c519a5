"""Whether a question that names a meeting is narrowed to it (``python -m benchmarks.narrowing``).

Over the questions that were written for the reader: of those that can be answered and are narrowed, how
many keep the record that answers (without it the answer is lost), and of those that ask for a meeting
where the thing was not said, how many are narrowed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from assistant.evaluation.questions import EvalQuestion, load_questions
from index_store.meetings import named_meetings
from index_store.types import IndexedDocument
from ingest.reader import find_files, read_document
from ingest.record import parse
from ingest.understanding import understanding

DATA = Path(__file__).parent / "reader/train"
TODAY = date(2026, 1, 1)
"""Of which the questions speak."""

SHOWN = 20
"""Questions that are told of those whose record is left out."""


def main() -> None:
    """Read records and questions, and tell."""
    rows = list(_rows(DATA / "records"))
    questions = [q for file in sorted(DATA.glob("questions*.jsonl")) for q in load_questions(file)]
    found = [(q, kept) for q in questions if (kept := _kept(q, rows)) is not None]
    answerable = [(q, q.document in kept) for q, kept in found if q.answerable]
    elsewhere = sum(q.kind == "wrong meeting" for q in questions)
    narrowed = sum(q.kind == "wrong meeting" for q, _ in found)
    print(f"{len(questions):,} questions over {len(rows)} records")
    print(
        f"narrowed, can be answered: {len(answerable)}, with their record {sum(ok for _, ok in answerable)}"
    )
    print(f"asked of another meeting: {elsewhere}, narrowed {narrowed}")
    for question in [q for q, ok in answerable if not ok][:SHOWN]:
        print(f"  without its record: {question.question}  ({question.document})")


def _kept(question: EvalQuestion, rows: list[IndexedDocument]) -> frozenset[str] | None:
    plain = unicodedata.normalize("NFKC", question.question)
    return named_meetings(plain, rows, TODAY).documents


def _rows(folder: Path) -> Iterator[IndexedDocument]:
    """What an index would know of each record of a folder that a name of a meeting is compared with."""
    for file in find_files(folder).files:
        record = parse(read_document(file.path))
        day = record.date.isoformat() if record.date else None
        yield IndexedDocument(
            str(file.path), file.path.name, str(folder), "", 0, record.kind, record.title, day,
            0, 0, 0, 0, datetime.now(UTC), understanding(record),
        )  # fmt: skip


if __name__ == "__main__":
    main()

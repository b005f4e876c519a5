"""Question sets from NTCIR PoliInfo-4 (answer verification): summaries of questions, and who answered what.

Each distinct answer becomes a turn of the minutes of its day, so that finding it is finding its
turn. Neither topics nor questions go into the records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import SourceDataError
from ingest.record import parse
from ingest.types import Document

_FIELDS = ("Meeting", "Date", "SubTopic", "QuestionSummary", "AnswerSpeaker", "AnswerOriginal")


def write_poliinfo(source: Path, folder: Path) -> list[Path]:
    """Write records and two question sets: with the topic in front of the question, and without.

    Args:
        source: ``answer_verification_train.json``.
        folder: gets ``records/``, ``questions-topic.jsonl`` and ``questions-alone.jsonl``.

    Returns:
        The question sets.

    Raises:
        SourceDataError: the file cannot be read, or is something else.
    """
    rows = _read(source)
    records = folder / "records"
    records.mkdir(parents=True, exist_ok=True)
    places: dict[tuple[str, str, str], dict[str, Any]] = {}
    for day in dict.fromkeys((row["Meeting"], row["Date"]) for row in rows):
        name = f"{day[1]}.txt"
        said = list(
            dict.fromkeys(
                (row["AnswerSpeaker"], row["AnswerOriginal"])
                for row in rows
                if (row["Meeting"], row["Date"]) == day
            )
        )
        text = f"{day[0]}　会議録\n\n日時：{day[1]}\n\n"
        text += "".join(f"〔{speaker}〕\n{words}\n\n" for speaker, words in said)
        (records / name).write_text(text, encoding="utf-8")
        turns = parse(Document(name, text, "utf-8")).turns
        if len(turns) != len(said):
            raise SourceDataError(
                f"{source}: {len(said)} answers of {day[1]} are read as {len(turns)} turns; "
                "mend: report the day"
            )
        for turn, (_, words) in zip(turns, said, strict=True):
            place = {"document": name, "start": turn.start, "end": turn.end}
            places[(*day, words)] = place
    return [
        _write(folder / "questions-topic.jsonl", rows, places, topic=True),
        _write(folder / "questions-alone.jsonl", rows, places, topic=False),
    ]


def _read(source: Path) -> list[dict[str, str]]:
    try:
        rows = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceDataError(
            f"{source}: cannot be read as JSON ({error}); mend: name answer_verification_train.json"
        ) from error
    whole = isinstance(rows, list) and all(
        isinstance(row, dict) and all(isinstance(row.get(field), str) for field in _FIELDS)
        for row in rows
    )
    if not whole or not rows:
        raise SourceDataError(
            f"{source}: not the answers of PoliInfo-4; mend: name answer_verification_train.json"
        )
    return list(rows)


def _write(
    path: Path,
    rows: Iterable[dict[str, str]],
    places: dict[tuple[str, str, str], dict[str, Any]],
    *,
    topic: bool,
) -> Path:
    """One line for each distinct question; an answer that several questions have is right for each."""
    asked: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        lead = f"{row['SubTopic']} " if topic else ""
        place = places[row["Meeting"], row["Date"], row["AnswerOriginal"]]
        held = asked.setdefault(lead + row["QuestionSummary"], [])
        if place not in held:
            held.append(place)
    lines = [
        json.dumps(
            {"id": f"pi-{n:04}", "kind": "answer", "question": question, "places": found},
            ensure_ascii=False,
        )
        for n, (question, found) in enumerate(asked.items(), start=1)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path

"""Question sets from QMSum (Zhong et al., NAACL 2021): questions on English meetings.

Each meeting becomes a transcript, ``Speaker: words`` a line; the turns that its annotators marked as
relevant are the right places. The same questions are asked within their meeting and over all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.errors import SourceDataError
from assistant.evaluation.questions import Span


def write_qmsum(source: Path, folder: Path) -> list[Path]:
    """Write records and two question sets: each question within its meeting, and over all of them.

    Args:
        source: a folder of meetings, or one meeting, as ``NAME.json``.
        folder: gets ``records/``, ``questions-within.jsonl`` and ``questions-all.jsonl``.

    Returns:
        The question sets.

    Raises:
        SourceDataError: a file cannot be read, or is no meeting of QMSum.
    """
    files = sorted(source.glob("*.json")) if source.is_dir() else [source]
    if not files:
        raise SourceDataError(f"{source}: no .json file there; mend: name a folder of QMSum")
    records = folder / "records"
    records.mkdir(parents=True, exist_ok=True)
    asked: list[dict[str, Any]] = []
    for file in files:
        meeting = _read(file)
        try:
            text, spans = transcript(f"{file.stem}.txt", meeting["meeting_transcripts"])
            asked += _questions(file.stem, meeting["specific_query_list"], spans)
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise SourceDataError(
                f"{file}: no meeting of QMSum ({error!r}); mend: name its folder of meetings"
            ) from error
        (records / f"{file.stem}.txt").write_text(text, encoding="utf-8")
    return [
        _write(folder / "questions-within.jsonl", asked),
        _write(
            folder / "questions-all.jsonl",
            [{name: row[name] for name in row if name != "document"} for row in asked],
        ),
    ]


def transcript(name: str, turns: Sequence[Mapping[str, str]]) -> tuple[str, list[Span]]:
    """The text of a meeting, and for each turn where its words stand in it.

    Args:
        name: of the file that the text is written to.
        turns: ``speaker`` and ``content`` of each.

    Returns:
        The text, a turn a line, and a span for each turn; where nothing is said, that of its line.
    """
    text, spans = "", []
    for turn in turns:
        # A speaker's name with a colon in it would end there.
        label = " ".join(turn["speaker"].replace(":", " ").split()) + ": "
        words = " ".join(turn["content"].split())
        start = len(text) + (len(label) if words else 0)
        text += f"{label}{words}\n"
        spans.append(Span(name, start, len(text) - 1))
    return text, spans


def _read(file: Path) -> dict[str, Any]:
    try:
        meeting = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceDataError(
            f"{file}: cannot be read as JSON ({error}); mend: name QMSum's folder of meetings"
        ) from error
    if not isinstance(meeting, dict):
        raise SourceDataError(f"{file}: no meeting of QMSum; mend: name its folder of meetings")
    return meeting


def _questions(
    meeting: str, queries: Sequence[Mapping[str, Any]], spans: Sequence[Span]
) -> Iterator[dict[str, Any]]:
    """A row for each query; marked ranges of turns are places, first and last turn included."""
    for number, query in enumerate(queries, start=1):
        places = []
        for first, last in query["relevant_text_span"]:
            begin, end = spans[int(first)], spans[min(int(last), len(spans) - 1)]
            places.append({"document": begin.document, "start": begin.start, "end": end.end})
        if places:
            yield {
                "id": f"{meeting}-{number:02}",
                "kind": "span",
                "question": query["query"].strip(),
                "document": f"{meeting}.txt",
                "places": places,
            }


def _write(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path

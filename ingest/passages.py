"""Record -> Passages: the units that are embedded, stored and found.

A passage is a turn or a section, or a run of whole sentences of a long one. It never crosses a
speaker. Its context says what a reader of the whole document would know: the meeting's title,
the agenda item or heading path, who speaks, and the question being answered.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from ingest.header import questions_answered
from ingest.text import fold, sentences
from ingest.types import Kind, Passage, Place, Record, Section, Turn

MAX_CHARACTERS = 400
"""Length above which a turn or section is divided; one longer sentence is divided as well."""

RULES_VERSION = 1
"""Raised when reading or dividing changes, so that unchanged files are read anew."""


def passages(record: Record) -> list[Passage]:
    """The passages of a record in document order; a turn without words gives none."""
    breaks = [i for i, character in enumerate(record.document.text) if character == "\n"]
    found = [
        passage
        for turn in record.turns
        for passage in _divide(record, breaks, turn.start, turn.end, turn=turn)
    ]
    found += [
        passage
        for section in record.sections
        if not _heading_alone(record, section)
        for passage in _divide(record, breaks, section.start, section.end, section=section)
    ]
    return sorted(found, key=lambda passage: passage.place.start)


def _heading_alone(record: Record, section: Section) -> bool:
    """Whether a section is nothing but a heading; what stands under it carries that as context."""
    text = record.document.text[section.start : section.end]
    return section.heading is not None and "\n" not in text and (
        fold(text).strip("#").endswith(fold(section.heading))
    )  # fmt: skip


def _divide(
    record: Record,
    breaks: list[int],
    start: int,
    end: int,
    turn: Turn | None = None,
    section: Section | None = None,
) -> Iterator[Passage]:
    text = record.document.text
    context = _context(record, turn, section)
    letter, index = ("t", turn.index) if turn else ("s", section.index if section else 0)
    for part, (first, last) in enumerate(_parts(text, start, end)):
        yield Passage(
            key=f"{letter}{index}.{part}",
            text=text[first:last],
            context=context,
            place=_place(record, turn, section, first, last, bisect_left(breaks, first) + 1),
            answers=turn is not None and turn.answers is not None,
        )


def _place(
    record: Record, turn: Turn | None, section: Section | None, start: int, end: int, line: int
) -> Place:
    return Place(
        document=record.document.name,
        kind=record.kind,
        title=record.title,
        date=record.date.isoformat() if record.date else None,
        speaker=turn.speaker if turn else None,
        person=turn.person if turn else None,
        role=turn.role if turn else None,
        agenda=turn.agenda if turn else None,
        heading=" > ".join(section.path) or None if section else None,
        page=None,
        turn=turn.index if turn else None,
        section=section.index if section else None,
        start=start,
        end=end,
        line=line,
    )


def _context(record: Record, turn: Turn | None, section: Section | None) -> str:
    """What the passage does not say itself, one a line.

    For a turn: agenda item, speaker, the question. For a section: title and headings, and for a
    field of a header the questions that such a field answers.
    """
    lines = []
    if section is not None:
        lines.append(" > ".join(filter(None, [record.title, *section.path[:-1]])))
        if record.kind is Kind.MINUTES and (about := questions_answered(section.heading)):
            lines.append(about)
    if turn is not None:
        lines.append(" ".join(filter(None, [turn.agenda, turn.speaker])))
        if turn.answers:
            lines.append(record.document.text[slice(*turn.answers)])
    return "\n".join(line for line in lines if line)


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of at most ``MAX_CHARACTERS`` that end with a sentence, of similar length."""
    if end - start <= MAX_CHARACTERS:
        return [(start, end)] if start < end else []
    pieces = [piece for span in sentences(text, start, end) for piece in _cut(*span)]
    count = -(-(end - start) // MAX_CHARACTERS)
    goal = (end - start) / count
    parts: list[tuple[int, int]] = []
    for first, last in pieces:
        begun = parts[-1][0] if parts else None
        fits = begun is not None and last - begun <= MAX_CHARACTERS
        if fits and begun is not None and parts[-1][1] - begun < goal:
            parts[-1] = (begun, last)
        else:
            parts.append((first, last))
    return parts


def _cut(start: int, end: int) -> Iterator[tuple[int, int]]:
    """A span in pieces of at most ``MAX_CHARACTERS``: a sentence without an end still fits."""
    for first in range(start, end, MAX_CHARACTERS):
        yield first, min(first + MAX_CHARACTERS, end)

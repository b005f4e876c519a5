"""Record -> Passages: the units that are embedded, stored and found.

A passage is a turn or a section, or a run of whole sentences of a long one. It never crosses a
speaker. Its context says what a reader of the whole document would know: the meeting's title,
the agenda item or heading path, who speaks, and the question being answered.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from ingest.header import questions_answered
from ingest.text import fold, sentences, trim
from ingest.topics import topic_of
from ingest.types import Exchange, Kind, Passage, Place, Record, Section, Turn

MAX_CHARACTERS = 400
"""Length above which a turn or section is divided; one longer sentence is divided as well."""

RULES_VERSION = 10
"""Raised when reading, dividing or what is embedded changes: unchanged files are read anew."""

COLLECTIONS_SINCE = 7
"""The first rules by which a document's collection is read; of an older one it is not known."""


def passages(record: Record) -> list[Passage]:
    """The passages of a record in document order; a turn without words gives none."""
    breaks = [match.start() for match in re.finditer("\n", record.document.text)]
    links = _Links(record)
    found = [
        passage
        for turn in record.turns
        for passage in _divide(record, links, breaks, turn.start, turn.end, turn=turn)
    ]
    found += [
        passage
        for section in record.sections
        if not _heading_alone(record, section)
        for passage in _divide(record, links, breaks, section.start, section.end, section=section)
    ]
    return sorted(found, key=lambda passage: passage.place.start)


def _columns(text: str, start: int, at: int) -> str | None:
    """The heading of a Markdown table's columns, for a part that begins further down in it."""
    line = text.rfind("\n", start, at) + 1
    if not text.startswith("|", max(line, start)) or "：" in text[at : text.find("\n", at)]:
        return None
    first = None
    while line > start:
        above = text.rfind("\n", start, line - 1) + 1
        above = max(above, start)
        if not text.startswith("|", above):
            break
        first, line = text[above : line - 1].strip(), above
    return first


class _Links:
    """What a record's exchanges and mentions say of a part of it."""

    def __init__(self, record: Record) -> None:
        self._by_answer: dict[int, list[Exchange]] = {}
        self._by_question: dict[int, list[Exchange]] = {}
        for exchange in record.exchanges:
            self._by_answer.setdefault(exchange.answered, []).append(exchange)
            self._by_question.setdefault(exchange.asked, []).append(exchange)
        self._mentions = record.mentions
        self._starts = [mention.start for mention in record.mentions]

    def taken_up(self, turn: Turn | None, start: int, end: int) -> list[Exchange]:
        """The exchanges whose answers stand in ``start`` to ``end``, as they were asked."""
        found = self._by_answer.get(turn.index, []) if turn else []
        within = [link for link in found if link.answer[0] < end and link.answer[1] > start]
        return sorted(within, key=lambda link: link.question)

    def answered(self, turn: Turn | None, start: int, end: int) -> tuple[int, ...]:
        """The turns that take up a question asked in ``start`` to ``end``."""
        found = self._by_question.get(turn.index, []) if turn else []
        within = (f for f in found if f.question[0] < end and f.question[1] > start)
        return tuple(dict.fromkeys(link.answered for link in within))

    def mentions(self, start: int, end: int) -> tuple[tuple[str, int | None], ...]:
        """(label, page) of the documents that are pointed to in ``start`` to ``end``."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return tuple(dict.fromkeys((m.label, m.page) for m in self._mentions[first:last]))


def _heading_alone(record: Record, section: Section) -> bool:
    """Whether a section is nothing but a heading; what stands under it carries that as context."""
    text = record.document.text[section.start : section.end]
    return section.heading is not None and "\n" not in text and (
        fold(text).strip("#").endswith(fold(section.heading))
    )  # fmt: skip


def _divide(
    record: Record,
    links: _Links,
    breaks: list[int],
    start: int,
    end: int,
    turn: Turn | None = None,
    section: Section | None = None,
) -> Iterator[Passage]:
    text = record.document.text
    context = _context(record, turn, section)
    topic = topic_of(text[start:end]) if turn else " ".join(section.path[-2:] if section else ())
    letter, index = ("t", turn.index) if turn else ("s", section.index if section else 0)
    for part, (first, last) in enumerate(_parts(text, start, end)):
        taken_up = links.taken_up(turn, first, last)
        asked = "".join(dict.fromkeys(text[slice(*link.question)] for link in taken_up))
        yield Passage(
            key=f"{letter}{index}.{part}",
            text=text[first:last],
            context="\n".join(filter(None, [context, _columns(text, start, first), asked])),
            place=_place(record, turn, section, first, last, bisect_left(breaks, first) + 1),
            answers=tuple(dict.fromkeys(link.asked for link in taken_up)),
            answered=links.answered(turn, first, last),
            mentions=links.mentions(first, last),
            page_breaks=tuple(at for at in record.document.pages if first < at < last),
            topic=topic,
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
        page=record.document.page(start),
        turn=turn.index if turn else None,
        section=section.index if section else None,
        start=start,
        end=end,
        line=line,
        time=record.document.time(start) or (turn.time if turn else None),
        url=record.document.url,
    )


def _context(record: Record, turn: Turn | None, section: Section | None) -> str:
    """What the passage does not say itself, one a line.

    For a turn: agenda item and speaker (the question that a part of it answers is added to that
    part). For a section: title and headings, and for a field of a header the questions that such a
    field answers.
    """
    lines = []
    if section is not None:
        lines.append(" > ".join(filter(None, [record.title, *section.path[:-1]])))
        if record.kind is Kind.MINUTES and (about := questions_answered(section.heading)):
            lines.append(about)
    if turn is not None:
        lines.append(" ".join(filter(None, [turn.agenda, turn.speaker])))
    return "\n".join(line for line in lines if line)


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of at most ``MAX_CHARACTERS`` that end with a sentence, of similar length."""
    if end - start <= MAX_CHARACTERS:
        return [(start, end)] if start < end else []
    cut = (trim(text, *piece) for span in sentences(text, start, end) for piece in _cut(*span))
    pieces = [(first, last) for first, last in cut if first < last]
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

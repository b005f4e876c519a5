"""A record on a few lines that a person can check against the document: the golden files' form."""

from __future__ import annotations

from collections.abc import Iterator

from ingest import Record


def outline(record: Record) -> str:
    """Everything that was understood, one fact a line; a turn names its first and last words."""
    parts = (_head(record), _turns(record), _sections(record), _rest(record))
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(record: Record) -> Iterator[str]:
    yield f"{record.kind.value}: {record.title}"
    yield f"held: {record.date} | {record.place}"
    if record.issuer or record.year:
        yield f"issued: {record.issuer} | {record.year}"
    if record.document.url:
        yield f"url: {record.document.url}"
    for person in record.attendees:
        yield f"person: {person.name} | {person.role}{'' if person.present else ' | absent'}"
    for item in record.agenda:
        yield f"agenda: {item.number} | {item.title}"
    for handout in record.handouts:
        yield f"handout: {handout.label} | {handout.title}"


def _turns(record: Record) -> Iterator[str]:
    for turn in record.turns:
        answers = f"answers {', '.join(map(str, turn.answers))}" if turn.answers else None
        page = f"p{turn.page}" if turn.page else None
        words = _ends(record.document.text[turn.start : turn.end])
        facts = [turn.speaker, turn.person or "-", turn.agenda or "-", page, turn.time, answers]
        yield f"{turn.index}: " + " | ".join([*filter(None, facts), words])


def _sections(record: Record) -> Iterator[str]:
    """The sections of a document without turns."""
    for section in () if record.turns else record.sections:
        page = record.document.page(section.start)
        words = _ends(record.document.text[section.start : section.end])
        facts = [" > ".join(section.path), f"p{page}" if page else None, words]
        yield "section: " + " | ".join(fact for fact in facts if fact is not None)


def _rest(record: Record) -> Iterator[str]:
    for mention in record.mentions:
        if mention.turn is not None:
            yield f"points to: {mention.label} | {mention.page} | turn {mention.turn}"
    for start, end in record.unknown:
        yield f"unknown: {record.document.text[start:end]}"
    for note in record.document.notes:
        yield f"note: {note}"


def _ends(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= 32 else f"{plain[:16]}…{plain[-14:]}"

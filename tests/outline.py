"""A record on a few lines that a person can check against the document: the golden files' form."""

from __future__ import annotations

from collections.abc import Iterator

from ingest import Record


def outline(record: Record) -> str:
    """Everything that was understood, one fact a line; a turn names its first and last words."""
    return "\n".join(_lines(record)) + "\n"


def _lines(record: Record) -> Iterator[str]:
    text = record.document.text
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
    for turn in record.turns:
        where = "".join(f" | p{turn.page}" if turn.page else "") + (
            f" | {turn.time}" if turn.time else ""
        )
        answers = f" | answers {', '.join(map(str, turn.answers))}" if turn.answers else ""
        yield (
            f"{turn.index}: {turn.speaker} | {turn.person} | {turn.agenda}{where}{answers} | "
            f"{_ends(text[turn.start : turn.end])}"
        )
    if not record.turns:
        for section in record.sections:
            page = record.document.page(section.start)
            where = f" | p{page}" if page else ""
            yield f"section: {' > '.join(section.path)}{where} | {_ends(text[section.start : section.end])}"
    for mention in record.mentions:
        if mention.turn is not None:
            yield f"points to: {mention.label} | {mention.page} | turn {mention.turn}"
    for start, end in record.unknown:
        yield f"unknown: {text[start:end]}"
    for note in record.document.notes:
        yield f"note: {note}"


def _ends(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= 32 else f"{plain[:16]}…{plain[-14:]}"

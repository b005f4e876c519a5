"""What the reader is told about a passage besides its words."""

from __future__ import annotations

from index_store.types import StoredPassage

_TITLE = 40
"""Characters of a title; the day and the speaker behind it must still be seen."""


def header_of(passage: StoredPassage) -> str:
    """Meeting and day, then what the passage stands under.

    Of a speech that is its context: agenda item, speaker, question answered; else the headings below
    the title, and what the context has besides them, as the head of a table.
    It is what decides whether words are those of the person or the meeting that a question names.
    """
    place = passage.place
    lead = " ".join(filter(None, [(place.title or "")[:_TITLE], place.date]))
    if place.speaker is not None:
        return "\n".join(filter(None, [lead, passage.context]))
    path = [part for part in (place.heading or "").split(" > ") if part != place.title]
    _, _, besides = passage.context.partition("\n")
    return "\n".join(filter(None, [lead, " > ".join(path), besides]))

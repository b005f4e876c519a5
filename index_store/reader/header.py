"""What the reader is told about a passage besides its words."""

from __future__ import annotations

from index_store.types import StoredPassage

_TITLE = 40
"""Characters of a title; the day and the speaker behind it must still be seen."""


def header_of(passage: StoredPassage) -> str:
    """Meeting and day, then the passage's context: agenda item, speaker, question answered.

    It is what decides whether words are those of the person or the meeting that a question names.
    """
    place = passage.place
    lead = " ".join(filter(None, [(place.title or "")[:_TITLE], place.date]))
    heading = place.heading if place.speaker is None else None
    return "\n".join(filter(None, [lead, passage.context, heading]))

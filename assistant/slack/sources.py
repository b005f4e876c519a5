"""Where words stand, as a message has room for it: who, when, in which meeting, in which file."""

from __future__ import annotations

from assistant.places import day, topic, who
from assistant.slack import rich
from assistant.slack.holdings import short_title
from assistant.types import Citation, Language
from ingest.types import Kind, Place

NAME_CHARACTERS = 150


def source_lines(citation: Citation, language: Language, room: int = 200) -> tuple[str, list[str]]:
    """Who is cited, and lines about the day, the meeting and the agenda item.

    Args:
        citation: what is cited.
        language: of the words around names.
        room: characters of a line at most.
    """
    place = citation.place
    title = short_title(place.title or place.document)
    name = title if _is_head(place) else who(place, language)
    when = day(place.date, language) if place.date else ""
    meeting = "" if title == short_title(name) else title
    lines = ["  ".join(part for part in (when, meeting) if part), topic(place) or ""]
    return (
        rich.shortened(name, min(room, NAME_CHARACTERS)),
        [rich.shortened(line, room) for line in lines if line],
    )


def file_line(place: Place) -> str:
    """The file with its line, page or time: enough to find it there."""
    parts = [f"{place.document}:{place.line}"]
    if place.page is not None:
        parts.append(f"p. {place.page}")
    if place.time is not None:
        parts.append(place.time)
    return "  ".join(parts)


def _is_head(place: Place) -> bool:
    """Whether the words are the record's own, its head or a heading, and nobody's."""
    return place.speaker is None and place.kind is Kind.MINUTES

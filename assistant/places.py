"""Where words stand, in words: the same on every surface."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath

from assistant.framing import LABELS
from assistant.types import Citation, Language
from ingest.types import Kind, Place

_WEEKDAYS = "月火水木金土日"
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def by_place(citations: Iterable[Citation]) -> list[list[Citation]]:
    """Citations that share a turn or a section together, in the order of the first of each."""
    groups: dict[tuple[str, int | None, int | None], list[Citation]] = {}
    for citation in citations:
        place = citation.place
        groups.setdefault((place.document, place.turn, place.section), []).append(citation)
    return list(groups.values())


def who(place: Place, language: Language) -> str:
    """The speaker as printed, with full name and office where they say more; or the heading's kind."""
    if place.speaker is None:
        return (
            LABELS[language]["header"]
            if place.kind is Kind.MINUTES
            else (place.title or place.document)
        )
    known = [part for part in (place.person, place.role) if part and not _said(part, place.speaker)]
    if not known:
        return place.speaker
    return (
        f"{place.speaker}（{'・'.join(known)}）"
        if language == "ja"
        else f"{place.speaker} ({', '.join(known)})"
    )


def _said(part: str, label: str) -> bool:
    """Whether a label says it already: 原田委員 is a 委員, 原会長 is the 会長."""
    return part == label or (not part.isascii() and label.endswith(part))


def topic(place: Place) -> str | None:
    """The agenda item, or the headings without the title that stands beside them anyway."""
    if place.agenda or not place.heading:
        return place.agenda
    return place.heading.removeprefix(f"{place.title} > ")


def meeting(place: Place, language: Language) -> str:
    """Title of the document and day of the meeting."""
    title = place.title or place.document
    return f"{title}  {day(place.date, language)}" if place.date else title


def day(iso: str, language: Language) -> str:
    """2023-07-31 -> 2023年7月31日（月） in Japanese, 31 July 2023 in English."""
    moment = date.fromisoformat(iso)
    if language == "en":
        return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
    return f"{moment.year}年{moment.month}月{moment.day}日（{_WEEKDAYS[moment.weekday()]}）"


_PAGE_NAMES = {".pptx": ("スライド{}", "slide {}"), ".xlsx": ("シート{}", "sheet {}")}


def _page_of(document: str, page: int, language: Language) -> str:
    """Page, slide or sheet, as the file's kind calls it."""
    suffix = PurePosixPath(document).suffix.lower().replace("m", "x")
    names = _PAGE_NAMES.get(suffix, ("{}ページ", "p. {}"))
    return names[language == "en"].format(page)


def where(place: Place, language: Language) -> str:
    """Place in the file: name and line, turn, and the span in characters."""
    parts = [f"{place.document}:{place.line}"]
    if place.page is not None:
        parts.append(_page_of(place.document, place.page, language))
    if place.time is not None:
        parts.append(place.time)
    if place.turn is not None:
        turn = LABELS[language]["turn"]
        parts.append(f"{turn}{place.turn}" if language == "ja" else f"{turn} {place.turn}")
    parts.append(
        f"{place.start}–{place.end}{LABELS[language]['characters']}"
        if language == "ja"
        else f"{LABELS[language]['characters']} {place.start}–{place.end}"
    )
    return "  ".join(parts)


def pointed_to(citation: Citation, language: Language) -> list[str]:
    """A line for each document that the cited words point to and that is ingested."""
    lines = []
    for link in citation.linked:
        if link.document:
            page = f" {_page_of(link.document, link.page, language)}" if link.page else ""
            lines.append(f"{link.label} → {link.document}{page}")
    return list(dict.fromkeys(lines))

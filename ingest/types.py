"""The things that reading produces: Document -> Record (turns, sections) -> Passage.

Every span is ``start``/``end`` in characters of ``Document.text`` (``end`` excluded), and
``Document.text[start:end]`` is exactly what is shown. Nothing here depends on a file format.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a document is: a record of speech, or a text by headings."""

    MINUTES = "minutes"
    PLAN = "plan"


@dataclass(frozen=True)
class Document:
    """The decoded text of one file; it never changes after reading.

    ``name`` is the path relative to the ingested folder, with ``/`` between its parts;
    ``encoding`` is the Python codec that decoded the bytes.
    """

    name: str
    text: str
    encoding: str


@dataclass(frozen=True)
class Attendee:
    """A person that the header lists; ``role`` as listed, elected or implied by its heading.

    ``name`` is the full name, without the space that Japanese headers set between its parts in one
    file and not in the next; ``surname`` is what stood before that space, where there was one.
    """

    name: str
    role: str | None
    present: bool = True
    surname: str | None = None


@dataclass(frozen=True)
class AgendaItem:
    """An item of the agenda: its number without brackets in half-width digits, and its title."""

    number: str | None
    title: str


@dataclass(frozen=True)
class Handout:
    """A document handed out: the label it is referred to by (資料1), and its title."""

    label: str
    title: str


@dataclass(frozen=True)
class Turn:
    """One uninterrupted speech under one label.

    ``speaker`` is the label as printed, without its brackets. ``person`` is the full name where
    the record settles it, else None; ``role`` is the office (会長, 情報政策課長). ``start`` and
    ``end`` bound what was said, without label and outer white space. ``answers`` is the question
    that was last asked before this turn by somebody else, as a span of the text.
    """

    index: int
    speaker: str
    person: str | None
    role: str | None
    agenda: str | None
    start: int
    end: int
    answers: tuple[int, int] | None = None


@dataclass(frozen=True)
class Section:
    """Text that nobody says: a header field, a heading's own text, a part of a plan.

    ``path`` holds the headings above it, outermost first, and its own heading last; it is empty
    for text before any heading. ``start`` and ``end`` bound heading and text together.
    """

    index: int
    path: tuple[str, ...]
    start: int
    end: int

    @property
    def heading(self) -> str | None:
        """The section's own heading."""
        return self.path[-1] if self.path else None


@dataclass(frozen=True)
class Record:
    """A document, understood.

    ``labels`` are the spans of the speaker labels. Labels, turns and sections cover every
    character of the document that is not white space, each once.
    """

    document: Document
    kind: Kind
    title: str | None
    date: date | None
    place: str | None
    attendees: tuple[Attendee, ...]
    agenda: tuple[AgendaItem, ...]
    handouts: tuple[Handout, ...]
    turns: tuple[Turn, ...]
    sections: tuple[Section, ...]
    labels: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Place:
    """Where words stand: everything a citation says of its source but the words themselves.

    ``speaker``, ``person``, ``role``, ``agenda`` and ``turn`` are None outside a turn, and
    ``heading`` (the path, joined by " > ") and ``section`` are None inside one. ``date`` is the
    day of the meeting, ISO 8601. ``page`` is None for formats without pages; ``line`` is the line of
    ``start``, from 1.
    """

    document: str
    kind: Kind
    title: str | None
    date: str | None
    speaker: str | None
    person: str | None
    role: str | None
    agenda: str | None
    heading: str | None
    page: int | None
    turn: int | None
    section: int | None
    start: int
    end: int
    line: int


@dataclass(frozen=True)
class Passage:
    """The unit that is stored and found: a turn or section, or a part of a long one.

    ``text`` is what is displayed, ``Document.text[place.start:place.end]``. ``context`` is what
    is added for embedding and matching only (meeting, agenda item, speaker, question), one a
    line, the nearest to the words last.
    ``key`` names the place within its document: ``t3.0`` is turn 3, first part; ``s1.0`` a section.
    ``answers`` says that the turn follows a question by somebody else.
    """

    key: str
    text: str
    context: str
    place: Place
    answers: bool = False

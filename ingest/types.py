"""The things that reading produces: Document -> Record (turns, sections) -> Passage.

Every span is ``start``/``end`` in characters of ``Document.text`` (``end`` excluded), and
``Document.text[start:end]`` is exactly what is shown. Nothing here depends on a file format.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What a document is: a record of speech, or a text by headings."""

    MINUTES = "minutes"
    PLAN = "plan"


@dataclass(frozen=True)
class Heading:
    """A heading that the file itself marks as one; ``level`` 1 is the outermost."""

    start: int
    end: int
    level: int


@dataclass(frozen=True)
class Speech:
    """A speech whose speaker the file itself names: a row of a table, a caption's voice.

    ``label`` is the span of the speaker's name; ``start`` and ``end`` bound the words.
    """

    label: tuple[int, int]
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """The text of one file, and what its format says of it; it never changes after reading.

    ``name`` is the path relative to the ingested folder, with ``/`` between its parts.
    ``encoding`` is the Python codec that decoded the bytes, or the format that held the text
    (pdf, docx). ``pages`` holds the offset at which each page, slide or sheet begins, in order;
    it is empty for formats without them. ``times`` holds offsets and the time code from there on.
    ``url`` is the web address of the original, ``collection`` the collection that front matter puts
    it in, as written. ``notes`` say what could not be read.
    """

    name: str
    text: str
    encoding: str
    pages: tuple[int, ...] = ()
    times: tuple[tuple[int, str], ...] = ()
    headings: tuple[Heading, ...] = ()
    speeches: tuple[Speech, ...] = ()
    url: str | None = None
    notes: tuple[str, ...] = ()
    collection: str | None = None

    def page(self, offset: int) -> int | None:
        """The page, slide or sheet on which ``offset`` stands, from 1, or None without pages."""
        return max(1, bisect_right(self.pages, offset)) if self.pages else None

    def time(self, offset: int) -> str | None:
        """The time code at ``offset``, as hh:mm:ss, or None."""
        at = bisect_right(self.times, offset, key=lambda mark: mark[0])
        return self.times[at - 1][1] if at else None


@dataclass(frozen=True)
class Attendee:
    """A person that the header lists; ``role`` as listed, elected or implied by its heading.

    ``name`` is the full name, without the space that Japanese headers set between its parts in one
    file and not in the next; ``surname`` is what stood before that space, where there was one.
    ``courtesy`` is the form of address before an English name (Mr, Ms), without its full stop,
    ``seat`` the number of the seat by which a record may call a member (３番).
    """

    name: str
    role: str | None
    present: bool = True
    surname: str | None = None
    courtesy: str | None = None
    seat: int | None = None


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
    ``end`` bound what was said, without label and outer white space. ``time`` is the time code of
    a transcript, hh:mm:ss, and ``page`` the page on which the speech begins. ``answers`` are the
    indices of the turns whose questions this one takes up, in order.
    """

    index: int
    speaker: str
    person: str | None
    role: str | None
    agenda: str | None
    start: int
    end: int
    time: str | None = None
    page: int | None = None
    answers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Exchange:
    """A question, and the words of a later turn that take it up.

    ``asked`` and ``answered`` are indices of turns; ``question`` and ``answer`` are spans within
    them: one asking sentence, and the part of the answer that is about it.
    """

    asked: int
    question: tuple[int, int]
    answered: int
    answer: tuple[int, int]


@dataclass(frozen=True)
class Mention:
    """Words that point to a document of the meeting: 【資料1】, 資料２の３ページ.

    ``label`` is as in a header's list of handouts (資料2), ``page`` the page that is named with it,
    ``turn`` the index of the turn in which it stands, or None.
    """

    label: str
    page: int | None
    start: int
    end: int
    turn: int | None = None


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
    character of the document that is not white space, each once. ``exchanges`` say who answers
    whom, ``mentions`` which documents are pointed to, in the order of the text. ``unknown`` are
    the spans of lines that look like labels and name nobody. ``issuer`` and ``year`` say who made
    a plan, and when.
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
    exchanges: tuple[Exchange, ...] = ()
    mentions: tuple[Mention, ...] = ()
    unknown: tuple[tuple[int, int], ...] = ()
    issuer: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Place:
    """Where words stand: everything a citation says of its source but the words themselves.

    ``speaker``, ``person``, ``role``, ``agenda`` and ``turn`` are None outside a turn, and
    ``heading`` (the path, joined by " > ") and ``section`` are None inside one. ``date`` is the
    day of the meeting, ISO 8601. ``page`` is the page, slide or sheet, from 1, and None for formats
    without them; ``time`` the time code of a transcript; ``line`` is the line of ``start``, from 1.
    ``url`` is the web address of the original.
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
    time: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Passage:
    """The unit that is stored and found: a turn or section, or a part of a long one.

    ``text`` is what is displayed, ``Document.text[place.start:place.end]``. ``context`` is what
    is added for embedding and matching only (meeting, agenda item, speaker, question), one a
    line, the nearest to the words last.
    ``topic`` is what the words say they are about: the opening clause of the turn (〜について), the
    heading of a section; it is matched by itself as well.
    ``key`` names the place within its document: ``t3.0`` is turn 3, first part; ``s1.0`` a section.
    ``answers`` are the turns whose questions these words take up, ``answered`` the turns that take
    up a question asked here. ``mentions`` are the labels of documents that are pointed to, each
    with the page named or None. ``page_breaks`` are the offsets within at which a page begins.
    """

    key: str
    text: str
    context: str
    place: Place
    answers: tuple[int, ...] = ()
    answered: tuple[int, ...] = ()
    mentions: tuple[tuple[str, int | None], ...] = ()
    page_breaks: tuple[int, ...] = ()
    topic: str = ""

"""Minutes that tell who said what: Cllr Hale said that…; 加藤委員から、…との質問があり、….

Nobody's words are set apart under a label; a sentence that begins with somebody and a verb of
saying is theirs, and so are those behind it in its paragraph that go on about it. It is quoted with
the name, as it stands. What was resolved, and what is said by nobody, stands in sections. How a
language tells that is in :mod:`ingest.narrative_english` and :mod:`ingest.narrative_japanese`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice, pairwise

from ingest import narrative_english, narrative_japanese
from ingest.dates import find_date
from ingest.exchanges import with_answers
from ingest.frontmatter import front_matter
from ingest.header import Field, field_heading, read_header
from ingest.mentions import all_mentions
from ingest.minutes import read_fields
from ingest.narrative_way import Way
from ingest.offices import is_full_english_name, split_label
from ingest.people import Roster
from ingest.text import Line, fold, sentences, trim
from ingest.types import AgendaItem, Attendee, Document, Exchange, Kind, Record, Section, Turn

_TITLE_REACH = 600
"""Characters at the head of a document in which it says that it is minutes."""

FEWEST = 3
"""Sentences with somebody who says something that make a record a narrative."""

_APOLOGIES = re.compile(
    r"[Aa]pologies (?:for absence )?(?:were|was|had been|have been) (?:received|given|noted|accepted) (?:from|for) (?P<who>[^;]+)"
)
_JOINED = re.compile(r",? and |[,;] ")


def narrates(document: Document) -> bool:
    """Whether a document is minutes in which sentences say who said something."""
    return _way(document) is not None


def _way(document: Document) -> Way | None:
    """The way of the language in which a document tells that; None if it does in none.

    A Japanese name in English minutes does not make them Japanese.
    """
    ways: tuple[Way, ...] = (narrative_japanese, narrative_english)
    head = document.text[:_TITLE_REACH]
    return next((w for w in ways if w.MINUTES.search(head) and _tells(w, document.text)), None)


def _tells(way: Way, text: str) -> bool:
    told = (span for span in sentences(text) if way.teller(text[slice(*span)], frozenset()))
    return len(list(islice(told, FEWEST))) == FEWEST


def parse_narrative(document: Document, all_lines: Sequence[Line]) -> Record:
    """Read a document that :func:`narrates`.

    Args:
        document: the text.
        all_lines: its lines (:func:`ingest.text.lines`).

    Raises:
        ValueError: it does not narrate.
    """
    text = document.text
    given, begin = front_matter(text)
    way = _way(document)
    if way is None:
        raise ValueError(f"{document.name}: nobody is told to say anything")
    body = _body_start(way, all_lines, begin)
    title, fields, sections = read_fields(document, all_lines[:body], begin)
    header = read_header(title, fields)
    attendees = _with_apologies(header.attendees, text)
    reading = _Reading(document, way, Roster(attendees, header.officials), sections)
    reading.read(all_lines[body:])
    labels = [speech.who for speech in reading.speeches]
    turns = reading.turns(Roster(attendees, header.officials, labels))
    exchanges = tuple(_exchanges(way, text, reading.speeches))
    outside = [(section.start, section.end) for section in reading.sections]
    return Record(
        document=document,
        kind=Kind.MINUTES,
        title=header.title or given.get("title"),
        date=find_date(header.date_text) or find_date(given.get("date", "")) or find_date(text),
        place=header.place,
        attendees=attendees,
        agenda=header.agenda or tuple(reading.items),
        handouts=header.handouts,
        turns=with_answers(turns, exchanges),
        sections=tuple(reading.sections),
        labels=tuple(s.mark for s in reading.speeches if s.mark[0] < s.mark[1]),
        exchanges=exchanges,
        mentions=all_mentions(text, turns, outside, header.handouts),
        unknown=(),
    )


def _exchanges(way: Way, text: str, speeches: Sequence[_Speech]) -> Iterator[Exchange]:
    """Who answers whom: whoever replies right behind a question, on the same item."""
    for index, (asked, answered) in enumerate(pairwise(speeches)):
        between = asked.item == answered.item and asked.who != answered.who
        asks = way.ASKS.match(text[asked.said : asked.end].lstrip())
        if between and asks and way.REPLIES.match(text[answered.said : answered.end].lstrip()):
            spans = (asked.start, asked.end), (answered.start, answered.end)
            yield Exchange(index, spans[0], index + 1, spans[1])


def _body_start(way: Way, all_lines: Sequence[Line], begin: int) -> int:
    """Index of the first line behind the header: the first heading behind its last field.

    ``begin`` is where front matter ends, which is no field.
    """
    said = next((at for at, line in enumerate(all_lines) if _says(way, line)), len(all_lines))
    last = next((at for at, line in enumerate(all_lines) if line.start >= begin), 0)
    for position in range(last, said):
        found = field_heading(all_lines[position])
        # 1. Apologies heads a part of the record, Apologies: Cllr Short is a field of the header.
        if found is None or found[0] is Field.RECORD:
            continue
        if found[2] or not way.heading(all_lines, position):
            last = position
    behind = range(last + 1, said)
    headed = next((at for at in behind if way.heading(all_lines, at)), None)
    return headed or next((at for at in behind if all_lines[at].blank), said)


def _says(way: Way, line: Line) -> bool:
    return any(way.teller(line.text[a:b], frozenset()) for a, b in sentences(line.text))


@dataclass(frozen=True)
class _Speech:
    """What somebody said: who, from where to where it is told; ``item`` is the agenda's.

    ``mark`` is what stands before it, a bullet or a joining word, and ``said`` where the words begin.
    """

    who: str
    mark: tuple[int, int]
    start: int
    end: int
    said: int
    item: str | None


@dataclass
class _Reading:
    """Walks the paragraphs behind the header; everything ends up in a speech or in a section."""

    document: Document
    way: Way
    roster: Roster
    sections: list[Section]
    items: list[AgendaItem] = field(default_factory=list)
    speeches: list[_Speech] = field(default_factory=list)
    _item: str | None = None
    _begin: int | None = None

    @cached_property
    def _names(self) -> frozenset[str]:
        return self.roster.names

    def read(self, body: Sequence[Line]) -> None:
        """Read the lines of the record."""
        for first, last in self._paragraphs(body):
            title = self.way.heading(body, first) if last == first + 1 else None
            if title:
                self._leave(body[first].start)
                self._item = title.title
                self.items.append(title)
                self._begin = body[first].start
            else:
                self._paragraph(body[first].start, body[last - 1].end)
        if body:
            self._leave(body[-1].end)

    def turns(self, roster: Roster) -> tuple[Turn, ...]:
        """The speeches with their speakers."""
        found = []
        for index, speech in enumerate(self.speeches):
            speaker = roster.resolve(speech.who)
            said = (speech.item, speech.start, speech.end)
            page = self.document.page(speech.start)
            found.append(Turn(index, speech.who, speaker.person, speaker.role, *said, page=page))
        return tuple(found)

    def _paragraph(self, start: int, end: int) -> None:
        speaking = False
        for a, b in self._told(start, end):
            sentence = self.document.text[a:b]
            if found := self.way.teller(sentence, self._names):
                self._leave(a)
                mark = trim(self.document.text, a, a + found.begin)
                told = trim(self.document.text, a + found.begin, b)
                who = self._who(found.who)
                self.speeches.append(_Speech(who, mark, *told, a + found.said, self._item))
                speaking = True
            elif speaking and self.way.goes_on(sentence):
                self.speeches[-1] = replace(self.speeches[-1], end=b)
            else:
                speaking = False
                self._begin = a if self._begin is None else self._begin

    def _who(self, told: str) -> str:
        """Who is meant; of 同委員 whoever of that office spoke last."""
        office = self.way.repeated(told)
        before = (speech.who for speech in reversed(self.speeches))
        return next((who for who in before if office and who.endswith(office)), told)

    def _leave(self, end: int) -> None:
        """End the section that is open at ``end``."""
        if self._begin is not None:
            first, last = trim(self.document.text, self._begin, end)
            path = (self._item,) if self._item else ()
            if first < last:
                self.sections.append(Section(len(self.sections), path, first, last))
        self._begin = None

    def _told(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The sentences of a paragraph, each parted where somebody else begins to say something."""
        text = self.document.text
        for a, b in sentences(text, start, end):
            begin = a
            for left, other in self.way.others(text, a, b):
                if left > begin and self.way.teller(text[other:b], self._names):
                    yield begin, left
                    begin = left
            yield begin, b

    def _paragraphs(self, body: Sequence[Line]) -> Iterator[tuple[int, int]]:
        """(first, behind the last) line of each paragraph; a heading is one of its own."""
        first: int | None = None
        for position, line in enumerate(body):
            headed = self.way.heading(body, position) is not None
            begins = position > 0 and self.way.begins(body[position - 1], line)
            if first is not None and (line.blank or headed or begins):
                yield first, position
                first = None
            if headed:
                yield position, position + 1
            elif not line.blank and first is None:
                first = position
        if first is not None:
            yield first, len(body)


def _with_apologies(attendees: tuple[Attendee, ...], text: str) -> tuple[Attendee, ...]:
    """The people, and as absent those from whom apologies were received."""
    found = {fold(person.name): person for person in attendees}
    for sentence in (text[a:b] for a, b in sentences(text)):
        match = _APOLOGIES.search(sentence)
        for who in _JOINED.split(match["who"].rstrip(". ")) if match else ():
            parts = split_label(who.strip())
            name = parts.name or (who.strip() if is_full_english_name(who.strip()) else None)
            if name is None:
                continue
            same = next((key for key in found if key.endswith(fold(name))), None)
            if same is not None:
                found[same] = replace(found[same], present=False)
            else:
                found[fold(name)] = Attendee(name, parts.office, present=False)
    return tuple(found.values())

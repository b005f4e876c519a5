"""Minutes that tell who said what, as councils in Britain keep them: Cllr Hale said that….

Nobody's words are set apart under a label; a sentence that begins with somebody and a verb of
saying is theirs, and so are those behind it in its paragraph that go on about it. The name is the
label, the rest the speech. What was resolved, and what is said by nobody, stands in sections.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.dates import find_date
from ingest.frontmatter import front_matter
from ingest.header import Field, agenda_item, field_heading, read_header
from ingest.mentions import all_mentions
from ingest.minutes import read_fields
from ingest.offices import is_full_english_name, split_label
from ingest.people import Roster
from ingest.text import Line, fold, sentences, trim
from ingest.types import AgendaItem, Attendee, Document, Kind, Record, Section, Turn

_MINUTES = re.compile(r"\bminutes\b", re.IGNORECASE)
_TITLE_REACH = 600
"""Characters at the head of a document in which it says that it is minutes."""

FEWEST = 3
"""Sentences with somebody who says something that make a record a narrative."""

_SAID = re.compile(
    r"(?:\*\*)?(?P<who>(?:The )?[A-Z][\w.'’-]*(?:\s(?:of|for|the|and|de|van|von|[A-Z][\w.'’-]*)){0,6}(?:\s?\([^()\n]{1,60}\))?)(?:\*\*)?(?:,\s[^,.;:]{2,50},|,)?"
    r"(?=(?:\s(?:also|then|further|again|next|briefly|formally|in reply|in response),?)?"
    r"\s(?:said|spoke|addressed|asked|reported|noted|inquired|enquired|proposed|suggested|advised|stated|explained|confirmed|informed|thanked|welcomed"
    r"|raised|queried|replied|responded|answered|commented|expressed|felt|thought|moved|seconded|declared|updated|presented"
    r"|outlined|highlighted|pointed out|added|requested|recommended|wondered|mentioned|drew|reminded|announced"
    r"|observed|argued|urged|told|objected|stressed|emphasi[sz]ed|questioned|summari[sz]ed|introduced|gave|opened"
    r"|believed|warned|promised|agreed to|offered|considered that|would like|wished to"
    r"|was (?:concerned|of the (?:view|opinion)|pleased|unhappy|worried|in favour|against))\b)"
)
_OTHER = re.compile(r"(?:;|,? (?:and|but|to which|while|whereupon))\s+(?=(?:\*\*)?[A-Z])")
"""Behind it somebody else may speak: Cllr Hale asked when, and the Clerk replied…."""

_GOES_ON = re.compile(
    r"(?:He|She|They|His|Her|Their|This|That|These|Those|However|Also|In addition|Further|But|And)\b"
    r"|It (?!was (?:\w+ )?(?:resolved|agreed|noted|proposed|moved|decided))"
)
_NUMBERED = re.compile(
    r"\s*(?:#{1,6}\s+)?(?P<number>\d{1,4}(?:[./]\d{1,4}){0,3}[.)]?|[A-Z]\d{0,2}[.)])[ \t]+(?P<title>[A-Z].{1,100})$"
)
_HEADED = re.compile(r"\s*#{1,6}\s+(?P<title>\S.{1,100}?)\s*#*\s*$")
_APOLOGIES = re.compile(
    r"[Aa]pologies (?:for absence )?(?:were|was|had been|have been) (?:received|given|noted|accepted) (?:from|for) (?P<who>[^;]+)"
)
_JOINED = re.compile(r",? and |[,;] ")
_LONGEST_HEADING = 70
"""Characters of a line without a number that may head an item, between blank lines."""


def narrates(document: Document) -> bool:
    """Whether a document is minutes in which sentences say who said something."""
    if not _MINUTES.search(document.text[:_TITLE_REACH]):
        return False
    text, said = document.text, 0
    for a, b in sentences(text):
        said += _speaker(text[a:b], frozenset()) is not None
        if said == FEWEST:
            return True
    return False


def parse_narrative(document: Document, all_lines: Sequence[Line]) -> Record:
    """Read a document that :func:`narrates`.

    Args:
        document: the text.
        all_lines: its lines (:func:`ingest.text.lines`).
    """
    text = document.text
    given, begin = front_matter(text)
    body = _body_start(all_lines, begin)
    title, fields, sections = read_fields(document, all_lines[:body], begin)
    header = read_header(title, fields)
    attendees = _with_apologies(header.attendees, text)
    reading = _Reading(document, Roster(attendees, header.officials), sections)
    reading.read(all_lines[body:])
    labels = [speech.who for speech in reading.speeches]
    turns = reading.turns(Roster(attendees, header.officials, labels))
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
        turns=turns,
        sections=tuple(reading.sections),
        labels=tuple(speech.label for speech in reading.speeches),
        exchanges=(),
        mentions=all_mentions(text, turns, outside, header.handouts),
        unknown=(),
    )


def _body_start(all_lines: Sequence[Line], begin: int) -> int:
    """Index of the first line behind the header: the first heading behind its last field.

    ``begin`` is where front matter ends, which is no field.
    """
    said = next((at for at, line in enumerate(all_lines) if _says(line)), len(all_lines))
    last = next((at for at, line in enumerate(all_lines) if line.start >= begin), 0)
    for position in range(last, said):
        found = field_heading(all_lines[position])
        # 1. Apologies heads a part of the record, Apologies: Cllr Short is a field of the header.
        if found is None or found[0] is Field.RECORD:
            continue
        if found[2] or not _heading(all_lines, position):
            last = position
    behind = range(last + 1, said)
    headed = next((at for at in behind if _heading(all_lines, at)), None)
    return headed or next((at for at in behind if all_lines[at].blank), said)


def _says(line: Line) -> bool:
    return any(_speaker(line.text[a:b], frozenset()) for a, b in sentences(line.text))


@dataclass(frozen=True)
class _Speech:
    """What somebody said: who, the spans of that and of the words; ``item`` is the agenda's."""

    who: str
    label: tuple[int, int]
    start: int
    end: int
    item: str | None


@dataclass
class _Reading:
    """Walks the paragraphs behind the header; everything ends up in a speech or in a section."""

    document: Document
    roster: Roster
    sections: list[Section]
    items: list[AgendaItem] = field(default_factory=list)
    speeches: list[_Speech] = field(default_factory=list)
    _item: str | None = None
    _begin: int | None = None

    def read(self, body: Sequence[Line]) -> None:
        """Read the lines of the record."""
        for first, last in _paragraphs(body):
            title = _heading(body, first) if last == first + 1 else None
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
        for a, b in _told(self.document.text, start, end):
            sentence = self.document.text[a:b]
            if found := _speaker(sentence, self.roster.names):
                self._leave(a)
                label = (a, a + found.end())
                said = trim(self.document.text, label[1], b)
                who = " ".join(found["who"].split())
                self.speeches.append(_Speech(who, label, *said, self._item))
                speaking = True
            elif speaking and _GOES_ON.match(sentence):
                self.speeches[-1] = replace(self.speeches[-1], end=b)
            else:
                speaking = False
                self._begin = a if self._begin is None else self._begin

    def _leave(self, end: int) -> None:
        """End the section that is open at ``end``."""
        if self._begin is not None:
            first, last = trim(self.document.text, self._begin, end)
            path = (self._item,) if self._item else ()
            if first < last:
                self.sections.append(Section(len(self.sections), path, first, last))
        self._begin = None


def _told(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph, each parted where somebody else begins to say something."""
    for a, b in sentences(text, start, end):
        begin = a
        for other in _OTHER.finditer(text, a, b):
            if _speaker(text[other.end() : b], frozenset()):
                yield begin, other.start()
                begin = other.start()
        yield begin, b


def _speaker(sentence: str, names: frozenset[str]) -> re.Match[str] | None:
    """Who says something (``who``), at the head of a sentence."""
    joined = _OTHER.match(sentence)
    match = _SAID.match(sentence, joined.end() if joined else 0)
    if match is None:
        return None
    who = " ".join(match["who"].split())
    parts = split_label(who)
    named = fold(who) in names or is_full_english_name(who)
    alone = parts.office is not None and " and " not in who
    return match if named or alone else None


def _paragraphs(body: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """(first, behind the last) line of each paragraph; a heading is one of its own."""
    first: int | None = None
    for position, line in enumerate(body):
        headed = _heading(body, position) is not None
        if first is not None and (line.blank or headed):
            yield first, position
            first = None
        if headed:
            yield position, position + 1
        elif not line.blank and first is None:
            first = position
    if first is not None:
        yield first, len(body)


def _heading(all_lines: Sequence[Line], position: int) -> AgendaItem | None:
    """The item that a line heads: 43/25 Car park, ## Play area, or a short line by itself."""
    text = all_lines[position].text.strip()
    if not text or text.endswith((".", ",", ";", ":", "?", "!")):
        return None
    if match := _NUMBERED.match(text):
        return AgendaItem(match["number"].rstrip(".)"), match["title"].strip().strip("*"))
    if match := _HEADED.match(text):
        return agenda_item(match["title"]) or AgendaItem(None, match["title"].strip("*"))
    apart = position > 0 and all_lines[position - 1].blank
    short = len(text) <= _LONGEST_HEADING and text[0].isupper()
    follows = any(not line.blank for line in all_lines[position + 1 :])
    if apart and short and follows and not field_heading(all_lines[position]):
        return AgendaItem(None, text.strip("*"))
    return None


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

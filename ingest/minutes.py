"""Minutes -> Record: header, agenda headings, speaker turns, and whatever else stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.attendees import listed
from ingest.body import Body, is_capitals, opens_item
from ingest.dates import find_date
from ingest.exchanges import exchanges, with_answers
from ingest.frontmatter import front_matter
from ingest.header import (
    Field,
    Header,
    HeaderField,
    agenda_item,
    field_heading,
    read_header,
)
from ingest.label_styles import Label, Style, bare_label, is_direction
from ingest.labels import LabelReader, choose_styles, opens_speech
from ingest.mentions import all_mentions
from ingest.people import Roster, with_elections
from ingest.text import Line, fold, trim
from ingest.types import Document, Kind, Record, Section

_SHORTEST_AGAIN = 5
"""Characters; a shorter line is looked for as a whole only."""

_FIELDS_NEAR = 4
_HEADER_FIELDS = (Field.DATE, Field.PLACE, Field.PRESENT, Field.ABSENT, Field.AGENDA, Field.TITLE)
_TITLE_LINES = 3
_TITLE_WIDTH = 60
"""Characters; a longer line below the title is text."""

_DATE_WIDTH = 24

_ASIDE = re.compile(r"^\s*[\[(（［].*[\])）］]\s*$")
_SHORTEST_TITLE = 8
_MASTHEAD = re.compile(r"ニュース|だより|便り|通信|広報|\bnews|\bvol\b|bulletin", re.IGNORECASE)
_LINE_BREAK = 2
"""Characters of a line break; more between two lines is a blank line."""

_DATED = re.compile(
    r"\d\s*[月日時:：]|。|[０-９]\s*[月日時]|[一二三四五六七八九十]\s*[月日時]|\b[ap]\.?m\b"
)
_ELSEWHERE = re.compile(r"別[シ紙添表]|名簿|とおり")
_ROSTER_ROW = re.compile(r"\|.*(?:氏名|委員名)[:：].*\|")
_CONVENED = re.compile(
    r"(?P<place>[^\s、。はをが]{2,20}(?:議場|議事堂|会議室|ホール|センター|会館|役場|役所|庁舎))"
    r"(?:に|において)(?:招集|召集|開会|開催|開か)"
)
_SAID = re.compile(r"[.?!。？！][\s　\"”」]*$")
_MINUTES_WORD = re.compile(r"議事|会議録|minutes|record of|transcript", re.IGNORECASE)


def label_reader(document: Document, all_lines: Sequence[Line]) -> LabelReader:
    """The reader of the labels by which speakers divide the document."""
    text = document.text
    declared = [
        Label(bare_label(text[slice(*speech.label)]), *speech.label, Style.DECLARED)
        for speech in document.speeches
    ]
    return choose_styles(all_lines, declared=declared)


def looks_like_minutes(document: Document, all_lines: Sequence[Line], reader: LabelReader) -> bool:
    """Whether speakers divide the document: two labels, or one under a title that says so."""
    labels = 0
    for position, line in enumerate(all_lines):
        label = reader.read(line)
        if label and opens_speech(all_lines, position, label):
            labels += 1
            if labels > 1:
                return True
    return labels == 1 and bool(_MINUTES_WORD.search(document.text[:2000]))


def parse_minutes(document: Document, all_lines: Sequence[Line], reader: LabelReader) -> Record:
    """Read ``document`` as minutes.

    Args:
        document: the text.
        all_lines: its lines (:func:`ingest.text.lines`).
        reader: of its labels (:func:`label_reader`).
    """
    text = document.text
    given, begin = front_matter(text)
    body_start = _body_start(document, all_lines, reader)
    title, fields, sections = read_fields(document, all_lines[:body_start], begin)
    header = read_header(title, fields)
    if (earlier := _first_by_name(all_lines[:body_start], fields, header, reader)) is not None:
        body_start = earlier
        title, fields, sections = read_fields(document, all_lines[:body_start], begin)
        header = read_header(title, fields)
    end = all_lines[body_start].start if body_start < len(all_lines) else len(text)
    attendees = header.attendees
    if all(_ELSEWHERE.search(person.name) for person in attendees):
        attendees = listed([("委員名簿", _roster_rows(all_lines), True)])
    attendees = with_elections(attendees, text[:end])
    reader.learn(Roster(attendees, header.officials).names, all_lines[body_start:])
    body = Body(document, header.agenda, reader, sections)
    for position in range(body_start, len(all_lines)):
        body.take(all_lines, position)
    body.close(len(text))
    turns = body.turns(Roster(attendees, header.officials, [label.text for label in body.labels]))
    found = exchanges(text, turns)
    outside = [(section.start, section.end) for section in body.sections]
    return Record(
        document=document,
        kind=Kind.MINUTES,
        title=header.title or given.get("title"),
        date=find_date(header.date_text)
        or find_date(given.get("date", ""))
        or find_date(text[:end]),
        place=header.place or _convened_at(text[:end]),
        attendees=attendees,
        agenda=tuple(body.agenda),
        handouts=header.handouts,
        turns=with_answers(turns, found),
        sections=tuple(body.sections),
        labels=tuple((label.start, label.end) for label in body.labels),
        exchanges=found,
        mentions=all_mentions(text, turns, outside, header.handouts),
        unknown=tuple(body.unknown),
    )


def _first_by_name(
    header_lines: Sequence[Line], fields: Sequence[HeaderField], header: Header, reader: LabelReader
) -> int | None:
    """Index of a speech below the last field, by somebody whom only the header's lists name."""
    if not fields:
        return None
    last = fields[-1].lines[0].start
    below = [at for at, line in enumerate(header_lines) if line.start > last]
    known = replace(reader)
    known.learn(
        Roster(header.attendees, header.officials).names, [header_lines[at] for at in below]
    )
    for at in below:
        label = known.read(header_lines[at])
        if label and _SAID.search(header_lines[at].text) and not reader.read(header_lines[at]):
            return at
    return None


def _roster_rows(all_lines: Sequence[Line]) -> list[str]:
    """The rows of a table of people anywhere in the document, as on a sheet of its own."""
    return [line.text for line in all_lines if _ROSTER_ROW.match(line.text)]


def _convened_at(text: str) -> str | None:
    """Where an assembly was called to, which its header says in a sentence: 議場に招集された."""
    found = _CONVENED.search(text)
    return found["place"] if found else None


def _body_start(document: Document, all_lines: Sequence[Line], reader: LabelReader) -> int:
    """Index of the first line after the header.

    The record begins at its own heading (議事録) or at the first label, with the agenda
    headings that stand directly above it.
    """
    first_label = _first_label(all_lines, reader)
    for position in range(first_label - 1, -1, -1):
        found = field_heading(all_lines[position])
        if found and found[0] in _HEADER_FIELDS and found[0] is not Field.AGENDA:
            break  # 会議の概要, and 日時 below it: a heading of the header
        if found and found[0] is Field.RECORD and not found[2] and position > 0:
            return position
    headings = {heading.start for heading in document.headings}
    earlier = [fold(line.text) for line in all_lines[:first_label]]
    start = first_label
    opened = False
    while start > 0:
        above = all_lines[start - 1]
        # A line of the agenda that comes again is its heading in the record; the columns of a
        # table of speeches stand between such a heading and the first of them.
        again = not above.blank and _comes_again(earlier, start - 1)
        columns = above.text.startswith("| ") and bool(document.speeches)
        marked = above.start in headings or bool(document.speeches)
        titled = marked and agenda_item(above.text) is not None
        opens = again or columns or titled or opens_item(above.text)
        if not opened and is_direction(above.text) and above.text.strip()[0] in "（(":
            start -= 1  # （資料１により説明）: between the first item's heading and the speeches
            continue
        # One heading of an item opens the record; several in a row are the header's list.
        listed = not again and not columns and _in_list(all_lines, start - 1)
        if not above.blank and (not opens or listed or (opened and not columns)):
            break
        opened = opened or (not above.blank and not columns)
        start -= 1
    alone = _item_above(all_lines, start)
    return start if alone is None else alone


def _in_list(all_lines: Sequence[Line], at: int) -> bool:
    """Whether a line is an item of a list: the one above it is another."""
    return at > 0 and opens_item(all_lines[at - 1].text)


def _comes_again(folded: Sequence[str], at: int) -> bool:
    """Whether a line stands further up as well, be it behind the heading of a list."""
    line = folded[at]
    return any(
        above == line or (len(line) > _SHORTEST_AGAIN and above.endswith(line))
        for above in folded[:at]
    )


def _first_label(all_lines: Sequence[Line], reader: LabelReader) -> int:
    """Index of the first label behind which somebody speaks; lists of people have none."""
    first = len(all_lines)
    for position, line in enumerate(all_lines):
        label = reader.read(line)
        if (
            label
            and opens_speech(all_lines, position, label)
            and not _in_header(all_lines, position, reader)
        ):
            first = position
            break
    if any(field_heading(line) for line in all_lines[:first]):
        return first
    # A transcript without a header: what is said before the first whole sentence counts as well.
    while first > 0 and (reader.read(all_lines[first - 1]) or all_lines[first - 1].blank):
        first -= 1
    return first


def _in_header(all_lines: Sequence[Line], position: int, reader: LabelReader) -> bool:
    """Whether a field of the header follows soon, so that a line that looks like a label is another."""
    following = [line for line in all_lines[position + 1 : position + 12] if not line.blank]
    for line, below in zip(following[:_FIELDS_NEAR], [*following[1:], None], strict=False):
        found = field_heading(line)
        # 協議事項(1)　運行計画について with a speech below it opens the record.
        opens = opens_item(line.text) and below is not None and reader.read(below) is not None
        if found and found[0] in _HEADER_FIELDS and not opens:
            return True
    return False


def _item_above(all_lines: Sequence[Line], start: int) -> int | None:
    """Index of a numbered line that stands alone above ``start``: 議事, then (1) 減量について.

    One of several is a line of the agenda; one alone under its heading opens the record.
    """
    filled = [i for i in range(max(0, start - 8), start) if not all_lines[i].blank][-2:]
    item = agenda_item(all_lines[filled[-1]].text) if filled else None
    if item is None:
        return None
    if is_capitals(item.title):
        return filled[-1]
    if len(filled) < 2:
        return None
    apart = all_lines[filled[-1] - 1].blank
    if apart and agenda_item(all_lines[filled[0]].text) is None and item.number == "1":
        return filled[-1]
    before = field_heading(all_lines[filled[0]])
    alone = before is not None and not before[2] and not field_heading(all_lines[filled[1]])
    return filled[1] if alone else None


def read_fields(
    document: Document, header_lines: Sequence[Line], begin: int
) -> tuple[str | None, list[HeaderField], list[Section]]:
    """Title, fields and sections of the header.

    Args:
        document: the text.
        header_lines: its lines up to the record.
        begin: where front matter ends.
    """
    text = document.text
    sections: list[Section] = []
    _add_section(text, sections, (), 0, begin)
    header_lines = [line for line in header_lines if line.start >= begin]
    starts = [(i, found) for i, line in enumerate(header_lines) if (found := field_heading(line))]
    if len(starts) > 1 and starts[0][1][0] is Field.RECORD and not starts[0][1][2]:
        # 会議録 above 第３回図書館協議会会議録 is a part of the title.
        titled = _has_words(header_lines[starts[0][0] + 1 : starts[1][0]])
        starts = starts[1:] if titled and not _has_words(header_lines[: starts[0][0]]) else starts
    first = starts[0][0] if starts else len(header_lines)
    title_lines = [line for line in header_lines[:first] if not line.blank]
    title = _title(title_lines)
    if starts and starts[0][1][0] is Field.TITLE and not title_lines:
        title = starts[0][1][2] or None
    fields = []
    if title_lines:
        _add_section(text, sections, (), title_lines[0].start, title_lines[-1].end)
    ends = [i for i, _ in starts] + [len(header_lines)]
    for (at, (kind, heading, rest)), stop in zip(starts, ends[1:], strict=True):
        block = header_lines[at:stop]
        fields.append(HeaderField(kind, heading, tuple(block), rest))
        _add_section(text, sections, (heading,), block[0].start, block[-1].end)
    return title, fields, sections


def _has_words(lines: Sequence[Line]) -> bool:
    return not all(line.blank for line in lines)


def _title(title_lines: Sequence[Line]) -> str | None:
    """The first line, and those directly below it that go on with it (each is short)."""
    parts: list[str] = []
    while len(title_lines) > 1 and _only_dates(title_lines[0].text):
        title_lines = title_lines[1:]
    title_lines = [line for line in _titled(title_lines) if not _ASIDE.match(line.text)]
    for above, line in zip([None, *title_lines], title_lines, strict=False):
        text = line.text.strip().lstrip("# ○◎●■□◆◇").strip("*　 ")
        apart = above is not None and line.start - above.end > _LINE_BREAK
        if parts and (
            apart
            or (find_date(text) is not None and not _MINUTES_WORD.search(text))
            or len(parts) == _TITLE_LINES
            or len(text) > _TITLE_WIDTH
            or _DATED.search(text)
        ):
            break
        # A page's banner says in part what its title says whole.
        parts = [part for part in parts if fold(part) not in fold(text)] + [text]
    return " ".join(filter(None, parts)) or None


def _titled(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines from the one that says what the record is, below the masthead of a newsletter."""
    for above, line in pairwise(lines):
        whole = len(fold(line.text)) > _SHORTEST_TITLE and _MINUTES_WORD.search(line.text)
        if whole and _MASTHEAD.search(above.text):
            return lines[lines.index(line) :]
    return lines


def _only_dates(text: str) -> bool:
    """Whether a line above the title says the day and no more."""
    return len(text.strip()) <= _DATE_WIDTH and bool(
        find_date(text) and not _MINUTES_WORD.search(text)
    )


def _add_section(
    text: str, sections: list[Section], path: tuple[str, ...], start: int, end: int
) -> None:
    first, last = trim(text, start, end)
    if first < last:
        sections.append(Section(len(sections), path, first, last))

"""Minutes -> Record: header, agenda headings, speaker turns, and whatever else stands there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.dates import find_date
from ingest.exchanges import with_answers
from ingest.header import (
    Field,
    Header,
    HeaderField,
    agenda_item,
    field_heading,
    read_header,
)
from ingest.labels import Label, bracketed, find_label, is_reference
from ingest.people import Roster, with_elections
from ingest.text import Line, fold, trim
from ingest.types import AgendaItem, Document, Kind, Record, Section, Turn

_AGENDA_WORD = re.compile(
    r"^(?:議事|議題|案件|協議事項|報告事項|審議事項|議案|協議|報告|審議|日程|第[0-9０-９一二三四五六七八九十]+号議案|"
    r"agenda\s+item|item)\s*(?=[（(第①-⑳0-9０-９一二三四五六七八九十\s　:：]|$)",
    re.IGNORECASE,
)
_MARKDOWN_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<title>\S.*?)\s*#*\s*$")
_HEADING_LIMIT = 120
"""Characters; a longer line is text, not a heading."""

_MINUTES_WORD = re.compile(r"議事|会議録|minutes|record of", re.IGNORECASE)


def looks_like_minutes(document: Document, all_lines: Sequence[Line]) -> bool:
    """Whether speaker labels divide the document: two of them, or one under a title that says so."""
    labels = sum(find_label(line) is not None for line in all_lines)
    return labels > 1 or (labels == 1 and bool(_MINUTES_WORD.search(document.text[:2000])))


def parse_minutes(document: Document, all_lines: Sequence[Line]) -> Record:
    """Read ``document`` as minutes.

    Args:
        document: the text.
        all_lines: its lines (:func:`ingest.text.lines`).
    """
    body_start = _body_start(all_lines)
    title, fields, sections = _read_fields(document.text, all_lines[:body_start])
    header = read_header(title, fields)
    end = all_lines[body_start].start if body_start < len(all_lines) else len(document.text)
    attendees = with_elections(header.attendees, document.text[:end])
    walk = _Body(document.text, header, Roster(attendees), sections)
    for position in range(body_start, len(all_lines)):
        walk.take(all_lines[position], _next_filled(all_lines, position))
    walk.close(len(document.text))
    return Record(
        document=document,
        kind=Kind.MINUTES,
        title=header.title,
        date=find_date(header.date_text) or find_date(document.text[:end]),
        place=header.place,
        attendees=attendees,
        agenda=tuple(walk.agenda),
        handouts=header.handouts,
        turns=with_answers(document.text, walk.turns),
        sections=tuple(walk.sections),
        labels=tuple(walk.labels),
    )


def _next_filled(all_lines: Sequence[Line], position: int) -> Line | None:
    for line in all_lines[position + 1 : position + 6]:
        if not line.blank:
            return line
    return None


def _body_start(all_lines: Sequence[Line]) -> int:
    """Index of the first line after the header.

    The record begins at its own heading (議事録) or at the first label, with the agenda
    headings that stand directly above it.
    """
    first_label = next((i for i, line in enumerate(all_lines) if find_label(line)), len(all_lines))
    for position in range(first_label - 1, -1, -1):
        found = field_heading(all_lines[position])
        if found and found[0] is Field.RECORD and not found[2] and position > 0:
            return position
    earlier = [fold(line.text) for line in all_lines[:first_label]]
    start = first_label
    while start > 0:
        above = all_lines[start - 1]
        # A line of the agenda that comes again is its heading in the record.
        again = not above.blank and earlier[start - 1] in earlier[: start - 1]
        if not above.blank and not again and not _opens_record(above.text):
            break
        start -= 1
    alone = _item_above(all_lines, start)
    return start if alone is None else alone


def _item_above(all_lines: Sequence[Line], start: int) -> int | None:
    """Index of a numbered line that stands alone above ``start``: 議事, then (1) 減量について.

    One of several is a line of the agenda; one alone under its heading opens the record.
    """
    filled = [i for i in range(max(0, start - 8), start) if not all_lines[i].blank][-2:]
    if len(filled) < 2 or agenda_item(all_lines[filled[1]].text) is None:
        return None
    before = all_lines[filled[0]]
    return filled[1] if field_heading(before) and not field_heading(all_lines[filled[1]]) else None


def _opens_record(text: str) -> bool:
    plain = text.strip().lstrip("#■□◆◇●○ 　")
    return bool(_AGENDA_WORD.match(plain)) and _heading_like(plain)


def _heading_like(text: str) -> bool:
    plain = text.strip()
    return len(plain) <= _HEADING_LIMIT and not plain.endswith(("。", "、", ",", ".", "："))


def _read_fields(
    text: str, header_lines: Sequence[Line]
) -> tuple[str | None, list[HeaderField], list[Section]]:
    """Title, fields and sections of the header."""
    starts = [(i, found) for i, line in enumerate(header_lines) if (found := field_heading(line))]
    first = starts[0][0] if starts else len(header_lines)
    title_lines = [line for line in header_lines[:first] if not line.blank]
    title = title_lines[0].text.strip().lstrip("# ").strip("*　 ") if title_lines else None
    if starts and starts[0][1][0] is Field.TITLE and not title_lines:
        title = starts[0][1][2] or None
    fields = []
    sections: list[Section] = []
    if title_lines:
        _add_section(text, sections, (), title_lines[0].start, title_lines[-1].end)
    ends = [i for i, _ in starts] + [len(header_lines)]
    for (begin, (kind, heading, rest)), stop in zip(starts, ends[1:], strict=True):
        block = header_lines[begin:stop]
        fields.append(HeaderField(kind, heading, tuple(block), rest))
        _add_section(text, sections, (heading,), block[0].start, block[-1].end)
    return title, fields, sections


def _add_section(
    text: str, sections: list[Section], path: tuple[str, ...], start: int, end: int
) -> None:
    first, last = trim(text, start, end)
    if first < last:
        sections.append(Section(len(sections), path, first, last))


@dataclass
class _Body:
    """Walks the lines behind the header and collects turns and sections.

    Exactly one span is open at a time: a turn (``label`` is set) or a section.
    """

    text: str
    header: Header
    roster: Roster
    sections: list[Section]
    turns: list[Turn] = field(default_factory=list)
    labels: list[tuple[int, int]] = field(default_factory=list)
    agenda: list[AgendaItem] = field(default_factory=list)
    label: Label | None = None
    begin: int | None = None
    item: str | None = None
    heading: str | None = None

    def __post_init__(self) -> None:
        self.agenda = list(self.header.agenda)
        self._names = self.roster.names

    def take(self, line: Line, following: Line | None) -> None:
        """Read the next line; ``following`` is the next one that is not blank."""
        if self.begin is None:
            self.begin = line.start
        if label := find_label(line, self._names):
            self.close(line.start)
            self.label, self.begin = label, label.end
            self.labels.append((label.start, label.end))
        elif (heading := self._agenda_heading(line, following)) or (heading := _heading(line)):
            self.close(line.start)
            self.item = self.heading = heading
            self.begin = line.start
        elif self.label is None and self.heading is None and (found := field_heading(line)):
            self.heading = found[1]

    def close(self, end: int) -> None:
        """End the open turn or section at ``end``."""
        start, self.begin = self.begin if self.begin is not None else end, end
        label, self.label = self.label, None
        first, last = trim(self.text, start, end)
        if label is not None:
            speaker = self.roster.resolve(label.text)
            turn = Turn(
                len(self.turns), label.text, speaker.person, speaker.role, self.item, first, last
            )
            self.turns.append(turn)
        elif first < last:
            path = (self.heading,) if self.heading else ()
            self.sections.append(Section(len(self.sections), path, first, last))

    def _agenda_heading(self, line: Line, following: Line | None) -> str | None:
        """The title of the agenda item that the line opens, or None."""
        if line.blank or not _heading_like(line.text):
            return None
        plain = line.text.strip().lstrip("#■□◆◇●○・ 　").strip("*")
        if known := self._known_item(plain):
            return known
        worded = _AGENDA_WORD.match(plain)
        before_label = following is not None and find_label(following, self._names) is not None
        found = agenda_item(plain) if worded or before_label else None
        if found is None and worded and _after_word(plain, worded.end()):
            found = AgendaItem(None, _after_word(plain, worded.end()))
        if found is None:
            return None
        self.agenda.append(found)
        return found.title

    def _known_item(self, plain: str) -> str | None:
        folded = fold(plain)
        for item in self.agenda:
            title = fold(item.title)
            if folded.endswith(title) and len(folded) - len(title) <= 12:
                return item.title
        return None


def _after_word(plain: str, end: int) -> str:
    return plain[end:].strip(" 　:：")


def _heading(line: Line) -> str | None:
    """A heading within the record that is no agenda item: （総括）, ## 閉会."""
    if markdown := _MARKDOWN_HEADING.match(line.text):
        return markdown["title"].strip("*")
    found = bracketed(line)
    if found is None or line.text[found[2] :].strip():
        return None
    _, inner, _ = found
    if not inner or is_reference(inner) or not _is_part_name(inner):
        return None
    return inner


_PART_NAME = re.compile(
    r"^(?:総括|まとめ|質疑応答|質疑|意見交換|その他|開会|閉会|挨拶|あいさつ|説明|報告|協議|審議|議事|概要|"
    r"講評|採決|討論|閉会挨拶|開会挨拶|summary|closing|opening|discussion|q&a)$",
    re.IGNORECASE,
)


def _is_part_name(inner: str) -> bool:
    return bool(_PART_NAME.match(inner.strip("　 ")))

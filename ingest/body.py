"""The record behind the header, line by line: turns, headings, and sections of neither."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.announcements import Announcements
from ingest.header import Field, agenda_item, field_heading
from ingest.label_styles import Label, Style, bracketed, is_direction, is_reference
from ingest.labels import LabelReader
from ingest.offices import is_chair, split_label
from ingest.people import Roster, Speaker
from ingest.text import Line, display_width, fold, trim
from ingest.types import AgendaItem, Document, Section, Turn

_AGENDA_WORD = re.compile(
    r"^(?:議事|議題|案件|テーマ|論点|協議事項|報告事項|審議事項|協議案件|報告案件|議案|協議|報告|審議|日程|次第|"
    r"第\s*[0-9０-９一二三四五六七八九十]+\s*号議案|[議報諮陳認承同発]第\s*[0-9０-９一二三四五六七八九十]+\s*号|agenda\s+item|item)\s*"
    r"(?=[（(第①-⑳0-9０-９一二三四五六七八九十\s　:：]|$)",
    re.IGNORECASE,
)
_MARKDOWN_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(?P<title>\S.*?)\s*#*\s*$")
_NUMBER = re.compile(
    r"^\s*(?:[（(]?[0-9０-９]{1,2}[）).．、]?|[①-⑳]|[一二三四五六七八九十ⅠⅡⅢⅣⅤⅥⅦ]{1,2}[.．、\s　])[\s　]*"
)
# 午前１１時２０分閉会, （午後３時再開）: when the meeting paused or ended, said by nobody.
_CLOCK = re.compile(
    r"^[\s　]*[（(〔]?[\s　]*(?:(?:開会|閉会|散会|休憩|再開|開議|終了)[\s　]*[:：]?[\s　]*)?"
    r"(?:[（(〔]?[\s　]*(?:午前|午後|正午)?[\s　]*[0-9０-９〇一二三四五六七八九十]{0,3}[時:：][\s　]*[0-9０-９〇一二三四五六七八九十半]{0,3}分?"
    r"[\s　]*(?:開会|閉会|散会|休憩|再開|開議|終了)?[\s　]*[/／、～~〜－-]?[\s　]*){1,3}[）)〕]?[\s　]*$"
    r"|^[\s　]*[（(〔]?[\s　]*(?:閉会|散会|休憩|終了|以[\s　]*上)[\s　]*[）)〕]?[\s　]*$"
    # → 会長に原委員が選任された: a note of what was decided.
    r"|^[^。、]{0,16}休憩[^。、]{0,4}$"
    r"|^[\s　]*[→⇒].*$|^[\s　]*(?i:(?:the )?(?:meeting|session)?[\s　]*(?:was )?adjourned\b.*)$"
)
# A line across the page, a signature: whoever spoke above has ended.
_IMPRINT = re.compile(
    r"^[\s　]*(?:編集・?発行|編集|発行|(?:この.{0,14})?お?問い?合わ?せ先?|連絡先|最終更新日?|更新日|掲載日|公開日|作成者?|記録者?|文責)[\s　]*(?:[:：　 ]|$)"
)
_IMPRINT_LINES = 12
# 議題２の記録を開く: words about an item, and no heading of it.
_ABOUT_ITEM = re.compile(r"[0-9０-９一二三四五六七八九十]+の")
_RULE = re.compile(
    r"^[\s　]*(?:[-‐–—―─━－=＝_＿*＊・…~～][\s　]?){3,}$"
    r"|^[\s　]*(?:respectfully submitted|minutes (?:taken|prepared|recorded) by)\b"
    r"|^[\s　]*署名[\s　]|^[\s　]*[【〔（(](?:採決|表決|結果|審査結果|審議結果|決定|結論)[】〕）)]|^[\s　]*(?:(?:会議録|議事録)署名(?:人|委員|議員|者)|署名(?:委員|議員|人)|[（(]?署名欄)"
    r"|^[^。]{0,40}(?:を証する|に相違ない|ここに署名|署名(?:押印)?する。)",
    re.IGNORECASE,
)
_TIME_BEHIND = re.compile(r"[（(]?(?:午前|午後)?[0-9０-９]{1,2}[時:：][0-9０-９]{0,2}分?[）)]?$")
_HEADING_LIMIT = 120
"""Characters; a longer line is text, not a heading."""

_LONGEST_LEAD = 12
"""Characters that may stand before a known title: 議事（１）."""

_FULL_LINE = 56
"""Columns; a line at least this wide that ends no sentence goes on in the next one."""

_MARKS = "#■□◆◇●○◎・ 　"
_TEXT_ENDS = ("。", "、", ",", ".", "：", "？", "?")
_PART_NAME = re.compile(
    r"^(?:総括|まとめ|質疑応答|質疑|意見交換|その他|開会|閉会|挨拶|あいさつ|説明|報告|協議|審議|議事|概要|"
    r"はじめに|おわりに|講評|採決|討論|閉会挨拶|開会挨拶|閉会のあいさつ|閉会の挨拶|事務連絡|連絡事項|次回(?:の)?(?:日程|開催|会議).{0,12}|"
    r"summary|closing|opening|discussion|q&a|adjournment|other business|any other business)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Speech:
    """A turn before its speaker is resolved."""

    label: Label
    agenda: str | None
    start: int
    end: int


def opens_item(text: str) -> bool:
    """Whether a line opens a part of the record: 議事（１）…, 議題1 …, ## 1. …, ■はじめに."""
    plain = text.strip().lstrip(_MARKS)
    if not _heading_like(text):
        return False
    marked = _MARKDOWN_HEADING.match(text) and agenda_item(plain) is not None
    return bool(_AGENDA_WORD.match(plain) or marked or _marked_part(text))


def _marked_part(text: str) -> str | None:
    """The name of a part behind a mark: ■まとめ."""
    plain = text.strip()
    named = plain.lstrip("■□◆◇●▼▽") if plain[:1] in "■□◆◇●▼▽" and len(plain) < 20 else ""
    return named.strip() if _PART_NAME.match(re.sub(r"\s+", "", named)) else None


class Body:
    """Walks the lines behind the header and collects turns and sections.

    Exactly one span is open at a time: a turn (``_label`` is set) or a section.

    Args:
        document: the text.
        agenda: the items that the header lists.
        reader: of the document's labels.
        sections: those of the header; the record's own are added behind them.
    """

    def __init__(
        self,
        document: Document,
        agenda: Sequence[AgendaItem],
        reader: LabelReader,
        sections: list[Section],
    ) -> None:
        self.agenda = list(agenda)
        self._listed = tuple(agenda)
        self._headed: set[str] = set()
        self.sections = sections
        self.labels: list[Label] = []
        self.unknown: list[tuple[int, int]] = []
        self._document = document
        self._text = document.text
        self._reader = reader
        self._speeches: list[_Speech] = []
        self._headings = {heading.start for heading in document.headings}
        self._ends = {speech.label[0]: speech.end for speech in document.speeches}
        self._label: Label | None = None
        self._begin: int | None = None
        self._first = 0
        self._item: str | None = None
        self._heading: str | None = None
        self._titles: dict[str, str] = {}
        self._last_letters: set[str] = set()
        for item in agenda:
            self._know_title(item)

    def take(self, all_lines: Sequence[Line], position: int) -> None:
        """Read the line at ``position``."""
        line = all_lines[position]
        if self._begin is None:
            self._begin, self._first = line.start, position
        if line.start < self._begin:
            return  # within a speech whose label stands behind it
        if label := self._reader.read(line):
            self.close(min(line.start, label.start))
            if label.style is Style.BEHIND:
                self._take_before(label, line)
                return
            self._label, self._begin = label, label.end
            self.labels.append(label)
            return
        if self._ends and self._label and line.start >= self._ends[self._label.start]:
            self.close(line.start)
            self._heading = None
        if len(line.text) > _HEADING_LIMIT or line.blank:
            return
        heading = self._agenda_heading(all_lines, position) or self._part(line)
        if heading:
            self.close(line.start)
            self._item = self._heading = heading
            self._headed.add(heading)
            self._begin = line.start
        elif self._label and self._is_nobodys(all_lines, position):
            self.close(line.start)
            self._heading = None
        elif self._label is None and self._heading is None and (found := field_heading(line)):
            self._heading = found[1]

    def _take_before(self, label: Label, line: Line) -> None:
        """Take the words from ``line`` on that end with their label."""
        self.labels.append(label)
        self._speeches.append(
            _Speech(label, self._item, *trim(self._text, line.start, label.start))
        )
        self._label, self._begin, self._heading = None, label.end, None

    def close(self, end: int) -> None:
        """End the open turn or section at ``end``."""
        start, self._begin = self._begin if self._begin is not None else end, end
        label, self._label = self._label, None
        first, last = trim(self._text, start, end)
        if label is not None:
            self._speeches.append(_Speech(label, self._item, first, last))
        elif first < last:
            path = (self._heading,) if self._heading else ()
            self.sections.append(Section(len(self.sections), path, first, last))

    def turns(self, roster: Roster) -> tuple[Turn, ...]:
        """The turns with their speakers; an election in one of them holds from the next one on.

        An item that a chair announces holds from that speech on, where no heading marks it.
        """
        turns: list[Turn] = []
        announced = Announcements(i for i in self._listed if i.title not in self._headed)
        headed = item = None
        opened = False
        for index, speech in enumerate(self._speeches):
            if speech.agenda != headed:
                headed = item = speech.agenda
            words = self._text[speech.start : speech.end]
            speaker = _same(speech.label.text, turns) or roster.resolve(speech.label.text)
            # A deputy in the chair announces as well.
            chairs = is_chair((speaker.role or "").removeprefix("副"))
            opened = opened or chairs
            # Before a chair is elected the secretariat leads the meeting.
            if chairs or not opened:
                item = announced.read(words) or item
            turns.append(
                Turn(
                    index,
                    speech.label.text,
                    speaker.person,
                    speaker.role,
                    item,
                    speech.start,
                    speech.end,
                    speech.label.time or self._document.time(speech.label.end),
                    self._document.page(speech.start),
                )
            )
            after = (
                self._speeches[index + 1].label.start
                if index + 1 < len(self._speeches)
                else speech.end
            )
            roster.elect(self._text[speech.start : after])
        return tuple(turns)

    def _agenda_heading(self, all_lines: Sequence[Line], position: int) -> str | None:
        """The title of the agenda item that the line opens, or None."""
        line = all_lines[position]
        if not _heading_like(line.text) or _goes_on(all_lines, position):
            return None
        plain = _unbracketed(line.text.strip()).lstrip(_MARKS).strip("*")
        named = _AGENDA_WORD.match(plain) is not None and agenda_item(plain) is not None
        if (is_direction(line.text) and not named) or "休憩" in line.text:
            return None
        field = field_heading(line) if position == self._first else None
        if field and field[0] is Field.RECORD:
            return None
        if known := self._known_item(plain):
            return known
        worded = _AGENDA_WORD.match(plain)
        item = agenda_item(plain)
        found = item
        if not worded and not self._is_marked(line, plain, item):
            opens = item is not None and self._before_label(all_lines, position)
            found = item if opens and not _in_list(all_lines, position) else None
        behind = _after_word(plain, worded.end()) if worded else ""
        if found is None and behind and not _ABOUT_ITEM.match(behind):
            found = AgendaItem(None, behind)
        if found is None:
            return None
        self.agenda.append(found)
        self._know_title(found)
        return found.title

    def _is_marked(self, line: Line, plain: str, item: AgendaItem | None) -> bool:
        """Whether a numbered line is a heading by its looks: by its format, or all in capitals."""
        if item is None:
            return False
        start = line.start + len(line.text) - len(line.text.lstrip())
        heading = start in self._headings or _MARKDOWN_HEADING.match(line.text) is not None
        formality = _PART_NAME.match(re.sub(r"[\s　]+", "", item.title)) is not None
        return (heading and not formality) or is_capitals(item.title)

    def _before_label(self, all_lines: Sequence[Line], position: int) -> bool:
        for line in all_lines[position + 1 : position + 6]:
            if not line.blank:
                return self._reader.read(line) is not None
        return False

    def _is_nobodys(self, all_lines: Sequence[Line], position: int) -> bool:
        """Whether a line ends the speech above it: a rule, a clock, a signature, an imprint."""
        return (
            _RULE.match(all_lines[position].text) is not None
            or self._is_note(all_lines, position)
            or self._is_imprint(all_lines, position)
        )

    def _is_imprint(self, all_lines: Sequence[Line], position: int) -> bool:
        """Whether a line below the last speech is the publisher's: 編集・発行　都市計画課."""
        below = all_lines[position + 1 : position + 1 + _IMPRINT_LINES]
        return bool(_IMPRINT.match(all_lines[position].text)) and not any(
            self._reader.read(line) for line in below
        )

    def _is_note(self, all_lines: Sequence[Line], position: int) -> bool:
        """Whether a line below a speech is said by nobody: when it ended, what was decided."""
        line = all_lines[position]
        bracket = all_lines[position - 1].blank and _is_bracket(line)
        return bool(bracket or _CLOCK.match(line.text)) and self._ends_here(all_lines, position)

    def _ends_here(self, all_lines: Sequence[Line], position: int) -> bool:
        """Whether nobody goes on speaking below a line that says when the meeting paused or ended."""
        for at in range(position + 1, len(all_lines)):
            line = all_lines[at]
            if line.blank or _CLOCK.match(line.text) or _is_bracket(line):
                continue
            if _RULE.match(line.text):
                return True
            heads = opens_item(line.text) or agenda_item(line.text) is not None
            return heads or self._reader.read(line) is not None
        return True

    def _know_title(self, item: AgendaItem) -> None:
        title = fold(item.title)
        if title:
            self._titles.setdefault(title, item.title)
            self._last_letters.add(title[-1])

    def _known_item(self, plain: str) -> str | None:
        """The title of the item that a line names, perhaps behind a number and a word."""
        # Folding is slow, and nearly no line ends like an item of the agenda.
        if fold(plain[-1:]) not in self._last_letters:
            return None
        folded = fold(plain)
        for lead in range(min(_LONGEST_LEAD, len(folded) - 1) + 1):
            if printed := self._titles.get(folded[lead:]):
                return printed
        return None

    def _part(self, line: Line) -> str | None:
        """A heading within the record that is no agenda item: （総括）, ## 閉会, ７　閉　会."""
        if markdown := _MARKDOWN_HEADING.match(line.text):
            return markdown["title"].strip("*")
        text = line.text.strip()
        start = line.start + len(line.text) - len(line.text.lstrip())
        if start in self._headings:
            return text
        if number := _NUMBER.match(text):
            title = _TIME_BEHIND.sub("", re.sub(r"[\s　]+", "", text[number.end() :]))
            return text[number.end() :] if _PART_NAME.match(title) else None
        if marked := _marked_part(text):
            return marked
        found = bracketed(line)
        if found is None or line.text[found[2] :].strip():
            return None
        inner = found[1]
        if inner and not is_reference(inner) and _PART_NAME.match(inner.strip("　 ")):
            return inner
        self._note_unknown(line, inner)
        return None

    def _note_unknown(self, line: Line, inner: str) -> None:
        """Remember a line in the brackets of labels that is neither label nor direction."""
        strong = line.text.lstrip()[:1] in "〔【［[《≪"
        if strong and inner and not is_reference(inner) and not is_direction(line.text):
            self.unknown.append(trim(self._text, line.start, line.end))


def _same(label: str, turns: Sequence[Turn]) -> Speaker | None:
    """The speaker of 同委員 or 同課長: the last one who holds such an office."""
    office = label.strip().removeprefix("同")
    if office == label.strip() or split_label(office).office is None:
        return None
    last = (turn for turn in reversed(turns) if turn.role and turn.role.endswith(office))
    turn = next(last, None)
    return Speaker(turn.person, turn.role) if turn else None


def is_capitals(title: str) -> bool:
    """Whether an English title is all in capitals, as headings of agendas are."""
    return title.isascii() and title.isupper() and len(title) > 4


def _is_bracket(line: Line) -> bool:
    """Whether a whole line stands in round brackets: （森田座長、座長席に着く）."""
    text = line.text.strip()
    return text[:1] in ("（", "(") and text[-1:] in ("）", ")") and len(text) > 2


def _unbracketed(text: str) -> str:
    """A heading without the brackets around all of it: 〈協議事項（１）社会実験について〉."""
    if text[:1] in "〈＜<《≪" and text[-1:] in "〉＞>》≫":
        return text[1:-1].strip()
    return text


def _heading_like(text: str) -> bool:
    plain = text.rstrip()
    return len(plain) <= _HEADING_LIMIT and not plain.endswith(_TEXT_ENDS)


def _goes_on(all_lines: Sequence[Line], position: int) -> bool:
    """Whether the line above is wrapped by its page and goes on here."""
    if position == 0:
        return False
    above = all_lines[position - 1].text.rstrip()
    return not above.endswith(("。", "．", ".", "」", "）", ")", "？", "?", "：", ":")) and (
        display_width(above) >= _FULL_LINE
    )


def _in_list(all_lines: Sequence[Line], position: int) -> bool:
    """Whether a numbered line follows another of its kind directly, as one item of a list."""
    if position == 0 or agenda_item(all_lines[position - 1].text) is None:
        return False
    here, above = (all_lines[at].text.lstrip()[:1] for at in (position, position - 1))
    return (here in "（(") == (above in "（(")


def _after_word(plain: str, end: int) -> str:
    return plain[end:].strip(" 　:：")

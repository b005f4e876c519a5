"""Speaker labels: where a speech begins, in whatever style a record marks it.

〔加藤委員〕 on a line, ``○加藤委員長　…`` behind a mark, ``加藤委員：…`` before a colon, ``会　長　　…``
before a wide space, or a name that the file itself gives (a table, a caption). What one line may be
is known to :mod:`ingest.label_styles`; how often a document does it decides which styles it uses.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.label_styles import (
    BRACKETS,
    MARKS,
    Label,
    Style,
    asked_label,
    bracket_label,
    colon_label,
    is_field,
    is_reference,
    lone_label,
    marked_label,
    spaced_label,
)
from ingest.offices import (
    LABEL_LIMIT,
    NOT_ALONE,
    is_full_english_name,
    names_office,
    split_label,
)
from ingest.people import is_person_name
from ingest.summaries import (
    ANSWER_LABELS,
    arrow_label,
    labels_behind,
    legend,
    legend_label,
    summary_label,
)
from ingest.text import Line, fold, halfwidth, has_japanese

_FEW = 2
"""Labels of a strong style (mark, colon behind an office) that make it the document's style."""

_SEVERAL = 3
"""The same for styles that ordinary text resembles (wide space, a name alone on its line)."""

_TITLE_LINES = 4
_RECORD = re.compile(r"議事|会議録|会議概要|会議要旨|審議会|協議会|委員会|minutes", re.IGNORECASE)

_DENSE = 0.6
"""Share of lines that begin as a speaker, above which a transcript's rare speakers count as well."""

# Words before a colon that speak for nobody.
_NO_SPEAKERS = frozenset(
    """
    note notes action actions actionitem actionitems decision decisions resolved motion moved
    seconded vote votes ayes nays noes abstain abstentions result results background purpose
    question questions answer answers q a outcome outcomes nextsteps status owner due example source
    figure table conclusion conclusions recommendation recommendations topic item items option
    options total cost budget deadline url http https tel fax email phone re cc subject from to ps
    注 例 問 答 質問 回答 意見 結論 目的 理由 対応 方針 結果 概要 現状 課題 目標 備考 補足 出典 参考 提案 要望 論点
    """.split()
)

_NO_SPEAKER = re.compile(r"(?i:for|on behalf of|against) \w|(?i:day) \d|\S+ (?:[a-z]+ ){3,}[a-z]+$")
"""For the applicant: who appears on a side; Day 2: when; Listed to appear but not present: a phrase."""


@dataclass
class LabelReader:
    """Finds the labels of one document, by the styles that it uses.

    ``names`` are those of the roster, folded; ``heads`` the words that stand as speakers before a
    colon in this document, as printed; ``declared`` what the format says, by the label's offset.
    ``arrows`` says whether an arrow alone stands for whoever answers, ``legend`` what marks stand
    for, and ``behind`` holds labels that stand behind their words, by the start of the words' line.
    """

    styles: frozenset[Style] = frozenset({Style.BRACKET})
    names: Collection[str] = ()
    heads: Collection[str] = ()
    declared: dict[int, Label] = field(default_factory=dict)
    arrows: bool = False
    legend: Mapping[str, str] = field(default_factory=dict)
    behind: Mapping[int, Label] = field(default_factory=dict)
    _OPENERS = frozenset(BRACKETS) | frozenset("#*_ 　\t・→⇒➡" + MARKS)

    def read(self, line: Line) -> Label | None:
        """The label that opens ``line``, or None."""
        if self.declared:
            return self.declared.get(line.start)
        text = line.text
        if not text:
            return None
        if label := self.behind.get(line.start):
            return label
        if text[0] in self._OPENERS and (label := self._behind_opener(line)):
            return label
        if Style.MARK in self.styles and (label := asked_label(line)):
            return label
        if Style.SUMMARY in self.styles and (label := summary_label(line)):
            return label
        if Style.COLON in self.styles and (label := colon_label(line)):
            return label if label.text in self.heads else None
        if Style.SPACE in self.styles and (label := spaced_label(line)):
            return label
        if Style.ALONE in self.styles and len(text) <= LABEL_LIMIT:
            return lone_label(line)
        return None

    def _behind_opener(self, line: Line) -> Label | None:
        """The label in brackets or behind a mark."""
        if self.legend and (label := legend_label(line, self.legend)):
            return label
        if Style.BRACKET in self.styles and (label := bracket_label(line, self.names)):
            return label
        if Style.MARK in self.styles and (label := marked_label(line, self.names)):
            return label
        return arrow_label(line) if self.arrows else None

    def learn(self, names: Collection[str], record_lines: Sequence[Line]) -> None:
        """Know the names of the roster from here on.

        Args:
            names: names of the roster, folded.
            record_lines: the lines behind the header.
        """
        self.names = names
        if Style.DECLARED in self.styles:
            return
        counts = Counter(
            label.text
            for line in record_lines
            if (label := colon_label(line)) and _of_roster(label.text, names)
        )
        if counts:
            self.heads = frozenset({*self.heads, *counts})
            self.styles |= {Style.COLON}


def _of_roster(head: str, names: Collection[str]) -> bool:
    """Whether words are a name of the roster, be it with a letter of the given name: 斎藤（清）."""
    bare = re.sub(r"[（(].{1,3}[）)]$", "", head)
    return fold(head) in names or (bare != head and fold(bare) in names)


def choose_styles(
    all_lines: Sequence[Line], names: Collection[str] = (), declared: Iterable[Label] = ()
) -> LabelReader:
    """A reader for the styles that a document uses.

    Args:
        all_lines: its lines.
        names: names of the roster, folded.
        declared: labels that the file's format gives.
    """
    if given := _by_line(all_lines, declared):
        return LabelReader(frozenset({Style.DECLARED}), names, declared=given)
    tally = _Tally(names)
    for position in range(len(all_lines)):
        tally.take(all_lines, position)
    speakers = _speaking(tally.heads, tally.lines, names)
    tally.styles[Style.COLON] = sum(tally.heads[head] for head in speakers)
    styles = _active(tally.styles)
    if min(tally.questions, tally.answers) >= _FEW and _is_record(all_lines):
        styles |= {Style.SUMMARY, Style.SPACE}
    reader = LabelReader(styles, names, speakers, arrows=tally.arrows and Style.MARK in styles)
    if max(tally.styles.values(), default=0) < _SEVERAL:
        reader.legend = legend(all_lines)
        reader.behind = {} if reader.legend else labels_behind(all_lines)
    return reader


@dataclass
class _Tally:
    """How often a document does what: its styles, words before a colon, marks of summaries."""

    names: Collection[str]
    styles: Counter[Style] = field(default_factory=Counter)
    heads: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    arrows: bool = False
    questions: int = 0
    answers: int = 0

    def take(self, all_lines: Sequence[Line], position: int) -> None:
        """Count the line at ``position``."""
        line = all_lines[position]
        if not line.text or line.text.isspace():
            return
        self.lines += 1
        if summary := summary_label(line):
            answer = fold(summary.text) in ANSWER_LABELS
            self.answers += answer
            self.questions += not answer
        found = (
            bracket_label(line, self.names) or marked_label(line, self.names) or asked_label(line)
        )
        if found:
            self.arrows = self.arrows or line.text.lstrip()[0] in "→⇒➡"
        elif named := colon_label(line):
            self.heads[named.text] += opens_speech(all_lines, position, named)
            return
        else:
            found = spaced_label(line) or lone_label(line)
        if found and opens_speech(all_lines, position, found):
            self.styles[found.style] += 1


def _by_line(all_lines: Sequence[Line], declared: Iterable[Label]) -> dict[int, Label]:
    """Labels that the format gives, by the start of the line on which they end."""
    starts = [line.start for line in all_lines]
    return {starts[bisect_right(starts, label.end - 1) - 1]: label for label in declared}


def _is_record(all_lines: Sequence[Line]) -> bool:
    """Whether the title says that the text is of a meeting; an FAQ asks and answers as well."""
    first = [line.text for line in all_lines if not line.blank][:_TITLE_LINES]
    return any(_RECORD.search(text) for text in first)


def _active(counts: Counter[Style]) -> frozenset[Style]:
    """The styles that are meant: strong ones from two labels on, and not a tenth of another."""
    strong = {
        style
        for style in (Style.MARK, Style.COLON)
        if counts[style] >= _FEW and counts[style] * 8 >= counts[Style.BRACKET]
    }
    if not strong and counts[Style.BRACKET] == 0 and counts[Style.MARK]:
        strong = {Style.MARK}
    weak: set[Style] = set()
    if not strong and counts[Style.BRACKET] < _SEVERAL:
        best = max((Style.SPACE, Style.ALONE), key=lambda style: counts[style])
        weak = {best} if counts[best] >= _SEVERAL else set()
    return frozenset({Style.BRACKET, *strong, *weak})


def _speaking(heads: Counter[str], lines_of_text: int, names: Collection[str]) -> frozenset[str]:
    """Those words before a colon that are speakers."""
    chosen = {head for head in heads if _is_office_head(head) or fold(head) in names}
    named = {
        head
        for head, count in heads.items()
        if head not in chosen and _may_speak(head) and (count > 1 or _is_titled(head))
    }
    if sum(heads.values()) >= max(_SEVERAL, _DENSE * lines_of_text):
        named = {head for head in heads if _may_speak(head)}
    return frozenset(chosen | named)


def _is_office_head(head: str) -> bool:
    parts = split_label(head)
    return parts.office is not None and fold(head) not in NOT_ALONE and not is_field(head)


def _is_titled(head: str) -> bool:
    # HAROLD FENWICK, in records that set every speaker in capitals.
    name = head.title() if head.isupper() else head
    return head.isascii() and (is_full_english_name(name) or split_label(head).name is not None)


def _may_speak(head: str) -> bool:
    plain = fold(head)
    if (
        plain.rstrip("0123456789.#") in _NO_SPEAKERS
        or is_field(head)
        or is_reference(head)
        or plain.isdigit()
        or _NO_SPEAKER.match(head)
    ):
        return False
    if not has_japanese(head):
        return True
    return is_person_name(halfwidth(head)) or split_label(head).office is not None


def opens_speech(all_lines: Sequence[Line], position: int, label: Label) -> bool:
    """Whether words that somebody says follow a label, and not the names of a list."""
    line = all_lines[position]
    if label.style in (Style.DECLARED, Style.BEHIND):
        return True
    rest = line.text[label.end - line.start :].strip()
    if not rest:
        following = (other.text.strip() for other in all_lines[position + 1 : position + 4])
        rest = next(filter(None, following), "")
    return is_speech(rest)


_HIRAGANA = re.compile(r"[\u3041-\u3096]")
_NOBODY = re.compile(r"(?:なし|無し|無|[0-9０-９]+\s*[名人])")
_LISTED = re.compile(r"[、，,・\s]+")
_SENTENCE = re.compile(
    r"[。？！?!]|(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)\.(?:\s|$)|(?:説明|報告|なし|了承|承認)[)）]?$"
)


def is_speech(text: str) -> bool:
    """Whether a line is speech: it ends a sentence, or has the kana and small words of one."""
    if not text or _NOBODY.fullmatch(text):
        return False
    if _SENTENCE.search(text):
        return True
    if has_japanese(text):
        pieces = [piece for piece in _LISTED.split(text) if piece]
        if all(names_office(piece) or piece.endswith(("名", "人")) for piece in pieces):
            return False
        # こども家庭課長　玉置　直子 is a list, whatever kana its offices have.
        kana = sum(len(_HIRAGANA.findall(p)) for p in pieces if not names_office(p))
        return kana >= 4 or is_reference(text.strip("【〔（([")) or "」" in text
    words = text.split()
    return sum(word[:1].islower() for word in words) >= 2 or (
        0 < len(words) <= 3 and words[0][0].isupper() and "," not in text
    )

"""The header of minutes: title, date, place, people, handouts, agenda, and where it ends.

Headers come as numbered headings (1 日 時), marked ones (○開催日時), labels with a colon
(日　時：…), Markdown headings and lists, and in English. All are read as fields: a heading from
the tables below, and the lines up to the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.attendees import listed
from ingest.dates import arabic
from ingest.text import Line, fold, halfwidth
from ingest.types import AgendaItem, Attendee, Handout


class Field(StrEnum):
    """What a header heading introduces."""

    TITLE = "title"
    DATE = "date"
    PLACE = "place"
    PRESENT = "present"
    ABSENT = "absent"
    OFFICIALS = "officials"
    HANDOUTS = "handouts"
    AGENDA = "agenda"
    RECORD = "record"
    OTHER = "other"


_HEADINGS: dict[Field, tuple[str, ...]] = {
    Field.TITLE: ("会議名", "会議の名称", "名称", "件名", "meeting", "title"),
    Field.DATE: (
        "日時", "開催日時", "開催日", "会議日時", "日程", "期日", "年月日", "開催年月日", "日時及び場所", "とき", "開催の日時",
        "date", "dateandtime", "time", "datetime", "when",
    ),
    Field.PLACE: (
        "場所", "開催場所", "会場", "開催会場", "開催方法", "会議場所", "ところ", "開催の場所",
        "place", "location", "venue", "where", "heldat", "meetingplace",
    ),
    Field.PRESENT: (
        "出席者", "出席委員", "出席委員名", "出席者名", "委員", "出席", "参加者", "構成員", "出席議員",
        "出席者氏名", "委員外議員", "委員外出席議員", "委員出席者", "委員名簿", "委員出欠", "委員の出欠", "出欠", "出欠状況", "出席状況", "出席委員氏名", "出席した委員",
        "present", "memberspresent", "attendees", "attendance", "members", "inattendance",
        "participants", "witnesses", "intheroom", "ontheline", "onthecall", "online", "dialledin", "joiningremotely",
    ),
    Field.ABSENT: (
        "欠席者", "欠席委員", "欠席", "欠席委員名", "欠席議員",
        "absent", "membersabsent", "apologies", "apologiesforabsence", "apologiesreceived", "absentwithoutapology", "absentwithapology", "absentwithapologies", "notpresent", "regrets", "notwithus", "unabletoattend", "memberunabletoattend", "membersunabletoattend",
    ),
    Field.OFFICIALS: (
        "事務局", "市", "町", "村", "区", "県", "当局", "執行部", "市側出席者", "説明員", "市出席者", "出席職員", "事務局出席者", "説明のため出席した者", "説明員", "出席説明員",
        "関係職員", "行政側出席者", "市側", "オブザーバー", "傍聴者", "事務局職員",
        "staff", "staffpresent", "staffandguests", "guestsandstaff", "staffandvisitors", "officials", "alsopresent", "alsoinattendance", "alsoattending", "guests",
        "officers", "officerspresent", "officersinattendance", "staffinattendance", "otherspresent", "publicpresent", "observers", "visitors",
    ),
    Field.HANDOUTS: (
        "配付資料", "配布資料", "資料", "会議資料", "配付資料一覧", "配布資料一覧", "提出資料", "使用資料",
        "handouts", "documents", "materials", "papers", "documentsdistributed",
    ),
    Field.AGENDA: (
        "次第", "会議次第", "議事次第", "議題", "議事", "案件", "議事日程", "協議事項", "会議の議題", "付議事件", "付託案件", "付議案件", "審査案件", "付託議案", "会議に付した案件",
        "会議に付した事件", "審議事項", "議案", "会議事項", "agenda", "agendaitems",
    ),
    Field.RECORD: (
        "議事録", "議事要旨", "議事の要旨", "会議録", "議事内容", "議事の内容", "会議の経過", "審議内容",
        "発言要旨", "議事経過", "会議内容", "会議の概要", "議事概要", "議事の概要", "主な意見", "審議経過",
        "会議経過", "議事の経過", "意見交換", "質疑応答", "会議の内容", "発言内容", "要旨", "議事録要旨", "会議の要点", "要点", "主な質疑応答", "主な質疑", "質疑", "質疑等", "質疑応答等", "主な発言", "発言の要旨", "発言等", "会議要旨",
        "minutes", "discussion", "proceedings", "recordofdiscussion", "summaryofdiscussion",
    ),
    Field.OTHER: (
        "公開", "会議の公開", "会議の公開非公開", "公開非公開の別", "公開の別", "傍聴", "傍聴人", "傍聴人数", "傍聴人の数", "問合せ先",
        "問い合わせ先", "担当課", "作成者", "備考", "会議形式", "公開区分", "所管課",
        "contact", "note", "notes", "chair", "secretary",
    ),
}  # fmt: skip
_BY_WORD = {word: field for field, words in _HEADINGS.items() for word in words}
_OF_PEOPLE = (Field.PRESENT, Field.ABSENT, Field.OFFICIALS)
_LONGEST_LINE = 200
"""Characters of a line with heading and value."""

_LONGEST_LIST = 1_500
"""The same where the value is a list of people behind a colon."""

_MARK = re.compile(
    r"^\s*(?:#{1,6}\s*|[*+\-]\s+|[○◯●◎■□◆◇▼▽・※]\s*|"
    r"(?:第?\s*[0-9０-９]{1,2}|[（(][0-9０-９]{1,2}[）)]|[①-⑳]|[一二三四五六七八九十]{1,2}|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ])"
    r"\s*(?:[.．、:：)）]|\s)\s*)*\s*"
)
_RULES = frozenset("│┃｜|")
_RULE = re.compile(r"[│┃｜|]")
_BOXED = re.compile(
    r"[【〔［\[＜《](?P<head>[^】〕］\]＞》]{1,16})[】〕］\]＞》][\s　:：]*(?P<rest>.+)$"
)
_QUALIFIER = re.compile(r"[（(][^（）()]{0,40}[）)]")
_NAMED = re.compile(r"(?:委員|議員|事務局)[（(][^（）()]{2,14}(?:君|さん|氏)[）)]$")
"""A speaker with a name in brackets, and no list of them: 委員（戸倉修君）."""

_NUMBERED = re.compile(
    r"^\s*(?:[*+\-]\s+|#{1,6}\s*)?"
    r"(?:(?:議題|議事|案件|協議事項|報告事項|審議事項|議案|請願|陳情|日程|テーマ|論点|報告|協議|審議|承認|認定|同意|諮問|発議|agenda\s+item|item)\s*)?"
    r"(?P<number>[（(]\s*[0-9０-９一二三四五六七八九十]{1,3}\s*[）)]|[議報諮陳認承同発]?第\s*[0-9０-９一二三四五六七八九十]{1,3}\s*号?\s*(?:議案)?(?=[\s　])|"
    r"[0-9０-９]{1,2}(?=[\s.．、:：)）　])|[①-⑳])"
    r"\s*[.．、:：)）]?\s*(?P<title>\S.*)$",
    re.IGNORECASE,
)
_AGENDA_PARENT = frozenset(
    {
        "議事",
        "議題",
        "案件",
        "協議事項",
        "審議事項",
        "協議",
        "報告事項",
        "協議報告事項",
        "議案",
        "討議",
    }
)
_HANDOUT = re.compile(
    r"^\s*[【〔\[・○*+\-]*\s*"
    r"(?P<label>(?:参考|当日|追加)?(?:資料|別紙|別添|document|attachment|handout|reference|appendix)"
    r"\s*(?:[0-9０-９]+(?:[-－ー‐][0-9０-９]+)?|[①-⑳]|[A-ZＡ-Ｚ]\b|[一二三四五六七八九十])?)"
    r"\s*[】〕\]]?\s*[:：.．、\s　]?\s*(?P<title>\S.*)?$",
    re.IGNORECASE,
)
_KANJI_NUMBER = re.compile("[一二三四五六七八九]?十?[一二三四五六七八九]?")
_PAUSE = re.compile(r"休憩|再開")
_OFFICIALS_END = ("事務局職員", "事務局出席者", "出席職員", "側", "側出席者", "側職員")
_PRESENCE = re.compile(
    r"(?:.{1,8}の)?(?:出席|(?P<gone>欠席))(?:した)?(?:者|委員|議員|役員|評議員|理事|会員|構成員|団体)?"
    r"|(?:.{1,8}の)?(?P<away>不)?参加者|(?P<out>不)?参加"
)
"""理事会の出席者, 欠席した役員, 出席評議員; 住民の参加 is a topic."""

_ANSWERERS_END = (
    "説明のため出席",
    "説明のため出席した者",
    "説明のために出席した者",
    "説明のため出席を求めた者",
    "職務のため出席した者",
)
"""地方自治法第121条の規定により説明のため出席した者: how assemblies head the list of officials."""

_NAMES_END = re.compile(r"の?職?氏?名$")
_ENGLISH_END = re.compile(
    r"(?:(?<=members)|(?<=ustees)|(?<=illors)|(?<=ioners)|(?<=officers))(?:present|absent|excused)$|^apology$"
)
_LONGEST_HEADING = 48
_LONGEST_OFFICE = 16
_NUMBER = re.compile(r"^(?:#+\s*)?[第（(]?[0-9０-９①-⑳一二三四五六七八九十]")
_GAP = re.compile(r"[\s　]+")
_SINGLE = re.compile(r"\S(?:[\s　]|$)")
_HEADING_REACH = 30
"""Characters within which a heading ends."""

_FORMALITIES = frozenset({"開会", "閉会", "あいさつ", "挨拶", "その他", "opening", "closing"})


# A header answers in keywords (日時) what people ask in sentences (いつ開かれたか).
_QUESTIONS: dict[Field, str] = {
    Field.DATE: "会議はいつ開かれたか。開催日時、日付、曜日、時間。When was the meeting held? Date and time.",
    Field.PLACE: "会議はどこで開かれたか。開催場所、会場。Where was the meeting held? Place, venue.",
    Field.PRESENT: "誰が出席したか。出席者、委員の名前、人数。Who was present? Members, attendees.",
    Field.ABSENT: "誰が欠席したか。欠席者。Who was absent?",
    Field.OFFICIALS: "事務局、市側の出席者は誰か。Which officials were present?",
    Field.HANDOUTS: "どんな資料が配られたか。配付資料の一覧。Which documents were handed out?",
    Field.AGENDA: "何が議題だったか。議題、議事、次第。会長、副会長には誰が選ばれたか。What was on the agenda?",
}


def questions_answered(heading: str | None) -> str | None:
    """The questions that a header field under ``heading`` answers, or None for other headings."""
    field = field_named(heading) if heading else None
    return _QUESTIONS.get(field) if field else None


@dataclass(frozen=True)
class HeaderField:
    """One field: its heading as printed, and the lines it covers, its own line included."""

    field: Field
    heading: str
    lines: tuple[Line, ...]
    first: str
    """What stands on the heading's own line behind it."""

    @property
    def rows(self) -> list[str]:
        """The lines of the value as they stand, with their indentation."""
        rest = [_unruled(line.text) for line in self.lines[1:] if not _is_empty(line)]
        return [self.first.strip(), *rest] if self.first.strip() else rest

    @property
    def values(self) -> list[str]:
        """The lines of the value, without blank ones."""
        rest = [_unruled(line.text).strip() for line in self.lines[1:] if not _is_empty(line)]
        return [text for text in [self.first.strip(), *rest] if text]


def _is_empty(line: Line) -> bool:
    """Whether a line holds nothing but rules."""
    return not line.text.strip(" 　\t─━―-│┃|┌┐└┘├┤┬┴┼╋┏┓┗┛┣┫┳┻=＝")


@dataclass(frozen=True)
class Header:
    """What the header says. ``title`` is None where nothing reads as one.

    ``officials`` are those of the administration who are there to answer; they are no members.
    """

    title: str | None
    attendees: tuple[Attendee, ...]
    officials: tuple[Attendee, ...]
    agenda: tuple[AgendaItem, ...]
    handouts: tuple[Handout, ...]
    date_text: str
    place: str | None


def field_heading(line: Line) -> tuple[Field, str, str] | None:
    """(field, heading as printed, rest of the line) where a header field begins, or None."""
    text = _unruled(line.text).strip()
    if not text or len(text) > _LONGEST_LIST:
        return None
    plain = _MARK.sub("", text, count=1).strip("*＊ 　")
    unmarked = plain == text
    for separator in (":", "："):
        head, found, rest = plain.partition(separator)
        field = field_named(head.strip("*＊ 　")) if found else None
        if field and (len(text) <= _LONGEST_LINE or field in _OF_PEOPLE):
            return field, head.strip("*＊ 　"), rest.strip("*＊ 　")
    if len(text) > _LONGEST_LINE:
        return None
    if field := field_named(plain):
        return field, plain, ""
    if (boxed := _BOXED.match(plain)) and (field := field_named(boxed["head"])):
        return field, boxed["head"], boxed["rest"]
    marked = text[0] in "○◎●◇◆□■"
    return _spaced_heading(plain, unmarked, numbered=bool(_NUMBER.match(text)), marked=marked)


def _unruled(text: str) -> str:
    """A line of a form without its rules: │日　時│令和…│ and | 日時 | 令和… | -> 日　時：令和…."""
    if text.lstrip()[:1] not in _RULES or not text.strip():
        return text
    cells = [cell.strip() for cell in _RULE.split(text.strip().strip("│┃｜|"))]
    boxed = text.strip()[0] in "│┃" or not cells[0] or field_named(cells[0]) is not None
    if not boxed or "：" in cells[0] or not "".join(cells).strip("-:─━┼├┤ "):
        return text
    return (
        f"{cells[0]}：{'　'.join(cells[1:])}" if cells[0] and len(cells) > 1 else "　".join(cells)
    )


def _spaced_heading(
    plain: str, unmarked: bool, *, numbered: bool, marked: bool
) -> tuple[Field, str, str] | None:
    """日時　令和5年…: heading and value on one line, parted by a wide space.

    A heading may have spaces of its own (日　時). 委　員　長　　田中 has no heading 委員 before it:
    one more letter follows, set apart like those before.
    """
    inner = 0
    for gap in _GAP.finditer(plain, 0, _HEADING_REACH):
        head, rest = plain[: gap.start()], plain[gap.end() :]
        wide = (
            len(gap.group()) > max(inner, 1)
            or "\u3000" in gap.group()
            or "\t" in gap.group()
            or head.endswith(("）", ")"))
        )
        goes_on = 0 < inner >= len(gap.group()) and _SINGLE.match(rest)
        field = field_named(head) if rest and not goes_on else None
        # A member's office stands before names within a list; the list's heading is another.
        heads = numbered or marked or fold(head) != "委員"
        if field and (wide or not unmarked) and heads and not _says(field, head, rest):
            return field, head, rest
        inner = max(inner, len(gap.group()))
    return None


def _says(field: Field, head: str, rest: str) -> bool:
    """Whether a member or official speaks, named in brackets as in a list: 委員（小峰浩）　…."""
    listing = field in (Field.PRESENT, Field.OFFICIALS) and not head.isascii()
    return listing and head.endswith(("）", ")")) and "。" in rest


def field_named(head: str) -> Field | None:
    """The field that words head, whatever spaces and brackets are about them, or None."""
    if _NAMED.search(head):
        return None
    words = fold(_QUALIFIER.sub("", head)).strip("【】〔〕[]《》<>・")
    if len(words) > _LONGEST_HEADING:
        return None
    if _NAMES_END.sub("", words).endswith(_ANSWERERS_END):
        return Field.OFFICIALS
    if words.isascii() and words not in _BY_WORD and (ending := _ENGLISH_END.search(words)):
        return Field.PRESENT if ending.group() == "present" else Field.ABSENT
    bare = words.removeprefix("会議の").removesuffix("等")
    bare = bare.removesuffix("の氏名").removesuffix("氏名")
    named = _BY_WORD.get(words) or (_BY_WORD.get(bare) if len(bare) > 1 else None)
    if named is None and 1 < len(words) <= _LONGEST_OFFICE and words.endswith(_OFFICIALS_END):
        return Field.OFFICIALS
    if named is None and (presence := _PRESENCE.fullmatch(words)):
        return Field.ABSENT if any(presence.groups()) else Field.PRESENT
    return named


def read_header(title: str | None, fields: Sequence[HeaderField]) -> Header:
    """Put the fields of a header together."""

    def values(*wanted: Field) -> list[str]:
        return [value for f in fields if f.field in wanted for value in f.values]

    attendees = listed(
        [
            (f.heading, f.rows, f.field is Field.PRESENT)
            for f in fields
            if f.field in (Field.PRESENT, Field.ABSENT)
        ]
    )
    place = values(Field.PLACE)
    named = values(Field.TITLE)
    return Header(
        title=title or (named[0] if named else None),
        attendees=attendees,
        officials=listed(
            [(f.heading, f.values, True) for f in fields if f.field is Field.OFFICIALS]
        ),
        agenda=_agenda(_agenda_lines(fields)),
        handouts=_handouts([*values(Field.HANDOUTS), *values(Field.AGENDA)]),
        date_text="\n".join(values(Field.DATE)),
        place=place[0] if place else None,
    )


def _agenda_lines(fields: Iterable[HeaderField]) -> list[str]:
    """The lines of all agenda fields; 「3 議事」 within a 次第 counts as a line of it."""
    listed: list[str] = []
    for field in fields:
        if field.field is Field.AGENDA:
            inner = fold(field.heading) in _AGENDA_PARENT
            listed += [field.heading, *field.values] if inner else field.values
    return listed


def _agenda(values: Sequence[str]) -> tuple[AgendaItem, ...]:
    """The items that were deliberated: those under 議事 if the agenda has such a heading."""
    items: list[AgendaItem] = []
    inner: list[AgendaItem] = []
    under_parent = False
    for value in values:
        item = agenda_item(value)
        if item is None:
            under_parent = under_parent and not _is_formality(value)
            if fold(value) in _AGENDA_PARENT:
                under_parent = True
            continue
        if fold(item.title) in _AGENDA_PARENT:
            under_parent = True
        elif item.title.endswith("のうち"):
            continue  # 議案第1号　予算のうち: its parts follow, and are deliberated one by one.
        elif under_parent and _is_inner(value):
            inner.append(item)
        elif not _is_formality(item.title):
            under_parent = False
            items.append(item)
    return tuple(inner or items or _unnumbered(values))


def _is_inner(value: str) -> bool:
    return value.strip().lstrip("*+- ")[0] in "（(①②③④⑤⑥⑦⑧⑨⑩議案協報審第"


def _is_formality(text: str) -> bool:
    return fold(_MARK.sub("", text)) in _FORMALITIES


def _unnumbered(values: Sequence[str]) -> list[AgendaItem]:
    plain = [_MARK.sub("", value).strip() for value in values]
    return [
        AgendaItem(None, title)
        for title in plain
        if title and not _is_formality(title) and "。" not in title and len(title) <= 80
        and fold(title) not in _AGENDA_PARENT and "選任" not in title
    ]  # fmt: skip


def agenda_item(line: str) -> AgendaItem | None:
    """The agenda item that a line names by its number, or None."""
    match = _NUMBERED.match(line)
    if match is None or match["title"].rstrip().endswith(("。", "、")) or _PAUSE.search(line):
        return None
    number = re.sub(r"[（）()\s第号議案報諮陳認承同発]", "", halfwidth(match["number"]))
    if _KANJI_NUMBER.fullmatch(number):
        number = arabic(number)
    return AgendaItem(number, match["title"].strip().strip("*"))


def _handouts(values: Iterable[str]) -> tuple[Handout, ...]:
    found: dict[str, Handout] = {}
    for value in values:
        for part in re.split(r"[、,]\s*(?=(?:参考|当日)?資料)", value):
            match = _HANDOUT.match(part)
            if match and match["title"]:
                label = re.sub(r"\s+", "", halfwidth(match["label"]))
                if label.isascii():
                    label = re.sub(r"\s+", " ", halfwidth(match["label"]))
                found.setdefault(fold(label), Handout(label, match["title"].strip()))
    return tuple(found.values())

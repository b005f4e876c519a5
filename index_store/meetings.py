"""Which meetings a question means: 第2回, 前回, 昨年度, 令和6年10月の会議, the June 2024 meeting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from index_store import english_meetings
from index_store.tokenizing import tokenizer
from index_store.types import IndexedDocument
from index_store.words import words
from ingest.dates import ERA_LETTERS, ERAS, arabic, find_date
from ingest.directory import committee_of
from ingest.text import fold
from ingest.types import Kind

_FISCAL_START = 4
"""April."""

_ERAS = ERAS | ERA_LETTERS
_BODY = r"(?:定例会|臨時会|審議会|協議会|委員会|懇談会|懇話会|検討会|評議会|部会|会議(?![室録]))"
_COMMITTEE = rf"[\u3005\u30a1-\u30fa\u30fc\u4e00-\u9fff]{{0,14}}?{_BODY}"
"""図書館協議会, or 協議会 alone."""

_TOLD = r"(?:説明|報告|答弁|発言|指摘|提案)(?:し|さ|が|の)|述べ|答え|言っ|言わ|語|話し|話さ|伝え|示し|示さ"
_SOMEBODY = r"[^、。はがをにで]{1,10}?(?:委員|議員|[長事]|さん|氏|事務局)"
_MEETING = rf"(?:の|に開かれた|に行われた|開催の)?(?:{_COMMITTEE}|会合|回|議事|議論|[市町村区県都]?議会|総会|会(?![社場員計]))"
_TOLD_THEN = (
    r"(?:の(?:答弁|質疑|一般質問|説明|審議|審査|協議)(?=[では、にのを]|$)"
    rf"|に、?(?=(?:{_SOMEBODY}[がは](?:[^、。]{{0,16}}?について)?)?(?:{_TOLD})))"
)
"""9月の答弁, 9月に説明された: it may be the month of something else."""

_COUNT = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
_NTH = re.compile(
    rf"(?:第\s*(?P<n>{_COUNT})\s*回|(?P<nth>{_COUNT})\s*回目(?=の?(?:{_COMMITTEE}|会合|議事))|(?<=[会議]の)(?P<of>{_COUNT})\s*回目)"
    r"(?:の(?:会議(?!室)|会合|議事録?))?"
)
"""第2回, 2回目の会議, 協議会の2回目; 2回目の入札 is none."""

_BEHIND_NTH = re.compile(
    rf"\s*(?:$|[、,。?？！!\s]|[のでにはをともが]|から|会合|開催|って|{_COMMITTEE})"
)
"""第2回募集 is no meeting."""

_NAMED_BODY = re.compile(rf"(?:[\u3005\u30a1-\u30fa\u30fc\u4e00-\u9fff]{{2,10}}の)?{_COMMITTEE}")

_YEAR_WORD = r"(?:(?P<era>令和|平成|R|H)\s*(?P<eray>元|\d{1,2})|(?P<west>20\d\d))\s*年"
_FISCAL = re.compile(rf"{_YEAR_WORD}度|(?P<relative>一昨年度|昨年度|前年度|今年度|本年度|去年度)")
_MONTH = re.compile(
    rf"(?:{_YEAR_WORD}\s*|(?P<relative>昨年|去年|今年|本年|一昨年)(?:の)?)?(?P<month>\d{{1,2}})月"
    rf"(?:\s*(?P<day>\d{{1,2}})日)?(?:{_MEETING}|(?P<told>{_TOLD_THEN}))"
)
_YEAR = re.compile(
    rf"(?:{_YEAR_WORD}|(?P<relative>昨年|去年|今年|本年|一昨年))(?:の|に開かれた|開催の)(?:{_COMMITTEE}|会合)"
)
"""昨年の防災会議, 令和5年の会議."""

_TO_COME = re.compile(
    r"(?:いつ|どこ|何日|何時|会場)[^。]{0,12}?(?:開かれ|開催され|開催し|開き|行われ|行い|あり)(?:る予定|ます|るの|るか)|(?:いつ|どこ)[^。]{0,8}?開催予定"
)
"""A meeting is asked for that is yet to be held, of which an earlier one tells: 次の会はどこで開かれますか."""

_ERA_YEAR = r"(?:(?:令和|平成|R|H)\s*(?:元|\d{1,2})|20\d\d)"
_END = rf"(?:{_ERA_YEAR}\s*(?:年度|年)\s*(?:\d{{1,2}}月)?|\d{{1,2}}月)"
_RANGE = re.compile(
    rf"(?P<first>{_ERA_YEAR}\s*(?:年度|年)\s*(?:\d{{1,2}}月)?)(?:から|[～〜~])(?P<last>{_END})(?:まで)?(?:の間)?"
    rf"(?:の|に開かれた|に行われた)(?:{_COMMITTEE}|会合|議論|議事)"
)
"""令和5年度から令和6年度までの会議, 2024年4月から9月の協議会."""

_BOUND = re.compile(
    r"(?:(?P<era>令和|平成|R|H)\s*(?P<eray>元|\d{1,2})|(?P<west>20\d\d))\s*年(?P<fiscal>度)?|(?P<month>\d{1,2})月"
)

_LATEST = re.compile(
    r"(?:前々回|前回)の(?:会議|会合|議論)|^(?:前々回|前回)(?=は|では|には|、)|(?:直近|最新|一番新しい|最後)の(?:会議|会合|回|議事録|議論)|"
    r"\b(?:the )?(?:last|latest|most recent) meeting\b",
    re.IGNORECASE,
)
_SHORTEST_COMMITTEE = 4
_ORGAN = re.compile(r"(?:教育|選挙管理|農業|公安|人事|公平|監査)委員会$")
"""These act every day, and not in meetings alone."""

_COMMON = re.compile(
    r"^(?:小|本|実行|推進|策定|検討|準備|審査|運営|特別|専門|常任|各)?(?:委員会|協議会|部会|審議会|会議)$"
)
"""Any matter may have one."""

_THERE = re.compile(
    r"(?:の第?[\d一二三四五六七八九十]+回|の?(?:定例会|臨時会|会議(?!室))|で(?!は?な)|における|にて)"
)
"""Behind a place where something was said."""


@dataclass(frozen=True)
class Meetings:
    """The documents that a question narrows to (None: it does not), and the question without that.

    ``unknown`` are words for a meeting that the index does not hold.
    """

    documents: frozenset[str] | None
    rest: str
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def named_meetings(plain: str, rows: Sequence[IndexedDocument], today: date) -> Meetings:
    """The meetings that a question (NFKC) names among ``rows``."""
    minutes = [row for row in rows if row.kind == Kind.MINUTES]
    kept = minutes
    unknown, notes = [], []
    read: list[tuple[int, int]] = []
    for (start, end), fits in _conditions(plain, minutes, today):
        words = plain[start:end]
        found = [row for row in kept if fits(row)]
        if found:
            kept = found
            notes.append(f"meeting: {words} ({len(found)})")
            read.append((start, end))
        else:
            unknown.append(words)
    documents = frozenset(row.name for row in kept) if read else None
    return Meetings(documents, _tidy(_without(plain, read)), tuple(unknown), tuple(notes))


def _without(plain: str, spans: Sequence[tuple[int, int]]) -> str:
    """The question with a space for each run of what was read; spans may overlap."""
    gone = {at for start, end in spans for at in range(start, end)}
    return re.sub(
        "\0+", " ", "".join("\0" if at in gone else letter for at, letter in enumerate(plain))
    )


_Condition = tuple[tuple[int, int], Callable[[IndexedDocument], bool]]


def _conditions(plain: str, rows: Sequence[IndexedDocument], today: date) -> Iterator[_Condition]:
    """(span, condition on a document) for each way in which the question names meetings."""
    yield from _committees(plain, rows)
    if _TO_COME.search(plain):
        return
    fiscal = _FISCAL.search(plain)
    if fiscal and (_NTH.search(plain) or re.match(_MEETING, plain[fiscal.end() :])):
        yield fiscal.span(), partial(_is_of_year, year=_fiscal_year(fiscal, today))
    for match in _NTH.finditer(plain):
        if _BEHIND_NTH.match(plain, match.end()):
            yield match.span(), partial(_is_nth, number=_number(match))
    if english := english_meetings.nth(plain):
        span, number = english
        if any(_is_nth(row, number) for row in rows):
            yield span, partial(_is_nth, number=number)
    yield from _by_day(plain, rows, today)
    if latest := _LATEST.search(plain):
        names = _latest(rows, back=1 if "前々回" in latest.group() else 0)
        yield latest.span(), lambda row: row.name in names


def _by_day(plain: str, rows: Sequence[IndexedDocument], today: date) -> Iterator[_Condition]:
    if between := _RANGE.search(plain):
        first, last = _bounds(between["first"], between["last"])
        yield between.span(), partial(_is_between, first=first, last=last)
        return
    day = find_date(plain)
    month = _MONTH.search(plain)
    if day is not None and not (month and month["day"]):
        if any(row.date == day.isoformat() for row in rows):
            yield (0, 0), lambda row: row.date == day.isoformat()
    elif month:
        on = int(month["day"]) if month["day"] else None
        year = _year(month, today)
        fits = partial(_in_month, year=year, month=int(month["month"]), day=on)
        if not month["told"] or any(fits(row) for row in rows):
            yield month.span(), fits
    elif year_of := _YEAR.search(plain):
        yield year_of.span(), partial(_in_year, year=_year(year_of, today))
    elif held := english_meetings.when(plain):
        fits = partial(_in_month, year=held.year, month=held.month, day=held.day)
        if held.sure or any(fits(row) for row in rows):
            yield held.span, fits


def _is_of(row: IndexedDocument, committees: frozenset[str]) -> bool:
    return committee_of(row.title) in committees


def _is_of_year(row: IndexedDocument, year: int) -> bool:
    return _fiscal_of(row) == year


def _is_nth(row: IndexedDocument, number: int) -> bool:
    title = _plain_title(row)
    if match := _NTH.search(title):
        return _number(match) == number
    return english_meetings.number_of(title) == number


def _number(match: re.Match[str]) -> int:
    number = match["n"] or match["nth"] or match["of"]
    return int(number if number.isdecimal() else arabic(number))


def _committees(plain: str, rows: Sequence[IndexedDocument]) -> Iterator[_Condition]:
    """The first committee that the question names, if its name tells some apart.

    People leave out parts of a long name: 観光協議会 and 観光の協議会 are 霧瀬町観光振興協議会, as long as
    every word of theirs is one of its words.
    """
    names = {name for row in rows if (name := committee_of(row.title))}
    for match in _NAMED_BODY.finditer(plain):
        # 昨年の図書館協議会, 第2回図書館協議会: what stands in front may be something else.
        for start in _beginnings(plain, match):
            said = plain[start : match.end()]
            meant = frozenset(name for name in names if _may_be(said, name))
            if meant and meant != names and _is_met_in(said, plain[match.end() :]):
                yield (start, match.end()), partial(_is_of, committees=meant)
                return
    if english := english_meetings.body(plain, rows):
        span, documents = english
        yield span, lambda row: row.name in documents


def _beginnings(plain: str, match: re.Match[str]) -> Iterator[int]:
    """Where the name of a committee may begin: with a word, since 今日の会議 is no 日の会議."""
    for token in tokenizer().tokenize(plain[: match.end()]):
        within = match.start() <= token.begin() <= match.end() - _SHORTEST_COMMITTEE
        if within and token.surface() != "の":
            yield token.begin()


def _is_met_in(said: str, behind: str) -> bool:
    """Whether a committee's name means its meetings, by what stands behind it."""
    folded = fold(said)
    if _ORGAN.search(folded) or _COMMON.search(folded):
        return _THERE.match(behind) is not None
    return True


def _may_be(words_said: str, name: str) -> bool:
    """Whether a committee may be called so: by the end of its name, or by some of its words."""
    said = fold(words_said)
    if len(said) < _SHORTEST_COMMITTEE:
        return False
    return name.endswith(said) or set(words(words_said)) <= set(words(name))


def _plain_title(row: IndexedDocument) -> str:
    return unicodedata.normalize("NFKC", row.title or "")


def _fiscal_of(row: IndexedDocument) -> int | None:
    """The fiscal year of a meeting: of its title, else of its day."""
    match = _FISCAL.search(_plain_title(row))
    if match and not match["relative"]:
        return _fiscal_year(match, date.min)
    if row.date is None:
        return None
    day = date.fromisoformat(row.date)
    return day.year - (day.month < _FISCAL_START)


def _fiscal_year(match: re.Match[str], today: date) -> int:
    if relative := match["relative"]:
        this = today.year - (today.month < _FISCAL_START)
        return this - {"一昨年度": 2, "昨年度": 1, "前年度": 1, "去年度": 1}.get(relative, 0)
    return _absolute(match)


def _absolute(match: re.Match[str]) -> int:
    if match["west"]:
        return int(match["west"])
    return _ERAS[match["era"]] + (1 if match["eray"] == "元" else int(match["eray"]))


def _year(match: re.Match[str], today: date) -> int | None:
    if relative := match["relative"]:
        return today.year - {"昨年": 1, "去年": 1, "一昨年": 2}.get(relative, 0)
    return _absolute(match) if match["west"] or match["era"] else None


def _bounds(first: str, last: str) -> tuple[str, str]:
    """The first and the last month of a range, as 2024-04; the end may leave out its year."""
    year, month, fiscal = _bound(first)
    end_year, end_month, end_fiscal = _bound(last)
    start = (year or 0, month or (_FISCAL_START if fiscal else 1))
    if end_month is None:
        closing = ((end_year or 0) + end_fiscal, _FISCAL_START - 1 if end_fiscal else 12)
    else:
        # 2024年10月から3月: the end is in the year after.
        closing = (end_year or start[0] + (end_month < start[1]), end_month)
    return f"{start[0]:04}-{start[1]:02}", f"{closing[0]:04}-{closing[1]:02}"


def _bound(words_of_end: str) -> tuple[int | None, int | None, bool]:
    """(year, month, whether it is a fiscal year) of one end of a range."""
    year, month, fiscal = None, None, False
    for match in _BOUND.finditer(words_of_end):
        if match["month"]:
            month = int(match["month"])
        else:
            year, fiscal = _absolute(match), bool(match["fiscal"])
    return year, month, fiscal


def _is_between(row: IndexedDocument, first: str, last: str) -> bool:
    return row.date is not None and first <= row.date[:7] <= last


def _in_month(row: IndexedDocument, year: int | None, month: int, day: int | None) -> bool:
    if row.date is None:
        return False
    held = date.fromisoformat(row.date)
    return held.month == month and year in (None, held.year) and day in (None, held.day)


def _in_year(row: IndexedDocument, year: int | None) -> bool:
    return row.date is not None and date.fromisoformat(row.date).year == year


def _latest(rows: Sequence[IndexedDocument], back: int) -> set[str]:
    """The last meeting of each committee, or the one so many before it."""
    held: dict[str, list[IndexedDocument]] = {}
    for row in rows:
        if row.date:
            held.setdefault(committee_of(row.title) or "", []).append(row)
    chosen = set()
    for meetings in held.values():
        ordered = sorted(meetings, key=lambda row: row.date or "")
        if len(ordered) > back:
            chosen.add(ordered[-1 - back].name)
    return chosen


def _tidy(rest: str) -> str:
    """The question without the particles that the words for a meeting leave behind."""
    return re.sub(
        r"^[\s、,]*(?:での|では|にて|で|の|に|は|における)?[\s、,]*|\s{2,}", " ", rest
    ).strip()

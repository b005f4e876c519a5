"""Which meetings a question means: 第2回, 前回, 昨年度, 令和6年10月の会議, the June 2024 meeting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from index_store.types import IndexedDocument
from index_store.words import words
from ingest.dates import ERA_LETTERS, ERAS, arabic, find_date
from ingest.directory import committee_of
from ingest.text import fold
from ingest.types import Kind

_FISCAL_START = 4
"""April."""

_ERAS = ERAS | ERA_LETTERS
_BODY = r"(?:定例会|臨時会|審議会|協議会|委員会|懇談会|懇話会|検討会|評議会|部会|会議)"
_COMMITTEE = rf"[\u3005\u30a1-\u30fa\u30fc\u4e00-\u9fff]{{0,14}}?{_BODY}"
"""図書館協議会, or 協議会 alone."""

_MEETING = rf"(?:の|に開かれた|に行われた|開催の)?(?:{_COMMITTEE}|会合|回|議事|議論|会)"
_NTH = re.compile(
    r"(?:第\s*(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})\s*回|(?P<nth>\d{1,3}|[一二三四五六七八九十]{1,3})\s*回目)"
    r"(?:の(?:会議(?!室)|会合|議事録?))?"
)
_BEHIND_NTH = re.compile(
    rf"\s*(?:$|[、,。?？！!\s]|[のでにはをともが]|から|会合|開催|って|{_COMMITTEE})"
)
"""第2回募集 is no meeting."""

_NAMED_BODY = re.compile(rf"(?:[\u3005\u30a1-\u30fa\u30fc\u4e00-\u9fff]{{2,10}}の)?{_COMMITTEE}")

_YEAR_WORD = r"(?:(?P<era>令和|平成|R|H)\s*(?P<eray>元|\d{1,2})|(?P<west>20\d\d))\s*年"
_FISCAL = re.compile(rf"{_YEAR_WORD}度|(?P<relative>一昨年度|昨年度|前年度|今年度|本年度|去年度)")
_MONTH = re.compile(
    rf"(?:{_YEAR_WORD}\s*|(?P<relative>昨年|去年|今年|本年|一昨年)(?:の)?)?(?P<month>\d{{1,2}})月"
    rf"(?:\s*(?P<day>\d{{1,2}})日)?{_MEETING}"
)
_YEAR = re.compile(
    rf"(?:{_YEAR_WORD}|(?P<relative>昨年|去年|今年|本年|一昨年))(?:の|に開かれた|開催の)(?:{_COMMITTEE}|会合)"
)
"""昨年の防災会議, 令和5年の会議."""

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
    r"(?P<before>前々回|前回)(?:の(?:会議|会合|議論))?|(?:直近|最新|一番新しい|最後)の(?:会議|会合|回|議事録|議論)|"
    r"\b(?:the )?(?:last|latest|most recent) meeting\b",
    re.IGNORECASE,
)
_ENGLISH_MONTH = re.compile(
    r"\b(?:the |in |at the )?(?P<name>january|february|march|april|may|june|july|august|september|october|november|december)"
    r"(?:\s+(?P<year>20\d\d))?\s+(?:meeting|session)\b|\b(?:meeting|session) (?:of|in|on) (?P<name2>january|february|march|"
    r"april|may|june|july|august|september|october|november|december)(?: (?P<year2>20\d\d))?",
    re.IGNORECASE,
)
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_SHORTEST_COMMITTEE = 4
_ENGLISH_BODY = re.compile(
    r"\b(?:[A-Z][a-z]+ (?:(?:of|for|and) )?){1,5}(?:Board|Council|Committee|Commission|Panel)\b"
    r"|\b(?:[a-z]+ ){1,2}(?:board|council|committee|commission|panel)\b"
)


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
    fiscal = _FISCAL.search(plain)
    if fiscal and (_NTH.search(plain) or re.match(_MEETING, plain[fiscal.end() :])):
        yield fiscal.span(), partial(_is_of_year, year=_fiscal_year(fiscal, today))
    for match in _NTH.finditer(plain):
        if _BEHIND_NTH.match(plain, match.end()):
            yield match.span(), partial(_is_nth, number=_number(match))
    yield from _by_day(plain, rows, today)
    if latest := _LATEST.search(plain):
        names = _latest(rows, back=1 if latest["before"] == "前々回" else 0)
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
        yield month.span(), partial(_in_month, year=year, month=int(month["month"]), day=on)
    elif year_of := _YEAR.search(plain):
        yield year_of.span(), partial(_in_year, year=_year(year_of, today))
    elif english := _ENGLISH_MONTH.search(plain):
        name, given = english["name"] or english["name2"], english["year"] or english["year2"]
        number = _MONTHS.index(name.lower()) + 1
        year = int(given) if given else None
        yield english.span(), partial(_in_month, year=year, month=number, day=None)


def _is_of(row: IndexedDocument, committees: frozenset[str]) -> bool:
    return committee_of(row.title) in committees


def _is_of_year(row: IndexedDocument, year: int) -> bool:
    return _fiscal_of(row) == year


def _is_nth(row: IndexedDocument, number: int) -> bool:
    match = _NTH.search(_plain_title(row))
    return match is not None and _number(match) == number


def _number(match: re.Match[str]) -> int:
    number = match["n"] or match["nth"]
    return int(number if number.isdecimal() else arabic(number))


def _committees(plain: str, rows: Sequence[IndexedDocument]) -> Iterator[_Condition]:
    """The first committee that the question names, if its name tells some apart.

    People leave out parts of a long name: 観光協議会 and 観光の協議会 are 霧瀬町観光振興協議会, as long as
    every word of theirs is one of its words.
    """
    names = {name for row in rows if (name := committee_of(row.title))}
    for match in (*_NAMED_BODY.finditer(plain), *_ENGLISH_BODY.finditer(plain)):
        # 昨年の図書館協議会, 第2回図書館協議会: what stands in front may be something else.
        for start in range(match.start(), match.end() - _SHORTEST_COMMITTEE + 1):
            if plain[start] == "の":
                continue
            meant = frozenset(name for name in names if _may_be(plain[start : match.end()], name))
            if meant and meant != names:
                yield (start, match.end()), partial(_is_of, committees=meant)
                return


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

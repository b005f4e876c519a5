"""Which meetings a question means: 第2回, 前回, 昨年度, 令和6年10月の会議, the June 2024 meeting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from index_store.types import IndexedDocument
from ingest.dates import arabic, find_date
from ingest.directory import committee_of
from ingest.text import fold
from ingest.types import Kind

_FISCAL_START = 4
"""April."""

_ERAS = {"令和": 2018, "平成": 1988, "R": 2018, "H": 1988}
_MEETING = r"(?:の|に開かれた|に行われた|開催の)?(?:会議|会合|回|定例会|臨時会|審議会|協議会|委員会|懇談会|部会|議事|議論|会)"
_NTH = re.compile(
    r"第\s*(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})\s*回(?:の(?:会議|会合|議事録?))?"
)
_BEHIND_NTH = re.compile(
    r"\s*(?:$|[、,。?？！!\s]|[のでにはをとも]|から|会議|会合|定例会|臨時会|委員会|審議会|協議会|懇談会|開催)"
)
"""第2回募集 is no meeting."""

_YEAR_WORD = r"(?:(?P<era>令和|平成|R|H)\s*(?P<eray>元|\d{1,2})|(?P<west>20\d\d))\s*年"
_FISCAL = re.compile(rf"{_YEAR_WORD}度|(?P<relative>一昨年度|昨年度|前年度|今年度|本年度|去年度)")
_MONTH = re.compile(
    rf"(?:{_YEAR_WORD}\s*|(?P<relative>昨年|去年|今年|本年|一昨年)(?:の)?)?(?P<month>\d{{1,2}})月"
    rf"(?:\s*(?P<day>\d{{1,2}})日)?{_MEETING}"
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
_KINDS_OF_BODY = re.compile(
    r"(?:審議会|協議会|委員会|会議|懇談会|懇話会|検討会|部会|評議会|総会|運営会|board|council|committee|commission)$",
    re.IGNORECASE,
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
    rest, unknown, notes = plain, [], []
    narrowed = False
    for words, fits in _conditions(plain, minutes, today):
        found = [row for row in kept if fits(row)]
        if found:
            kept, narrowed = found, True
            notes.append(f"meeting: {words} ({len(found)})")
            rest = rest.replace(words, " ", 1) if words in rest else rest
        else:
            unknown.append(words)
    documents = frozenset(row.name for row in kept) if narrowed else None
    return Meetings(documents, _tidy(rest), tuple(unknown), tuple(notes))


_Condition = tuple[str, Callable[[IndexedDocument], bool]]


def _conditions(plain: str, rows: Sequence[IndexedDocument], today: date) -> Iterator[_Condition]:
    """(words, condition on a document) for each way in which the question names meetings."""
    for committee in _committees(plain, rows):
        yield committee, partial(_is_of, committee=committee)
    fiscal = _FISCAL.search(plain)
    if fiscal and (_NTH.search(plain) or re.match(_MEETING, plain[fiscal.end() :])):
        yield fiscal.group(), partial(_is_of_year, year=_fiscal_year(fiscal, today))
    for match in _NTH.finditer(plain):
        if _BEHIND_NTH.match(plain, match.end()):
            yield match.group(), partial(_is_nth, number=_number(match))
    yield from _by_day(plain, rows, today)
    if latest := _LATEST.search(plain):
        names = _latest(rows, back=1 if latest["before"] == "前々回" else 0)
        yield latest.group(), lambda row: row.name in names


def _by_day(plain: str, rows: Sequence[IndexedDocument], today: date) -> Iterator[_Condition]:
    day = find_date(plain)
    if day is not None:
        if any(row.date == day.isoformat() for row in rows):
            yield day.isoformat(), lambda row: row.date == day.isoformat()
    elif month := _MONTH.search(plain):
        on = int(month["day"]) if month["day"] else None
        year = _year(month, today)
        yield month.group(), partial(_in_month, year=year, month=int(month["month"]), day=on)
    elif english := _ENGLISH_MONTH.search(plain):
        name, given = english["name"] or english["name2"], english["year"] or english["year2"]
        number = _MONTHS.index(name.lower()) + 1
        year = int(given) if given else None
        yield english.group(), partial(_in_month, year=year, month=number, day=None)


def _is_of(row: IndexedDocument, committee: str) -> bool:
    return fold(committee) in (committee_of(row.title) or "")


def _is_of_year(row: IndexedDocument, year: int) -> bool:
    return _fiscal_of(row) == year


def _is_nth(row: IndexedDocument, number: int) -> bool:
    match = _NTH.search(_plain_title(row))
    return match is not None and _number(match) == number


def _number(match: re.Match[str]) -> int:
    return int(match["n"] if match["n"].isdecimal() else arabic(match["n"]))


def _committees(plain: str, rows: Sequence[IndexedDocument]) -> list[str]:
    """The ends of committees' names (図書館協議会) that the question holds, if they tell some apart."""
    names = {name for row in rows if (name := committee_of(row.title))}
    folded = fold(plain)
    found = set()
    for name in names:
        for start in range(max(0, len(name) - _SHORTEST_COMMITTEE + 1)):
            tail = name[start:]
            if tail in folded and _KINDS_OF_BODY.search(tail):
                found.add(tail)
                break
    telling = [tail for tail in found if not all(tail in name for name in names)]
    return [max(telling, key=len)] if telling else []


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


def _in_month(row: IndexedDocument, year: int | None, month: int, day: int | None) -> bool:
    if row.date is None:
        return False
    held = date.fromisoformat(row.date)
    return held.month == month and year in (None, held.year) and day in (None, held.day)


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

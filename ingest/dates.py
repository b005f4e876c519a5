"""Dates as minutes print them: wareki (令和5年7月31日, 平成元年), western, English."""

from __future__ import annotations

import re
from datetime import date

from ingest.text import halfwidth

ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}
"""The year before each era's first: 令和1 is 2019."""

ERA_LETTERS = {"R": 2018, "H": 1988, "S": 1925}
MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
        "sep sept september|oct october|nov november|dec december".split("|"),
        start=1,
    )
    for name in names.split()
}
"""The number of each English month, by its name and its short forms in small letters."""

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_KANJI_DIGITS = "〇一二三四五六七八九"
_KANJI_NUMBER = re.compile(
    rf"(?:[{_KANJI_DIGITS[1:]}]?十[{_KANJI_DIGITS[1:]}]?|[{_KANJI_DIGITS}]{{1,4}})(?=\s*[年月日])"
)
_SP = r"\s*"
_WAREKI = re.compile(
    rf"(?P<era>{'|'.join(ERAS)}){_SP}(?P<year>元|\d{{1,2}}){_SP}年"
    rf"(?:{_SP}[(（]{_SP}\d{{4}}{_SP}年?{_SP}[)）])?"
    rf"{_SP}(?P<month>\d{{1,2}}){_SP}月{_SP}(?P<day>\d{{1,2}}){_SP}日"
)
_ERA_LETTER = re.compile(
    r"\b(?P<era>[RHS])\.?(?P<year>\d{1,2})[./](?P<month>\d{1,2})[./](?P<day>\d{1,2})\b"
)
_WESTERN = re.compile(
    rf"(?P<year>(?:19|20)\d\d){_SP}(?:[(（][^)）]{{1,8}}[)）]{_SP})?(?:年{_SP}|[-/.])"
    rf"(?:[(（][^)）]{{1,8}}[)）]{_SP})?"
    rf"(?P<month>\d{{1,2}})(?:{_SP}月{_SP}|[-/.])(?P<day>\d{{1,2}})(?!\d)"
)
_ENGLISH = re.compile(
    rf"\b(?:(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2>{_MONTH})\.?),?\s+"
    r"(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)


def find_date(text: str) -> date | None:
    """The first full date (year, month, day) in ``text``, or None.

    Digits of any width are read; 元年 is year 1; impossible dates are passed over.
    """
    plain = _KANJI_NUMBER.sub(_arabic, halfwidth(text))
    found = []
    for pattern in (_WAREKI, _WESTERN, _ENGLISH, _ERA_LETTER):
        for match in pattern.finditer(plain):
            if day := _as_date(match):
                found.append((match.start(), day))
                break
    return min(found)[1] if found else None


_TITLE_REACH = 80
"""Characters within which a title stands."""

_YEAR = re.compile(
    rf"(?:(?P<era>{'|'.join(ERAS)}){_SP}(?P<year>元|\d{{1,2}})|(?P<western>(?:19|20)\d\d)){_SP}年度?"
    rf"(?:{_SP}[(（]{_SP}\d{{4}}{_SP}年?度?{_SP}[)）])?(?P<month>{_SP}\d{{1,2}}{_SP}月)?"
    r"|\b(?P<english>(?:19|20)\d\d)\b"
)


def find_year(text: str) -> int | None:
    """The year in which something was made: the first with a month, else one in the title."""
    found = list(_YEAR.finditer(_KANJI_NUMBER.sub(_arabic, halfwidth(text))))
    near = (m for m in found if m.start() < _TITLE_REACH)
    match = next((m for m in found if m["month"]), None) or next(near, None)
    if match is None:
        return None
    if match["era"]:
        return ERAS[match["era"]] + (1 if match["year"] == "元" else int(match["year"]))
    return int(match["western"] or match["english"])


def _arabic(match: re.Match[str]) -> str:
    return arabic(match.group())


def arabic(digits: str) -> str:
    """A number in kanji, below a hundred or digit by digit: 三十 -> 30, 二〇二四 -> 2024."""
    if "十" not in digits:
        return "".join(str(_KANJI_DIGITS.index(digit)) for digit in digits)
    tens, _, ones = digits.partition("十")
    value = 10 * (_KANJI_DIGITS.index(tens) if tens else 1)
    return str(value + (_KANJI_DIGITS.index(ones) if ones else 0))


def _as_date(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    year = 1 if groups["year"] == "元" else int(groups["year"])
    era = groups.get("era")
    if era:
        year += ERAS.get(era) or ERA_LETTERS[era]
    month = groups.get("month") or groups["month2"]
    number = int(month) if month.isdigit() else MONTHS[month.lower()]
    try:
        return date(year, number, int(groups.get("day") or groups["day2"]))
    except ValueError:
        return None

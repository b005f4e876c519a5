"""Years and months: said outright, or meant by 来年度 and next spring on the day of the meeting."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from assistant.verifying.figures import FISCAL_YEAR, MONTH, YEAR, Figure, figures
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from assistant.verifying.units import YEARS

_FISCAL_START = 4
"""April."""

_STEPS = {
    "一昨": -2, "昨": -1, "去": -1, "前": -1, "今": 0, "本": 0, "当": 0, "来": 1, "翌": 1, "次": 1, "明": 1, "再来": 2, "先": -1,
    "last": -1, "this": 0, "next": 1, "previous": -1, "coming": 1,
}  # fmt: skip
_STEP = "|".join(sorted(_STEPS, key=len, reverse=True))
_RELATIVE = re.compile(
    rf"(?P<step>{_STEP})(?:年(?P<fiscal>度)?|(?P<month>月)|(?P<season>[春夏秋冬]))"
    r"|(?<![元今昨本前翌次去来同当\d〇-龠])(?P<within>年度(?=内|中|末))"
    r"|(?<![\d〇-龠])(?P<calendar>年内|年末)|(?P<turn>年明け)"
    r"|(?P<ago>\d+)年(?P<way>前|後)"
    rf"|\b(?P<english>{'|'.join(s for s in _STEPS if s.isascii())})\s+(?P<what>(?:fiscal |financial )?year|month|spring|summer|autumn|winter|january|february|march|april|may|june|july|august|september|october|november|december)\b"
    r"|\b(?P<years>\d+|two|three|four|five|ten) years ago\b",
    re.IGNORECASE,
)
_SEASON = re.compile(
    r"[春夏秋冬](?=に|まで|から|頃|ごろ|以降|の(?:うち|間))|\b(?:spring|summer|autumn|winter)\b",
    re.IGNORECASE,
)
_SEASONS = {"spring": "春", "summer": "夏", "autumn": "秋", "winter": "冬"}
_STARTS = re.compile(
    r"(?:の)?(?:初め|頭|末|下旬|上旬|中旬|中|分|\d+日)?(?:から|以降|より|に(?:始|開))"
)
_ENDS = re.compile(
    r"(?:の)?(?:初め|頭|末|下旬|上旬|中旬|中|分|\d+日)?(?:まで|以前|をもって|で(?:締|終|閉|打))"
)


def season_not_said(claim: str, ground: Grounds) -> Wrong | None:
    """A season of a claim that the record does not name, or None."""
    match = _SEASON.search(claim)
    if match is None:
        return None
    season = match.group().lower()
    ways = {season, _SEASONS.get(season, season), *(e for e, j in _SEASONS.items() if j == season)}
    held = f"{ground.said}{ground.asked}".lower()
    return None if any(way in held for way in ways) else Wrong(Fault.DATE, match.group())


def turned_round(claim: str, figure: Figure, quoted: str) -> bool:
    """Whether a date is where something begins in the claim and ends in the record, or reversed."""
    here = _end_of(claim, figure)
    there = {
        _end_of(quoted, other)
        for other in figures(quoted)
        if other.unit == figure.unit and other.value == figure.value
    }
    return here is not None and len(there) == 1 and there == {not here}


def _end_of(text: str, figure: Figure) -> bool | None:
    """True where something begins at a figure, False where it ends there, else None."""
    behind, before = text[figure.end :], text[: figure.start].lower()
    if _STARTS.match(behind) or re.search(r"\b(?:from|since|starting(?: in| on)?) $", before):
        return True
    if _ENDS.match(behind) or re.search(r"\b(?:until|till|by|before)(?: the end of)? $", before):
        return False
    return None


def meant(text: str, ground: Grounds) -> list[Figure]:
    """All years and months of a text, those that 来年度 and next year mean as well."""
    return [*figures(text), *relative(text, ground.day)]


def relative(text: str, day: date | None) -> list[Figure]:
    """The years and months that words like 来年度, 昨秋, 3年前 and next year mean on a day."""
    found = list(_ends_of_fiscal_years(figures(text), text))
    if day is None:
        return found
    for match in _RELATIVE.finditer(text):
        figure = _meant_by(match, day)
        found.append(figure)
        found += _ends_of_fiscal_years([figure], text)
    return found


def _meant_by(match: re.Match[str], day: date) -> Figure:
    fiscal = fiscal_year(day)
    what = (match["what"] or "").lower()
    if match["calendar"] or match["turn"]:
        return _figure(day.year + bool(match["turn"]), YEAR, match)
    if match["within"]:
        return _figure(fiscal, FISCAL_YEAR, match)
    if match["ago"] or match["years"]:
        words = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10}
        number = match["ago"] or match["years"].lower()
        years = words.get(number) or int(number)
        return _figure(day.year + (years if match["way"] == "後" else -years), YEAR, match)
    step = _STEPS[(match["step"] or match["english"]).lower()]
    if match["month"] or what == "month":
        return _figure((day.month - 1 + step) % 12 + 1, MONTH, match)
    if match["fiscal"] or what.startswith("fi"):
        return _figure(fiscal + step, FISCAL_YEAR, match)
    return _figure(day.year + step, YEAR, match)


def fiscal_year(day: date) -> int:
    """The fiscal year in which a day lies."""
    return day.year if day.month >= _FISCAL_START else day.year - 1


def _ends_of_fiscal_years(years: Sequence[Figure], text: str) -> Iterator[Figure]:
    """令和8年度末 is March 2027."""
    for figure in years:
        if figure.unit == FISCAL_YEAR and text[figure.end : figure.end + 1] == "末":
            yield Figure(figure.value + 1, YEAR, figure.text, figure.start, figure.end)
            yield Figure(Fraction(3), MONTH, figure.text, figure.start, figure.end)


def _figure(value: int, unit: str, match: re.Match[str]) -> Figure:
    return Figure(Fraction(value), unit, match.group(), *match.span())


def year_stands(
    figure: Figure, claimed: Sequence[Figure], known: Sequence[Figure], ground: Grounds
) -> bool:
    """Whether the record bears out a year: as said with the words quoted, else near the meeting's.

    Of a month that is named without a year it is the year in which that month is next to the meeting.
    """
    quoted = meant(ground.quoted, ground)
    in_words = [f for f in quoted if f.unit in YEARS and f.value > 100]
    month = next((f for f in claimed if f.unit == MONTH and 0 <= f.start - figure.end <= 1), None)
    if month is not None and figure.unit == YEAR and ground.day is not None:
        ends = _ends_of_fiscal_years(in_words, ground.quoted)
        if any(f.unit == YEAR and f.value == figure.value for f in ends):
            return True
        if year := _year_of(month, ground.quoted, in_words):
            return figure.value == year
        if any(f.unit == MONTH and f.value == month.value for f in quoted):
            return figure.value in _years_near(int(month.value), ground.day)
    if in_words:
        return _one_of(figure, in_words)
    if _one_of(figure, known):
        return True
    if any(f.unit in YEARS and f.value > 100 for f in known) or ground.day is None:
        return False
    this_year = Figure(Fraction(fiscal_year(ground.day)), FISCAL_YEAR, "", 0, 0)
    return _one_of(figure, [*figures(ground.around), this_year])


def _one_of(figure: Figure, years: Sequence[Figure]) -> bool:
    """Whether a year is among others, with or without its era (3年度 for 2021)."""
    for other in years:
        if other.unit in YEARS and other.value == figure.value:
            return True
        short, full = sorted((figure.value, other.value))
        era = other.unit in YEARS and 0 < short < 70 and full > 1900
        if era and full - short in (2018, 1988, 1925):
            return True
    return False


def _year_of(month: Figure, text: str, years: Sequence[Figure]) -> Fraction | None:
    """The year that stands just in front of a month in ``text``."""
    for other in figures(text):
        if other.unit != MONTH or other.value != month.value:
            continue
        near = [f for f in years if 0 <= other.start - f.end <= 1]
        if near:
            later = near[0].unit == FISCAL_YEAR and month.value < _FISCAL_START
            return near[0].value + (1 if later else 0)
    return None


def _years_near(month: int, day: date) -> set[int]:
    before_or_after = {day.year + 1} if month < day.month else {day.year - 1} if month > day.month else set()  # fmt: skip
    return {day.year} | before_or_after

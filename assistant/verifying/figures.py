"""Figures: numbers with their units, as values, so that 一万二千人, 1.2万人 and 12,000名 are one.

Years of eras are western years (令和6年 is 2024), 割 are per cent, hours are those of the day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from assistant.verifying import units
from assistant.verifying.numerals import (
    ARABIC,
    KANJI,
    ORDINALS,
    SPELT,
    TIMES,
    spelt_value,
    value_of,
)
from assistant.verifying.units import DATES, DAY, FISCAL_YEAR, HOUR, MONTH, YEAR
from ingest.dates import ERA_LETTERS, ERAS

__all__ = ["DAY", "FISCAL_YEAR", "MONTH", "YEAR", "Figure", "figures"]

_AT_LEAST, _MORE, _LESS, _AT_MOST, _WITHIN = "以上", "超", "未満", "以下", "以内"
ABOVE, BELOW = "above", "below"
"""Bounds of figures that something is compared with: 平均を上回る is no bound of the average."""

_BOUND = r"(?P<bound>以上|以下|未満|以内|(?:を|の)?(?:少し|やや|わずかに|大きく|若干)?(?:超|上回|下回|割り?込|切[っるり])|より(?:も)?(?:多|高|大き|長|少な|低|小さ|短))"
_BOUND_OF = {"上回": ABOVE, "多": ABOVE, "高": ABOVE, "大き": ABOVE, "長": ABOVE, "下回": BELOW, "少な": BELOW, "低": BELOW, "小さ": BELOW, "短": BELOW, "込": BELOW, "切っ": BELOW, "切る": BELOW, "切り": BELOW, "超": _MORE}  # fmt: skip
_YEARS = re.compile(
    rf"(?:(?P<era>{'|'.join(ERAS)})\s*(?P<era_year>元|\d{{1,2}}|[{KANJI}]{{1,3}})\s*(?P<era_unit>年度|年)"
    r"|(?<![A-Za-z])(?P<letter>[RHS])\.?(?P<letter_year>\d{1,2})(?=\s*(?:年|[./]))(?P<letter_unit>年度|年)?"
    r"|\b(?:reiwa|(?P<heisei>heisei))\s+(?P<romaji>\d{1,2})\b"
    r"|\b(?:fiscal(?: year)?|financial year|FY)\s*(?P<fiscal>20\d\d|19\d\d)(?:[-/]\d\d)?\b)",
    re.IGNORECASE,
)
_FRACTION = re.compile(
    rf"(?P<below>\d+|[{KANJI}]+)\s*分の\s*(?P<above>\d+|[{KANJI}]+)"
    rf"|(?P<tenths>\d|[{KANJI}])割(?P<hundredths>\d|[{KANJI}])分"
    rf"|(?P<of>\d+|[{KANJI}]+)人に(?P<one>\d+|[{KANJI}]+)人"
    r"|(?P<half>半[数分])|(?P<halfyear>半年)|(?P<double>倍増|(?<![\d〇一二三四五六七八九十百数何])倍(?=に|の|へ|と))"
    r"|\b(?:(?P<count>a|one|two|three|four)[- ])(?P<part>thirds?|quarters?|fifths?|tenths?)\b|\b(?P<halved>half)\b(?! (?:past|of (?:the year|fiscal)))"
    r"|\b(?P<doubled>doubled?|twice|twofold)\b|\b(?P<n>one|two|three|\d+) (?:in|out of) (?P<every>three|four|five|six|seven|eight|nine|ten|\d+)\b",
    re.IGNORECASE,
)
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_JAPANESE = re.compile(
    rf"(?P<half_day>午後|夜|夕方|午前|朝)?(?P<number>(?:{ARABIC}|[{KANJI}]+)(?:[{KANJI}]|{ARABIC})*)"
    rf"\s*(?P<unit>{units.pattern(japanese=True)})?(?:(?<=時)(?P<minutes>\d{{1,2}})分)?(?P<part>半)?(?:余り?|強|弱|程度|ほど|前後|台)?{_BOUND}?",
    re.IGNORECASE,
)
_ENGLISH_BOUNDS = {
    _AT_LEAST: (r"at least|no fewer than|no less than|a minimum of", r"or over|or older|or more|or above|and over|and above|and older|or later"),
    _MORE: (r"more than|over|above|exceed(?:s|ed|ing)?", ""),
    _LESS: (r"less than|fewer than|under|below", ""),
    _AT_MOST: (r"up to|at most|no more than|a maximum of", r"or less|or fewer|or under|or younger"),
    _WITHIN: (r"within", ""),
}  # fmt: skip
_BEFORE = "|".join(before for before, _ in _ENGLISH_BOUNDS.values())
_BEHIND = "|".join(behind for _, behind in _ENGLISH_BOUNDS.values() if behind)
_ENGLISH = re.compile(
    rf"(?:\b(?P<before>{_BEFORE})\s+(?:about\s+|some\s+)?)?(?<![A-Za-z0-9.,])(?P<money>[$€£¥])?(?P<number>{ARABIC})"
    rf"(?:[\s-]*(?P<times>{'|'.join(TIMES)})\b)?(?:[\s-]*(?P<unit>%|{units.pattern(japanese=False)}))?(?P<ordinal>st|nd|rd|th)?"
    rf"(?::(?P<minutes>[0-5]\d))?(?:\s*(?P<half_day>[ap]\.?m\b\.?))?(?:\s+(?:(?:years?|people)\s+)?(?:of age\s+)?(?P<behind>{_BEHIND})\b)?",
    re.IGNORECASE,
)
_SPELT = re.compile(
    rf"(?:\b(?P<before>{_BEFORE})\s+)?\b(?P<words>{SPELT})\b(?:[\s-]*(?P<unit>{units.pattern(japanese=False)}))?",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(), 1
    )
}  # fmt: skip
_MONTH_NAME = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{'|'.join(_MONTHS)})\b"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?\b(?!\s*%))?",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b")
# 一部, 十分, 万全: words that begin like numbers. 三宅, 五十嵐: so do names; they have no unit.
_NO_COUNT = re.compile(
    r"一(?:部|般|層|方|体|環|定|緒|致|括|貫|律|切|番|時的|つひとつ|人一人|人ひとり|同|歩|言|助|因|応|旦|度)"
    r"|十分|万(?:全|一|が一)|千葉|二次|三者|百(?:貨|科)|四半"
)


@dataclass(frozen=True)
class Figure:
    """A number as a value: ``unit`` is its counter in one spelling, empty where there is none.

    ``bound`` says on which side of it (以上, 未満), empty for the number itself; ``text`` is how it
    is written, ``start`` and ``end`` where, in characters of the NFKC text. ``spelt`` figures are in
    letters that may be no number at all (一つ, one).
    """

    value: Fraction
    unit: str
    text: str
    start: int
    end: int
    bound: str = ""
    spelt: bool = False

    @property
    def of_date(self) -> bool:
        """Whether it is a part of a date."""
        return self.unit in DATES


def figures(text: str) -> list[Figure]:
    """All figures of ``text`` in order, none inside another.

    Args:
        text: of any width; offsets are those of its NFKC form.
    """
    return list(_figures(unicodedata.normalize("NFKC", text)))


@lru_cache(maxsize=256)
def _figures(plain: str) -> tuple[Figure, ...]:
    taken = [False] * (len(plain) + 1)
    found: list[Figure] = []
    for read in (_iso, _years, _months, _fractions, _japanese, _english, _spelt):
        found += [f for f in read(plain) if not any(taken[f.start : f.end])]
        for figure in found:
            taken[figure.start : figure.end] = [True] * (figure.end - figure.start)
    return tuple(sorted(found, key=lambda figure: figure.start))


def _iso(text: str) -> Iterator[Figure]:
    for match in _ISO.finditer(text):
        for name, unit in (("year", YEAR), ("month", MONTH), ("day", DAY)):
            yield Figure(Fraction(int(match[name])), unit, match.group(), *match.span(name))


def _years(text: str) -> Iterator[Figure]:
    for match in _YEARS.finditer(text):
        if match["fiscal"]:
            yield Figure(Fraction(int(match["fiscal"])), FISCAL_YEAR, match.group(), *match.span())
            continue
        number = match["era_year"] or match["letter_year"] or match["romaji"]
        if match["romaji"]:
            before = ERA_LETTERS["H" if match["heisei"] else "R"]
        else:
            before = ERAS[match["era"]] if match["era"] else ERA_LETTERS[match["letter"].upper()]
        year = Fraction(1) if number == "元" else value_of(number)
        unit = match["era_unit"] or match["letter_unit"] or YEAR
        yield Figure(before + year, unit, match.group(), *match.span())


def _months(text: str) -> Iterator[Figure]:
    for match in _MONTH_NAME.finditer(text):
        if match["month"] == "may" or match["month"] == "march":
            continue  # the verbs
        month = Fraction(_MONTHS[match["month"].lower()])
        yield Figure(month, MONTH, match["month"], *match.span("month"))
        for name in ("before", "after"):
            if match[name]:
                yield Figure(Fraction(int(match[name])), DAY, match[name], *match.span(name))


def _fractions(text: str) -> Iterator[Figure]:
    for match in _FRACTION.finditer(text):
        if (value := _fraction(match)) is not None:
            unit = "倍" if match["double"] or match["doubled"] else ""
            if match["halfyear"]:
                unit = "か月"
            if match["tenths"]:
                unit = "%"
            yield Figure(value, unit, match.group(), *match.span())


def _fraction(match: re.Match[str]) -> Fraction | None:
    """The value of a part of a whole, None where it is none (0分の3)."""
    if match["half"] or match["halved"]:
        return Fraction(1, 2)
    if match["halfyear"]:
        return Fraction(6)
    if match["double"] or match["doubled"]:
        return Fraction(2)
    if match["tenths"]:
        return value_of(match["tenths"]) * 10 + value_of(match["hundredths"])
    if match["part"]:
        count = spelt_value(match["count"] or "one") if match["count"] != "a" else Fraction(1)
        return count / _PARTS[match["part"].lower().rstrip("s")]
    if match["every"]:
        above, below = spelt_value(match["n"]), spelt_value(match["every"])
    else:
        below = value_of(match["below"] or match["of"])
        above = value_of(match["above"] or match["one"])
    return above / below if below else None


def _japanese(text: str) -> Iterator[Figure]:
    for match in _JAPANESE.finditer(text):
        number, unit = match["number"], (match["unit"] or "").lower()
        kanji = number[0] in KANJI
        if kanji and (_NO_COUNT.match(text, match.start("number")) or not unit):
            continue
        if not kanji and not unit and not any(c in KANJI for c in number):
            continue  # left to English, which knows its own units
        value = value_of(number)
        unit = units.CANONICAL.get(unit, unit)
        if match["part"]:
            value += Fraction(1, 2)
        if match["minutes"] and unit == HOUR:
            value += Fraction(int(match["minutes"]), 60)
        if unit == "割":
            value, unit = value * 10, "%"
        if match["half_day"] in ("午後", "夜", "夕方") and unit == HOUR and value < 12:
            value += 12
        if unit == YEAR and value < 100 and not re.match(r"\d+月|[〇一二三四五六七八九十]+月|末|春|夏|秋|冬", text[match.end() :]):  # fmt: skip
            unit = "年間"
        spelt = unit == "つ" and value == 1
        yield Figure(value, unit, match.group(), *match.span(), _bound(match["bound"]), spelt)


def _bound(words: str | None) -> str:
    """The side of a number that words behind it say."""
    plain = words or ""
    return next((bound for end, bound in _BOUND_OF.items() if plain.endswith(end)), plain)


def _english(text: str) -> Iterator[Figure]:
    for match in _ENGLISH.finditer(text):
        value = value_of(match["number"]) * TIMES.get((match["times"] or "").lower(), 1)
        money = {"¥": "円", "$": "ドル", "€": "€", "£": "£"}.get(match["money"] or "", "")
        unit = units.CANONICAL.get((match["unit"] or "").lower(), money)
        if match["half_day"] or match["minutes"]:
            unit = HOUR
            value += Fraction(int(match["minutes"] or 0), 60)
            value += 12 if (match["half_day"] or "").lower().startswith("p") and value < 12 else 0
        bound = _english_bound(match["behind"] or match["before"])
        yield Figure(value, unit, match.group(), *match.span(), bound)


def _english_bound(words: str | None) -> str:
    if not words:
        return ""
    return next(
        bound
        for bound, ways in _ENGLISH_BOUNDS.items()
        if any(way and re.fullmatch(way, words, re.IGNORECASE) for way in ways)
    )


def _spelt(text: str) -> Iterator[Figure]:
    for match in _SPELT.finditer(text):
        unit = units.CANONICAL.get((match["unit"] or "").lower(), "")
        ordinal = match["words"].lower() in ORDINALS
        spelt = match["words"].lower() == "one" or (ordinal and match["words"].lower() in ("first", "second"))  # fmt: skip
        bound = _english_bound(match["before"])
        yield Figure(spelt_value(match["words"]), unit, match.group(), *match.span(), bound, spelt)

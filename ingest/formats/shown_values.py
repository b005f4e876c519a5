"""Numbers and dates in the way that a spreadsheet's number format shows them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

JAPANESE_FORMATS = {
    27: "[$-411]ge.m.d", 28: '[$-411]ggge"年"m"月"d"日"', 29: '[$-411]ggge"年"m"月"d"日"',
    30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"',
    34: 'yyyy"年"m"月"', 35: 'm"月"d"日"', 36: "[$-411]ge.m.d", 50: "[$-411]ge.m.d",
    51: '[$-411]ggge"年"m"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: '[$-411]ggge"年"m"月"d"日"', 55: 'yyyy"年"m"月"', 56: 'm"月"d"日"', 57: "[$-411]ge.m.d",
    58: '[$-411]ggge"年"m"月"d"日"',
}  # fmt: skip
"""Formats of Japanese Excel that stand in no file: only their number does (ECMA-376, 18.8.30)."""

_ERAS = (
    (date(2019, 5, 1), "令和", "R"), (date(1989, 1, 8), "平成", "H"), (date(1926, 12, 25), "昭和", "S"),
    (date(1912, 7, 30), "大正", "T"), (date(1868, 1, 25), "明治", "M"),
)  # fmt: skip
_WEEKDAYS = "月火水木金土日"
_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DATE_PART = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[(?:\$[^\]]*|[^\]]*)\]|(?P<part>y+|g+|e+|m+|d+|a{3,}|h+|s+|AM/PM)'
    r"|(?P<other>.)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"[0#?](?:[0#?,]*[0#?])?(?:\.[0#?]*)?|\.[0#?]+")
_GENERAL = re.compile(r"general|G?/?標準|@", re.IGNORECASE)
_HIGHEST = 1e15
"""From here on a float holds no whole number exactly."""


def shown_moment(value: datetime | date | time | timedelta, style: str) -> str:
    """A moment as the format shows it where that is Japanese, else as ISO 8601 writes it."""
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    if isinstance(value, time):
        return f"{value.hour}:{value.minute:02}"
    first = style.split(";")[0]
    if _is_japanese(first):
        return _japanese_moment(value, first)
    clock = ""
    if isinstance(value, datetime) and (value.hour or value.minute):
        clock = f" {value.hour}:{value.minute:02}"
    return f"{value.year:04}-{value.month:02}-{value.day:02}{clock}"


def shown_number(value: int | float, style: str) -> str:
    """A number as the format shows it: 56.3%, 3,000人, △1.5."""
    sections = style.split(";")
    negative = value < 0
    section = sections[1] if negative and len(sections) > 1 else sections[0]
    if value == 0 and len(sections) > 2:
        section = sections[2]
    bare = _QUOTED.sub(lambda match: "\0" * len(match.group()), section)
    pattern = _DIGITS.search(bare)
    if pattern is None:
        return _without_digits(value, section)
    if "e+" in bare.lower() or "/" in bare:
        return _general(value)
    try:
        amount = Decimal(repr(abs(value))) * 100 ** bare.count("%")
        behind = bare[pattern.end() :]
        amount /= 1000 ** (len(behind) - len(behind.lstrip(",")))
        digits = _rounded(amount, pattern.group())
    except InvalidOperation:
        return _general(value)
    # A section of its own for negative numbers says itself how it marks them.
    sign = "-" if negative and section is sections[0] and re.search("[1-9]", digits) else ""
    before = _literal(section[: pattern.start()])
    after = _literal(section[pattern.end() :].lstrip(","))
    return f"{sign}{before}{digits}{after}".strip()


def _without_digits(value: int | float, section: str) -> str:
    """A number under a format that names no digits: General, or words in place of the number."""
    general = _GENERAL.search(section)
    if general:
        before, after = section[: general.start()], section[general.end() :]
        return f"{_literal(before)}{_general(value)}{_literal(after)}".strip()
    return _literal(section).strip()


def _rounded(amount: Decimal, pattern: str) -> str:
    whole, _, fraction = pattern.partition(".")
    rounded = amount.quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    least = whole.count("0")
    head, _, tail = f"{rounded:f}".partition(".")
    kept = fraction.count("0")
    tail = tail[:kept] + tail[kept:].rstrip("0")
    head = head.zfill(least)
    if "," in whole:
        head = f"{int(head):,}" if least <= 1 else head
    return f"{head}.{tail}" if tail else head


def _general(value: int | float) -> str:
    if isinstance(value, float) and abs(value) < _HIGHEST and value == int(value):
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _literal(part: str) -> str:
    """The words that a format sets before or behind the digits."""
    plain = re.sub(r"\[\$([^\]-]*)[^\]]*\]", r"\1", part)
    return _QUOTED.sub(lambda match: match.group(1) or match.group(2) or "", plain)


def _is_japanese(style: str) -> bool:
    return bool(re.search(r"[年月日時]|\[\$-(?:[0-9A-F]*411|ja)|g{1,3}e", style, re.IGNORECASE))


def _japanese_moment(value: datetime | date, style: str) -> str:
    shown = ""
    before = ""
    for match in _DATE_PART.finditer(style):
        part = (match.group("part") or "").lower()
        if part:
            shown += _date_part(value, part, clock=before.startswith("h"))
            before = part
        else:
            shown += match.group("quoted") or match.group("escaped") or match.group("other") or ""
    return shown.replace("@", "").strip()


def _date_part(value: datetime | date, part: str, *, clock: bool) -> str:
    """One part of a date; ``clock`` says that a month's sign means minutes, behind hours."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    era, letter, year = _era(moment.date())
    sign = part[0]
    if sign == "m" and clock:
        return f"{moment.minute:02}" if len(part) > 1 else str(moment.minute)
    if sign == "g":
        return {1: letter, 2: era[0]}.get(len(part), era)
    if sign == "a":
        if part == "am/pm":
            return "AM" if moment.hour < 12 else "PM"
        return _WEEKDAYS[moment.weekday()] + ("曜日" if len(part) > 3 else "")
    if sign == "y":
        return str(moment.year) if len(part) > 2 else f"{moment.year % 100:02}"
    number = {"e": year, "m": moment.month, "d": moment.day, "h": moment.hour, "s": moment.second}[
        sign
    ]
    return f"{number:02}" if len(part) == 2 else str(number)


def _era(day: date) -> tuple[str, str, int]:
    """(name, letter, year) of the era in which a day lies."""
    for begin, name, letter in _ERAS:
        if day >= begin:
            return name, letter, day.year - begin.year + 1
    return "", "", day.year

"""Telephone numbers and mail addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assistant.masking.spans import UNIT, Kind, Span

_START = r"(?:(?<![\dA-Za-z+])|(?<=(?i:tel))|(?<=(?i:fax)))(?<!\d-)"
_END = r"(?!\d|-\d)"
_UNJOINED = rf"(?![\dA-Za-z]|[-.,/]\d|{UNIT})"
_LABEL = (
    r"(?:(?:電話|携帯|直通|連絡先|ファックス|ファクス|FAX|Fax|fax|TEL|Tel|tel|℡|☎|📞|\b[Pp]hone|\b[Mm]obile|"
    r"\b[Cc]ell|\b[Cc]all)(?:番号| ?number)?\.?(?:\([^()\d]{1,6}\))?(?: ?[::] ?|は| is | at | on | )?)"
)
_EXTENSION = r"(?:内線(?:番号)?|(?<![A-Za-z])[Ee]xt(?:ension)?\.?|(?<=\d )x|(?<=\d)x)"


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _national(match: re.Match[str]) -> bool:
    """Whether as many digits as a Japanese or British number has, for how it begins."""
    digits = _digits(match.group())
    if len(digits) == 10:
        return digits[1] != "0" and not re.match("0[5-9]0", digits)
    return len(digits) == 11 and digits.startswith(("01", "02", "03", "05", "06", "07", "08", "09"))


def _unjoined(match: re.Match[str]) -> bool:
    return not re.match("0[5-9]0|00", match.group())


def _international(match: re.Match[str]) -> bool:
    return 9 <= len(_digits(match.group())) <= 15


def _not_a_year(match: re.Match[str]) -> bool:
    return re.fullmatch("(?:19|20)[0-9]{2}", match["number"]) is None


def _always(_: re.Match[str]) -> bool:
    return True


_TELEPHONES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = tuple(
    (re.compile(pattern), right)
    for pattern, right in (
        # +81 90-0000-0000, +81 (0)3 0000 0000, +44 20 0000 0000, +1 (555) 000-0000
        (
            r"(?<![\dA-Za-z)])\+\d{1,3}(?:[-. ]?\(\d{1,4}\))?(?:[-. ]?\d{1,5}){1,4}(?![\dA-Za-z]"
            rf"|{UNIT})",
            _international,
        ),
        # 03-0000-0000, 0120-000-000, 090 0000 0000, 020 0000 0000
        (rf"{_START}0\d{{1,4}}(?P<s> ?[-.] ?| )\d{{1,4}}(?P=s)\d{{3,4}}{_END}", _national),
        # (03)0000-0000, 03(0000)0000
        (rf"(?<!\d)\(0\d{{1,4}}\)[- ]?\d{{1,4}}[- ]\d{{3,4}}{_END}", _national),
        (rf"{_START}0\d{{1,4}} ?\(\d{{1,4}}\) ?\d{{3,4}}{_END}", _national),
        # 09000000000, 090-00000000, 0120000000, 0120-000000
        (rf"{_START}0[5-9]0[- ]?\d{{4}}[- ]?\d{{4}}{_UNJOINED}", _national),
        (rf"{_START}0(?:120|800|570|990)[- ]?\d{{2,3}}[- ]?\d{{3,4}}{_UNJOINED}", _national),
        # 0300000000, 03-00000000
        (rf"{_START}0[1-9]\d{{8}}{_UNJOINED}", _unjoined),
        (rf"{_START}0\d{{1,3}}-\d{{6,8}}{_UNJOINED}", _national),
        # 01632 000000, 07700 000000
        (rf"{_START}0[1237]\d{{2,4}} \d{{5,6}}{_UNJOINED}", _national),
        # (555) 000-0000, 555-000-0000, 1-555-000-0000
        (
            r"(?<![\dA-Za-z+])(?<!\d[-.,/])(?:1[-. ])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])\d{3}[-. ]"
            rf"\d{{4}}{_UNJOINED}",
            _always,
        ),
        # Without an area code a number is one where it is called so.
        (rf"{_LABEL}(?P<number>\d{{1,4}}-\d{{4}}){_UNJOINED}", _always),
        (rf"{_EXTENSION} ?:? ?(?P<number>\d{{2,5}}){_UNJOINED}", _not_a_year),
    )
)

_AT = r"(?:@| ?[\[(] ?(?:at|AT|アット(?:マーク)?) ?[\])] ?)"
_MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+][A-Za-z0-9._%+'-]{0,63}"
    rf"{_AT}(?:[A-Za-z0-9-]{{1,63}}\.){{1,8}}[A-Za-z]{{2,24}}(?![A-Za-z0-9-])"
)


def telephones(text: str) -> Iterator[Span]:
    """Telephone numbers and extensions in a plain text: Japanese, international, US and UK forms."""
    for pattern, right in _TELEPHONES:
        for match in pattern.finditer(text):
            if right(match):
                group = "number" if "number" in pattern.groupindex else 0
                yield Span(Kind.TELEPHONE, *match.span(group))


def mails(text: str) -> Iterator[Span]:
    """Mail addresses in a plain text, written with @ or with [at]."""
    for match in _MAIL.finditer(text):
        yield Span(Kind.MAIL, *match.span())

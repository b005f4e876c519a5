"""Numbers that a check digit tells from others: the individual number and payment cards."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.masking.spans import UNIT, Kind, Span

_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_ISSUERS = {13: "4", 14: "3", 15: "3", 16: "23456", 17: "456", 18: "456", 19: "456"}
"""First digits of cards by length (ISO/IEC 7812; 13 digits only of old Visa cards)."""

_BEFORE = r"(?<![\dA-Za-z+¥￥$€£])(?<!\d[-.,/])"
_AFTER = rf"(?![\dA-Za-z]|[-.,/]\d|{UNIT})"
_GROUPED = (
    r"\d{12,19}"
    r"|\d{4}-\d{3,6}(?:-\d{3,5}){1,3}"
    r"|(?<!\d )\d{4} \d{3,6}(?: \d{3,5}){1,3}(?! \d)"
)
_CANDIDATE = re.compile(f"{_BEFORE}(?:{_GROUPED}){_AFTER}")
_FOURS = re.compile(r"\d{12}|\d{4}([- ])\d{4}\1\d{4}")
_NAMED = re.compile(
    r"(?:マイナンバー|個人番号|\bmy ?number)(?:カード)?(?:の?番号)?\W?(?:は|is)?\W{0,2}$",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"法人番号\W{0,3}$")
_REACH = 24
"""Characters before a number in which it is named."""


def check_digit(eleven: str) -> int:
    """The last digit of an individual number, from the eleven before it.

    総務省令第85号 (2014), 第5条: 11 less the weighted sum modulo 11; 0 where that remainder is at
    most 1.
    """
    rest = sum(int(digit) * weight for digit, weight in zip(eleven, _WEIGHTS, strict=True)) % 11
    return 0 if rest <= 1 else 11 - rest


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def numbers(text: str) -> Iterator[Span]:
    """Individual numbers and cards in a plain text (:func:`assistant.masking.spans.plain`).

    An individual number that is called one is taken even where its check digit is wrong: a number
    mistyped by one digit says nearly as much.
    """
    for match in _CANDIDATE.finditer(text):
        digits = "".join(filter(str.isdigit, match.group()))
        before = text[max(0, match.start() - _REACH) : match.start()]
        if _FOURS.fullmatch(match.group()):
            right = int(digits[11]) == check_digit(digits[:11])
            if right or _NAMED.search(before):
                yield Span(Kind.MY_NUMBER, *match.span())
        elif _is_card(digits) and not _COMPANY.search(before):
            yield Span(Kind.CARD, *match.span())


def _is_card(digits: str) -> bool:
    return digits[0] in _ISSUERS.get(len(digits), "") and luhn(digits)

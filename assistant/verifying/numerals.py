"""Numerals: digits, Chinese numerals and English words, as values."""

from __future__ import annotations

import re
from fractions import Fraction

ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
KANJI = "〇零一二三四五六七八九十百千万億兆"

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
TIMES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
"""English words that multiply."""

_NUMBERS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * tens
    for tens, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
ORDINALS = {
    word: value
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1
    )
}
"""English ordinals."""

_WORD = "|".join(sorted(_NUMBERS, key=len, reverse=True))
SPELT = rf"(?:(?:{_WORD})(?:[- ](?:{_WORD}))?(?:[ -](?:{'|'.join(TIMES)}))*|{'|'.join(ORDINALS)}|a dozen)"
"""A regular expression of English numbers in words."""


def value_of(number: str) -> Fraction:
    """The value of a number in digits, kanji or both: 1万2千, 三百二十, 二〇二四, 4.5億."""
    plain = number.replace(",", "")
    if all(c in _DIGITS for c in plain):
        return Fraction(int("".join(str(_DIGITS[c]) for c in plain)))
    total, section, current = Fraction(0), Fraction(0), None
    for token in re.findall(rf"\d+(?:\.\d+)?|[{KANJI}]", plain):
        if token in _DIGITS:
            current = (current or Fraction(0)) * 10 + _DIGITS[token]
        elif token in _SMALL:
            section += (1 if current is None else current) * _SMALL[token]
            current = None
        elif token in _LARGE:
            section += current or 0
            total += (section or 1) * _LARGE[token]
            section, current = Fraction(0), None
        else:
            current = Fraction(token)
    return total + section + (current or 0)


def spelt_value(words: str) -> Fraction:
    """The value of an English number, in words or digits: twenty-two thousand, 12."""
    total, value = Fraction(0), Fraction(0)
    for word in re.split(r"[- ]+", words.lower()):
        if word.isdecimal():
            value += int(word)
        elif word in TIMES:
            total += max(value, Fraction(1)) * TIMES[word]
            value = Fraction(0)
        else:
            value += _NUMBERS.get(word, ORDINALS.get(word, 12 if word == "dozen" else 0))
    return total + value

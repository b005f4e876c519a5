"""Counting numbers in the writing of numbered lists: ３, ③, 三, ウ, III, c."""

from __future__ import annotations

_KANJI = "〇一二三四五六七八九"
_LEGAL = "〇壱弐参四伍六七八九"
_KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_IROHA = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
)
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
          (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
_CIRCLES = ((1, 20, "①"), (21, 35, "㉑"), (36, 50, "㊱"))
"""First and last number of each run of circled digits in Unicode, and its first character."""

_FULL_WIDTH = {ord("0") + digit: ord("０") + digit for digit in range(10)}
_COUNTING = frozenset(
    {
        "japaneseCounting", "chineseCounting", "chineseCountingThousand", "koreanCounting",
        "taiwaneseCounting", "taiwaneseCountingThousand",
    }
)  # fmt: skip
_DIGITAL = frozenset(
    {
        "ideographDigital",
        "japaneseDigitalTenThousand",
        "koreanDigital2",
        "taiwaneseDigital",
    }
)


def written(number: int, style: str) -> str:
    """A number in one of the formats of Word (ECMA-376 part 1, 17.18.59); others are decimal.

    Args:
        number: the number, 0 or more.
        style: the format's name in the file, such as ``decimalEnclosedCircle``.
    """
    if number < 1 or style in ("decimal", ""):
        return str(number)
    if style == "none":
        return ""
    if style == "decimalZero":
        return f"{number:02}"
    if style == "numberInDash":
        return f"- {number} -"
    if style.startswith("decimalFullWidth"):
        return str(number).translate(_FULL_WIDTH)
    if "Enclosed" in style:
        return _enclosed(number, style)
    if style.endswith(("Roman", "Letter")):
        sign = _roman(number) if style.endswith("Roman") else _letter(number)
        return sign.lower() if style.startswith("lower") else sign
    return _japanese(number, style)


def _japanese(number: int, style: str) -> str:
    if style.startswith("aiueo"):
        return _KATAKANA[(number - 1) % len(_KATAKANA)]
    if style.startswith("iroha"):
        return _IROHA[(number - 1) % len(_IROHA)]
    if style == "ideographTraditional":
        return _STEMS[(number - 1) % len(_STEMS)]
    if style in _COUNTING:
        return _counted(number, _KANJI)
    if style == "japaneseLegal":
        return _counted(number, _LEGAL)
    if style in _DIGITAL:
        return "".join(_KANJI[int(digit)] for digit in str(number))
    return str(number)


def _enclosed(number: int, style: str) -> str:
    """A number in a circle or in parentheses; one that has no such character is put into them."""
    if style.startswith("decimalEnclosedCircle"):
        for first, last, sign in _CIRCLES:
            if first <= number <= last:
                return chr(ord(sign) + number - first)
        return f"({number})"
    if style == "ideographEnclosedCircle" and number <= 10:
        return chr(ord("㊀") + number - 1)
    return f"{number}." if style == "decimalEnclosedFullstop" else f"({number})"


def _letter(number: int) -> str:
    """A letter, doubled and trebled after Z as Word does."""
    turns, place = divmod(number - 1, 26)
    return chr(ord("A") + place) * (turns + 1)


def _roman(number: int) -> str:
    found = ""
    for value, sign in _ROMAN:
        found += sign * (number // value)
        number %= value
    return found


def _counted(number: int, digits: str) -> str:
    """A number as it is read aloud: 十, 二十一, 百五; from a thousand on digit by digit."""
    if number >= 1000:
        return "".join(digits[int(digit)] for digit in str(number))
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    signs = ((hundreds, "百"), (tens, "十"))
    head = "".join(("" if count == 1 else digits[count]) + sign for count, sign in signs if count)
    return head + (digits[ones] if ones else "")

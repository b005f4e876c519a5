"""The numbers that Word writes in front of paragraphs: 第1章, (1), ①, ア. They are not in the text."""

from __future__ import annotations

import re
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
_KANJI = "〇一二三四五六七八九"
_KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_IROHA = (
    "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス"
)
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"),
          (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip


class Numbering:
    """Counts the numbered paragraphs of a document as Word does.

    Args:
        document: of python-docx.
    """

    def __init__(self, document: Any) -> None:
        self._abstract: dict[str, dict[int, Any]] = {}
        self._lists: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int]] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        for abstract in root.iter(f"{W}abstractNum"):
            levels = {_int(level.get(f"{W}ilvl")): level for level in abstract.iter(f"{W}lvl")}
            self._abstract[abstract.get(f"{W}abstractNumId")] = levels
        for held in root.iter(f"{W}num"):
            identifier, linked = held.get(f"{W}numId"), held.find(f"{W}abstractNumId")
            if linked is not None:
                self._lists[identifier] = linked.get(f"{W}val")
            for override in held.iter(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    at = _int(override.get(f"{W}ilvl"))
                    self._starts[identifier, at] = _int(start.get(f"{W}val"))
        for style in document.styles.element.iter(f"{W}style"):
            properties = style.find(f"{W}pPr/{W}numPr")
            if properties is not None:
                found = _numbered(properties)
                if found is not None:
                    self._styles[style.get(f"{W}styleId")] = found

    def number(self, paragraph: Any) -> str:
        """The number in front of a paragraph with the gap behind it, or nothing; counts it."""
        found = self._of(paragraph)
        if found is None:
            return ""
        identifier, level = found
        levels = self._abstract.get(self._lists.get(identifier, ""), {})
        definition = levels.get(level)
        if definition is None or not 0 <= level < _LEVELS:
            return ""
        counts = self._counts.setdefault(self._lists[identifier], [0] * _LEVELS)
        if self._starts.pop((identifier, level), None) is not None:
            counts[level] = 0
        counts[level] = counts[level] + 1 if counts[level] else self._start(definition)
        counts[level + 1 :] = [0] * (_LEVELS - level - 1)
        return self._shown(levels, definition, counts)

    def _of(self, paragraph: Any) -> tuple[str, int] | None:
        """(list, level) of a paragraph, by itself or by its style."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None
        own = properties.find(f"{W}numPr")
        named = properties.find(f"{W}pStyle")
        styled = self._styles.get(named.get(f"{W}val")) if named is not None else None
        if own is None:
            return styled
        found = _numbered(own)
        if found is None:
            # numId 0 takes a style's number away; a level alone changes the style's.
            level = own.find(f"{W}ilvl")
            taken = own.find(f"{W}numId") is not None
            return (
                None
                if taken or styled is None or level is None
                else (styled[0], _int(level.get(f"{W}val")))
            )
        return found

    @staticmethod
    def _start(definition: Any) -> int:
        start = definition.find(f"{W}start")
        return _int(start.get(f"{W}val")) if start is not None else 1

    def _shown(self, levels: dict[int, Any], definition: Any, counts: list[int]) -> str:
        pattern = definition.find(f"{W}lvlText")
        text = pattern.get(f"{W}val") if pattern is not None else ""
        if _format(definition) == "bullet":
            return "・" if text.strip() else ""

        def digit(match: re.Match[str]) -> str:
            at = int(match.group(1)) - 1
            of_level = levels.get(at)
            count = counts[at] or (self._start(of_level) if of_level is not None else 1)
            return written(count, _format(of_level) if of_level is not None else "decimal")

        number = re.sub(r"%([1-9])", digit, text or "")
        suffix = definition.find(f"{W}suff")
        gap = "" if suffix is not None and suffix.get(f"{W}val") == "nothing" else " "
        return number + gap if number.strip() else ""


def _numbered(properties: Any) -> tuple[str, int] | None:
    identifier, level = properties.find(f"{W}numId"), properties.find(f"{W}ilvl")
    value = identifier.get(f"{W}val") if identifier is not None else None
    if value in (None, "0"):
        return None
    return value, _int(level.get(f"{W}val")) if level is not None else 0


def _format(definition: Any) -> str:
    found = definition.find(f"{W}numFmt")
    return (found.get(f"{W}val") or "decimal") if found is not None else "decimal"


def _int(value: str | None) -> int:
    return int(value) if value and value.lstrip("-").isdigit() else 0


def written(number: int, style: str) -> str:
    """A number in one of Word's formats (ECMA-376 part 1, 17.18.59); unknown ones are decimal."""
    if style in ("decimalFullWidth", "decimalFullWidth2"):
        return str(number).translate({ord("0") + i: ord("０") + i for i in range(10)})
    if style.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if style in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman if style == "upperRoman" else roman.lower()
    if style in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (number - 1) % 26) * (1 + (number - 1) // 26)
        return letter if style == "upperLetter" else letter.lower()
    if style.startswith("aiueo"):
        return _KATAKANA[(number - 1) % len(_KATAKANA)]
    if style.startswith("iroha"):
        return _IROHA[(number - 1) % len(_IROHA)]
    if "apaneseCounting" in style or style in (
        "ideographDigital",
        "chineseCounting",
        "japaneseDigitalTenThousand",
        "taiwaneseCounting",
    ):
        return _kanji(number)
    if style == "none":
        return ""
    if style == "decimalZero":
        return f"{number:02}"
    return str(number)


def _roman(number: int) -> str:
    found = ""
    for value, sign in _ROMAN:
        found += sign * (number // value)
        number %= value
    return found


def _kanji(number: int) -> str:
    if not 0 < number < 100:
        return "".join(_KANJI[int(digit)] for digit in str(max(number, 0)))
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _KANJI[tens]) + "十" if tens else ""
    return head + (_KANJI[ones] if ones else "")

"""The numbers that Word writes in front of paragraphs: 第1章, (1), ①, ア. They are not in the text."""

from __future__ import annotations

import re
from typing import Any

from ingest.formats.numerals import written

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9
"""Levels that a list of Word has."""

_MOST_BASES = 20
"""Styles above a style that are looked at; more is a circle."""

_MOST_NUMBER = 9_999
"""A higher number in a file is an error, and would be endless in Roman digits."""


class Numbering:
    """Counts the numbered paragraphs of a document as Word does.

    Args:
        document: of python-docx.
    """

    def __init__(self, document: Any) -> None:
        self._abstract: dict[str, dict[int, Any]] = {}
        self._linked: dict[str, str] = {}
        self._lists: dict[str, str] = {}
        self._overrides: dict[str, dict[int, Any]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._styles = {
            style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")
        }
        self._default = next(
            (
                identifier
                for identifier, style in self._styles.items()
                if style.get(f"{W}type") == "paragraph"
                and style.get(f"{W}default") in ("1", "true")
            ),
            None,
        )
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        self._read(root)

    def _read(self, root: Any) -> None:
        for abstract in root.iter(f"{W}abstractNum"):
            identifier = abstract.get(f"{W}abstractNumId")
            self._abstract[identifier] = _levels(abstract)
            link = abstract.find(f"{W}numStyleLink")
            if link is not None:
                self._linked[identifier] = link.get(f"{W}val")
        for held in root.iter(f"{W}num"):
            identifier, definition = held.get(f"{W}numId"), held.find(f"{W}abstractNumId")
            if definition is not None:
                self._lists[identifier] = definition.get(f"{W}val")
            self._overrides[identifier] = _levels(held)
            for override in held.iter(f"{W}lvlOverride"):
                start = override.find(f"{W}startOverride")
                if start is not None:
                    at = _int(override.get(f"{W}ilvl"))
                    self._starts[identifier, at] = _int(start.get(f"{W}val"))

    def number(self, paragraph: Any) -> str:
        """The number in front of a paragraph with the gap behind it, or nothing; counts it."""
        found = self._of(paragraph)
        if found is None:
            return ""
        identifier, level = found
        abstract = self._definition(identifier)
        levels = {**self._abstract.get(abstract, {}), **self._overrides.get(identifier, {})}
        definition = levels.get(level)
        if definition is None or not 0 <= level < _LEVELS:
            return ""
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        began = self._starts.pop((identifier, level), None)
        before = counts[level]
        if began is not None:
            counts[level] = began
        else:
            counts[level] = _start(definition) if before is None else before + 1
        for deeper in range(level + 1, _LEVELS):
            if _restarts(levels.get(deeper), level):
                counts[deeper] = None
        return _shown(levels, definition, counts)

    def _definition(self, identifier: str) -> str:
        """The identifier of the abstract list behind a list, through a list style where needed."""
        abstract = self._lists.get(identifier, "")
        style = self._styles.get(self._linked.get(abstract))
        if style is not None:
            held = _value(style.find(f"{W}pPr/{W}numPr/{W}numId"))
            return self._lists.get(held or "", abstract)
        return abstract

    def _of(self, paragraph: Any) -> tuple[str, int] | None:
        """(list, level) of a paragraph, by itself or by its style."""
        properties = paragraph.find(f"{W}pPr")
        named = None if properties is None else _value(properties.find(f"{W}pStyle"))
        styled = self._of_style(named or self._default)
        own = None if properties is None else properties.find(f"{W}numPr")
        if own is None:
            return styled
        identifier, level = _value(own.find(f"{W}numId")), _value(own.find(f"{W}ilvl"))
        if identifier is None:
            # A level alone changes that of the style.
            return (styled[0], _int(level)) if styled is not None else None
        # 0 takes a style's number away.
        return (identifier, _int(level)) if identifier != "0" else None

    def _of_style(self, name: str | None) -> tuple[str, int] | None:
        """(list, level) that a style gives; the level is the one that names the style."""
        level: str | None = None
        at: str | None = name
        for _ in range(_MOST_BASES):
            style = self._styles.get(at)
            if style is None:
                return None
            properties = style.find(f"{W}pPr/{W}numPr")
            if properties is not None:
                identifier = _value(properties.find(f"{W}numId"))
                level = level or _value(properties.find(f"{W}ilvl"))
                if identifier is not None:
                    if identifier == "0":
                        return None
                    return identifier, self._level_of(identifier, name, level)
            at = _value(style.find(f"{W}basedOn"))
        return None

    def _level_of(self, identifier: str, style: str | None, level: str | None) -> int:
        for at, definition in self._abstract.get(self._definition(identifier), {}).items():
            if style is not None and _value(definition.find(f"{W}pStyle")) == style:
                return at
        return _int(level)


def _levels(parent: Any) -> dict[int, Any]:
    return {_int(level.get(f"{W}ilvl")): level for level in parent.iter(f"{W}lvl")}


def _start(definition: Any) -> int:
    start = _value(definition.find(f"{W}start"))
    return 1 if start is None else _int(start)


def _restarts(definition: Any, used: int) -> bool:
    """Whether a deeper level begins anew after a paragraph of the level ``used``."""
    after = _value(definition.find(f"{W}lvlRestart")) if definition is not None else None
    return after is None or used < _int(after)


def _shown(levels: dict[int, Any], definition: Any, counts: list[int | None]) -> str:
    text = _value(definition.find(f"{W}lvlText")) or ""
    if _format(definition) == "bullet":
        return "・" if text.strip() else ""
    # Law texts count 1-1 also below a chapter in kanji.
    legal = _is_on(definition.find(f"{W}isLgl"))

    def digit(match: re.Match[str]) -> str:
        at = int(match.group(1)) - 1
        of_level, count = levels.get(at), counts[at]
        if of_level is None:
            return str(count or "")
        number = _start(of_level) if count is None else count
        return written(number, "decimal" if legal else _format(of_level))

    number = re.sub(r"%([1-9])", digit, text)
    gap = "" if _value(definition.find(f"{W}suff")) == "nothing" else " "
    return number + gap if number.strip() else ""


def _format(definition: Any) -> str:
    return _value(definition.find(f"{W}numFmt")) or "decimal"


def _value(element: Any) -> str | None:
    return None if element is None else element.get(f"{W}val")


def _is_on(element: Any) -> bool:
    """Whether a switch is there and not set to off."""
    return element is not None and element.get(f"{W}val") not in ("0", "false", "off")


def _int(value: str | None) -> int:
    """A number of the file between 0 and ``_MOST_NUMBER``; 0 for anything else."""
    return min(int(value), _MOST_NUMBER) if value and value.isdecimal() else 0

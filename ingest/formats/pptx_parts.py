"""Parts of slides below python-pptx: numbered bullets, the data of charts, SmartArt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from lxml import etree

from ingest.formats.numerals import written
from ingest.formats.shown_values import shown_number

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_DIAGRAM_URI = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_DIAGRAM = "/relationships/diagramData"

_FORMATS = {
    "arabic": "decimal", "arabicDb": "decimalFullWidth", "circleNum": "decimalEnclosedCircle",
    "alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman",
    "romanUc": "upperRoman", "ea1JpnKor": "japaneseCounting", "ea1JpnChs": "japaneseCounting",
}  # fmt: skip
"""The kinds of numbers of PowerPoint (ECMA-376 part 1, 20.1.10.61), by Word's names for them."""

_SCHEME = re.compile(
    r"^(arabicDb|arabic|circleNum|alphaLc|alphaUc|romanLc|romanUc|ea1JpnKor|ea1JpnChs)"
    r"\w*?(ParenBoth|ParenR|Period|Plain)?$"
)
_FRAMES = {"ParenBoth": "({})", "ParenR": "{})", "Period": "{}.", "Plain": "{}"}
_MOST_CATEGORIES = 5_000
"""Rows of a chart that are read; more is data and no statement."""


class Bullets:
    """Counts the numbered paragraphs of one shape."""

    def __init__(self) -> None:
        self._counts: dict[int, tuple[str, int]] = {}

    def mark(self, paragraph: Any, words: str) -> str:
        """The number in front of a paragraph with the gap behind it, or nothing."""
        properties = paragraph.find(f"{_A}pPr")
        level = properties.get("lvl", "0") if properties is not None else "0"
        at = int(level) if level.isdecimal() else 0
        self._counts = {deep: held for deep, held in self._counts.items() if deep <= at}
        numbered = properties.find(f"{_A}buAutoNum") if properties is not None else None
        if numbered is None or not words.strip():
            self._counts.pop(at, None)
            return ""
        scheme, begin = numbered.get("type", ""), numbered.get("startAt", "1")
        before = self._counts.get(at)
        count = before[1] + 1 if before and before[0] == scheme + begin else int(begin)
        self._counts[at] = scheme + begin, count
        match = _SCHEME.match(scheme)
        if match is None:
            return f"{count}. "
        number = written(count, _FORMATS[match.group(1)])
        return _FRAMES[match.group(2) or "Plain"].format(number) + " "


def words_of(paragraph: Any) -> str:
    """Runs, fields and line breaks of a paragraph; python-pptx gives only the runs."""
    words = ""
    for element in paragraph.iter(f"{_A}t", f"{_A}br"):
        field = element.getparent()
        if element.tag == f"{_A}br":
            words += "\n"
        elif field.tag != f"{_A}fld" or field.get("type") != "slidenum":
            words += element.text or ""
    return words


def chart_tables(space: Any) -> Iterator[tuple[str, list[list[str]]]]:
    """The title of a chart, and the table behind it: a row for each category."""
    head = space.find(f"{_C}chart/{_C}title")
    title = "".join(t.text or "" for t in head.iter(f"{_A}t")) if head is not None else ""
    plots: dict[tuple[str, ...], list[tuple[str, list[str]]]] = {}
    for series in space.iter(f"{_C}ser"):
        name = "".join(v.text or "" for v in _below(series, "tx", "v"))
        names = tuple(_points(series, "cat") or _points(series, "xVal"))
        values = _points(series, "val") or _points(series, "yVal")
        plots.setdefault(names, []).append((name, values))
    for names, columns in plots.items():
        rows = [["", *(name for name, _ in columns)]]
        for line in zip_longest(names, *(values for _, values in columns), fillvalue=""):
            rows.append(list(line))
        yield title, rows[: _MOST_CATEGORIES + 1]
        title = ""
    if title:
        yield title, []


def _below(series: Any, tag: str, kind: str) -> list[Any]:
    found = series.find(f"{_C}{tag}")
    return list(found.iter(f"{_C}{kind}")) if found is not None else []


def _points(series: Any, tag: str) -> list[str]:
    """The stored values of a series or its categories, each at its place; outer levels in front."""
    found = series.find(f"{_C}{tag}")
    if found is None:
        return []
    levels = list(found.iter(f"{_C}lvl")) or [found]
    columns: list[list[str]] = []
    for level in reversed(levels):
        places = {
            int(point.get("idx", "0")): _value(point, found) for point in level.iter(f"{_C}pt")
        }
        last = min(max(places, default=-1), _MOST_CATEGORIES)
        column = [places.get(at, "") for at in range(last + 1)]
        if level is not levels[0]:
            # An outer category stands only where it begins.
            for at in range(1, len(column)):
                column[at] = column[at] or column[at - 1]
        columns.append(column)
    return ["　".join(filter(None, line)) for line in zip_longest(*columns, fillvalue="")]


def _value(point: Any, source: Any) -> str:
    held = point.find(f"{_C}v")
    words = (held.text or "") if held is not None else ""
    code = source.find(f".//{_C}formatCode")
    style = point.get("formatCode") or (code.text if code is not None else None)
    if style is None:
        return str(words)
    try:
        return shown_number(float(words), style)
    except ValueError:
        return str(words)


def diagram_words(shape: Any, slide: Any) -> Iterator[str]:
    """The words of a SmartArt drawing, which stand in a part of their own, in the drawing's order."""
    data = shape._element.find(f".//{_A}graphicData")
    if data is None or data.get("uri") != _DIAGRAM_URI:
        return
    wanted = {value for element in data for value in element.attrib.values()}
    for identifier, relation in slide.part.rels.items():
        if (
            identifier in wanted
            and relation.reltype.endswith(_DIAGRAM)
            and not relation.is_external
        ):
            parser = etree.XMLParser(resolve_entities=False)
            yield from _diagram(etree.fromstring(relation.target_part.blob, parser))


def _diagram(root: Any) -> Iterator[str]:
    points = {point.get("modelId"): point for point in root.iter(f"{_DGM}pt")}
    below: dict[str, list[tuple[int, str]]] = {}
    for link in root.iter(f"{_DGM}cxn"):
        if link.get("type", "parOf") == "parOf":
            place = int(link.get("srcOrd") or 0)
            below.setdefault(link.get("srcId"), []).append((place, link.get("destId")))
    seen: set[str] = set()
    waiting = [key for key, point in points.items() if point.get("type") == "doc"]
    # Points that no link leads to come last, in the order of the file.
    for key in [*waiting, *points]:
        stack = [key]
        while stack:
            at = stack.pop()
            if at in seen or at not in points:
                continue
            seen.add(at)
            for paragraph in points[at].iter(f"{_A}p"):
                words = words_of(paragraph).strip()
                if words:
                    yield words
            stack += [child for _, child in sorted(below.get(at, []), reverse=True)]

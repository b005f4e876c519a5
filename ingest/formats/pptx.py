"""Slides (.pptx) by python-pptx: titles, text in reading order, tables, charts, notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE

from ingest.formats.builder import DocumentBuilder
from ingest.formats.packed import check_package
from ingest.formats.tables import Repeated
from ingest.types import Document

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
_DIAGRAM_URI = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_SAME_LINE = 180_000
"""English Metric Units (5 mm); shapes whose tops differ by less stand beside each other."""


def extract(data: bytes, name: str, path: Path) -> Document:
    """The slides in order, each with its title as a heading.

    Raises:
        UnreadableError: it is locked, broken or too large.
    """
    check_package(data, path)
    deck = Presentation(io.BytesIO(data))
    builder = DocumentBuilder(name, "pptx")
    hidden: list[str] = []
    for number, slide in enumerate(deck.slides, start=1):
        builder.page()
        if slide.element.get("show") == "0":
            hidden.append(str(number))
            continue
        _slide(builder, slide)
    if hidden:
        builder.note(f"hidden slides were left out: {', '.join(hidden)}")
    return builder.build()


def _slide(builder: DocumentBuilder, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        builder.heading(" ".join(title.text_frame.text.split()), 1)
    placed = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    for shape in _in_order(placed):
        _shape(builder, shape, slide)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text.strip()
        if notes:
            builder.paragraph(f"ノート：{notes}", free=True)


def _in_order(shapes: Iterable[Any]) -> Iterator[Any]:
    """Shapes as they are read: from the top down, beside each other from the left; groups opened."""
    opened: list[Any] = []
    for shape in shapes:
        if shape.shape_type == MSO_SHAPE_TYPE.GROUP:
            opened += _in_order(shape.shapes)
        else:
            opened.append(shape)
    opened.sort(key=lambda shape: (shape.top or 0, shape.left or 0))
    line: list[Any] = []
    for shape in opened:
        if line and (shape.top or 0) - (line[0].top or 0) > _SAME_LINE:
            yield from sorted(line, key=lambda other: other.left or 0)
            line = []
        line.append(shape)
    yield from sorted(line, key=lambda other: other.left or 0)


def _shape(builder: DocumentBuilder, shape: Any, slide: Any) -> None:
    if getattr(shape, "has_table", False) and shape.has_table:
        _table(builder, shape.table)
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        _chart(builder, shape.chart)
    elif shape.has_text_frame:
        for position, paragraph in enumerate(shape.text_frame.paragraphs):
            words = "".join(run.text for run in _runs(paragraph))
            builder.paragraph(words, free=position == 0)
    else:
        for words in _diagram(shape, slide):
            builder.paragraph(f"・{words}")


def _runs(paragraph: Any) -> Iterator[Any]:
    """Runs, fields and line breaks of a paragraph; python-pptx gives only the runs."""
    for element in paragraph._p:
        if element.tag == f"{_A}br":
            yield _Words("\n")
        elif element.tag in (f"{_A}r", f"{_A}fld"):
            yield _Words("".join(t.text or "" for t in element.iter(f"{_A}t")))


class _Words:
    def __init__(self, text: str) -> None:
        self.text = text


def _table(builder: DocumentBuilder, table: Any) -> None:
    rows: list[list[str]] = []
    for y, row in enumerate(table.rows):
        line: list[str] = []
        for x, cell in enumerate(row.cells):
            if not cell.is_spanned:
                line.append(cell.text_frame.text.strip())
            elif line and not _spans_down(table, y, x):
                line.append(Repeated(line[-1]))
            else:
                line.append(Repeated(rows[-1][x]) if rows else "")
        rows.append(line)
    builder.table(rows, header=True if table.first_row else None)


def _spans_down(table: Any, y: int, x: int) -> bool:
    """Whether the cell at row ``y`` is spanned by one above it."""
    return y > 0 and table.cell(y, x)._tc.get("vMerge") in ("1", "true")


def _chart(builder: DocumentBuilder, chart: Any) -> None:
    """A chart as the table behind it: a row for each category."""
    if chart.has_title and chart.chart_title.has_text_frame:
        builder.paragraph(chart.chart_title.text_frame.text, free=True)
    for plot in chart.plots:
        names = [str(category) for category in plot.categories]
        series = [(held.name or "", list(held.values)) for held in plot.series]
        rows = [["", *(name for name, _ in series)]]
        for at, name in enumerate(names):
            values = [held[at] if at < len(held) else None for _, held in series]
            rows.append([name, *("" if value is None else f"{value:g}" for value in values)])
        builder.table(rows, header=True)


def _diagram(shape: Any, slide: Any) -> Iterator[str]:
    """The words of a SmartArt drawing, which stand in a part of their own."""
    data = shape.element.find(f".//{_A}graphicData")
    if data is None or data.get("uri") != _DIAGRAM_URI:
        return
    wanted = {value for element in data for value in element.attrib.values()}
    for identifier, relation in slide.part.rels.items():
        if relation.reltype == _DIAGRAM and identifier in wanted and not relation.is_external:
            root = etree.fromstring(
                relation.target_part.blob, etree.XMLParser(resolve_entities=False)
            )
            for paragraph in root.iter(f"{_A}p"):
                words = "".join(t.text or "" for t in paragraph.iter(f"{_A}t")).strip()
                if words:
                    yield words

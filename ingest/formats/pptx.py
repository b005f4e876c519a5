"""Slides (.pptx) by python-pptx: titles, text in reading order, tables, charts, notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.shapes.autoshape import Shape
from pptx.shapes.base import BaseShape
from pptx.shapes.graphfrm import GraphicFrame
from pptx.shapes.group import GroupShape

from ingest.formats.builder import DocumentBuilder
from ingest.formats.packed import check_package
from ingest.formats.pptx_parts import Bullets, chart_tables, diagram_words, words_of
from ingest.formats.table_parts import write_table
from ingest.formats.tables import Repeated
from ingest.header import field_named
from ingest.types import Document

_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SAME_LINE = 180_000
"""English Metric Units (5 mm); shapes whose tops differ by less stand beside each other."""

_RUNNING = frozenset(
    {PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER, PP_PLACEHOLDER.HEADER}
)


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
        if slide.element.get("show") in ("0", "false"):
            hidden.append(str(number))
            continue
        _slide(builder, slide)
    if hidden:
        builder.note(f"hidden slides were left out: {', '.join(hidden)}")
    return builder.build()


def _slide(builder: DocumentBuilder, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None:
        builder.heading(" ".join(_frame(title).split()), 1)
    shapes = [
        shape for shape in slide.shapes if title is None or shape._element is not title._element
    ]
    for shape in _in_order(shapes):
        _shape(builder, shape, slide)
    for words in _newer_shapes(slide.shapes._spTree):
        builder.paragraph(words)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text.strip()
        if notes:
            builder.paragraph(f"ノート：{notes}", free=True)


def _in_order(shapes: Iterable[BaseShape]) -> Iterator[BaseShape]:
    """Shapes as they are read: from the top down, beside each other from the left.

    A group is opened where it stands; the places within it are in a measure of its own.
    """
    line: list[BaseShape] = []
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if line and (shape.top or 0) - (line[0].top or 0) > _SAME_LINE:
            yield from _opened(line)
            line = []
        line.append(shape)
    yield from _opened(line)


def _opened(line: list[BaseShape]) -> Iterator[BaseShape]:
    for shape in sorted(line, key=lambda other: other.left or 0):
        if isinstance(shape, GroupShape):
            yield from _in_order(shape.shapes)
        else:
            yield shape


def _shape(builder: DocumentBuilder, shape: BaseShape, slide: Any) -> None:
    if shape.is_placeholder and shape.placeholder_format.type in _RUNNING:
        return
    if isinstance(shape, GraphicFrame):
        if shape.has_table:
            _table(builder, shape.table)
        elif shape.has_chart:
            for title, rows in chart_tables(shape.chart._chartSpace):
                builder.paragraph(title, free=True)
                builder.table(rows, header=True)
        else:
            for position, words in enumerate(diagram_words(shape, slide)):
                builder.paragraph(f"・{words}", free=position == 0)
    elif isinstance(shape, Shape):
        for position, line in enumerate(_frame(shape).split("\n\n")):
            builder.paragraph(line, free=position == 0)


def _frame(shape: Any) -> str:
    """The paragraphs of a shape, an empty line between them; numbered ones with their numbers."""
    bullets = Bullets()
    paragraphs = [(p, words_of(p)) for p in shape._element.iter(f"{_A}p")]
    return "\n\n".join(bullets.mark(p, words) + words for p, words in paragraphs if words.strip())


def _newer_shapes(tree: Any) -> Iterator[str]:
    """The words of shapes that a newer PowerPoint wrote, which python-pptx passes over."""
    for wrapped in tree.iter(f"{_MC}AlternateContent"):
        chosen = wrapped.find(f"{_MC}Choice")
        if chosen is None or wrapped.getparent().tag not in (f"{_P}spTree", f"{_P}grpSp"):
            continue
        yield from filter(str.strip, map(words_of, chosen.iter(f"{_A}p")))


def _table(builder: DocumentBuilder, table: Any) -> None:
    rows: list[list[str]] = []
    for y, row in enumerate(table.rows):
        line: list[str] = []
        for x, cell in enumerate(row.cells):
            if not cell.is_spanned:
                line.append("\n".join(map(words_of, cell._tc.iter(f"{_A}p"))).strip())
            elif y and cell._tc.get("vMerge") in ("1", "true"):
                line.append(Repeated(rows[-1][x]))
            else:
                line.append(Repeated(line[-1]) if line else "")
        rows.append(line)
    # PowerPoint marks the first row of every table, also that of a form (日時 | 令和6年…).
    formlike = bool(rows and rows[0]) and field_named(rows[0][0]) is not None
    write_table(builder, rows, header=True if table.first_row and not formlike else None)

"""Word documents (.docx) by python-docx; what it leaves out is read from the XML below it.

That is text in content controls, inserted text of tracked changes, text boxes, footnotes, pages, and
the numbers that Word writes in front of paragraphs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import PartFactory
from docx.package import Package
from docx.parts.document import DocumentPart
from lxml import etree

from ingest.formats.builder import DocumentBuilder
from ingest.formats.docx_numbering import Numbering
from ingest.formats.docx_text import HARD, RENDERED, TextReader, W, blocks_of, is_on, text_boxes
from ingest.formats.packed import check_package
from ingest.formats.table_parts import write_table
from ingest.formats.tables import Repeated
from ingest.types import Document

# python-docx reads only documents without macros, though those with them are the same inside.
PartFactory.part_type_for["application/vnd.ms-word.document.macroEnabled.main+xml"] = DocumentPart

_HEADING_STYLE = re.compile(r"^(?:heading|見出し)\s*(\d)$", re.IGNORECASE)
_TITLE_STYLES = frozenset({"title", "表題"})
_BODY_LEVEL = 9
"""The outline level that says: no heading."""

_LONGEST_HEADING = 150
"""Characters; a longer paragraph in the style of a heading is text."""

_MOST_SPANNED = 63
"""Columns that Word allows in a table."""

_MOST_BASES = 20
"""Styles above a style that are looked at; more is a circle."""

_MARKS = re.compile(f"([{HARD}{RENDERED}])")
_BLANKS = " 　\t\n"
"""White space without the marks of pages, which Python counts among it."""


def extract(data: bytes, name: str, path: Path) -> Document:
    """The body of a Word document in order, with headings, tables, notes and text boxes.

    Raises:
        UnreadableError: it is locked, broken or too large.
    """
    check_package(data, path)
    part = Package.open(io.BytesIO(data)).main_document_part
    if not isinstance(part, DocumentPart):
        raise ValueError(f"it holds {part.content_type}")
    builder = DocumentBuilder(name, "docx")
    reader = _Reader(part.document, builder)
    reader.blocks(part.document.element.body)
    reader.notes()
    return builder.build()


class _Reader:
    """Writes the parts of a Word document."""

    def __init__(self, document: Any, builder: DocumentBuilder) -> None:
        self._document = document
        self._builder = builder
        self._styles = {
            style.get(f"{W}styleId"): style for style in document.styles.element.iter(f"{W}style")
        }
        self._numbering = Numbering(document)
        self._text = TextReader()
        # Only where Word laid the text out it is known on which page words stand.
        self._paged = any(True for _ in document.element.body.iter(f"{W}lastRenderedPageBreak"))
        self._after_break = False
        self._carried = ""
        if self._paged:
            builder.page()

    def blocks(self, parent: Any) -> None:
        """Write the paragraphs and tables below ``parent``, also those in content controls."""
        for element in blocks_of(parent, f"{W}p", f"{W}tbl"):
            if element.tag == f"{W}p":
                self._paragraph(element)
            else:
                self._write("", self._taken(), None)
                self._table(element)
        self._write("", self._taken(), None)

    def notes(self) -> None:
        """Write the footnotes and endnotes that the text refers to behind it."""
        held: dict[tuple[str, str], Any] = {}
        for relation, kind in (
            (RELATIONSHIP_TYPE.FOOTNOTES, "footnote"),
            (RELATIONSHIP_TYPE.ENDNOTES, "endnote"),
        ):
            for part in _parts(self._document, relation):
                root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))
                for note in root.iter(f"{W}{kind}"):
                    held[kind, note.get(f"{W}id") or ""] = note
        for key, number in list(self._text.notes.items()):
            if key in held:
                lines = self._cell(held[key]).strip()
                if lines:
                    self._builder.paragraph(f"注{number}：{_MARKS.sub('', lines)}")

    def _paragraph(self, element: Any) -> None:
        words = self._taken() + self._text.paragraph(element)
        if any(
            element.find(f"{W}pPr/{W}rPr/{W}{change}") is not None for change in ("del", "moveFrom")
        ):
            # Without its end it goes on with the next one.
            self._carried = words
        else:
            if is_on(element.find(f"{W}pPr/{W}pageBreakBefore")) and not self._builder.empty:
                words = HARD + words
            level = self._level(element) if len(words) <= _LONGEST_HEADING else None
            self._write(self._numbering.number(element), words, level)
        for box in text_boxes(element):
            self.blocks(box)
        section = element.find(f"{W}pPr/{W}sectPr")
        if section is not None and _value(section.find(f"{W}type")) not in (
            "continuous",
            "nextColumn",
        ):
            self._page(HARD)

    def _taken(self) -> str:
        carried, self._carried = self._carried, ""
        return carried

    def _write(self, number: str, words: str, level: int | None) -> None:
        """Write a paragraph; a page that begins within it begins there."""
        if level is not None:
            opening = _MARKS.match(words.lstrip(_BLANKS))
            if opening:
                self._page(opening.group())
            self._builder.heading(number + _plain(words) if _plain(words).strip() else "", level)
            self._after_break = False
            for mark in _MARKS.findall(words)[1 if opening else 0 :]:
                self._page(mark)
            return
        begun, glue = False, ""
        for piece in _MARKS.split(words):
            if piece in (HARD, RENDERED):
                self._page(piece)
                glue += "\n" if piece == HARD and begun else ""
            elif not piece.strip():
                glue += piece
            elif begun:
                before = piece[: len(piece) - len(piece.lstrip())]
                self._builder.join(piece, glue + before)
                glue, self._after_break = _blank_end(piece), False
            else:
                self._builder.paragraph(number + piece.lstrip() if number else piece)
                begun, glue, self._after_break = True, _blank_end(piece), False

    def _page(self, mark: str) -> None:
        """A page begins; the place where Word says so after a break set by hand is the same one."""
        if not self._paged:
            return
        if mark == RENDERED and self._after_break:
            self._after_break = False
            return
        self._builder.page()
        self._after_break = mark == HARD

    def _level(self, element: Any) -> int | None:
        """The level of a heading, by its outline level or the name of its style."""
        own = _outline(element)
        if own is not None:
            return own if own <= _BODY_LEVEL else None
        style = self._styles.get(_value(element.find(f"{W}pPr/{W}pStyle")))
        for _ in range(_MOST_BASES):
            if style is None:
                return None
            name = _value(style.find(f"{W}name")) or ""
            match = _HEADING_STYLE.match(name)
            if match:
                return int(match.group(1))
            if name.lower() in _TITLE_STYLES:
                return 1
            outline = _outline(style)
            if outline is not None:
                return outline if outline <= _BODY_LEVEL else None
            style = self._styles.get(_value(style.find(f"{W}basedOn")))
        return None

    def _table(self, element: Any) -> None:
        rows = self._rows(element)
        breaks = list(_row_breaks(rows)) if self._paged else []
        if self._after_break and breaks[:1] == [0]:
            breaks.pop(0)
        self._after_break = False
        first = next(blocks_of(element, f"{W}tr"), None)
        headed = first is not None and is_on(first.find(f"{W}trPr/{W}tblHeader"))
        write_table(
            self._builder,
            [[_like(cell, _plain(cell)) for cell in row] for row in rows],
            header=True if headed else None,
            breaks=breaks,
        )

    def _rows(self, table: Any) -> list[list[str]]:
        """The cells' texts; a merged cell in each of its places."""
        rows: list[list[str]] = []
        for row in blocks_of(table, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                continue
            line = [""] * _spanned(row.find(f"{W}trPr/{W}gridBefore"), 0)
            for cell in blocks_of(row, f"{W}tc"):
                span = _spanned(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                at = len(line)
                above = rows[-1][at] if rows and at < len(rows[-1]) else ""
                if merge is not None and _value(merge) in (None, "continue") and rows:
                    line += [Repeated(_plain(above))] * span
                else:
                    words = self._cell(cell)
                    line += [words, *[Repeated(_plain(words))] * (span - 1)]
            rows.append(line)
        width = max(map(len, rows), default=0)
        return [line + [""] * (width - len(line)) for line in rows]

    def _cell(self, cell: Any) -> str:
        """The paragraphs of a cell, one a line; a table within it row by row."""
        lines: list[str] = []
        for element in blocks_of(cell, f"{W}p", f"{W}tbl"):
            if element.tag == f"{W}p":
                words = self._text.paragraph(element)
                number = self._numbering.number(element)
                lines.append(number + words if _plain(words).strip() else words)
                lines += [self._cell(box) for box in text_boxes(element)]
            else:
                lines += [
                    "　".join(dict.fromkeys(filter(None, row))) for row in self._rows(element)
                ]
        return "\n".join(line for line in lines if line.strip(_BLANKS))


def _parts(document: Any, kind: str) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            yield relation.target_part


def _outline(element: Any) -> int | None:
    """The outline level that a paragraph or style sets, from 1; more than 9 says: no heading."""
    value = _value(element.find(f"{W}pPr/{W}outlineLvl"))
    return int(value) + 1 if value and value.isdecimal() else None


def _row_breaks(rows: Sequence[Sequence[str]]) -> Iterator[int]:
    """The rows with which a page begins; one that begins within a row counts for the next."""
    for at, row in enumerate(rows):
        opening = any(_MARKS.match(cell.lstrip(_BLANKS)) for cell in row)
        if opening:
            yield at
        count = max((len(_MARKS.findall(cell)) for cell in row), default=0)
        yield from [at + 1] * (count - opening)


def _plain(words: str) -> str:
    return words.replace(HARD, "\n").replace(RENDERED, "")


def _like(cell: str, words: str) -> str:
    return Repeated(words) if isinstance(cell, Repeated) else words


def _blank_end(words: str) -> str:
    return words[len(words.rstrip()) :]


def _spanned(element: Any, default: int) -> int:
    value = _value(element)
    return min(int(value), _MOST_SPANNED) if value and value.isdecimal() else default


def _value(element: Any) -> str | None:
    return None if element is None else element.get(f"{W}val")

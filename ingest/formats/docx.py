"""Word documents (.docx) by python-docx; what it leaves out is read from the XML below it.

That is text in content controls, inserted text of tracked changes, text boxes, footnotes, and the
numbers that Word writes in front of paragraphs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from ingest.formats.builder import DocumentBuilder
from ingest.formats.docx_numbering import Numbering
from ingest.formats.packed import check_package
from ingest.formats.tables import Repeated
from ingest.types import Document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset(
    {
        f"{W}del", f"{W}moveFrom", f"{W}rt", f"{W}pPr", f"{W}rPr", f"{W}instrText", f"{W}delText",
        f"{_MC}Fallback", f"{W}txbxContent", f"{W}sdtPr", f"{W}fldData",
    }
)  # fmt: skip
_PLAIN = {
    f"{W}tab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
    f"{W}ptab": "\t",
}
_HEADING_STYLE = re.compile(r"^(?:heading|見出し)\s*(\d)$", re.IGNORECASE)
_MOST_SPANNED = 63
"""Columns that Word allows in a table."""


def extract(data: bytes, name: str, path: Path) -> Document:
    """The body of a Word document in order, with headings, tables, notes and text boxes.

    Raises:
        UnreadableError: it is locked, broken or too large.
    """
    check_package(data, path)
    opened = docx.Document(io.BytesIO(data))
    builder = DocumentBuilder(name, "docx")
    reader = _Reader(opened, builder)
    reader.blocks(opened.element.body)
    reader.notes()
    return builder.build()


class _Reader:
    """Writes the parts of a Word document."""

    def __init__(self, document: Any, builder: DocumentBuilder) -> None:
        self._document = document
        self._builder = builder
        self._styles = {style.element.get(f"{W}styleId"): style for style in document.styles}
        self._numbering = Numbering(document)
        self._paged = any(True for _ in document.element.body.iter(f"{W}lastRenderedPageBreak"))
        if self._paged:
            builder.page()

    def blocks(self, parent: Any) -> None:
        """Write the paragraphs and tables below ``parent``, also those in content controls."""
        for element in parent:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._builder.table(self._rows(element), header=_is_headed(element))
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
                self.blocks(element)

    def notes(self) -> None:
        """Write footnotes and endnotes behind the text."""
        for kind, tag in (
            (RELATIONSHIP_TYPE.FOOTNOTES, "footnote"),
            (RELATIONSHIP_TYPE.ENDNOTES, "endnote"),
        ):
            for part in _parts(self._document, kind):
                root = etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False))
                for note in root.iter(f"{W}{tag}"):
                    # Separators have a type, and are no notes.
                    if note.get(f"{W}type") in (None, "normal"):
                        words = "\n".join(
                            filter(None, (_text(p).strip() for p in note.iter(f"{W}p")))
                        )
                        if words:
                            self._builder.paragraph(f"注{note.get(f'{W}id')}：{words}")

    def _paragraph(self, element: Any) -> None:
        level = self._level(element)
        number = self._numbering.number(element)
        words = number + _text(element)
        if self._paged and _opens_page(element):
            self._builder.page()
        if level is not None:
            self._builder.heading(words, level)
        else:
            self._builder.paragraph(words)
        if self._paged:
            for _ in range(_breaks(element) - _opens_page(element)):
                self._builder.page()
        for box in _boxes(element):
            self.blocks(box)

    def _level(self, element: Any) -> int | None:
        """The level of a heading, by its style's name or outline level."""
        properties = element.find(f"{W}pPr")
        if properties is None:
            return None
        own = properties.find(f"{W}outlineLvl")
        if own is not None and (own.get(f"{W}val") or "").isdigit() and int(own.get(f"{W}val")) < 9:
            return int(own.get(f"{W}val")) + 1
        named = properties.find(f"{W}pStyle")
        style = self._styles.get(named.get(f"{W}val")) if named is not None else None
        seen = 0
        while style is not None and seen < 10:
            match = _HEADING_STYLE.match(style.name or "")
            if match:
                return int(match.group(1))
            if (style.name or "").lower() in ("title", "表題"):
                return 1
            outline = style.element.find(f"{W}pPr/{W}outlineLvl")
            if (
                outline is not None
                and (outline.get(f"{W}val") or "9").isdigit()
                and int(outline.get(f"{W}val")) < 9
            ):
                return int(outline.get(f"{W}val")) + 1
            style, seen = getattr(style, "base_style", None), seen + 1
        return None

    def _rows(self, table: Any) -> list[list[str]]:
        """The cells' texts; a merged cell in each of its places."""
        rows: list[list[str]] = []
        for row in _within(table, f"{W}tr"):
            line: list[str] = []
            for cell in _within(row, f"{W}tc"):
                wide = _value(cell, "gridSpan")
                span = min(int(wide), _MOST_SPANNED) if wide and wide.isdigit() else 1
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                goes_on = merge is not None and merge.get(f"{W}val") in (None, "continue")
                at = len(line)
                if goes_on and rows and at < len(rows[-1]):
                    line += [Repeated(rows[-1][at])] * span
                else:
                    words = self._cell(cell)
                    line += [words, *[Repeated(words)] * (span - 1)]
            rows.append(line)
        width = max(map(len, rows), default=0)
        return [line + [""] * (width - len(line)) for line in rows]

    def _cell(self, cell: Any) -> str:
        """The paragraphs of a cell, one a line; a table within it row by row."""
        lines: list[str] = []
        for element in _flat(cell):
            if element.tag == f"{W}p":
                lines.append(self._numbering.number(element) + _text(element))
                lines += [_text(p) for box in _boxes(element) for p in box.iter(f"{W}p")]
            else:
                lines += [
                    "　".join(dict.fromkeys(filter(None, row))) for row in self._rows(element)
                ]
        return "\n".join(line for line in lines if line.strip())


def _parts(document: Any, kind: str) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype == kind and not relation.is_external:
            yield relation.target_part


def _text(element: Any) -> str:
    """The words of a paragraph as they are read: without deletions, readings and field codes."""
    if element.tag in _SKIPPED:
        return ""
    if element.tag == f"{W}t":
        return element.text or ""
    if element.tag == f"{W}footnoteReference" or element.tag == f"{W}endnoteReference":
        return f"［注{element.get(f'{W}id')}］"
    if element.tag == f"{W}br" and element.get(f"{W}type") in ("page", "column"):
        return ""
    if element.tag in _PLAIN:
        return _PLAIN[element.tag]
    return "".join(_text(child) for child in element)


def _boxes(paragraph: Any) -> list[Any]:
    """The contents of text boxes that hang on a paragraph, each once."""
    return [
        box
        for box in paragraph.iter(f"{W}txbxContent")
        if not any(
            above.tag in (f"{_MC}Fallback", f"{W}txbxContent") for above in box.iterancestors()
        )
    ]


def _within(parent: Any, tag: str) -> Iterator[Any]:
    """The children of a kind, also those in content controls and insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _within(child, tag)


def _flat(cell: Any) -> Iterator[Any]:
    """Paragraphs and tables of a cell in order."""
    for child in cell:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _flat(child)


def _value(cell: Any, name: str) -> str | None:
    found = cell.find(f"{W}tcPr/{W}{name}")
    return found.get(f"{W}val") if found is not None else None


def _is_headed(table: Any) -> bool | None:
    first = next(_within(table, f"{W}tr"), None)
    marked = first is not None and first.find(f"{W}trPr/{W}tblHeader") is not None
    return True if marked else None


def _opens_page(element: Any) -> bool:
    """Whether a paragraph begins on a new page: the break stands in front of its words."""
    for child in element.iter(f"{W}t", f"{W}lastRenderedPageBreak", f"{W}br"):
        if child.tag == f"{W}lastRenderedPageBreak" or child.get(f"{W}type") == "page":
            return True
        if child.tag == f"{W}t" and (child.text or "").strip():
            return False
    return False


def _breaks(element: Any) -> int:
    """Page breaks within a paragraph, as Word last laid it out."""
    return sum(1 for _ in element.iter(f"{W}lastRenderedPageBreak"))

"""What openpyxl leaves out of a workbook, or cannot bear, read from the parts of the package."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from lxml import etree
from openpyxl.utils.cell import range_boundaries

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_XDR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_DRAWING = "/relationships/drawing"
_SHEET = re.compile(r"^/?xl/worksheets/[^/]+\.xml$")
# The bounds keep a file that is made for it from taking hours.
_RANGE = re.compile(
    rb"<(?:\w{1,20}:)?(?:mergeCell|hyperlink)\b[^<>]{0,300}?\bref=[\"']([A-Za-z$0-9:]{1,40})[\"']"
    rb"[^<>]{0,500}?(?:/>|>\s{0,20}</(?:\w{1,20}:)?(?:mergeCell|hyperlink)>)"
)
_MOST_SPANNED = 200_000
"""Places of merged cells and links of a sheet; openpyxl makes an object for each of 17 billion."""

_CELL_END = re.compile(rb"</(?:\w{1,20}:)?c>")
_TEXT = re.compile(rb"\bt=[\"'](?:str|e)[\"']")
"""The type of a cell whose formula gave words: none at all, in many a list with gaps."""

_FORMULA = re.compile(rb"<(?:\w{1,20}:)?f\b")
_VALUE = re.compile(rb"<(?:\w{1,20}:)?v\b[^<>/]{0,200}>[^<]|<(?:\w{1,20}:)?is\b")


def without_vast_ranges(data: bytes) -> bytes:
    """The workbook without merged cells and links over whole columns; itself where it has none."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        mended = {
            name: mend
            for name in _sheets(package)
            if (mend := _RANGE.sub(_Bounded(), held := package.read(name))) != held
        }
        if not mended:
            return data
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as copy:
            for name in dict.fromkeys(package.namelist()):
                copy.writestr(name, mended.get(name) or package.read(name))
    return written.getvalue()


def count_formulas_without_value(data: bytes) -> int:
    """How many formulas have no value stored with them (the file was never opened in Excel)."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return sum(
            bool(_FORMULA.search(cell) and not _VALUE.search(cell) and not _TEXT.search(cell))
            for name in _sheets(package)
            for cell in _CELL_END.split(package.read(name))
        )


def drawn_text(data: bytes, sheet: Any) -> list[str]:
    """The paragraphs in the text boxes of a sheet, which no cell holds."""
    targets = [link.Target for link in sheet._rels if link.Type.endswith(_DRAWING)]
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = set(package.namelist())
        for target in targets:
            name = target.lstrip("/")
            if name in names:
                found += _drawn(package.read(name))
    return found


def _drawn(xml: bytes) -> list[str]:
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False))
    paragraphs = [p for body in root.iter(f"{_XDR}txBody") for p in body.iter(f"{_A}p")]
    lines = ("".join(t.text or "" for t in p.iter(f"{_A}t")).strip() for p in paragraphs)
    return [line for line in lines if line]


def _sheets(package: zipfile.ZipFile) -> list[str]:
    return [name for name in package.namelist() if _SHEET.match(name)]


class _Bounded:
    """Keeps ranges as long as they span no more than ``_MOST_SPANNED`` places together."""

    def __init__(self) -> None:
        self._spanned = 0

    def __call__(self, match: re.Match[bytes]) -> bytes:
        try:
            left, top, right, bottom = range_boundaries(match.group(1).decode())
        except (ValueError, TypeError):
            return match.group()
        if None in (left, top, right, bottom):
            return b""
        places = (right - left + 1) * (bottom - top + 1)
        if self._spanned + places > _MOST_SPANNED:
            return b""
        self._spanned += places
        return match.group()

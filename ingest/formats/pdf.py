"""PDF by pypdfium2: text with its places on the page, put in order by :mod:`ingest.formats.pdf_layout`."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import byref, c_float
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.errors import UnreadableError
from ingest.formats.builder import DocumentBuilder
from ingest.formats.pdf_boxes import Page, Rule
from ingest.formats.pdf_fonts import use_stand_in_fonts
from ingest.formats.pdf_text import read_segments
from ingest.formats.pdf_writing import write_pages
from ingest.types import Document

_MOST_OBJECTS = 20_000
"""Objects of a page that are looked at for ruling lines; drawings have more."""

_THIN = 2.5
"""Points; a rectangle thinner than this is a line."""

_PASSWORD = 4
"""FPDF_ERR_PASSWORD"""


def extract(data: bytes, name: str, path: Path) -> Document:
    """The text of a PDF in reading order, without running headers, footers and page numbers.

    Raises:
        UnreadableError: it is locked, broken, or a scan without text.
    """
    use_stand_in_fonts()
    try:
        pdf = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or getattr(error, "err_code", None) == _PASSWORD:
            raise UnreadableError(
                f"{path}: locked by a password; mend: save it without one and ingest that"
            ) from error
        raise UnreadableError(
            f"{path}: not a readable PDF ({error}); mend: open it, save it again, and ingest that"
        ) from error
    builder = DocumentBuilder(name, "pdf")
    try:
        pages = [_page(pdf, number) for number in range(len(pdf))]
    finally:
        pdf.close()
    pictures = [n for n, page in enumerate(pages, 1) if not page.segments and page.pictures]
    if not any(page.segments for page in pages):
        what = "it is scanned: pictures without text" if pictures else "there is no text in it"
        raise UnreadableError(
            f"{path}: {what}; mend: recognise the text first (for example "
            "'ocrmypdf -l jpn in.pdf out.pdf') and ingest the result"
        )
    if pictures:
        listed = ", ".join(map(str, pictures[:20]))
        builder.note(f"pages without text, only pictures: {listed}; recognise their text (OCR)")
    broken = [n for n, page in enumerate(pages, 1) if page.failure]
    if broken:
        builder.note(f"pages that cannot be read: {', '.join(map(str, broken[:20]))}")
    write_pages(builder, pages)
    return builder.build()


def _page(pdf: Any, number: int) -> Page:
    """What stands on a page; a broken one is empty and says so."""
    try:
        page = pdf[number]
    except pdfium.PdfiumError:
        return Page(0.0, 0.0, (), (), failure=True)
    try:
        width, height = page.get_size()
        rules, pictures = _drawn(page)
        textpage = page.get_textpage()
        try:
            segments = read_segments(textpage, rules)
        finally:
            textpage.close()
        return Page(width, height, segments, rules, pictures)
    except (pdfium.PdfiumError, ValueError, OverflowError):
        return Page(0.0, 0.0, (), (), failure=True)
    finally:
        page.close()


def _drawn(page: Any) -> tuple[tuple[Rule, ...], bool]:
    """The ruling lines of a page, and whether it holds a picture."""
    rules: list[Rule] = []
    pictures = False
    left, bottom, right, top = c_float(), c_float(), c_float(), c_float()
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        item = raw.FPDFPage_GetObject(page.raw, index)
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            pictures = True
        elif kind == raw.FPDF_PAGEOBJ_FORM:
            pictures = pictures or raw.FPDFFormObj_CountObjects(item) > 0
        elif kind == raw.FPDF_PAGEOBJ_PATH and raw.FPDFPageObj_GetBounds(
            item, byref(left), byref(bottom), byref(right), byref(top)
        ):
            rules += _rules(left.value, bottom.value, right.value, top.value, item)
    return tuple(rules), pictures


def _rules(left: float, bottom: float, right: float, top: float, item: Any) -> Iterator[Rule]:
    """A thin shape is a line; a drawn rectangle is the four lines around it."""
    wide, high = right - left, top - bottom
    if wide <= _THIN or high <= _THIN:
        if max(wide, high) > _THIN:
            yield Rule(left, bottom, right, top)
        return
    segments = raw.FPDFPath_CountSegments(item)
    if segments not in (4, 5):
        return
    yield Rule(left, bottom, right, bottom)
    yield Rule(left, top, right, top)
    yield Rule(left, bottom, left, top)
    yield Rule(right, bottom, right, top)

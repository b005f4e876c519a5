"""PDF by pypdfium2: text with its places on the page, put in order by :mod:`ingest.formats.pdf_layout`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ctypes import byref, c_float
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.errors import UnreadableError
from ingest.formats.builder import DocumentBuilder
from ingest.formats.pdf_boxes import Page, Rule, Segment
from ingest.formats.pdf_paragraphs import write_pages
from ingest.text import has_japanese
from ingest.types import Document

_WIDE_GAP = 1.6
"""Gap between two words, in heights of the type, above which they may stand in different columns."""

_LEAST_SIZE = 4.0
"""Points; a smaller size of type is one that the page scales up."""

_SET_APART = 0.45
"""Gap, in heights of the type, that a word processor leaves between a kanji and a figure."""

_MOST_OBJECTS = 20_000
"""Objects of a page that are looked at for ruling lines; drawings have more."""

_THIN = 2.5
"""Points; a rectangle thinner than this is a line."""

_BREAKS = re.compile(r"[\r\n\ufffe]+")
_GAPS = re.compile(r"(?<=\S)[ \t\xa0]+(?=\S)")
_PASSWORD = 4
"""FPDF_ERR_PASSWORD"""


def extract(data: bytes, name: str, path: Path) -> Document:
    """The text of a PDF in reading order, without running headers, footers and page numbers.

    Raises:
        UnreadableError: it is locked, broken, or a scan without text.
    """
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
        textpage = page.get_textpage()
        try:
            segments = tuple(_segments(textpage))
        finally:
            textpage.close()
        rules, pictures = _drawn(page)
        return Page(width, height, segments, rules, pictures)
    except pdfium.PdfiumError:
        return Page(0.0, 0.0, (), (), failure=True)
    finally:
        page.close()


def _segments(textpage: Any) -> Iterator[Segment]:
    """The lines that pdfium finds, cut where a wide gap parts them.

    Boxes are asked only for the ends of lines and around gaps: a call for every character takes
    longer than the extraction.
    """
    count = textpage.count_chars()
    text = textpage.get_text_range() if count > 0 else ""
    if len(text) != count:
        text = "".join(chr(raw.FPDFText_GetUnicode(textpage.raw, i) or 32) for i in range(count))
    begin = 0
    for match in [*_BREAKS.finditer(text), None]:
        end = match.start() if match else len(text)
        yield from _line(textpage, text, begin, end)
        begin = match.end() if match else end


def _line(textpage: Any, text: str, begin: int, end: int) -> Iterator[Segment]:
    while begin < end and text[begin].isspace():
        begin += 1
    while begin < end and text[end - 1].isspace():
        end -= 1
    if begin >= end:
        return
    first = _box(textpage, begin)
    scale = _size(textpage, begin, first)
    words: list[str] = []
    for gap in _GAPS.finditer(text, begin, end):
        before, after = _box(textpage, gap.start() - 1), _box(textpage, gap.end())
        size = max(before[3] - before[1], after[3] - after[1], 1.0)
        wide = after[0] - before[2]
        if wide > _WIDE_GAP * size:
            yield _segment("".join(words) + text[begin : gap.start()], first, before, scale)
            words, begin, first = [], gap.end(), after
        elif wide < _SET_APART * size and _joins(text, gap, textpage):
            words.append(text[begin : gap.start()])
            begin = gap.end()
    yield _segment("".join(words) + text[begin:end], first, _box(textpage, end - 1), scale)


def _joins(text: str, gap: re.Match[str], textpage: Any) -> bool:
    """Whether a space was never typed: a word processor sets figures apart from kanji."""
    around = text[gap.start() - 1] + text[gap.end()]
    return has_japanese(around) and raw.FPDFText_IsGenerated(textpage.raw, gap.start()) == 1


def _size(textpage: Any, index: int, box: tuple[float, ...]) -> float:
    """The size of type at a character: that of its font, unless the page scales it."""
    size, height = float(raw.FPDFText_GetFontSize(textpage.raw, index)), box[3] - box[1]
    return size if _LEAST_SIZE <= size <= 3 * max(height, 1.0) else height


def _segment(text: str, first: tuple[float, ...], last: tuple[float, ...], size: float) -> Segment:
    return Segment(
        text=text.replace("\xa0", " "),
        left=min(first[0], last[0]),
        right=max(first[2], last[2]),
        bottom=min(first[1], last[1]),
        top=max(first[3], last[3]),
        size=size,
    )


def _box(textpage: Any, index: int) -> tuple[float, float, float, float]:
    """(left, bottom, right, top) of a character with the space that its font gives it."""
    rectangle = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(textpage.raw, index, byref(rectangle)):
        return 0.0, 0.0, 0.0, 0.0
    return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


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

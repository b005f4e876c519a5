"""The stand-in for fonts that neither the PDF nor the machine carries."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
from PIL import ImageFont
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.pdf_fonts import box_font, use_stand_in_fonts
from tests.test_ingest_pdf import column, made, read

LETTERS = ["二", "。", "公園課。", "ー", "a"]


def test_a_letter_alone_is_read_in_a_font_that_is_nowhere() -> None:
    def page(canvas: Canvas) -> None:
        column(canvas, LETTERS, step=40)

    assert [line for line in read(page).text.split("\n") if line] == LETTERS


def test_a_library_opens_the_font() -> None:
    font = ImageFont.truetype(io.BytesIO(box_font()), 20)
    assert font.getlength("森a。") == 60
    assert font.getbbox("森") == font.getbbox("a")


def test_it_is_set_once() -> None:
    assert use_stand_in_fonts() is use_stand_in_fonts()
    assert len(pdfium.PdfDocument(made(lambda canvas: None))) == 1

"""Office files made for a test: raw XML in a Word document, a sheet, a slide, changed packages."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree
from pptx import Presentation

from ingest import Document
from ingest.formats import extract

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def read(data: bytes, name: str) -> Document:
    return extract(data, name, Path(name))


def saved(held: Any) -> bytes:
    target = io.BytesIO()
    held.save(target)
    return target.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The package with each part changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target.getvalue()


def word(body: str, *, numbering: str = "", styles: str = "", **notes: str) -> bytes:
    """A Word document of raw XML; ``r(…)`` in it is a run, ``p(…)`` a paragraph of one."""
    held = docx.Document()
    _append(held.element.body, body, before=True)
    if numbering:
        root = held.part.numbering_part.element
        for child in list(root):
            root.remove(child)
        _append(root, numbering)
    _append(held.styles.element, styles)
    for kind, xml in notes.items():
        part = Part(
            PackURI(f"/word/{kind}.xml"),
            f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml",
            f"<w:{kind} {NAMESPACES}>{_written(xml)}</w:{kind}>".encode(),
            held.part.package,
        )
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        held.part.relate_to(part, relation + kind)
    return saved(held)


def _written(xml: str) -> str:
    run = r"<w:r><w:t xml:space='preserve'>\1</w:t></w:r>"
    xml = re.sub(r"\bp\(([^()]*)\)", rf"<w:p>{run}</w:p>", xml)
    return re.sub(r"\br\(([^()]*)\)", run, xml)


def _append(parent: Any, xml: str, *, before: bool = False) -> None:
    root = etree.fromstring(f"<x {NAMESPACES}>{_written(xml)}</x>")
    for element in list(root):
        parent.insert(len(parent) - 1, element) if before else parent.append(element)


def lines(data: bytes, name: str = "a.docx") -> list[str]:
    return [line for line in read(data, name).text.split("\n") if line]


def book(fill: Callable[[Any], object], title: str = "Sheet1") -> bytes:
    held = openpyxl.Workbook()
    held.active.title = title
    fill(held.active)
    return saved(held)


def deck(fill: Callable[[Any, Any], object]) -> bytes:
    """A presentation of one slide with the title 題."""
    held = Presentation()
    slide = held.slides.add_slide(held.slide_layouts[5])
    slide.shapes.title.text = "題"
    fill(held, slide)
    return saved(held)

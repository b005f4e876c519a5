"""Broken, cut and hostile files of every format: told in one line, never a crash or a hang.

``MINUTES_FUZZ`` sets how many mutations of each golden document are tried (12 by default).
"""

from __future__ import annotations

import io
import os
import random
import zipfile
from pathlib import Path

import pytest

from ingest import parse, passages
from ingest.errors import IngestError, UnreadableError
from ingest.formats import extract
from ingest.formats.packed import check_package
from ingest.reader import find_files, read_bytes, read_source
from tests.test_ingest_golden import DOCUMENTS
from tests.test_ingest_records import holds_the_rules

PACKAGES = [path for path in DOCUMENTS if path.suffix in (".docx", ".xlsx", ".pptx")]
MUTATIONS = int(os.environ.get("MINUTES_FUZZ", "12"))


def understood_or_told(data: bytes, name: str) -> bool:
    """Whether bytes were read; if not, the reason is one line with file and mend."""
    try:
        document = extract(data, name, Path(name))
    except IngestError as error:
        message = str(error)
        assert message.startswith(name)
        assert "; mend: " in message
        assert "\n" not in message
        return False
    holds_the_rules(parse(document))
    return True


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some of them flipped, taken out, doubled, moved or cut off."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(changed) or 1)
        size = chance.choice((1, 4, 200))
        match chance.randrange(6):
            case 0:
                changed[at : at + size] = chance.randbytes(size)
            case 1:
                del changed[at : at + size]
            case 2:
                changed[at:at] = changed[at : at + size]
            case 3:
                del changed[at:]
            case 4:
                other = chance.randrange(len(changed) or 1)
                changed[at : at + size] = changed[other : other + size]
            case _:
                changed[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(changed)


@pytest.mark.parametrize("path", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_mutated_and_cut_files(path: Path) -> None:
    data = path.read_bytes()
    chance = random.Random(path.name)
    for cut in (0, 1, 10, len(data) // 3, len(data) // 2, len(data) - 1):
        understood_or_told(data[:cut], path.name)
    for _ in range(MUTATIONS):
        understood_or_told(mutated(data, chance), path.name)


@pytest.mark.parametrize("path", PACKAGES, ids=[path.name for path in PACKAGES])
def test_parts_changed_within_a_package(path: Path) -> None:
    """The XML within docx, xlsx and pptx is changed, so that the package itself stays whole."""
    chance = random.Random(path.name)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for _ in range(MUTATIONS):
        name = chance.choice([n for n in parts if n.endswith(".xml")])
        changed = parts | {name: mutated(parts[name], chance)}
        if chance.random() < 0.2:
            del changed[chance.choice(list(changed))]
        understood_or_told(packed(changed), path.name)


@pytest.mark.parametrize("suffix", sorted({path.suffix for path in DOCUMENTS}))
def test_the_wrong_ending(suffix: str) -> None:
    for path in DOCUMENTS[::5]:
        understood_or_told(path.read_bytes(), f"wrong{suffix}")
    understood_or_told(random.Random(3).randbytes(5_000), f"noise{suffix}")


def packed(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return held.getvalue()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]>"
)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("docx-paragraphs.docx", "word/document.xml"),
        ("xlsx-minutes.xlsx", "xl/worksheets/sheet1.xml"),
        ("pptx-handout.pptx", "ppt/slides/slide2.xml"),
    ],
)
def test_entity_bombs_do_not_expand(name: str, part: str) -> None:
    path = next(path for path in DOCUMENTS if path.name == name)
    with zipfile.ZipFile(path) as package:
        parts = {held: package.read(held) for held in package.namelist()}
    body = parts[part].split(b"?>", 1)[-1]
    text = b"<w:t>" if b"<w:t>" in body else b"<a:t>" if b"<a:t>" in body else b"<t>"
    parts[part] = BOMB + body.replace(text, text + b"&j;", 1)
    try:
        assert len(extract(packed(parts), name, path).text) < 100_000
    except UnreadableError as error:
        assert "mend" in str(error)


def test_a_package_that_unpacks_to_too_much(tmp_path: Path) -> None:
    data = packed({"word/document.xml": b" " * 30_000_000})
    with pytest.raises(UnreadableError, match="unpacks to 30 MB"):
        check_package(data, tmp_path / "a.docx", max_unpacked=20_000_000)
    check_package(data, tmp_path / "a.docx")


def test_a_locked_or_old_office_file() -> None:
    with pytest.raises(UnreadableError, match="locked by a password, or of an older format"):
        extract(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "a.docx", Path("a.docx"))


def test_a_stray_cell_at_the_far_corner_costs_nothing() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "左上", "右下"
    held = io.BytesIO()
    book.save(held)
    assert extract(held.getvalue(), "a.xlsx", Path("a.xlsx")).text == "左上\n右下\n"


def test_deeply_nested_pages() -> None:
    for tag in ("div", "table><tr><td", "ul><li", "b", "blockquote"):
        understood_or_told(f"<{tag}>".encode() * 20_000 + "深い".encode(), "deep.html")


def make_zip(path: Path, members: dict[str, bytes]) -> Path:
    path.write_bytes(packed(members))
    return path


def test_an_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    inner = "会議録\n〔原委員〕\nはい。\n".encode()
    make_zip(tmp_path / "r6.zip", {"1/a.txt": inner, "2/a.txt": inner, "b.png": b"x"})
    found = find_files(tmp_path)
    assert [source.name for source in found.files] == ["r6.zip/1/a.txt", "r6.zip/2/a.txt"]
    assert [Path(source.source) for source in found.files] == [
        tmp_path / "r6.zip" / "1" / "a.txt",
        tmp_path / "r6.zip" / "2" / "a.txt",
    ]
    record = parse(read_source(found.files[0], read_bytes(found.files[0])))
    assert [passage.text for passage in passages(record)][-1] == "はい。"

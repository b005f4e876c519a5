"""Reading of files: encodings met in the wild, and files that are none of them."""

from __future__ import annotations

import codecs
import os
import random
from pathlib import Path

import pytest

from ingest.errors import IngestError, NothingToReadError, PathError, UnreadableError
from ingest.reader import find_files, read_document

TEXT = "令和5年（2023年）第1回　青浜市図書館協議会\r\n〔原委員〕\r\nＤＸの効果は25件、髙橋委員は①を支持した。\n"
PLAIN = TEXT.replace("髙", "高").replace("①", "一")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", TEXT),
        ("utf-8-sig", TEXT),
        ("utf-16", TEXT),
        ("utf-16-le", TEXT),
        ("utf-16-be", TEXT),
        ("cp932", TEXT),
        ("shift_jis", PLAIN),
        ("euc_jp", PLAIN),
        ("iso2022_jp", PLAIN),
        ("utf-8", "Minutes of the café committee\n[Chair Sato]\nNaïve?\n"),
        ("cp932", "会長：ﾊﾟｿｺﾝ教室とﾃﾚﾜｰｸについて\n" * 3),
        (
            "cp1252",
            "Minutes\n[Chair Sato]\nIt’s a “café”, nothing more than that, and it opens in May.\n",
        ),
        ("ascii", "Minutes\n[Chair Sato]\nYes.\n"),
    ],
)
def test_decodes_every_encoding_exactly(encoding: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    document = read_document(path)
    assert document.text == text
    assert document.name == "a.txt"


@pytest.mark.parametrize("bom", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_utf16_with_either_byte_order_mark(bom: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    name = "utf-16-le" if bom == codecs.BOM_UTF16_LE else "utf-16-be"
    path.write_bytes(bom + TEXT.encode(name))
    assert read_document(path).text == TEXT


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_short_texts_of_kanji_and_kana(encoding: str, tmp_path: Path) -> None:
    for number, text in enumerate(["異議なし。", "はい、そうです。", "第１回会議録\n市長あいさつ"]):
        path = tmp_path / f"{number}.txt"
        path.write_bytes(text.encode(encoding))
        assert read_document(path).text == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"\x00" * 100, "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "binary"),
        (b"PK\x03\x04" + random.Random(1).randbytes(4000), "binary"),
        (random.Random(2).randbytes(4000), "binary"),
        ("良い行\n良い行\n".encode() + b"\xff\xfe\xfa\x80\x81 " * 40, "line 3"),
    ],
)
def test_what_is_no_text_is_told_in_one_line(data: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=reason) as caught:
        read_document(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "mend:" in message
    assert "\n" not in message


def test_a_nul_in_good_text_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    text = "〔原委員〕\n異議\x00なし。\n" + "とても長い議事の記録である。" * 30
    path.write_text(text, encoding="utf-8")
    assert read_document(path).text == text


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    path.write_bytes(b"a" * 2_000_000)
    with pytest.raises(UnreadableError, match="2 MB is more than the 1 MB"):
        read_document(path, max_bytes=1_000_000)


def test_finds_the_files_of_a_folder(tmp_path: Path) -> None:
    for name in ("b.txt", "a.MD", "sub/c.txt", ".hidden.txt", ".git/d.txt", "~$e.docx", "f.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    (tmp_path / "folder.txt").mkdir()
    assert [s.name for s in find_files(tmp_path).files] == ["a.MD", "b.txt", "sub/c.txt"]
    (single,) = find_files(tmp_path / "sub" / "c.txt").files
    assert (single.name, single.root) == ("c.txt", tmp_path / "sub")


def test_paths_that_lead_nowhere(tmp_path: Path) -> None:
    with pytest.raises(PathError, match="no such file"):
        find_files(tmp_path / "absent")
    with pytest.raises(NothingToReadError, match=r"\.docx, .*\.txt"):
        find_files(tmp_path)
    with pytest.raises(PathError):
        read_document(tmp_path)
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(PathError, match="neither a file nor a folder"):
        find_files(tmp_path / "pipe.txt")
    assert issubclass(PathError, IngestError)

"""Archives: members, names, bombs, and what is passed over."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from ingest import archive
from ingest.archive import Archive
from ingest.errors import IngestError, PathError, UnreadableError

Result = TypeVar("Result")

Result = TypeVar("Result")


def refused_in_one_line(action: Callable[[], Result]) -> Result | None:
    try:
        return action()
    except IngestError as error:
        message = str(error)
    assert "\n" not in message
    assert "; mend: " in message
    return None


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def with_raw_names(path: Path, names: dict[str, bytes]) -> Path:
    """An archive whose ASCII names are replaced by these bytes of the same length."""
    data = packed(path, dict.fromkeys(names, b"words")).read_bytes()
    for name, raw in names.items():
        assert len(name) == len(raw)
        data = data.replace(name.encode(), raw)
    path.write_bytes(data)
    return path


def test_members(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip",
        {
            "b/議事録.TXT": b"b", "a.html": b"a", "c.png": b"", ".hidden.txt": b"", "d/.git/x.txt": b"",
            "__MACOSX/._a.txt": b"", "folder.txt/": b"", "~$a.docx": b"", "old.doc": b"", "in.zip": b"",
        },
    )  # fmt: skip
    assert archive.members(path) == ["a.html", "b/議事録.TXT"]
    assert archive.read_member(path, "b/議事録.TXT", 10) == b"b"
    with Archive(path) as opened:
        assert opened.members() == ["a.html", "b/議事録.TXT"]
        assert opened.read("a.html", 10) == b"a"
        assert opened.passed_over == [
            "old.doc: .doc is an old format; mend: save it as .docx",
            "in.zip: an archive within one; mend: unpack it",
        ]


def test_names_are_decoded_as_they_were_meant(tmp_path: Path) -> None:
    raw = "会議/予算表ソ.txt".encode("cp932")  # 表 and ソ end in a backslash
    path = with_raw_names(tmp_path / "a.zip", {"x" * len(raw): raw})
    assert archive.members(path) == ["会議/予算表ソ.txt"]
    assert archive.read_member(path, "会議/予算表ソ.txt", 100) == b"words"
    raw = "か\u3099いぎ.txt".encode()  # macOS: UTF-8 without the flag, and accents apart
    path = with_raw_names(tmp_path / "b.zip", {"x" * len(raw): raw})
    assert archive.members(path) == ["がいぎ.txt"]


def test_names_lead_nowhere(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "a.zip",
        {
            "../../etc/a.txt": b"1", "/etc/a.txt": b"2", "C:\\etc\\a.txt": b"3", "etc/./a~2.txt": b"4",
            "\u202etxt.a\n.md": b"5", "..": b"", "etc/a.txt": b"6",
        },
    )  # fmt: skip
    with Archive(path) as opened:
        found = {name: opened.read(name, 10) for name in opened.members()}
    assert found == {
        "_txt.a_.md": b"5",
        "etc/a.txt": b"1",
        "etc/a~2.txt": b"2",
        "etc/a~3.txt": b"3",
        "etc/a~2~2.txt": b"4",
        "etc/a~4.txt": b"6",
    }
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        with made.open("zeros.txt", "w") as member:
            for _ in range(200):
                member.write(bytes(1_000_000))
        made.writestr("a.txt", "words")
    assert path.stat().st_size < 2_000_000
    with pytest.raises(UnreadableError, match=r"unpacks to 200 MB .* mend: "):
        archive.read_member(path, "zeros.txt", 20_000_000)
    assert archive.read_member(path, "a.txt", 20_000_000) == b"words"
    with pytest.raises(UnreadableError, match=r"all members 200 MB\), which is too much"):
        archive.read_member(path, "a.txt", 3_000_000)


@pytest.mark.parametrize("declared", [10, 2_000])
def test_a_size_that_lies(tmp_path: Path, declared: int) -> None:
    path = packed(tmp_path / "a.zip", {"a.txt": b"x" * 1_000})
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<L", 1_000), struct.pack("<L", declared)))
    with pytest.raises(UnreadableError, match="mend: pack the archive again"):
        archive.read_member(path, "a.txt", 10_000)


def test_members_that_are_not_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("locked.txt", "words")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("bzip2.txt", "words", zipfile.ZIP_BZIP2)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with Archive(path) as opened:
        assert opened.members() == []
        assert opened.passed_over == [
            "locked.txt: locked by a password; mend: pack it without one",
            "link.txt: only a link to another file; mend: pack the file itself",
            "bzip2.txt: packed in an unusual way (method 12); mend: pack it as an ordinary .zip",
        ]


def test_too_many_members(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {f"{n}.txt": b"" for n in range(archive.MAX_MEMBERS + 1)})
    with pytest.raises(UnreadableError, match="more than 10,000 members; mend: "):
        archive.members(path)


def test_archives_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(PathError, match="mend: check path"):
        archive.members(tmp_path / "none.zip")
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(UnreadableError, match=r"mend: pack it again as \.zip"):
        archive.members(path)
    with pytest.raises(UnreadableError, match="not in the archive"):
        archive.read_member(packed(path, {"a.txt": b""}), "b.txt", 10)


def read_all(path: Path) -> None:
    with Archive(path) as opened:
        for name in opened.members():
            assert not name.startswith("/")
            opened.read(name, 10_000)


def test_broken_archives_are_read_or_refused_in_one_line(tmp_path: Path) -> None:
    data = packed(tmp_path / "a.zip", {f"{n}.txt": b"words " * n for n in range(9)}).read_bytes()
    chance = random.Random(5)
    path = tmp_path / "b.zip"
    for _ in range(300):
        broken = bytearray(data if chance.random() < 0.8 else data[: chance.randrange(len(data))])
        for _ in range(chance.randrange(1, 12)):
            if broken:
                broken[chance.randrange(len(broken))] = chance.randrange(256)
        path.write_bytes(bytes(broken))
        refused_in_one_line(lambda: read_all(path))

"""File -> Document: find the files of a folder, and decode each one in whatever encoding it has."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import NothingToReadError, PathError, UnreadableError
from ingest.types import Document

SUFFIXES = frozenset({".txt", ".text", ".md", ".markdown"})
"""File name endings that are read, in lower case."""

DEFAULT_MAX_BYTES = 20 * 1024 * 1024
"""A larger file is refused unless the caller allows more."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ("cp1252", "iso8859_15", "latin_1", "mac_roman")
_PROBE_BYTES = 200_000


@dataclass(frozen=True)
class SourceFile:
    """A file to read: its absolute path, and its name relative to the ingested folder."""

    path: Path
    name: str
    root: Path


def find_files(path: Path) -> list[SourceFile]:
    """The readable files at ``path``: the file itself, or all below the folder, sorted by name.

    Hidden files and folders are passed over. A file's root is its own folder.

    Raises:
        PathError: nothing is there, or it cannot be listed.
        NothingToReadError: the folder holds no file with a known ending.
    """
    path = Path(os.path.abspath(path.expanduser()))
    if path.is_file():
        return [SourceFile(path, path.name, path.parent)]
    if not path.exists():
        raise PathError(f"{path}: no such file or folder; mend: check the path")
    if not path.is_dir():
        raise PathError(f"{path}: neither a file nor a folder; mend: name a text or Markdown file")
    if not os.access(path, os.R_OK | os.X_OK):
        raise PathError(f"{path}: the folder cannot be listed; mend: give read permission")
    found = [SourceFile(file, file.relative_to(path).as_posix(), path) for file in _walk(path)]
    if not found:
        raise NothingToReadError(
            f"{path}: no readable file in this folder; mend: put files ending in "
            f"{', '.join(sorted(SUFFIXES))} there"
        )
    return sorted(found, key=lambda source: source.name)


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(parent, name)
            if not name.startswith(".") and file.suffix.lower() in SUFFIXES:
                yield file


def read_document(
    path: Path, name: str | None = None, *, max_bytes: int = DEFAULT_MAX_BYTES
) -> Document:
    """Read and decode one file.

    Args:
        path: the file.
        name: the document's name; the file name by default.
        max_bytes: the largest size that is read.

    Raises:
        PathError: the file cannot be opened.
        UnreadableError: it is empty, too large, binary, or in no known encoding.
    """
    return decode(read_bytes(path, max_bytes=max_bytes), name or path.name, path)


def read_bytes(path: Path, *, max_bytes: int = DEFAULT_MAX_BYTES) -> bytes:
    """The file's bytes, after a look at its size.

    Raises:
        PathError: the file cannot be opened.
        UnreadableError: it is larger than ``max_bytes``.
    """
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise UnreadableError(
                f"{path}: {size / 1e6:,.0f} MB is more than the {max_bytes / 1e6:,.0f} MB that are "
                "read; mend: split the file by meeting, or raise max_file_mb"
            )
        return path.read_bytes()
    except OSError as error:
        raise PathError(
            f"{path}: cannot be read ({error.strerror}); mend: check path and permission"
        ) from error


def decode(data: bytes, name: str, path: Path) -> Document:
    """Bytes -> Document. ``path`` is only for messages.

    Raises:
        UnreadableError: the bytes are empty, binary, or in no known encoding.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableError(f"{path}: the file is empty; mend: put the text in, or remove it")
    encoding = _encoding(data)
    if encoding is None:
        raise UnreadableError(
            f"{path}: {_obstacle(data)}; mend: save it as UTF-8 text and ingest it again"
        )
    text = data.decode(encoding)
    if not text.strip():
        raise UnreadableError(f"{path}: the file is empty; mend: put the text in, or remove it")
    return Document(name, text, encoding)


def _encoding(data: bytes) -> str | None:
    """The encoding that decodes all of ``data`` into plausible text, or None."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return encoding if _decodes(data, encoding) else None
    if b"\x1b$" in data and _decodes(data, "iso2022_jp"):
        return "iso2022_jp"
    if utf16 := _utf16_without_bom(data):
        return utf16
    if _looks_binary(data):
        return None
    if _decodes(data, "utf-8"):
        return "utf-8"
    candidates = [name for name in ("cp932", "euc_jp") if _decodes(data, name)]
    plausible = {name: _japanese_share(data.decode(name)) for name in candidates}
    if plausible and max(plausible.values()) > 0.5:
        return max(plausible, key=lambda name: plausible[name])
    return _other_encoding(data)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _utf16_without_bom(data: bytes) -> str | None:
    """UTF-16 by its byte pattern: line breaks and spaces have a zero in every second byte."""
    if len(data) % 2 or b"\x00" not in data:
        return None
    for encoding, newline in (("utf-16-le", b"\n\x00"), ("utf-16-be", b"\x00\n")):
        if newline in data and _decodes(data, encoding):
            text = data.decode(encoding)
            if "\x00" not in text and _readable_share(text[:_PROBE_BYTES]) > 0.95:
                return encoding
    return None


def _looks_binary(data: bytes) -> bool:
    """Whether the bytes hold control characters as no text does."""
    probe = data[:_PROBE_BYTES]
    controls = sum(probe.count(bytes([c])) for c in range(32) if c not in b"\t\n\r\x0c\x1b")
    return controls > len(probe) * 0.01


def _readable_share(text: str) -> float:
    """Share of characters that are assigned, printable or white space, 0 to 1."""
    return sum(c.isprintable() or c.isspace() for c in text) / max(len(text), 1)


def _japanese_share(text: str) -> float:
    """Share of the non-ASCII characters that Japanese prose is made of, 0 to 1.

    Half-width katakana count against it: EUC-JP read as Shift_JIS is full of them.
    """
    wide = [c for c in text[:_PROBE_BYTES] if ord(c) > 127]
    common = sum(
        "\u3000" <= c <= "\u30ff" or "\u4e00" <= c <= "\u9fff" or "\uff01" <= c <= "\uff5e"
        for c in wide
    )
    kana = sum("\u3041" <= c <= "\u30ff" for c in wide)
    return (common + kana) / (2 * max(len(wide), 1)) + (0.25 if kana else 0.0)


def _other_encoding(data: bytes) -> str | None:
    """A Western encoding, for text that is nearly all ASCII: a few curly quotes or accents.

    More than that may be anything, and a wrong guess would put words into people's mouths.
    """
    from charset_normalizer import from_bytes

    if sum(byte > 127 for byte in data[:_PROBE_BYTES]) > 0.1 * len(data[:_PROBE_BYTES]):
        return None
    best = from_bytes(data[:_PROBE_BYTES], cp_isolation=list(_WESTERN)).best()
    return best.encoding if best and _decodes(data, best.encoding) else None


def _obstacle(data: bytes) -> str:
    if _looks_binary(data):
        return "this is not text but binary data"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return f"line {line} cannot be decoded as UTF-8, UTF-16, Shift_JIS or EUC-JP"
    return "no known encoding decodes it"

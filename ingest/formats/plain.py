"""Text files: the bytes in whatever encoding they have -> Document."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from ingest.errors import UnreadableError
from ingest.formats.markdown_tables import speeches
from ingest.types import Document

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN = ("cp1252", "iso8859_15", "latin_1", "mac_roman")
_PROBE_BYTES = 200_000


def extract(data: bytes, name: str, path: Path) -> Document:
    """The text as it is, decoded; a form feed begins a new page.

    Raises:
        UnreadableError: the bytes are empty, binary, or in no known encoding.
    """
    text, encoding = decode(data, path)
    pages = [0, *(match.end() for match in re.finditer("\f", text))] if "\f" in text else []
    said = speeches(text) if "|" in text else ()
    return Document(name, text, encoding, pages=tuple(pages), speeches=said)


def decode(data: bytes, path: Path) -> tuple[str, str]:
    """(text, name of the codec) of the bytes of a text file.

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
    return data.decode(encoding), encoding


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

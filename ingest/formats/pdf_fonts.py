"""A stand-in for Japanese fonts that a PDF names and does not carry.

pdfium leaves out the words of a font that is neither in the file nor on the machine wherever they
are one letter, since it knows no size for them; a server hardly ever has Japanese fonts. Here every
such font is one box for each letter: reading needs places, no shapes, and gives the same text on
every machine.

Sources: OpenType specification (tables of a font), ``fpdf_sysfontinfo.h`` of pdfium.
"""

from __future__ import annotations

import ctypes
import struct
from functools import cache
from typing import Any

import pypdfium2.raw as raw

_EAST_ASIAN = frozenset({128, 129, 134, 136})
"""Character sets of Windows: Shift_JIS, Hangul, GB 2312, Big5."""

_EM, _ASCENT, _DESCENT = 1000, 880, -120
_HANDLE = 1


@cache
def use_stand_in_fonts() -> Any:
    """Have pdfium take the stand-in for every East Asian font that it lacks, from now on.

    Returns:
        the table of functions, which pdfium goes on calling; the cache keeps it alive.
    """
    font = box_font()

    def map_font(_info: Any, _weight: int, _italic: int, charset: int, *_: Any) -> int | None:
        return _HANDLE if charset in _EAST_ASIAN else None

    def font_data(_info: Any, _font: Any, table: int, buffer: Any, size: int) -> int:
        if table:
            return 0
        if buffer and size >= len(font):
            ctypes.memmove(buffer, font, len(font))
        return len(font)

    answers = {
        "MapFont": map_font,
        "GetFontData": font_data,
        "GetFontCharset": lambda *_: min(_EAST_ASIAN),
        "GetFaceName": lambda *_: 0,
    }
    info = raw.FPDF_SYSFONTINFO()
    info.version = 1
    for name, kind in raw.FPDF_SYSFONTINFO._fields_[1:]:
        setattr(info, name, kind(answers.get(name, lambda *_: None)))
    raw.FPDF_SetSystemFontInfo(info)
    return info


def box_font() -> bytes:
    """A TrueType font in which every letter is one box as wide as it is high."""
    corners = struct.pack(">8h", 0, _EM, 0, -_EM, _DESCENT, 0, _EM, 0)
    box = struct.pack(">5h2H", 1, 0, _DESCENT, _EM, _ASCENT, 3, 0) + b"\x01" * 4 + corners
    box += b"\0" * (-len(box) % 4)
    times, bounds = (0, 0), (0, _DESCENT, _EM, _ASCENT)
    tables = {
        b"cmap": struct.pack(">4HI2H6I", 0, 1, 3, 10, 12, 13, 0, 28, 0, 1, 0, 0x10FFFF, 1),
        b"glyf": box * 2,
        b"head": struct.pack(
            ">4I2H2Q4h2H3h", 0x10000, 0x10000, 0, 0x5F0F3CF5, 0, _EM, *times, *bounds, 0, 8, 2, 1, 0
        ),
        b"hhea": struct.pack(
            ">I3hH11hH", 0x10000, _ASCENT, _DESCENT, 0, _EM, 0, 0, _EM, 1, *[0] * 7, 2
        ),
        b"hmtx": struct.pack(">HhHh", _EM, 0, _EM, 0),
        b"loca": struct.pack(">3I", 0, len(box), 2 * len(box)),
        b"maxp": struct.pack(">I14H", 0x10000, 2, 4, 1, 0, 0, 1, *[0] * 8),
        b"post": struct.pack(">2I2h5I", 0x30000, 0, 0, 0, *[0] * 5),
    }
    return _file(tables)


def _file(tables: dict[bytes, bytes]) -> bytes:
    """The tables behind their directory, each at a multiple of four bytes."""
    count = len(tables)
    directory = struct.pack(">I4H", 0x10000, count, 128, 3, 16 * count - 128)
    body = b""
    for tag, data in tables.items():
        offset = 12 + 16 * count + len(body)
        directory += struct.pack(">4s3I", tag, 0, offset, len(data))
        body += data + b"\0" * (-len(data) % 4)
    return directory + body

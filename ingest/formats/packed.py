"""A look at a packed file (docx, xlsx, pptx) before a library opens it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from ingest.errors import UnreadableError

MAX_UNPACKED = 200 * 1024 * 1024
"""Bytes of all parts together; ordinary files stay far below, a zip bomb does not."""

MAX_PARTS = 20_000
_OLE = b"\xd0\xcf\x11\xe0"


def check_package(data: bytes, path: Path, max_unpacked: int = MAX_UNPACKED) -> None:
    """Refuse what is no packed file, or would unpack to too much.

    Args:
        data: the file's bytes.
        path: the file, for messages.
        max_unpacked: bytes of all parts together.

    Raises:
        UnreadableError: it is locked, of an older format, broken, or too large.
    """
    if data.startswith(_OLE):
        raise UnreadableError(
            f"{path}: locked by a password, or of an older format; mend: save it without a "
            "password as .docx, .xlsx or .pptx"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableError(
            f"{path}: broken, or not what its ending says ({error}); mend: open it, save it again, "
            "and ingest that"
        ) from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > max_unpacked or len(parts) > MAX_PARTS:
        raise UnreadableError(
            f"{path}: it unpacks to {unpacked / 1e6:,.0f} MB in {len(parts):,} parts, which is too "
            "much; mend: save it without pictures, or split it"
        )

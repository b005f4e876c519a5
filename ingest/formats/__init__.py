"""Bytes of a file -> Document, by the format that the file's name ends in.

Each format has a module with one function ``extract(data, name, path) -> Document``, imported when
the first such file is read. Libraries do the extracting; their failures become one line.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from ingest.errors import IngestError, UnreadableError
from ingest.types import Document

Extract = Callable[[bytes, str, Path], Document]

_MODULES = {
    ".txt": "plain", ".text": "plain", ".md": "plain", ".markdown": "plain",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx", ".docm": "docx",
    ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".pptx": "pptx", ".pptm": "pptx",
    ".vtt": "captions", ".srt": "captions",
}  # fmt: skip

SUFFIXES = frozenset(_MODULES)
"""File name endings that are read, in lower case; archives of them are opened by the reader."""

OLD_SUFFIXES = {".doc": ".docx", ".xls": ".xlsx", ".ppt": ".pptx", ".jtd": ".docx", ".rtf": ".docx"}
"""Endings of older formats, and what to save such a file as."""


def extract(data: bytes, name: str, path: Path) -> Document:
    """Read the bytes of a file.

    Args:
        data: the file's bytes.
        name: the document's name; its ending decides the format.
        path: the file, for messages and for nothing else.

    Raises:
        UnreadableError: the bytes are not what the ending says, or hold no text.
    """
    suffix = Path(name).suffix.lower()
    read: Extract = import_module(f"ingest.formats.{_MODULES.get(suffix, 'plain')}").extract
    try:
        document = read(data, name, path)
    except IngestError:
        raise
    except RecursionError as error:
        raise UnreadableError(
            f"{path}: it is nested too deeply to be read; mend: save it as text and ingest that"
        ) from error
    except Exception as error:  # libraries raise anything on a broken file
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        raise UnreadableError(
            f"{path}: not a readable {suffix.lstrip('.')} file ({reason}); "
            "mend: open it, save it again, and ingest that"
        ) from error
    if not document.text.strip():
        raise UnreadableError(f"{path}: the file is empty; mend: put the text in, or remove it")
    return document

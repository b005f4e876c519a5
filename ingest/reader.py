"""Files and folders -> Document: find what can be read, also in archives, and read one at a time."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from ingest import archive
from ingest.errors import IngestError, NothingToReadError, PathError, UnreadableError
from ingest.formats import OLD_SUFFIXES, SUFFIXES, extract
from ingest.frontmatter import address, collection, front_matter
from ingest.types import Document

DEFAULT_MAX_BYTES = 20 * 1024 * 1024
"""A larger file is refused unless the caller allows more."""

ARCHIVES = frozenset({".zip"})
"""Endings of archives, whose members are read as if they stood in a folder."""

SIDECAR = ".url"
"""Beside ``a.pdf`` the file ``a.pdf.url`` holds the web address of the original."""

_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
_LARGEST_SIDECAR = 10_000


@dataclass(frozen=True)
class SourceFile:
    """A file to read: its absolute path, and its name relative to the ingested folder.

    ``member`` is the file's name within the archive at ``path``, or None outside one.
    """

    path: Path
    name: str
    root: Path
    member: str | None = None

    @property
    def source(self) -> str:
        """What identifies the file: its absolute path, that of the archive in front of a member."""
        return str(self.path) if self.member is None else f"{self.path}/{self.member}"

    @property
    def sidecar(self) -> str | None:
        """The address in the file beside it (plain, or a Windows internet shortcut), or None."""
        file = Path(f"{self.path}{SIDECAR}")
        if self.member is not None or not file.is_file():
            return None
        try:
            with file.open("rb") as opened:
                text = opened.read(_LARGEST_SIDECAR).decode("utf-8", "replace")
        except OSError:
            return None
        found = _ADDRESS.search(text)
        return found.group() if found else None


@dataclass(frozen=True)
class Found:
    """What a path holds: files to read, and a line for each that cannot be."""

    files: tuple[SourceFile, ...]
    failures: tuple[str, ...] = ()


def find_files(path: Path) -> Found:
    """The readable files at ``path``: the file itself, or all below the folder, sorted by name.

    Hidden files and folders are passed over; archives are looked into. A file's root is its own
    folder.

    Raises:
        PathError: nothing is there, or it cannot be listed.
        NothingToReadError: the folder holds no file with a known ending.
    """
    path = Path(os.path.abspath(path.expanduser()))
    if path.is_file():
        return _opened([SourceFile(path, path.name, path.parent)])
    if not path.exists():
        raise PathError(f"{path}: no such file or folder; mend: check the path")
    if not path.is_dir():
        raise PathError(f"{path}: neither a file nor a folder; mend: name a file or a folder")
    if not os.access(path, os.R_OK | os.X_OK):
        raise PathError(f"{path}: the folder cannot be listed; mend: give read permission")
    files = [SourceFile(file, file.relative_to(path).as_posix(), path) for file in _walk(path)]
    if not files:
        raise NothingToReadError(
            f"{path}: no readable file in this folder; mend: put files ending in "
            f"{', '.join(sorted(SUFFIXES | ARCHIVES))} there"
        )
    return _opened(sorted(files, key=lambda source: source.name))


def _walk(folder: Path) -> Iterator[Path]:
    known = SUFFIXES | ARCHIVES | frozenset(OLD_SUFFIXES)
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(parent, name)
            # ~$ opens the lock files that Word and Excel leave beside an open document.
            if not name.startswith((".", "~$")) and file.suffix.lower() in known:
                yield file


def _opened(sources: list[SourceFile]) -> Found:
    """The sources with archives replaced by their members."""
    files: list[SourceFile] = []
    failures: list[str] = []
    for source in sources:
        if source.path.suffix.lower() not in ARCHIVES:
            files.append(source)
            continue
        try:
            with archive.Archive(source.path) as opened:
                members = opened.members()
                failures += [f"{source.path}/{reason}" for reason in opened.passed_over]
        except IngestError as error:
            failures.append(str(error))
            continue
        files += [replace(source, name=f"{source.name}/{m}", member=m) for m in members]
    return Found(tuple(files), tuple(failures))


def read_document(
    path: Path, name: str | None = None, *, max_bytes: int = DEFAULT_MAX_BYTES
) -> Document:
    """Read one file.

    Args:
        path: the file.
        name: the document's name; the file name by default.
        max_bytes: the largest size that is read.

    Raises:
        PathError: the file cannot be opened.
        UnreadableError: it is empty, too large, broken, or of no known format.
    """
    source = SourceFile(path, name or path.name, path.parent)
    return read_source(source, read_bytes(source, max_bytes=max_bytes))


def read_bytes(source: SourceFile, *, max_bytes: int = DEFAULT_MAX_BYTES) -> bytes:
    """The file's bytes, after a look at its size.

    Raises:
        PathError: the file cannot be opened.
        UnreadableError: it is larger than ``max_bytes``, or a broken member of an archive.
    """
    if source.member is not None:
        return archive.read_member(source.path, source.member, max_bytes)
    path = source.path
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


def read_source(source: SourceFile, data: bytes, url_base: str | None = None) -> Document:
    """Bytes of a file -> Document, with the web address of its original where one is known.

    Args:
        source: the file.
        data: its bytes (:func:`read_bytes`).
        url_base: address under which the ingested folder is published.

    Raises:
        UnreadableError: the bytes are not what the name's ending says, or hold no text.
    """
    where = Path(source.source)
    suffix = Path(source.name).suffix.lower()
    if suffix in OLD_SUFFIXES:
        raise UnreadableError(
            f"{where}: {suffix} is an old format that is not read; mend: open it, save it as "
            f"{OLD_SUFFIXES[suffix]}, and ingest that"
        )
    document = extract(data, source.name, where)
    return replace(
        document,
        url=original_url(source, document, url_base),
        # Of every format: what says that it is not for everybody is never overlooked.
        collection=collection(document.text),
    )


def original_url(source: SourceFile, document: Document, url_base: str | None) -> str | None:
    """The original's address: from the sidecar, else from the file itself, else below the base."""
    own = address(front_matter(document.text)[0]) if source.name.endswith((".md", ".txt")) else None
    below = f"{url_base.rstrip('/')}/{quote(source.name)}" if url_base else None
    return source.sidecar or own or document.url or below

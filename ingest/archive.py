"""Zip archives: which members can be read, and their bytes. Nothing is ever written to disk."""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from pathlib import Path, PurePosixPath
from types import TracebackType

from ingest.errors import PathError, UnreadableError
from ingest.formats import OLD_SUFFIXES, SUFFIXES

MAX_MEMBERS = 10_000
"""Members of an archive; one with more is refused."""

MAX_TOTAL = 50
"""All members together may unpack to this many times the bytes that one file may have."""

_UTF8_NAME = 0x800
_LOCKED = 0x1 | 0x40
"""Flags of a member behind a password: the old way, and the strong one."""

_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".lzh"})
_BOUNDED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Packings that zipfile unpacks no further than it is asked to; the others it unpacks at once."""

_DRIVE = re.compile(r"^[A-Za-z]:")
_HIDDEN = (".", "~$", "__MACOSX")


class Archive:
    """An open zip archive.

    ``passed_over`` names members that are not read, each with the reason and the mend; pictures
    and other files that no ending marks as text are not named.

    Args:
        path: the archive.

    Raises:
        PathError: it cannot be opened.
        UnreadableError: it is no zip archive, is broken, or has too many members.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.passed_over: list[str] = []
        try:
            self._zip = zipfile.ZipFile(path)
        except OSError as error:
            raise PathError(
                f"{path}: cannot be read ({error.strerror}); mend: check path and permission"
            ) from error
        except Exception as error:  # zipfile raises many kinds on a broken directory
            raise UnreadableError(
                f"{path}: not a readable archive ({_reason(error)}); mend: pack it again as .zip"
            ) from error
        if len(self._zip.infolist()) > MAX_MEMBERS:
            self._zip.close()
            raise UnreadableError(
                f"{path}: more than {MAX_MEMBERS:,} members; mend: unpack it and ingest the folder"
            )
        self._members = self._readable()
        self._total = sum(info.file_size for info in self._members.values())

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def members(self) -> list[str]:
        """Names of the readable members, sorted; harmless as paths, and each only once."""
        return sorted(self._members)

    def read(self, member: str, max_bytes: int) -> bytes:
        """The bytes of a member.

        Args:
            member: its name, as ``members`` gives it.
            max_bytes: the largest size that is read.

        Raises:
            UnreadableError: it is not there, too large or broken.
        """
        where = f"{self._path}/{member}"
        info = self._members.get(member)
        if info is None:
            raise UnreadableError(f"{where}: not in the archive; mend: check the name")
        if info.file_size > max_bytes or self._total > MAX_TOTAL * max_bytes:
            raise UnreadableError(
                f"{where}: it unpacks to {info.file_size / 1e6:,.0f} MB (all members "
                f"{self._total / 1e6:,.0f} MB), which is too much; mend: unpack it and ingest the "
                "folder"
            )
        try:
            with self._zip.open(info) as opened:
                # Asked for all there is, zipfile would unpack all before it looks at the size.
                data = opened.read(info.file_size)
        except Exception as error:  # zlib and zipfile raise many kinds on broken data
            raise UnreadableError(
                f"{where}: cannot be unpacked ({_reason(error)}); mend: pack the archive again"
            ) from error
        if len(data) != info.file_size:
            raise UnreadableError(
                f"{where}: it ends after {len(data):,} of {info.file_size:,} bytes; mend: pack the "
                "archive again"
            )
        return data

    def _readable(self) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            path = PurePosixPath(_name(info))
            hidden = any(part.startswith(_HIDDEN) for part in path.parts)
            if info.is_dir() or hidden or not path.name:
                continue
            suffix = path.suffix.lower()
            if suffix not in SUFFIXES | _ARCHIVES | OLD_SUFFIXES.keys():
                continue
            if obstacle := _obstacle(info, suffix):
                self.passed_over.append(f"{path}: {obstacle}")
                continue
            name, again = path, 1
            while str(name) in found:
                again += 1
                name = path.with_stem(f"{path.stem}~{again}")
            found[str(name)] = info
        return found


def members(path: Path) -> list[str]:
    """Names of the readable members of the archive at ``path``, sorted.

    Raises:
        PathError: it cannot be opened.
        UnreadableError: it is no zip archive, is broken, or has too many members.
    """
    with Archive(path) as opened:
        return opened.members()


def read_member(path: Path, member: str, max_bytes: int) -> bytes:
    """The bytes of one member of the archive at ``path``.

    Raises:
        PathError: the archive cannot be opened.
        UnreadableError: archive or member cannot be read.
    """
    with Archive(path) as opened:
        return opened.read(member, max_bytes)


def _obstacle(info: zipfile.ZipInfo, suffix: str) -> str | None:
    """Why a member is not read, and the mend, or None."""
    if suffix in _ARCHIVES:
        return "an archive within one; mend: unpack it"
    if suffix in OLD_SUFFIXES:
        return f"{suffix} is an old format; mend: save it as {OLD_SUFFIXES[suffix]}"
    if info.flag_bits & _LOCKED:
        return "locked by a password; mend: pack it without one"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "only a link to another file; mend: pack the file itself"
    if info.compress_type not in _BOUNDED:
        return (
            f"packed in an unusual way (method {info.compress_type}); mend: pack it as an ordinary "
            ".zip"
        )
    return None


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant, without anything that leads out of the archive."""
    # Not ``filename``: on Windows the second byte of some kanji in it was taken for a separator.
    name = info.orig_filename.split("\0")[0]
    if not info.flag_bits & _UTF8_NAME:
        name = _decoded(name)
    parts = (
        _DRIVE.sub("", part) for part in re.split(r"[/\\]", unicodedata.normalize("NFC", name))
    )
    kept = (part for part in parts if part.strip(". "))
    return "/".join("".join(c if c.isprintable() else "_" for c in part) for part in kept)


def _decoded(name: str) -> str:
    """A name that zipfile took for cp437: UTF-8 (macOS) or Shift_JIS (Windows) in truth."""
    for encoding in ("utf-8", "cp932"):
        try:
            return name.encode("cp437").decode(encoding)
        except UnicodeError:
            continue
    return name


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__

"""Zip archives: which members can be read, and their bytes. Nothing is ever written to disk."""

from __future__ import annotations

import zipfile
from collections import Counter
from pathlib import Path, PurePosixPath
from types import TracebackType

from ingest.errors import PathError, UnreadableError
from ingest.formats import OLD_SUFFIXES, SUFFIXES

MAX_MEMBERS = 10_000
"""Members of an archive; one with more is refused."""

MAX_TOTAL = 50
"""All members together may unpack to this many times the bytes that one file may have."""

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".lzh")


class Archive:
    """An open zip archive.

    ``passed_over`` names members that cannot be read, each with the reason and the mend.

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
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise UnreadableError(
                f"{path}: not a readable archive ({error}); mend: pack it again as .zip"
            ) from error
        if len(self._zip.infolist()) > MAX_MEMBERS:
            self._zip.close()
            raise UnreadableError(
                f"{path}: more than {MAX_MEMBERS:,} members; mend: unpack it and ingest the folder"
            )
        self._members = self._readable()

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

        Raises:
            UnreadableError: it is not there, too large, locked or broken.
        """
        where = f"{self._path}/{member}"
        info = self._members.get(member)
        if info is None:
            raise UnreadableError(f"{where}: not in the archive; mend: check the name")
        total = sum(other.file_size for other in self._members.values())
        if info.file_size > max_bytes or total > MAX_TOTAL * max_bytes:
            raise UnreadableError(
                f"{where}: it unpacks to {info.file_size / 1e6:,.0f} MB (all members "
                f"{total / 1e6:,.0f} MB), which is too much; mend: unpack it and ingest the folder"
            )
        try:
            # zipfile reads no more than the declared size, and checks the sum of what it read.
            return self._zip.read(info)
        except Exception as error:  # zlib, lzma and zipfile raise many kinds on broken data
            reason = " ".join(str(error).split()) or type(error).__name__
            raise UnreadableError(
                f"{where}: cannot be unpacked ({reason}); mend: pack the archive again"
            ) from error

    def _readable(self) -> dict[str, zipfile.ZipInfo]:
        found: dict[str, zipfile.ZipInfo] = {}
        used: Counter[str] = Counter()
        for info in self._zip.infolist():
            path = PurePosixPath(_name(info))
            if info.is_dir() or any(
                part.startswith((".", "~$", "__MACOSX")) for part in path.parts
            ):
                continue
            suffix = path.suffix.lower()
            if suffix in _ARCHIVES:
                self.passed_over.append(f"{path}: an archive within one; mend: unpack it")
            elif info.flag_bits & _ENCRYPTED and suffix in SUFFIXES:
                self.passed_over.append(f"{path}: locked by a password; mend: pack it without one")
            elif suffix in SUFFIXES or suffix in OLD_SUFFIXES:
                used[str(path)] += 1
                again = used[str(path)]
                name = path.with_stem(f"{path.stem}~{again}") if again > 1 else path
                found[str(name)] = info
        return found


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant, without anything that leads out of the archive."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            raw = name.encode("cp437")
            name = _decoded(raw)
        except UnicodeEncodeError:
            pass
    parts = name.replace("\\", "/").split("/")
    kept = [part for part in parts if part not in ("", ".", "..") and not part.endswith(":")]
    printable = ("".join(c if c.isprintable() else "_" for c in part) for part in kept)
    return "/".join(printable) or "_"


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def read_member(path: Path, member: str, max_bytes: int) -> bytes:
    """The bytes of one member of the archive at ``path``.

    Raises:
        PathError: the archive cannot be opened.
        UnreadableError: archive or member cannot be read.
    """
    with Archive(path) as opened:
        return opened.read(member, max_bytes)

"""Which documents belong to which collection, and who may see the collection.

A document that belongs to none is public. Whoever wants to see one must have been granted all of its
collections; a name that no rule knows is granted to nobody.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ingest.passages import COLLECTIONS_SINCE

if TYPE_CHECKING:
    from index_store.types import IndexedDocument

UNREAD = "?"
"""What a document belongs to that was ingested before collections were read; nobody is granted it."""

_PUBLIC = frozenset({"public", "公開"})
_SEPARATORS = re.compile(r"[/\\]+")


def _folder(folder: str) -> str:
    if not (_is_absolute(folder) or _parts(folder)) or ".." in _parts(folder):
        raise ValueError("names no folder; write one as closed, closed/2024 or /data/closed")
    return folder


def _name(name: str) -> str:
    if is_public(name) or not name.strip():
        raise ValueError("public and 公開 are what belongs to no collection; use another name")
    return name


CollectionName = Annotated[str, AfterValidator(_name)]
"""What front matter says, and the last part of ``[collections.NAME]``."""


class CollectionRule(BaseModel):
    """One ``[collections.NAME]`` of the settings: what belongs to it, and who may see it.

    ``folders`` are what its documents lie in, besides those whose front matter names it. ``channels``,
    ``users`` and ``groups`` are ids of Slack; the members of a channel or group are meant. ``outsiders``
    says whether guests and people of other organisations among them count.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    folders: tuple[Annotated[str, AfterValidator(_folder)], ...] = ()
    channels: tuple[Annotated[str, Field(pattern=r"^[CG]\w+$")], ...] = ()
    users: tuple[Annotated[str, Field(pattern=r"^[UW]\w+$")], ...] = ()
    groups: tuple[Annotated[str, Field(pattern=r"^S\w+$")], ...] = ()
    outsiders: bool = False


@dataclass(frozen=True)
class Collections:
    """All collections.

    ``rules`` are those of the settings, by name.
    """

    rules: Mapping[str, CollectionRule] = field(default_factory=dict)

    def of(self, row: IndexedDocument) -> frozenset[str]:
        """The names of the collections that a document belongs to; none: it is public."""
        return frozenset(self._names(row))

    def seen_with(self, granted: frozenset[str]) -> Callable[[IndexedDocument], bool]:
        """Whether a document is seen by those who were granted some collections.

        Args:
            granted: their names, as the rules have them.
        """
        return lambda row: self.of(row) <= granted

    def _names(self, row: IndexedDocument) -> Iterator[str]:
        for name, rule in self.rules.items():
            if any(lies_in(row, folder) for folder in rule.folders):
                yield name
        if row.collection is not None and not is_public(row.collection):
            yield self._known(row.collection)
        # Where nothing is closed, an old index need not be ingested anew before it is used.
        if self.rules and row.rules < COLLECTIONS_SINCE:
            yield UNREAD

    def _known(self, written: str) -> str:
        """The rule's name that front matter means, in whatever case, or what is written there."""
        if written in self.rules:
            return written
        same = [name for name in self.rules if _fold(name) == _fold(written)]
        return same[0] if len(same) == 1 else written


def is_public(name: str) -> bool:
    """Whether a collection's name says that there is none."""
    return _fold(name) in _PUBLIC


def lies_in(row: IndexedDocument, folder: str) -> bool:
    """Whether a document lies in a folder, or deeper; an archive is a folder as well.

    Args:
        row: the document.
        folder: absolute (also from ``~``), or the names of one or more folders in a row, wherever
            they stand in its path.
    """
    wanted = _parts(os.path.expanduser(folder))
    if _is_absolute(folder):
        return _parts(row.source)[: len(wanted)] == wanted
    return any(_has(_parts(path)[:-1], wanted) for path in (row.source, row.name))


def _has(folders: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether some names stand in a row among others."""
    size = len(wanted)
    return any(folders[at : at + size] == wanted for at in range(len(folders) - size + 1))


def _is_absolute(folder: str) -> bool:
    return os.path.isabs(os.path.expanduser(folder))


@lru_cache(maxsize=100_000)
def _parts(path: str) -> tuple[str, ...]:
    """The names in a path, each in one form: macOS writes が as two characters."""
    # Divided first: a ／ within a name is none afterwards.
    parts = (part for part in _SEPARATORS.split(path) if part not in ("", "."))
    return tuple(unicodedata.normalize("NFKC", part).strip() for part in parts)


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()

"""What a search is narrowed to: documents, and who speaks in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from ingest.types import Place


@dataclass(frozen=True)
class Filters:
    """A search is narrowed to passages that fit all that is given; None narrows nothing.

    ``documents`` are names of documents. ``speakers`` are pairs of a document's name and a label
    in it: the same label is somebody else in another committee.
    """

    documents: frozenset[str] | None = None
    speakers: frozenset[tuple[str, str]] | None = None

    def __bool__(self) -> bool:
        return self.documents is not None or self.speakers is not None

    def fits(self, place: Place) -> bool:
        """Whether a passage that stands there is searched."""
        if self.documents is not None and place.document not in self.documents:
            return False
        return self.speakers is None or (place.document, place.speaker or "") in self.speakers

    def both(self, other: Filters) -> Filters:
        """Narrowed to what fits both."""
        return Filters(
            _common(self.documents, other.documents), _common(self.speakers, other.speakers)
        )

    def where(self) -> dict[str, Any] | None:
        """The condition for Chroma; it lets pass all that fits, and perhaps more."""
        conditions: list[dict[str, Any]] = []
        if self.documents is not None:
            conditions.append({"document": {"$in": sorted(self.documents) or [""]}})
        if self.speakers is not None:
            labels = sorted({label for _, label in self.speakers})
            conditions.append({"speaker": {"$in": labels or [""]}})
        if len(conditions) < 2:
            return conditions[0] if conditions else None
        return {"$and": conditions}


_T = TypeVar("_T")


def _common(one: frozenset[_T] | None, other: frozenset[_T] | None) -> frozenset[_T] | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other

"""Passages and documents <-> what Chroma holds of them: ids, texts and flat metadata."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from index_store.types import IndexedDocument, StoredPassage
from ingest.types import Kind, Passage, Place

_PLACE_FIELDS = (
    "document", "kind", "title", "date", "speaker", "person", "role", "agenda", "heading", "page",
    "turn", "section", "start", "end", "line",
)  # fmt: skip


def passage_id(row: IndexedDocument, passage: Passage) -> str:
    """The id of a passage: document, place and version, as in ``a.txt#t3.0@1f2e3d4c5b6a``."""
    return f"{row.name}#{passage.key}@{row.version}"


def passage_metadata(row: IndexedDocument, passage: Passage) -> dict[str, Any]:
    """A passage's metadata; Chroma refuses None, so absent values are left out."""
    values = {name: getattr(passage.place, name) for name in _PLACE_FIELDS}
    values |= {
        "kind": passage.place.kind.value,
        "source": row.source,
        "version": row.version,
        "context": passage.context or None,
        "answers": passage.answers or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def read_passage(identifier: str, text: str | None, metadata: Mapping[str, Any]) -> StoredPassage:
    """The passage that Chroma holds under ``identifier``."""
    values: dict[str, Any] = {name: metadata.get(name) for name in _PLACE_FIELDS}
    values["kind"] = Kind(metadata["kind"])
    return StoredPassage(
        id=identifier,
        text=text or "",
        context=str(metadata.get("context", "")),
        place=Place(**values),
        answers=bool(metadata.get("answers", False)),
    )


def row_metadata(row: IndexedDocument) -> dict[str, Any]:
    """A document's row in the documents collection."""
    values = {**vars(row), "ingested": row.ingested.isoformat(), "mtime_ns": str(row.mtime_ns)}
    return {name: value for name, value in values.items() if value is not None}


def read_row(metadata: Mapping[str, Any]) -> IndexedDocument:
    """The document that a row tells of."""
    values = dict(metadata)
    values.setdefault("title", None)
    values.setdefault("date", None)
    # Nanoseconds do not fit into the floats that a server may send numbers as.
    values["mtime_ns"] = int(values["mtime_ns"])
    values["ingested"] = datetime.fromisoformat(values["ingested"]).astimezone(UTC)
    return IndexedDocument(**values)

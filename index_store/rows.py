"""Passages and documents <-> what Chroma holds of them: ids, texts and flat metadata."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from index_store.types import IndexedDocument, StoredPassage
from ingest.types import Attendee, Handout, Kind, Passage, Place
from ingest.understanding import Understanding

_PLACE_FIELDS = (
    "document", "kind", "title", "date", "speaker", "person", "role", "agenda", "heading", "page",
    "turn", "section", "start", "end", "line", "time", "url",
)  # fmt: skip
_NO_OUTLINE: dict[str, Any] = {
    "understood": {"kind": "", "turns": 0, "sections": 0, "share": 0.0},
    "people": [],
    "handouts": [],
    "labels": [],
}
_OPTIONAL = ("title", "date", "url", "url_base", "collection")
_NUMBERS = ("answers", "answered", "page_breaks")


def passage_id(row: IndexedDocument, passage: Passage) -> str:
    """The id of a passage: document, place and version, as in ``a.txt#t3.0@1f2e3d4c5b6a``."""
    return f"{row.name}#{passage.key}@{row.version}"


def version_of(passage: str) -> str:
    """The version of the document that a passage's id names."""
    return passage.rpartition("@")[2]


def passage_metadata(row: IndexedDocument, passage: Passage) -> dict[str, Any]:
    """A passage's metadata; Chroma refuses None, so absent values are left out."""
    values = {name: getattr(passage.place, name) for name in _PLACE_FIELDS}
    values |= {
        "kind": passage.place.kind.value,
        "source": row.source,
        "version": row.version,
        "context": passage.context or None,
        "topic": passage.topic or None,
        **{name: list(getattr(passage, name)) or None for name in _NUMBERS},
        "mentions": [label for label, _ in passage.mentions] or None,
        # Chroma's lists hold no None.
        "mention_pages": [page or 0 for _, page in passage.mentions] or None,
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
        topic=str(metadata.get("topic", "")),
        place=Place(**values),
        answers=tuple(map(int, metadata.get("answers", ()))),
        answered=tuple(map(int, metadata.get("answered", ()))),
        page_breaks=tuple(map(int, metadata.get("page_breaks", ()))),
        mentions=tuple(
            (str(label), int(page) or None)
            for label, page in zip(
                metadata.get("mentions", ()), metadata.get("mention_pages", ()), strict=True
            )
        ),
    )


def row_metadata(row: IndexedDocument) -> dict[str, Any]:
    """A document's row in the documents collection; what Chroma cannot hold is JSON there."""
    values = {**vars(row), "ingested": row.ingested.isoformat(), "mtime_ns": str(row.mtime_ns)}
    outline = {name: values.pop(name) for name in ("understood", "people", "handouts", "labels")}
    outline = {
        "understood": asdict(outline["understood"]),
        "people": [asdict(person) for person in outline["people"]],
        "handouts": [asdict(handout) for handout in outline["handouts"]],
        "labels": outline["labels"],
    }
    values["outline"] = json.dumps(outline, ensure_ascii=False)
    # What is left out stays as it was when Chroma writes over a row: a url that is gone is empty.
    absent = {name: "" for name in _OPTIONAL if values[name] is None}
    return {name: value for name, value in values.items() if value is not None} | absent


def read_row(metadata: Mapping[str, Any]) -> IndexedDocument:
    """The document that a row tells of."""
    values = dict(metadata)
    for name in _OPTIONAL:
        values[name] = values.get(name) or None
    # Nanoseconds do not fit into the floats that a server may send numbers as.
    values["mtime_ns"] = int(values["mtime_ns"])
    values["ingested"] = datetime.fromisoformat(values["ingested"]).astimezone(UTC)
    # An index of an earlier version has none: its documents are read anew at the next ingest.
    outline = json.loads(values.pop("outline", "null")) or _NO_OUTLINE
    return IndexedDocument(
        **values,
        understood=Understanding(**{k: _tupled(v) for k, v in outline["understood"].items()}),
        people=tuple(Attendee(**person) for person in outline["people"]),
        handouts=tuple(Handout(**handout) for handout in outline["handouts"]),
        labels=tuple(outline["labels"]),
    )


def _tupled(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

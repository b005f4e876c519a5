"""What the documents of an index say of each other: who is who, and which one a mention means."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from index_store.types import IndexedDocument, Linked, StoredPassage
from ingest.directory import Directory, Meeting, committee_of
from ingest.mentions import normal_label
from ingest.references import Reference, resolve
from ingest.types import Kind


@dataclass(frozen=True)
class Mentioner:
    """A meeting whose minutes mean a document by a label."""

    document: str
    source: str
    label: str


class Links:
    """Links between the documents of an index.

    Args:
        rows: all documents.
    """

    def __init__(self, rows: Iterable[IndexedDocument]) -> None:
        self._rows = {row.name: row for row in rows}

    @cached_property
    def _directory(self) -> Directory:
        return Directory(
            Meeting(committee_of(row.title), _day(row), row.people)
            for row in self._rows.values()
            if row.kind == Kind.MINUTES
        )

    @cached_property
    def _references(self) -> tuple[Reference, ...]:
        return tuple(map(_reference, self._rows.values()))

    def linked(self, passage: StoredPassage) -> StoredPassage:
        """The passage with its person, where other meetings settle it, and what it points to."""
        row = self._rows.get(passage.place.document)
        if row is None:
            return passage
        place = passage.place
        if place.speaker is not None and place.person is None:
            place = replace(place, person=self.person(row.name, place.speaker))
        found = tuple(
            Linked(label, page, self.document(row, label)) for label, page in passage.mentions
        )
        return replace(passage, place=place, linked=found)

    def person(self, document: str, label: str) -> str | None:
        """The full name behind a label, where other meetings of the committee settle it."""
        row = self._rows.get(document)
        if row is None:
            return None
        return self._directory.person(committee_of(row.title), _day(row), label)

    def document(self, row: IndexedDocument, label: str) -> str | None:
        """The name of the document that ``label`` means in the meeting of ``row``, or None."""
        return resolve(normal_label(label), _reference(row), row.handouts, self._references)

    def mentioners(self, name: str) -> list[Mentioner]:
        """The meetings whose minutes mean the document ``name`` by one of its labels."""
        meant = self._rows[name]
        found = []
        for row in self._rows.values():
            if row.kind != Kind.MINUTES or row.name == name:
                continue
            labels = dict.fromkeys([*meant.labels, *(normal_label(h.label) for h in row.handouts)])
            for label in labels:
                if self.document(row, label) == name:
                    found.append(Mentioner(row.name, row.source, label))
        return found


def _reference(row: IndexedDocument) -> Reference:
    return Reference(row.name, row.title, row.date, row.labels)


def _day(row: IndexedDocument) -> date | None:
    return date.fromisoformat(row.date) if row.date else None

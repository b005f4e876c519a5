"""What the documents of an index say of each other: who is who, and which one a mention means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from index_store.types import IndexedDocument, Linked, StoredPassage
from ingest.directory import Directory, Meeting, committee_of
from ingest.mentions import normal_label
from ingest.references import Reference, resolve
from ingest.text import fold
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
        self._meant: dict[tuple[str, str], str | None] = {}

    @cached_property
    def _directory(self) -> Directory:
        return Directory(
            Meeting(committee_of(row.title), _day(row), row.people)
            for row in self._rows.values()
            if row.kind == Kind.MINUTES
        )

    @cached_property
    def _labelled(self) -> Mapping[str, Sequence[Reference]]:
        """Label -> the documents that call themselves so."""
        found: dict[str, list[Reference]] = {}
        for row in self._rows.values():
            for label in row.labels:
                found.setdefault(label, []).append(_reference(row))
        return found

    @cached_property
    def _titled(self) -> Sequence[tuple[str, Reference]]:
        """Every document that has a title, with that, folded."""
        rows = self._rows.values()
        return [(fold(row.title), _reference(row)) for row in rows if row.title]

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
        key = row.name, normal_label(label)
        if key not in self._meant:
            self._meant[key] = resolve(
                key[1], _reference(row), row.handouts, self._candidates(row, key[1])
            )
        return self._meant[key]

    def _candidates(self, row: IndexedDocument, label: str) -> Iterable[Reference]:
        """The documents of that label, and those titled as the meeting's list of handouts says.

        No other one can be meant, and of thousands these are a few.
        """
        found = {other.document: other for other in self._labelled.get(label, ())}
        titles = [h.title for h in row.handouts if normal_label(h.label) == label]
        if titles and titles[0]:
            meant = fold(titles[0])
            found |= {
                other.document: other
                for title, other in self._titled
                if meant in title or title in meant
            }
        return found.values()

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

"""Who was there: what the rosters of the meetings say of somebody who is not heard in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from index_store.types import IndexedDocument
from ingest.offices import is_committee_office, split_label
from ingest.people import is_surname, surname
from ingest.text import fold
from ingest.types import Attendee

_GIVEN = re.compile(r"[（(](?P<given>[^（）()]{1,4})[）)]")


class Attendance(StrEnum):
    """How somebody stands in the rosters of some meetings."""

    PRESENT = "present"
    ABSENT = "absent"
    ELSEWHERE = "elsewhere"
    """On the roster of other meetings, and not of these."""

    NOBODY = "nobody"
    """On no roster at all."""

    UNKNOWN = "unknown"
    """The meetings list nobody, so nothing can be said."""


def attendance(
    name: str, meetings: Iterable[IndexedDocument], others: Iterable[IndexedDocument]
) -> Attendance:
    """What the rosters say of somebody.

    Args:
        name: as a question has it: 森委員, 森（拓）委員, 財政課長, Ms. Phan.
        meetings: the ones that the question is about.
        others: all that are indexed.
    """
    rows = [row for row in meetings if row.people]
    if not rows:
        return Attendance.UNKNOWN
    listed = [person for row in rows for person in _called(name, row.people)]
    if listed:
        present = any(person.present for person in listed)
        return Attendance.PRESENT if present else Attendance.ABSENT
    if any(True for row in others for _ in _called(name, row.people)):
        return Attendance.ELSEWHERE
    return Attendance.NOBODY


def is_person(name: str) -> bool:
    """Whether words before an office are a name, or the office that of one person.

    運営委員 and 監査委員 are kinds of members; 財政課長 is somebody.
    """
    parts = split_label(name)
    if name.isascii() or parts.name is None or not is_committee_office(parts.office or ""):
        return True
    return is_surname(_GIVEN.sub("", parts.name))


def _called(name: str, people: Iterable[Attendee]) -> Iterator[Attendee]:
    """Those of a roster who may be called so."""
    parts = split_label(name)
    given = _GIVEN.search(name)
    bare = fold(_GIVEN.sub("", parts.name)) if parts.name else None
    for person in people:
        family = person.surname or surname(person.name) or person.name
        holds = bool(person.role) and fold(person.role or "") == fold(name)
        if holds or (
            bare in (fold(person.name), fold(family))
            and (given is None or fold(given["given"]) in fold(person.name))
        ):
            yield person

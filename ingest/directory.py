"""The people of all meetings: who held which office of which committee, and when.

A meeting whose header lists nobody still belongs to a committee whose other meetings do. A name
or an office is looked up there by the committee, and by the dates before and after; where two
people fit, nobody is named.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ingest.offices import is_committee_office, split_label
from ingest.people import surname
from ingest.text import fold, halfwidth
from ingest.types import Attendee

_NUMBERING = re.compile(
    r"(?:令和|平成|昭和)\s*(?:元|\d{1,2})\s*年度?(?:\s*\(\d{4}年?度?\))?|(?:19|20)\d{2}\s*年度?|\(\d{4}年?度?\)|"
    r"第\s*[\d一二三四五六七八九十]+\s*(?:回(?:会議(?!録))?|[期次])|\d{1,2}\s*月\s*\d{1,2}\s*日|\d{1,2}月(?:定例会)?|"
    r"\b(?:19|20)\d{2}\b|\b\d{1,2}(?:st|nd|rd|th)\b|\bno\.?\s*\d+\b",
    re.IGNORECASE,
)
_KIND = re.compile(
    r"(?:の)?(?:会議|議事|審議)?(?:議事録|会議録|議事要旨|議事概要|会議要旨|会議概要|会議の概要|会議結果|記録|録|要旨|概要|要約|要点録|議事要録|要録)"
    r"(?:\((?:要旨|概要|案|抄|全文|要約|抜粋)\))?$|^(?:minutes|transcript|record|proceedings)(?: of)?(?: the)?\b|\b(?:minutes|transcript)$",
    re.IGNORECASE,
)  # fmt: skip
_ADMINISTRATIVE_YEAR_STARTS = 4
"""April: members and chairs of Japanese committees change with the administrative year."""


def committee_of(title: str | None) -> str | None:
    """The committee that a title of minutes names, folded for comparing, or None.

    令和６年度 第２回 澄浦市地域公共交通会議 会議録 -> 澄浦市地域公共交通会議.
    """
    plain = _NUMBERING.sub(" ", halfwidth(title or ""))
    plain = re.sub(r"[-―–－:：、,.]+\s*$|^[\s○◎■●\-]+", "", plain.strip()).strip()
    plain = _KIND.sub("", plain.strip()).strip(" 　-―–－:：、,・()（）")
    return fold(plain) or None


@dataclass(frozen=True)
class Meeting:
    """What one meeting tells the directory: its committee, its day, and who was on its roster."""

    committee: str | None
    day: date | None
    attendees: tuple[Attendee, ...]


class Directory:
    """Everybody on the rosters of all meetings.

    Args:
        meetings: those whose headers were read.
    """

    def __init__(self, meetings: Iterable[Meeting]) -> None:
        self._meetings: dict[str, list[Meeting]] = defaultdict(list)
        for meeting in meetings:
            if meeting.committee and meeting.attendees:
                self._meetings[meeting.committee].append(meeting)
        for held in self._meetings.values():
            held.sort(key=lambda meeting: meeting.day or date.min)

    def person(self, committee: str | None, day: date | None, label: str) -> str | None:
        """The full name behind a label of a meeting whose own roster does not settle it.

        Args:
            committee: of the meeting (:func:`committee_of`).
            day: of the meeting.
            label: the speaker's label.
        """
        held = self._meetings.get(committee or "", [])
        parts = split_label(label)
        if not held or parts.office is None or not is_committee_office(parts.office):
            return None
        if parts.name is None:
            return self._holder(held, day, parts.office)
        return self._member(held, day, parts.name)

    @staticmethod
    def _member(held: list[Meeting], day: date | None, name: str) -> str | None:
        """The one person of that surname or name who ever sat in the committee.

        A roster of the very day outweighs all others: whoever is not on it gets no name.
        """
        that_day = [m for m in held if day is not None and m.day == day]
        wanted = fold(name)
        people = {fold(p.name): p for m in that_day or held for p in m.attendees}
        found = [p for key, p in people.items() if key == wanted or _surname(p) == wanted]
        return found[0].name if len(found) == 1 else None

    @staticmethod
    def _holder(held: list[Meeting], day: date | None, office: str) -> str | None:
        """Who held an office alone that day: the same person before and after, or that year."""
        if office in ("委員", "議員", "Member"):
            return None
        known = [(m.day, name) for m in held if m.day and (name := _only_holder(m, office))]
        if day is None:
            names = {name for _, name in known}
            return names.pop() if len(names) == 1 else None
        before = [known_on for known_on in known if known_on[0] <= day]
        after = [known_on for known_on in known if known_on[0] > day]
        if before and after:
            return before[-1][1] if before[-1][1] == after[0][1] else None
        nearest = before[-1] if before else after[0] if after else None
        return nearest[1] if nearest and _same_year(nearest[0], day) else None


def _only_holder(meeting: Meeting, office: str) -> str | None:
    holders = [p.name for p in meeting.attendees if p.role and fold(p.role) == fold(office)]
    return holders[0] if len(holders) == 1 else None


def _surname(person: Attendee) -> str:
    return fold(person.surname or surname(person.name) or "")


def _same_year(one: date, other: date) -> bool:
    def year(day: date) -> int:
        return day.year - (day.month < _ADMINISTRATIVE_YEAR_STARTS)

    return year(one) == year(other)

"""Who is meant: the roster of a meeting, and the person behind a label.

No person is better than a wrong one: where surname, office and roster leave two people, the
label keeps its text and gets no person. 森委員 is never 森田.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from ingest.labels import COMMITTEE_OFFICES, HONORIFICS, is_courtesy, split_label
from ingest.text import fold, halfwidth
from ingest.types import Attendee

if TYPE_CHECKING:
    from sudachipy import Tokenizer

_ELECTION_PAIR = re.compile(
    r"(?P<office>副?(?:会長|委員長|議長|座長|部会長))(?:に|には|を|は)[、\s]*(?P<name>[^\s、。，,を]{1,12}?)"
    r"(?:委員|氏|さん|議員|君)"
)
_ELECTION_REVERSED = re.compile(
    r"(?P<name>[^\s、。，,を（(]{1,12}?)(?:委員|氏|さん|議員|君)を"
    r"(?P<office>副?(?:会長|委員長|議長|座長|部会長))に"
)
_ELECTION_VERB = re.compile(r"選任|選出|互選|指名|就任|決定")


@dataclass(frozen=True)
class Speaker:
    """What a label says: the full name, or None, and the office, or None."""

    person: str | None
    role: str | None


class Roster:
    """The people of one meeting, by name and by office.

    Args:
        attendees: the people that the header lists.
    """

    def __init__(self, attendees: Sequence[Attendee]) -> None:
        self._attendees = tuple(attendees)
        self._surnames = {p.name: p.surname or surname(p.name) for p in attendees}

    @property
    def names(self) -> frozenset[str]:
        """Full names and surnames, folded, for recognising labels without an office."""
        full = {fold(person.name) for person in self._attendees}
        return frozenset(full | {fold(name) for name in self._surnames.values() if name})

    def resolve(self, label: str) -> Speaker:
        """The speaker that a label names.

        A name before the office must be a full name or a surname of the roster. A department
        before it (情報政策課長) is part of the office. An office alone is the person that holds
        it in this meeting, if only one does.
        """
        parts = split_label(label)
        if parts.name is None:
            office = parts.office or (None if self._named(label) else halfwidth(label))
            if parts.office is None:
                return Speaker(self._named(label), None)
            return Speaker(self._holder(office), office)
        found = self._named(parts.name, parts.office)
        if parts.office and is_courtesy(parts.office):
            return Speaker(found, None)
        if found or self._reads_as_name(parts.name, parts.office):
            return Speaker(found, parts.office)
        return Speaker(None, halfwidth(label))

    def _holder(self, office: str | None) -> str | None:
        holders = [p.name for p in self._attendees if p.role and office == p.role]
        # Every member is 委員: that office names nobody.
        return holders[0] if len(holders) == 1 and office != "委員" else None

    def _named(self, name: str, office: str | None = None) -> str | None:
        wanted = fold(name)
        matches = [p for p in self._attendees if fold(p.name) == wanted]
        if not matches:
            matches = [p for p in self._attendees if self._is_surname(wanted, p)]
        if len(matches) > 1 and office:
            matches = [p for p in matches if p.role == office]
        return matches[0].name if len(matches) == 1 else None

    def _is_surname(self, wanted: str, person: Attendee) -> bool:
        known = self._surnames[person.name]
        return known is not None and fold(known) == wanted

    def _reads_as_name(self, name: str, office: str | None) -> bool:
        """Whether the words before an office are a person's name and not a department's."""
        if name.isascii() or office in COMMITTEE_OFFICES or office in HONORIFICS:
            return True
        return is_surname(name)


def with_elections(attendees: Iterable[Attendee], text: str) -> tuple[Attendee, ...]:
    """The attendees with the offices that ``text`` (header or opening) elects them to.

    会長を澤田委員、副会長を八幡委員に選任 makes 澤田道夫 会長 and 八幡彩子 副会長.
    """
    people = tuple(attendees)
    roster = Roster(people)
    for line in text.splitlines():
        if not _ELECTION_VERB.search(line):
            continue
        plain = halfwidth(line)
        # 会長を澤田委員 or 澤田委員を会長に: the first reading that fits the line.
        pairs = list(_ELECTION_REVERSED.finditer(plain)) or _ELECTION_PAIR.finditer(plain)
        for match in pairs:
            elected = roster.resolve(match["name"] + "委員").person
            people = tuple(
                replace(person, role=match["office"]) if person.name == elected else person
                for person in people
            )
    return people


def surname(name: str) -> str | None:
    """The surname of a full name: by the dictionary; of a Western name its last word."""
    if name.isascii():
        return name.rpartition(" ")[2] or None
    if len(name) < 2:
        return name or None
    tokens = _tokenizer().tokenize(name)
    # One word is a surname alone, or a name that the dictionary does not know.
    return tokens[0].surface() if len(tokens) > 1 else name


def is_surname(text: str) -> bool:
    """Whether the dictionary knows ``text`` as one family name."""
    tokens = _tokenizer().tokenize(text)
    return len(tokens) == 1 and tokens[0].part_of_speech()[3] == "姓"


@cache
def _tokenizer() -> Tokenizer:
    from sudachipy import Dictionary

    return Dictionary().tokenizer()

"""Who is meant: the roster of a meeting, and the person behind a label.

No person is better than a wrong one: where surname, office and roster leave two people, the
label keeps its text and gets no person. 森委員 is never 森田.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ingest.offices import (
    ADMINISTRATION_OFFICES,
    COMMITTEE_OFFICES,
    HONORIFICS,
    english_name,
    is_courtesy,
    is_full_english_name,
    is_member_office,
    split_label,
)
from ingest.text import fold, halfwidth
from ingest.types import Attendee

if TYPE_CHECKING:
    from sudachipy import Tokenizer

# Letters of names that the dictionary knows in their usual form.
# Older letters of one name, for comparing: 髙栁 in the roster, 高柳 in a label.
_COMMON_FORMS = str.maketrans(
    "髙﨑邊邉齋齊濵濱澤德曻栁𠮷廣國櫻惠眞壽嶋", "高崎辺辺斎斉浜浜沢徳昇柳吉広国桜恵真寿島"
)
_SEAT = re.compile(r"(\d{1,3})番(?:委員|議員)?")
_DEPUTIES = ("委員代理", "代理委員")
_VARIANTS = str.maketrans("髙﨑邊邉齋齊斎濵濱澤德塚曻栁𠮷", "高崎辺辺斉斉斉浜浜沢徳塚昇柳吉")
_CHAIRS = r"(?P<office>副?(?:会長|委員長|議長|座長|部会長|理事長))"
_MEMBER = r"(?P<name>[^\s、。，,をがはに（(「]{1,12}?)(?:委員|氏|さん|議員|君|様)"
_ELECTION_PAIR = re.compile(rf"{_CHAIRS}(?:に|には|を|は)[、\s]*{_MEMBER}")
_ELECTION_REVERSED = re.compile(rf"{_MEMBER}(?:を|が)[、\s]*{_CHAIRS}に")
_ELECTION_VERB = re.compile(r"選任|選出|互選|指名|就任|決定|決まり|決まった|当選|推挙")
# 富永委員に仮議長をお願いいたします.
_ASKED = re.compile(
    rf"{_MEMBER}に[、\s]*(?P<office>(?:仮|臨時|副)?(?:会長|議長|座長|委員長|部会長|理事長)|(?:会長|委員長)?職務代理者?|進行役|司会)(?:を|の職を)[^。]{{0,4}}(?:お願い|依頼|務めて)"
)
_PRESIDES = re.compile(
    r"(?P<as_>議長|座長)[はを][^。\n]{0,16}?(?P<office>会長|委員長)(?:に|が)[^。\n]{0,10}(?:お願い|務め|当た|なる|なり)"
)
# 事務局の私、高梨が仮議長を務めさせていただきます.
_PRESENTS = re.compile(
    r"(?:^|[、の])(?P<name>[^\s、。，,をがはに（(「]{1,8}?)が[、\s]*(?P<office>(?:仮|臨時)(?:議長|座長|委員長)|司会|進行役)を務め"
)
# 副会長は会長の指名とありますので、弓削委員にお願いしたいと思います.
_GIVEN_TO = re.compile(
    rf"{_CHAIRS}(?:は|には|につきましては|については)[^。]{{1,40}}?{_MEMBER}に[、\s]*(?:お願い|指名|決|引き受け)"
)
# 藤井会長に議長をお願いいたします.
_PRESIDES_REVERSED = re.compile(
    r"(?<!副)(?P<office>会長|委員長|部会長|理事長)(?:に|が)[、\s]*(?P<as_>議長|座長|進行|司会)(?:の職|役)?を[^。\n]{0,6}(?:お願い|務め|依頼)"
)
_ELECTION_HINT = re.compile(
    r"(?:会長|委員長|議長|座長|理事長|進行役|司会|職務代理者?)(?:に|を|は|の職)"
)


@dataclass(frozen=True)
class Speaker:
    """What a label says: the full name, or None, and the office, or None."""

    person: str | None
    role: str | None


class Roster:
    """The people of one meeting, by name and by office.

    Args:
        attendees: the people that the header lists.
        officials: those of the administration; only those with a full name are of use.
        labels: the labels of the record; a full name in one of them (○委員長（田中一郎君）) is
            known wherever the surname stands alone (○田中委員長).
    """

    def __init__(
        self,
        attendees: Sequence[Attendee],
        officials: Sequence[Attendee] = (),
        labels: Iterable[str] = (),
    ) -> None:
        self._listed = bool(attendees)
        # A surname alone (原田主幹) is nobody's full name.
        known = [p for p in attendees if not _surname_alone(p)]
        known += [p for p in officials if p.surname or full_name(p.name)]
        in_labels = _named_in_labels(labels, known)
        self._people = [*known, *(p for p in in_labels if not (attendees and p.name.isascii()))]
        self._surnames = {p.name: p.surname or surname(p.name) for p in self._people}
        self._resolved: dict[str, Speaker] = {}
        self._same: dict[str, str] = {}
        others = [p for p in attendees if p.role and p.role not in COMMITTEE_OFFICES]
        self._officials = _by_office([*officials, *others], self._surnames)

    @property
    def names(self) -> frozenset[str]:
        """Full names, surnames, and these with offices that only a list knows (真壁会計), folded."""
        full = {fold(person.name) for person in self._people}
        given = {fold(p.name.partition(" ")[0]) for p in self._people if " " in p.name}
        surnames = {fold(name) for name in self._surnames.values() if name}
        return frozenset(
            full | given | surnames | {self._called(p) for p in self._people if p.role}
        )

    def resolve(self, label: str) -> Speaker:
        """The speaker that a label names.

        A name before the office must be a full name or a surname of the roster. A department
        before it (情報政策課長) is part of the office. An office alone is the person that holds
        it in this meeting, if only one does.
        """
        known = self._resolved.get(label)
        if known is None:
            known = self._resolved[label] = self._resolve(label)
        return known

    def elect(self, text: str) -> None:
        """Take note of the offices that ``text`` says somebody was elected to, from now on."""
        if not _ELECTION_HINT.search(text):
            return
        plain = halfwidth(text)
        if presides := _PRESIDES.search(plain) or _PRESIDES_REVERSED.search(plain):
            # 「議長は会長にお願いします」: who holds the one office speaks under the other.
            self._same[presides["as_"]] = presides["office"]
            self._resolved.clear()
        for name, office in elections(text):
            # 最年長の富永委員に: what stands before の is no part of the name.
            elected = self._named(name) or self._named(name.rpartition("の")[2])
            if elected is None:
                continue
            self._people = [
                replace(person, role=office)
                if person.name == elected
                else replace(person, role="委員")
                if person.role == office
                else person
                for person in self._people
            ]
            self._resolved.clear()

    def _resolve(self, label: str) -> Speaker:
        parts = split_label(label)
        if official := self._officials.get(fold(label)):
            return official
        if seat := _SEAT.fullmatch(fold(label)):
            seated = [p for p in self._people if p.seat == int(seat.group(1))]
            return (
                Speaker(seated[0].name, seated[0].role) if len(seated) == 1 else Speaker(None, None)
            )
        if person := self._with_role(label):
            return Speaker(person.name, person.role)
        if parts.name is None and parts.office is None:
            return Speaker(self._named(label) or self._named_by_label(label), None)
        if parts.name is None:
            return Speaker(self._holder(parts.office), parts.office)
        if parts.office in _DEPUTIES:
            return Speaker(None, parts.office)  # 田島委員代理 is not 田島.
        found = self._named(parts.name, parts.office)
        if parts.office is None or is_courtesy(parts.office):
            return Speaker(found or self._named_by_label(parts.name), None)
        if found or self._reads_as_name(parts.name, parts.office):
            return Speaker(found or self._full_name(parts.name, parts.office), parts.office)
        return Speaker(None, halfwidth(label))

    def _with_role(self, label: str) -> Attendee | None:
        """Who is called by surname and the whole of an office: 樋渡広報委員長."""
        called = fold(label)
        found = [p for p in self._people if p.role and called == self._called(p)]
        return found[0] if len(found) == 1 else None

    def _called(self, person: Attendee) -> str:
        return fold(f"{self._surnames[person.name] or person.name}{person.role}")

    def _named_by_label(self, name: str) -> str | None:
        """A full name that only a label gives; an English one not beside a roster without it."""
        return None if name.isascii() and self._listed else full_name(name)

    @staticmethod
    def _full_name(name: str, office: str) -> str | None:
        # 水道管理課長: only names beyond doubt stand before an office of the administration.
        return full_name(name, strict=office not in COMMITTEE_OFFICES)

    def _holder(self, office: str | None) -> str | None:
        holders = [p.name for p in self._people if p.role and _holds(p.role, office)]
        if not holders and office in self._same:
            holders = [p.name for p in self._people if p.role == self._same[office]]
        # Every member is 委員: that office names nobody.
        return holders[0] if len(holders) == 1 and office not in ("委員", "Member") else None

    def _named(self, name: str, office: str | None = None) -> str | None:
        wanted = fold(english_name(name) if name.isascii() else re.sub(r"[()（）]", "", name))
        people = [p for p in self._people if not _other_side(p.role, office)]
        matches = [p for p in people if fold(p.name) == wanted]
        if not matches:
            matches = [p for p in people if self._is_surname(wanted, p)]
        if not matches:
            common = wanted.translate(_COMMON_FORMS)
            matches = [p for p in people if self._is_surname(common, p, _COMMON_FORMS)]
        if not matches:
            # 田中（一）委員 beside another 田中; a given name alone among English speakers.
            matches = [p for p in people if self._begins(wanted, p)]
        if len(matches) > 1 and office and is_courtesy(office):
            courtesy = office.rstrip(".").lower()
            matches = [p for p in matches if (p.courtesy or "").lower() == courtesy]
        elif len(matches) > 1 and office:
            matches = [p for p in matches if p.role and fold(p.role).endswith(fold(office))]
        return matches[0].name if len(matches) == 1 else None

    def _is_surname(
        self, wanted: str, person: Attendee, forms: dict[int, int] | None = None
    ) -> bool:
        """Whether it is the surname of ``person``, with letters taken for others by ``forms``."""
        known = self._surnames[person.name]
        names = [person.name, known] if forms and known else [known] if known else []
        return any(fold(name).translate(forms or {}) == wanted for name in names)

    def _begins(self, wanted: str, person: Attendee) -> bool:
        if person.name.isascii():
            given, _, rest = person.name.lower().partition(" ")
            return wanted in (given, fold(f"{given[:1]}.{rest}"))
        known = self._surnames[person.name] or ""
        return len(wanted) > len(known) > 0 and fold(person.name).startswith(wanted)

    def _reads_as_name(self, name: str, office: str | None) -> bool:
        """Whether the words before an office are a person's name and not a department's."""
        if name.isascii() or office in COMMITTEE_OFFICES or office in HONORIFICS:
            return True
        return is_surname(name) or full_name(name, strict=True) is not None


def _surname_alone(person: Attendee) -> bool:
    """Whether the list names an official by the surname only."""
    member = person.role is None or is_member_office(person.role)
    return not member and person.surname is None and is_surname(person.name)


def _other_side(role: str | None, office: str | None) -> bool:
    """Whether somebody is a member where a label means an official: 事務局（森） is not 森委員."""
    return office in ADMINISTRATION_OFFICES and role in COMMITTEE_OFFICES


def _holds(role: str, office: str | None) -> bool:
    """Whether a role is an office that a label names: The Clerk is the Town Clerk."""
    if office is None or role == office:
        return role == office
    held, wanted = role.lower(), office.lower()
    deputy = re.match(r"(?:vice|deputy|acting|assistant|co-)", held) is not None
    return role.isascii() and not deputy and (held == wanted or held.endswith(f" {wanted}"))


def _by_office(
    officials: Sequence[Attendee], surnames: dict[str, str | None]
) -> dict[str, Speaker]:
    """Officials by what labels call them: 福祉部長, 関根福祉部長, 福祉部長（関根）."""
    found: dict[str, Speaker] = {}
    twice: set[str] = set()
    for person in officials:
        if person.role is None or person.name not in surnames or is_courtesy(person.role):
            continue
        for name in {person.name, surnames[person.name] or person.name}:
            role = person.role
            for form in (role, name + role, f"{role}({name})", f"事務局{role}", f"事務局({role})"):
                other = found.setdefault(fold(form), Speaker(person.name, person.role))
                twice |= {fold(form)} if other.person != person.name else set()
    return {form: speaker for form, speaker in found.items() if form not in twice}


def _named_in_labels(labels: Iterable[str], attendees: Sequence[Attendee]) -> list[Attendee]:
    """People whose full name stands in a label, and not in the header."""
    known = {fold(person.name) for person in attendees}
    found: dict[str, Attendee] = {}
    for label in dict.fromkeys(labels):
        parts = split_label(label)
        words = parts.name or (label if parts.office is None else None)
        name = full_name(words, strict=parts.office not in COMMITTEE_OFFICES) if words else None
        # 高橋由委員 is told from another 高橋 by a letter, and is no other person.
        if name and not any(person.startswith(fold(name)) for person in known):
            office = None if parts.office and is_courtesy(parts.office) else parts.office
            found.setdefault(fold(name), Attendee(name, office, surname=_spaced_surname(words)))
    return list(found.values())


def _spaced_surname(words: str | None) -> str | None:
    parts = halfwidth(words or "").split()
    return parts[0] if len(parts) == 2 and not parts[0].isascii() else None


def elections(text: str) -> list[tuple[str, str]]:
    """(name, office) of everybody that ``text`` says was elected: 会長に原委員を選任."""
    found: list[tuple[str, str]] = []
    for line in re.split(r"[\n。]", text):
        for pattern in (_ASKED, _PRESENTS, _GIVEN_TO):
            if asked := pattern.search(halfwidth(line)):
                found.append((asked["name"], asked["office"]))
                break
        if not _ELECTION_VERB.search(line):
            continue
        plain = halfwidth(line)
        # 会長を澤田委員 or 澤田委員を会長に: the first reading that fits the line.
        pairs = list(_ELECTION_REVERSED.finditer(plain)) or _ELECTION_PAIR.finditer(plain)
        found += [(match["name"], match["office"]) for match in pairs]
    return found


def with_elections(attendees: Iterable[Attendee], text: str) -> tuple[Attendee, ...]:
    """The attendees with the offices that ``text`` (header or opening) elects them to.

    会長を澤田委員、副会長を八幡委員に選任 makes 澤田道夫 会長 and 八幡彩子 副会長.
    """
    people = tuple(attendees)
    roster = Roster(people)
    for name, office in elections(text):
        elected = roster.resolve(name + "委員").person
        people = tuple(
            replace(person, role=office) if person.name == elected else person for person in people
        )
    return people


def surname(name: str) -> str | None:
    """The surname of a full name: by the dictionary; of a Western name its last word."""
    if name.isascii():
        return name.rpartition(" ")[2] or None
    if len(name) < 2:
        return name or None
    tokens = _tokens(name)
    if len(tokens) > 1:
        return tokens[0][0]
    # One word is a surname alone, or a name that the dictionary knows as a whole (林次郎).
    heads = (name[:length] for length in (2, 3, 1) if length < len(name))
    return name if is_surname(name) else next((head for head in heads if is_surname(head)), name)


def full_name(text: str, *, strict: bool = False) -> str | None:
    """``text`` without inner space where it is a surname and a given name, else None.

    Args:
        text: the words of a label.
        strict: whether the dictionary must know both as names.
    """
    plain = halfwidth(text)
    if plain.isascii():
        return english_name(plain) if is_full_english_name(plain) else None
    parts = plain.split()
    if len(parts) == 2:
        joined = "".join(parts)
        return joined if max(map(len, parts)) <= 4 and _names(parts[0]) else None
    tokens = _tokens(plain)
    if len(parts) != 1 or not 2 <= len(tokens) <= 4 or not 3 <= len(plain) <= 8:
        return None
    kinds = [kind for _, kind in tokens]
    given = all(kind == "名" for kind in kinds[1:])
    unknown = all(kind in ("名", "姓", "一般", "名詞") for kind in kinds[1:])
    rest = len(plain) - len(tokens[0][0])
    return plain if kinds[0] == "姓" and (given or (not strict and unknown and rest <= 3)) else None


def is_surname(text: str) -> bool:
    """Whether the dictionary knows ``text`` as one family name.

    林 and 原 are ordinary words as well; a courtesy behind them makes them names.
    """
    return _tokens(text) == ((text, "姓"),) or _tokens(f"{text}さん")[0] == (text, "姓")


def is_person_name(text: str) -> bool:
    """Whether a word is a family name or a full name."""
    return len(text) <= 12 and (_names(text) or full_name(text) is not None)


def _names(text: str) -> bool:
    return all(kind in ("姓", "名") for _, kind in _tokens(text))


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[tuple[str, str], ...]:
    """(word, 姓, 名 or another kind) of each word of ``text``."""
    found = []
    for token in _tokenizer().tokenize(text.translate(_VARIANTS)):
        speech = token.part_of_speech()
        kind = speech[3] if speech[2] == "人名" else speech[0]
        found.append((text[token.begin() : token.end()], kind))
    return tuple(found)


@cache
def _tokenizer() -> Tokenizer:
    from sudachipy import Dictionary

    return Dictionary().tokenizer()

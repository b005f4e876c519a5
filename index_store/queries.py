"""A question, read against the index: which meetings, documents and people it names.

What is sure narrows the search (第2回の会議で, a person whose words alone are asked for); what is only
likely adds to the score (a person who is spoken of).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from index_store.filters import Filters
from index_store.index import Index
from index_store.lexical import Spoken
from index_store.meetings import named_meetings
from index_store.retriever import Query
from index_store.types import IndexedDocument
from ingest.offices import is_administration, is_courtesy, split_label
from ingest.people import surname
from ingest.text import fold

SPEAKER_BOOST = 0.6
"""Standard deviations of the scores of one search, for words of somebody who is spoken of."""

_ADMINISTRATION = re.compile(
    r"事務局|市側|市の(?:答|回答|説明|考え|見解)|行政側|担当課|当局|執行部|町の(?:答|回答|説明)|市は|町は|"
    r"the (?:secretariat|city|administration|staff)",
    re.IGNORECASE,
)
_COURTESIES = "委員|議員|さん|氏|会長|副会長|委員長|副委員長|座長|副座長|議長|副議長|部会長|理事"
_NAMED = re.compile(
    rf"(?P<name>[\u3005\u3006\u30a1-\u30fa\u30fc\u4e00-\u9fff]{{1,6}}?)(?:[（(](?P<given>[^（）()]{{1,3}})[）)])?(?P<office>{_COURTESIES})(?![会長])"
)
_NO_NAMES = frozenset(
    "各 全 他の 同 両 当 出席 市民 諸 専門 公募 検討 一部 ほかの 多くの 欠席 傍聴 複数 どの".split()
)
_LATIN = re.compile(r"[a-z0-9]+(?:['’-][a-z0-9]+)*")


@dataclass(frozen=True)
class Named:
    """Somebody whom a question names: the words, and the labels they mean (none: nobody known)."""

    words: str
    speakers: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Reading:
    """What was read from a question.

    ``query`` is what is searched for. ``people`` are those whom it names,
    ``unknown`` words for a meeting that is not there. ``notes`` say each reading in a line. ``settled``: what was asked before settles which passages
    answer, as where it is asked who asked that, and only these were looked up.
    """

    query: Query
    people: tuple[Named, ...] = ()
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    settled: bool = False


@dataclass(frozen=True)
class Narrowing:
    """What a search is narrowed to by hand; None narrows nothing.

    ``speaker`` is a label, a name or an office, ``meeting`` a part of a title, ``document`` one of
    a name or title; ``since`` and ``until`` are days, both included.
    """

    speaker: str | None = None
    since: date | None = None
    until: date | None = None
    meeting: str | None = None
    document: str | None = None

    @property
    def of_documents(self) -> bool:
        """Whether it leaves out whole documents."""
        return any((self.since, self.until, self.meeting, self.document))

    def fits(self, row: IndexedDocument) -> bool:
        """Whether a document is searched."""
        return (
            _within(row, self.since, self.until)
            and (self.meeting is None or fold(self.meeting) in fold(row.title or row.name))
            and (self.document is None or fold(self.document) in fold(row.name + (row.title or "")))
        )


class QueryReader:
    """Reads questions against an index.

    Args:
        index: the index; it is brought up to date before each reading.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: tuple[tuple[str, ...], tuple[_Voice, ...]] | None = None

    def read(
        self,
        question: str,
        today: date,
        *,
        only_named: bool = False,
        to_named: bool = False,
        about_asking: bool = False,
    ) -> Reading:
        """What ``question`` names.

        Args:
            question: as typed.
            today: the day to which 昨年度 and 前回 refer.
            only_named: whether nobody's words but those of the people named can answer.
            to_named: whether the answer to those people is wanted.
            about_asking: whether it asks what somebody asked or wanted.
        """
        self._index.sync()
        plain = unicodedata.normalize("NFKC", question)
        rows = list(self._index.store.documents.values())
        meetings = named_meetings(plain, rows, today)
        people = tuple(self._people(plain))
        filters = Filters(documents=meetings.documents)
        boosts: tuple[tuple[str, Filters, float], ...] = ()
        known = frozenset(pair for named in people for pair in named.speakers)
        notes = list(meetings.notes)
        if known and only_named:
            filters = filters.both(Filters(speakers=known))
            notes.append(f"speaker: only {_labels(known)}")
        elif known and to_named:
            notes.append(f"answers to {_labels(known)}")
        elif known:
            boosts = (("speaker", Filters(speakers=known), SPEAKER_BOOST),)
            notes.append(f"speaker: rather {_labels(known)}")
        query = Query(
            meetings.rest.strip() or question,
            filters,
            boosts,
            about_asking,
            known if to_named else frozenset(),
        )
        return Reading(query, people, meetings.unknown, tuple(notes))

    def by_hand(self, reading: Reading, narrowing: Narrowing) -> Reading:
        """The reading, narrowed further by what was given beside the question."""
        filters = reading.query.filters
        if narrowing.of_documents:
            rows = self._index.store.documents.values()
            kept = frozenset(row.name for row in rows if narrowing.fits(row))
            filters = filters.both(Filters(documents=kept))
        if narrowing.speaker:
            wanted = fold(narrowing.speaker)
            pairs: set[tuple[str, str]] = set()
            for voice in self._voices():
                s = voice.spoken
                called = (s.speaker, s.person or "", s.role or "", *voice.names)
                if wanted in map(fold, called):
                    pairs |= voice.pairs
            filters = filters.both(Filters(speakers=frozenset(pairs)))
        return replace(reading, query=replace(reading.query, filters=filters))

    def _voices(self) -> tuple[_Voice, ...]:
        """Everybody who speaks in the index, with the person where other meetings settle it."""
        key = tuple(row.version for row in self._index.store.documents.values())
        if self._known is None or self._known[0] != key:
            links = self._index.links
            found = (
                replace(s, person=s.person or links.person(s.document, s.speaker))
                for s in self._index.words.speakers()
            )
            self._known = key, tuple(_voices(found))
        return self._known[1]

    def _people(self, plain: str) -> Iterable[Named]:
        """Everybody whom the question names by name, by name and office, or by office."""
        said: dict[str, set[tuple[str, str]]] = {}
        folded, apart = fold(plain), _apart(plain)
        for match in _NAMED.finditer(plain):
            if match["name"] not in _NO_NAMES:
                said.setdefault(match.group(), set())
        for voice in self._voices():
            for words, form in voice.forms:
                if form in (apart if words.isascii() else folded):
                    said.setdefault(words, set()).update(voice.pairs)
            for words in list(said):
                if _means(words, voice):
                    said[words] |= voice.pairs
        if _ADMINISTRATION.search(plain):
            pairs = {p for v in self._voices() if v.of_administration for p in v.pairs}
            said["事務局"] = pairs | said.get("事務局", set())
        return [Named(words, frozenset(pairs)) for words, pairs in _longest(said)]


def _longest(said: dict[str, set[tuple[str, str]]]) -> list[tuple[str, set[tuple[str, str]]]]:
    """The names, without those that are a part of a longer one that is known."""
    known = [fold(words) for words, pairs in said.items() if pairs]
    return [
        (words, pairs)
        for words, pairs in said.items()
        if not any(fold(words) != other and fold(words) in other for other in known)
    ]


@dataclass(frozen=True)
class _Voice:
    """All who speak under one label as one person in one office, in whichever documents.

    ``forms`` are what a question may call them, as words and folded.
    """

    spoken: Spoken
    pairs: frozenset[tuple[str, str]]
    forms: tuple[tuple[str, str], ...]
    names: frozenset[str]
    of_administration: bool


def _voices(speakers: Iterable[Spoken]) -> Iterable[_Voice]:
    """Thousands of meetings have the same few hundred people in them: each is looked at once."""
    together: dict[tuple[str, str | None, str | None], list[Spoken]] = {}
    for s in speakers:
        together.setdefault((s.speaker, s.person, s.role), []).append(s)
    for same in together.values():
        spoken = same[0]
        yield _Voice(
            spoken,
            frozenset((s.document, s.speaker) for s in same),
            tuple(
                (words, _apart(words) if words.isascii() else fold(words))
                for words in _forms(spoken)
                if len(words) > 1
            ),
            frozenset(_names(spoken)),
            spoken.role is not None and is_administration(spoken.role),
        )


def _apart(text: str) -> str:
    """Latin words in lower case, a space around each: Ann is not in Planning, nor C in ACT."""
    return f" {' '.join(_LATIN.findall(text.lower()))} "


def _forms(spoken: Spoken) -> Iterable[str]:
    """How a question may call a speaker: by label, by full name, by an office that one holds."""
    yield spoken.speaker
    if spoken.person and len(spoken.person) > 2:
        yield spoken.person
    parts = split_label(spoken.speaker)
    if parts.name and parts.office and not is_courtesy(parts.office) and len(parts.office) > 1:
        yield parts.name + parts.office
    if (
        spoken.role
        and len(spoken.role) > 1
        and spoken.role not in ("委員", "議員", "会員", "Member")
    ):
        yield spoken.role


def _names(spoken: Spoken) -> set[str]:
    """The surnames and names of a speaker."""
    parts = split_label(spoken.speaker)
    found = {parts.name or "", spoken.person or ""}
    if spoken.person:
        found.add(surname(spoken.person) or "")
        found |= set(spoken.person.split()) if spoken.person.isascii() else set()
    return {name for name in found if name}


def _means(words: str, voice: _Voice) -> bool:
    """Whether 森委員 or 森さん, as a question has it, may be a speaker.

    A given name in brackets must fit; an office other than 委員 must be held, or nobody's.
    """
    match = _NAMED.fullmatch(words)
    if match is None:
        return False
    spoken = voice.spoken
    names = {fold(re.sub(r"[（(].*?[）)]", "", name)) for name in voice.names}
    if fold(match["name"]) not in names:
        return False
    if match["given"] and fold(match["given"]) not in fold(spoken.speaker + (spoken.person or "")):
        return False
    office = match["office"]
    return office in ("委員", "議員", "さん", "氏") or fold(office) == fold(spoken.role or "")


def _within(row: IndexedDocument, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    if row.date is None:
        return False
    day = date.fromisoformat(row.date)
    return (since is None or day >= since) and (until is None or day <= until)


def _labels(pairs: frozenset[tuple[str, str]]) -> str:
    return "、".join(dict.fromkeys(label for _, label in sorted(pairs)))

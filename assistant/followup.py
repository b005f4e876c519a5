"""A question, understood from what was asked before: its words, and what helps to find the answer.

No language model takes part. A question that refers back (:mod:`assistant.referring`) is written
out so that it stands alone; what it refers to comes from the places that the answer before cites
and from who answers whom in the record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant import referring, standalone
from assistant.conversation import Exchanged
from assistant.hints import Hints, Turn, turns_of
from assistant.question import MAX_CHARACTERS
from assistant.referring import Referring, Relation, refers
from assistant.types import Answer, Outcome
from index_store.types import Hit, StoredPassage
from ingest.exchanges import is_request
from ingest.offices import is_administration, split_label
from ingest.text import has_japanese
from ingest.types import Place

PHRASES = 3
"""Phrases that are carried over; more would drown the question's own."""

LONGEST_PHRASE = 40
"""Characters of a phrase that is carried over."""

TurnsOf = Callable[[str, Sequence[int]], Sequence[Hit]]
"""The passages of some turns of a document (:meth:`index_store.retriever.Retriever.turns`)."""


@dataclass(frozen=True)
class Understood:
    """A question as it is asked for: ``text`` stands alone.

    ``relation`` is None, and ``text`` as typed, where it stood alone from the start. ``topic`` are
    the phrases that the next question may go on about.
    """

    text: str
    topic: tuple[str, ...]
    relation: Relation | None = None
    hints: Hints = field(default_factory=Hints)

    @property
    def changed(self) -> bool:
        """Whether what was asked before took part."""
        return self.relation is not None


def understand(question: str, before: Sequence[Exchanged], turns: TurnsOf) -> Understood:
    """A question, read behind those before it.

    Args:
        question: as typed, cleaned.
        before: what was asked before, with its outcomes, oldest first.
        turns: gives the passages of turns, to follow who answers whom.

    Raises:
        IndexStoreError: the index cannot be read.
    """
    alone = Understood(question, _capped(referring.topics_of(referring.plain(question))))
    if not before:
        return alone
    reference = refers(question)
    if reference is None:
        return replace(alone, hints=Hints(near=_where_said(question, before[-1])))
    understood = _Behind(reference, before, turns).understood()
    return understood if len(understood.text) <= MAX_CHARACTERS else alone


def remembered(question: str, understood: Understood, outcome: Outcome, last: Exchanged | None) -> Exchanged:  # fmt: skip
    """What a conversation keeps of a question.

    What an answer cites is what the next question is about, unless the answer only says when or
    where the words spoken of were said; where nothing was found it stays what it was.
    """
    about: tuple[Place, ...] = ()
    if isinstance(outcome, Answer) and understood.relation is not Relation.MEETING:
        about = tuple(citation.place for citation in outcome.citations)
    elif last is not None and understood.changed:
        about = last.about
    topic = understood.topic or _topic_of_quote(outcome)
    return Exchanged(question, understood.text, outcome, topic, about)


class _Behind:
    """A question that refers back, behind those before it."""

    def __init__(self, reference: Referring, before: Sequence[Exchanged], turns: TurnsOf) -> None:
        self._reference = reference
        self._before = before
        self._last = before[-1]
        self._turns = turns
        japanese = has_japanese("".join(self._last.topic))
        self._topic = ("、" if japanese else ", ").join(self._last.topic)

    def understood(self) -> Understood:
        """The question, written out, with its hints."""
        match self._reference.relation:
            case Relation.SWAP:
                return self._swapped()
            case Relation.MEETING:
                return self._of_meeting()
            case Relation.REPLY:
                return self._reply()
            case Relation.ASKER:
                return self._of_turns(self._asking())
            case Relation.PROPOSED:
                wanted = is_request(self._last.quoted)
                return self._of_turns(self._cited() if wanted else self._asking())
            case Relation.SAID:
                return self._of_turns(self._cited()[:1])
            case _:
                return self._about_topic()

    def _about_topic(self) -> Understood:
        """The question with the topic for それ, and the person cited for その委員."""
        reference = self._reference
        text, named = self._with_person(reference.text)
        own = referring.topics_of(reference.text)
        if not (named and (own or reference.else_)):
            text = self._with_topic(text)
        cited = (turn for exchanged in self._before for turn in turns_of(exchanged.about))
        left_out = frozenset(cited if reference.else_ else ())
        near = () if named and reference.else_ else self._last.about
        return self._understood(text, own, Hints(near=near, left_out=left_out))

    def _of_turns(self, only: tuple[Turn, ...]) -> Understood:
        """The question about its topic, to be answered by some turns alone."""
        text = self._with_topic(self._with_person(self._reference.text)[0])
        return self._understood(text, (), Hints(only=only, near=self._last.about))

    def _reply(self) -> Understood:
        """A question for the reply to the words cited, or to whom the question before named."""
        replies = tuple(
            (passage.place.document, turn)
            for passage in self._passages(self._cited())
            for turn in passage.answered
        )
        asker = self._replied_to() if replies or not self._last.about else None
        text = self._reference.text
        if asker is not None and has_japanese(text):
            text = standalone.with_speech(text, f"{asker}の発言")
            text = f"{self._topic}について、{text}" if self._topic else text
        else:
            text = self._with_topic(text)
        behind = tuple(self._behind_cited())
        # What was cited is no reply to itself.
        left_out = frozenset(self._cited()) if behind else frozenset()
        within = frozenset(place.document for place in behind) if not replies else frozenset()
        hints = Hints(replies, within or None, behind or self._last.about, left_out)
        return self._understood(text, (), hints)

    def _behind_cited(self) -> Iterator[Place]:
        """Where officials speak next after the words cited; records of opinions link no replies."""
        for document, turn in self._cited():
            for passage in self._passages((document, turn + step) for step in (1, 2)):
                if is_administration(passage.place.role or ""):
                    yield passage.place

    def _replied_to(self) -> str | None:
        spoken = next((called(place) for place in self._last.about if place.speaker), None)
        return spoken or _named_in(self._last)

    def _of_meeting(self) -> Understood:
        """The question, asked of the meeting in which the words cited were said."""
        place = next(iter(self._last.about), None)
        if place is None:
            return self._about_topic()
        text, _ = self._with_person(self._reference.text)
        own = referring.topics_of(text)
        written = standalone.with_meeting(text, meeting_name(place))
        plainly = standalone.with_meeting(text, "会議" if has_japanese(text) else "the meeting")
        hints = Hints(documents=frozenset({place.document}), text=plainly)
        return self._understood(written, own, hints)

    def _swapped(self) -> Understood:
        """The question before, with what this one names in the place of its like."""
        words = self._reference.elliptic or ""
        before = referring.plain(self._last.understood)
        if written := standalone.with_other(before, self._reference, self._last.quoted):
            return Understood(_shown(written), _capped(referring.topics_of(written)), Relation.SWAP)
        if not referring.PERSON.fullmatch(words):
            return self._about_topic()
        said = "{}は何と言いましたか" if has_japanese(words + before) else "What did {} say?"
        text = self._with_topic(said.format(words))
        return self._understood(text, (), Hints(near=self._last.about))

    def _with_topic(self, text: str) -> str:
        return standalone.with_topic(text, self._topic) if self._topic else text

    def _understood(self, text: str, own: Sequence[str], hints: Hints) -> Understood:
        topic = _capped([*own, *self._last.topic])
        return Understood(_shown(text), topic, self._reference.relation, hints)

    def _with_person(self, text: str) -> tuple[str, bool]:
        """The question with the name of the person meant by その委員, she; whether it has one."""
        match = referring.PERSON_REF.search(text)
        name = self._person(match.group()) if match else None
        return (standalone.with_person(text, name), True) if name else (text, False)

    def _person(self, words: str) -> str | None:
        """Whom その委員 or 彼女 means: the last one cited who has that office, or was named."""
        office = _DEMONSTRATIVE.sub("", words)
        of_committee = office in ("委員", "議員")
        for exchanged in reversed(self._before):
            spoken = [place for place in exchanged.about if place.speaker]
            for place in spoken:
                if office in (place.role, (place.speaker or "")[-len(office) :]):
                    return called(place)
            others = [p for p in spoken if not (of_committee and is_administration(p.role or ""))]
            if others:
                return called(others[0])
            if named := _named_in(exchanged):
                return named
        return None

    def _cited(self) -> tuple[Turn, ...]:
        return turns_of(self._last.about)

    def _asking(self) -> tuple[Turn, ...]:
        """The turns that ask for what was cited; the cited ones, where these ask themselves."""
        passages = self._passages(self._cited())
        asking = [(p.place.document, turn) for p in passages for turn in p.answers]
        return (
            tuple(dict.fromkeys(asking)) or tuple(self._before_officials(passages)) or self._cited()
        )

    def _before_officials(self, passages: Iterable[StoredPassage]) -> Iterator[Turn]:
        """Whom officials follow with the words cited, where the record links no question to them."""
        for passage in passages:
            place = passage.place
            if place.turn and not passage.answered and is_administration(place.role or ""):
                for before in self._passages([(place.document, place.turn - 1)]):
                    if not is_administration(before.place.role or ""):
                        yield (place.document, place.turn - 1)

    def _passages(self, turns: Iterable[Turn]) -> list[StoredPassage]:
        return [hit.passage for document, turn in turns for hit in self._turns(document, (turn,))]


_DEMONSTRATIVE = re.compile(r"^(?:その|この|あの|同じ?|さっきの|先ほどの)")
_RECORD = re.compile(
    r"[\s\u3000]*(?:会議録|議事録|議事要旨|議事概要|会議概要|記録|minutes)(?:（[^）]*）)?$",
    re.IGNORECASE,
)


def _shown(text: str) -> str:
    """A written-out question with the question mark of its language."""
    return text.replace("?", "？") if has_japanese(text) else text


def _named_in(exchanged: Exchanged) -> str | None:
    """The first person whom a question of the conversation names."""
    named = referring.PERSON.search(exchanged.understood)
    return named.group() if named else None


def called(place: Place) -> str:
    """The name by which a question may call who speaks there.

    A label with a part of the name in brackets (森（拓）委員) gives way to the full name and office.
    """
    label = place.speaker or ""
    office = split_label(label).office
    if place.person and office and re.search(r"[（(]", label):
        return place.person + office
    return label


def meeting_name(place: Place) -> str:
    """The name of the meeting, without the word for its record: 令和6年度第2回…協議会 会議録."""
    title = place.title or place.document
    return _RECORD.sub("", title) or title


def _capped(phrases: Iterable[str]) -> tuple[str, ...]:
    """The first phrases, none twice and none that is a part of another."""
    kept: list[str] = []
    for phrase in phrases:
        if not any(phrase in other for other in kept):
            kept.append(phrase[:LONGEST_PHRASE])
    return tuple(kept[:PHRASES])


def _topic_of_quote(outcome: Outcome) -> tuple[str, ...]:
    """What the words quoted are about, for a question that named only a person."""
    if not isinstance(outcome, Answer):
        return ()
    first = outcome.citations[0]
    found = referring.topics_of(referring.plain(first.quote))[:2]
    return _capped(found or [first.place.agenda or ""]) if found or first.place.agenda else ()


def _where_said(question: str, last: Exchanged) -> tuple[Place, ...]:
    """Where a question that names somebody and no topic is likely about: what was spoken of."""
    text = referring.plain(question)
    if referring.PERSON.search(text) and not referring.topics_of(text):
        return last.about
    return ()

"""Outcome -> Slack message: sentences first, then every source, always within Slack's limits.

What is too long is shortened in sentences and quotes, never at the end, where the sources stand; what
was left out opens in a window of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.framing import LABELS, highlighted, notices, shown
from assistant.places import by_place, pointed_to, who
from assistant.slack import rich
from assistant.slack.closest import closest
from assistant.slack.original import original_url
from assistant.slack.rich import Block
from assistant.slack.sources import file_line, source_lines
from assistant.slack.words import say
from assistant.types import Answer, Citation, Language, NotFound, Outcome, Reason, marked

MESSAGE_CHARACTERS = 9_500
"""All text of a message. Slack refuses one near 13,200 characters; its own frame counts too."""

FALLBACK_CHARACTERS = 2_900
"""Text for notifications and for clients that show no blocks."""

CARDS = 6
"""Sources with a card and buttons of their own; those beyond have a line each."""

_ENDING = 8
"""Characters at the end of a sentence that are kept: its [n] stand there."""

_BETTER = {
    Reason.TOPIC: "better_topic",
    Reason.FACT: "better_fact",
    Reason.PERSON: "better_person",
    Reason.ABSENT: "better_meeting",
    Reason.SILENT: "better_topic",
    Reason.PREMISE: "better_premise",
}


@dataclass(frozen=True)
class Message:
    """What is posted.

    ``body`` are the sentences, ``below`` what stands under them; ``text`` is for where blocks are not
    shown.
    """

    text: str
    body: tuple[Block, ...]
    below: tuple[Block, ...] = ()

    @property
    def blocks(self) -> list[Block]:
        """All blocks."""
        return [*self.body, *self.below]


@dataclass(frozen=True)
class Offers:
    """What a message offers beside its sources: votes on the answer, and to ask a person."""

    feedback: bool = True
    person: bool = False


@dataclass(frozen=True)
class _Room:
    """Characters that a sentence, a line about a source, and all quotes of a source may take."""

    sentence: int
    line: int
    quotes: int


_ROOMS = (
    _Room(2_800, 200, 2_800),
    _Room(1_500, 200, 1_200),
    _Room(900, 150, 500),
    _Room(500, 100, 250),
    _Room(300, 80, 120),
    _Room(200, 40, 60),
)
"""Tried in turn until a message fits."""


def outcome_message(outcome: Outcome, job: str, language: Language, offers: Offers) -> Message:
    """The message for an answer, or for the word that there is none.

    Args:
        outcome: what the engine gave.
        job: the reference of the question, for buttons.
        language: of the bot's own words.
        offers: what is offered beside.
    """
    for room in _ROOMS:
        message = _Composed(outcome, job, language, offers, room).message()
        if rich.characters(message.blocks) <= MESSAGE_CHARACTERS:
            break
    return message


def notice_message(words: str, *below: Block) -> Message:
    """A message of one plain sentence of our own."""
    return Message(rich.escaped(words), (rich.paragraph(words),), below)


@dataclass(frozen=True)
class _Composed:
    """One try at a message, with so much room for its parts."""

    outcome: Outcome
    job: str
    language: Language
    offers: Offers
    room: _Room

    def message(self) -> Message:
        return Message(
            _fallback(self._sentences, self._groups, self.language),
            tuple(self._body()),
            tuple(self._below()),
        )

    @property
    def _sentences(self) -> list[str]:
        if isinstance(self.outcome, Answer):
            return [marked(sentence) for sentence in self.outcome.sentences]
        return [self.outcome.text]

    @property
    def _groups(self) -> list[list[Citation]]:
        if isinstance(self.outcome, Answer):
            return by_place(self.outcome.citations)
        return [[citation] for citation in closest(self.outcome)]

    def _body(self) -> Iterator[Block]:
        """The sentences, each on a line of its own, several in a block."""
        told = (rich.shortened(s, self.room.sentence, _ENDING) for s in self._sentences)
        yield from rich.packed(rich.section(rich.text(sentence)) for sentence in told)

    def _below(self) -> Iterator[Block]:
        if self.outcome.understood:
            yield rich.small(say("understood", self.language, self.outcome.understood))
        if self._is_cut():
            yield rich.small(say("cut", self.language))
            yield rich.actions(rich.button(say("all", self.language), "all", f"{self.job}:0"))
        yield from self._sources()
        if isinstance(self.outcome, NotFound):
            yield rich.small(*self._better(self.outcome.reason))
        yield from offered(self.job, self.offers, self.language)
        if below := notices(self.outcome):
            yield rich.small(*below)

    def _sources(self) -> Iterator[Block]:
        groups = self._groups
        if not groups:
            return
        answered = isinstance(self.outcome, Answer)
        yield rich.divider()
        yield rich.paragraph(LABELS[self.language]["sources" if answered else "related"], bold=True)
        for group in groups[:CARDS]:
            yield from self._card(group)
        yield from self._listed(groups[CARDS:])

    def _card(self, group: Sequence[Citation]) -> Iterator[Block]:
        """Who, which meeting, which agenda item; then each quote of it, and where it stands."""
        name, lines = source_lines(group[0], self.language, self.room.line)
        about = "".join(f"\n{line}" for line in lines)
        elements = [rich.section(rich.text(self._marks(group) + name, bold=True), rich.text(about))]
        room = max(40, self.room.quotes // len(group))
        for citation in group:
            elements.append(_quoted(citation, room))
            beside = [file_line(citation.place), *pointed_to(citation, self.language)]
            if citation.translation:
                beside.insert(0, f"{LABELS[self.language]['translation']}: {citation.translation}")
            told = "\n".join(rich.shortened(line, max(room, 60)) for line in beside)
            elements.append(rich.section(rich.text(told)))
        yield rich.rich(*elements)
        yield rich.actions(*self._opening(group[0]))

    def _opening(self, citation: Citation) -> Iterator[Block]:
        value = f"{self.job}:{citation.n}"
        yield rich.button(say("context", self.language), "context", value)
        if url := original_url(citation):
            yield rich.link_button(say("original", self.language), "original", url)

    def _listed(self, groups: Sequence[Sequence[Citation]]) -> Iterator[Block]:
        """Sources beyond the cards, a line each; all of them stand in the window."""
        lines = []
        for group in groups:
            name, about = source_lines(group[0], self.language, self.room.line)
            lines.append(" — ".join([self._marks(group) + name, *about]))
        for piece in rich.pieces("\n".join(lines)):
            yield rich.paragraph(piece)

    def _marks(self, group: Sequence[Citation]) -> str:
        if not isinstance(self.outcome, Answer):
            return ""
        return "".join(f"[{citation.n}]" for citation in group) + " "

    def _better(self, reason: Reason) -> Iterator[str]:
        better = say(_BETTER.get(reason, "better_meeting"), self.language)
        yield f"{say('better', self.language)}：{better}" if self.language == "ja" else f"{say('better', self.language)}: {better}"  # fmt: skip

    def _is_cut(self) -> bool:
        """Whether anything of the answer is left out."""
        groups = self._groups
        if len(groups) > CARDS or any(len(s) > self.room.sentence for s in self._sentences):
            return True
        return any(
            len(shown(citation.quote)) > max(40, self.room.quotes // len(group))
            for group in groups
            for citation in group
        )


def _quoted(citation: Citation, room: int) -> Block:
    """A quote with the answering words in bold, within ``room`` characters."""
    before, words, after = highlighted(citation)
    kept = rich.shortened(before + words + after, room)
    if not words or not kept.startswith(before + words):
        return rich.quote(rich.text(kept))
    behind = kept[len(before + words) :]
    return rich.quote(rich.text(before), rich.text(words, bold=True), rich.text(behind))


def offered(job: str, offers: Offers, language: Language) -> Iterator[Block]:
    """What is offered below an answer: to say what one thinks of it, and to ask a person."""
    if offers.feedback:
        yield _votes(job, language)
    if offers.person:
        asked = rich.confirmation(
            say("person_title", language),
            say("person_asks", language),
            say("yes", language),
            say("no", language),
        )
        yield rich.actions(rich.button(say("person", language), "person", job, confirm=asked))


def _votes(job: str, language: Language) -> Block:
    """The buttons under an answer; Slack keeps no state of them, the log does."""

    def vote(key: str, value: str) -> Block:
        return {"text": rich.plain(say(key, language)), "value": f"{job}:{value}"}

    buttons = {
        "type": "feedback_buttons",
        "action_id": "vote",
        "positive_button": vote("good", "up"),
        "negative_button": vote("bad", "down"),
    }
    return {"type": "context_actions", "elements": [buttons]}


def _fallback(
    sentences: Sequence[str], sources: Sequence[Sequence[Citation]], language: Language
) -> str:
    listed = [f"[{group[0].n}] {who(group[0].place, language)}" for group in sources]
    tail = rich.shortened(" ".join(listed), 900)
    room = FALLBACK_CHARACTERS - len(tail) - 2
    return rich.escaped(rich.shortened(" ".join(sentences), room)[:room] + "\n" + tail)

"""The things that answering produces. Every surface shows these and nothing else.

An :class:`Answer` cannot be built without citations: each of its sentences names at least one,
and each citation is named by a sentence. What holds no answer is a :class:`NotFound`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from index_store.types import Linked
from ingest.types import Place

Language = Literal["ja", "en"]


class Reason(StrEnum):
    """Why the records hold no answer.

    Nothing on this topic; the topic but not this fact; nobody of that name in the records; not at
    that meeting; there, and not recorded as speaking (of this); the opposite of what the question
    takes for granted; no such meeting.
    """

    TOPIC = "topic"
    FACT = "fact"
    PERSON = "person"
    ABSENT = "absent"
    SILENT = "silent"
    PREMISE = "premise"
    MEETING = "meeting"


@dataclass(frozen=True)
class Citation:
    """A quote and its place: ``Document.text[place.start:place.end] == quote``.

    ``n`` is the number shown in brackets, from 1; ``passage`` the id of the stored passage, and
    ``linked`` the documents that it points to. ``translation`` is a language model's, where the quote
    is in another language than the answer; it is no part of the record. ``highlight`` are the words of
    the quote that answer, as first and last (excluded) character of it; None where nobody knows.
    """

    n: int
    quote: str
    place: Place
    passage: str
    linked: tuple[Linked, ...] = ()
    translation: str | None = None
    highlight: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if len(self.quote) != self.place.end - self.place.start:
            raise ValueError(f"citation {self.n}: the quote is not as long as its place")
        if self.highlight and not 0 <= self.highlight[0] < self.highlight[1] <= len(self.quote):
            raise ValueError(f"citation {self.n}: what is highlighted is not in the quote")


@dataclass(frozen=True)
class Sentence:
    """A sentence of an answer, without its [n] marks, and the numbers of what it rests on."""

    text: str
    citations: tuple[int, ...]

    def __post_init__(self) -> None:
        if not self.citations:
            raise ValueError(f"a sentence without a citation: {self.text!r}")


@dataclass(frozen=True)
class CheckedClaim:
    """A sentence of a language model and what the check said of it.

    ``verdict`` and ``fault`` are those of :mod:`assistant.verifying.types`, ``citation`` is the number
    under which it is shown, None if it is not. ``support`` is how likely the words carry it, 0 to 1.
    """

    text: str
    verdict: str
    fault: str | None = None
    detail: str = ""
    citation: int | None = None
    support: float | None = None


@dataclass(frozen=True)
class Writing:
    """What a language model had to do with an outcome.

    ``shown`` tells whether the sentences are the model's; else they are quotes, or nothing was found.
    ``note`` is one line for the reader where something went wrong, ``claims`` are all that came, with
    their verdicts. ``tokens`` counts prompt and completion, ``masked`` the personal data that were
    kept from the model, by kind.
    """

    model: str
    shown: bool
    note: str | None = None
    claims: tuple[CheckedClaim, ...] = ()
    tokens: dict[str, int] = field(default_factory=dict)
    masked: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """A cited answer.

    ``related`` holds passages that came close and were not used. ``seconds`` maps a phase
    (search, answer, total) to its duration. ``understood`` is the question written out, where it
    was understood from what was asked before, else None. ``confidence`` is how likely it answers,
    0 to 1, where that was weighed, and ``parts`` what each sign added to that, in log-odds.
    ``writing`` is what a language model did, None where none took part.
    """

    question: str
    language: Language
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    related: tuple[Citation, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    understood: str | None = None
    confidence: float | None = None
    parts: dict[str, float] = field(default_factory=dict)
    writing: Writing | None = None

    def __post_init__(self) -> None:
        used = {n for sentence in self.sentences for n in sentence.citations}
        given = [citation.n for citation in self.citations]
        if not self.sentences or used != set(given) or len(given) != len(set(given)):
            raise ValueError("an answer's sentences and citations must name each other exactly")

    @property
    def text(self) -> str:
        """All sentences with their [n] marks, as one paragraph."""
        gap = "" if self.language == "ja" else " "
        return gap.join(marked(sentence) for sentence in self.sentences)


@dataclass(frozen=True)
class NotFound:
    """The records hold no answer. ``related`` is what comes closest, and is not an answer.

    ``reason`` is why, ``message`` says it. Of PREMISE the first of ``related`` is what denies it.
    The rest is that of :class:`Answer`.
    """

    question: str
    language: Language
    message: str
    related: tuple[Citation, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    understood: str | None = None
    reason: Reason = Reason.TOPIC
    confidence: float | None = None
    parts: dict[str, float] = field(default_factory=dict)
    writing: Writing | None = None

    @property
    def text(self) -> str:
        """The message, under the name that every outcome's text has."""
        return self.message


Outcome = Answer | NotFound


def marked(sentence: Sentence) -> str:
    """The sentence with its [n] marks, before the final full stop of Japanese or after the text."""
    marks = "".join(f"[{n}]" for n in sentence.citations)
    stop = "。" if sentence.text.endswith("。") else ""
    return f"{sentence.text.removesuffix('。')} {marks}{stop}"

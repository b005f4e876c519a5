"""What a check takes and gives: a claim, what it may rest on, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assistant.types import Citation
from index_store.types import StoredPassage


class Verdict(StrEnum):
    """What the record says of a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_IN_RECORD = "not_in_record"


class Fault(StrEnum):
    """Why a claim is not supported."""

    SOURCE = "source"
    """It cites no passage that was given."""

    QUOTE = "quote"
    """The words that it gives as carrying it do not stand in the passage."""

    FIGURE = "figure"
    """A number that is not there, or is that of something else."""

    DATE = "date"
    """A day, month or year that is not there."""

    NAME = "name"
    """A person, place, facility or body that is not there."""

    OFFICE = "office"
    """An office that is not there."""

    POLARITY = "polarity"
    """Done for not done, up for down."""

    SPEAKER = "speaker"
    """Somebody else said it."""

    COMMITTEE = "committee"
    """What one person said is told as what a body thinks or decided."""

    MEANING = "meaning"
    """The words do not carry it."""

    QUESTION = "question"
    """The words carry it, and it does not answer what was asked."""

    FORM = "form"
    """No sentence that can be shown: markup, links, fragments."""


@dataclass(frozen=True)
class Claim:
    """A sentence with the passage that it rests on and the words there that carry it.

    ``source`` is the number under which the passage was given, from 1; None where none is named.
    ``translation`` is that of the words, where they are in another language than the question.
    """

    text: str
    source: int | None
    quote: str
    translation: str | None = None


@dataclass(frozen=True)
class Source:
    """A passage that a claim may rest on.

    ``asked`` are the passages whose questions it takes up: what they say is known where it is
    answered.
    """

    passage: StoredPassage
    asked: tuple[StoredPassage, ...] = ()


@dataclass(frozen=True)
class Check:
    """A claim and what came of checking it.

    ``detail`` says what is wrong, in the words of the claim or the record. ``citation`` are the
    words of the record that carry it, None unless it is supported; where it is contradicted they
    are those that say otherwise. ``support`` is how likely the words carry the claim, 0 to 1, None
    where it failed before that was weighed.
    """

    claim: Claim
    verdict: Verdict
    fault: Fault | None = None
    detail: str = ""
    citation: Citation | None = None
    support: float | None = None

    @property
    def passed(self) -> bool:
        """Whether the claim may be shown."""
        return self.verdict is Verdict.SUPPORTED

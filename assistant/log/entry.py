"""What is kept of a question. Personal data that was masked is counted, never kept here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

Status = Literal["answered", "not_found", "not_allowed", "failed"]
Vote = Literal["up", "down"]

ID_LENGTH = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are read as one another: people type and dictate these."""


@dataclass(frozen=True)
class LoggedPassage:
    """A passage that was found: its id, its score as ranked, whose words it holds, and where."""

    passage: str
    score: float
    document: str
    speaker: str | None = None


@dataclass(frozen=True)
class LoggedClaim:
    """A sentence that a model wrote, and what the check said of it.

    ``fault`` is what is wrong with it, None where nothing is; ``citation`` the number of what it
    rests on, None where it names nothing.
    """

    text: str
    verdict: str
    fault: str | None = None
    citation: int | None = None


@dataclass(frozen=True)
class LoggedCitation:
    """Words that an answer cited: the quote, whose it is (None outside a turn), and in which document."""

    quote: str
    speaker: str | None
    document: str


@dataclass(frozen=True)
class Feedback:
    """What somebody thinks of an answer.

    ``user`` is the id of the person where they gave it (a Slack user id), ``vote`` the last one that
    stands, None where it was taken back or never given, ``reason`` what they wrote with it.
    ``needs_person``: they asked for a person instead. ``at`` is when that last changed.
    """

    user: str
    vote: Vote | None
    reason: str | None
    needs_person: bool
    at: datetime


@dataclass(frozen=True)
class Entry:
    """A question, and what became of it.

    ``id`` is the reference that people are given; ``asked`` is in UTC; ``surface`` is cli, chat or
    slack; ``understood`` is the question written out, where what was asked before took part;
    ``reason`` is why there is no answer. ``model`` is the language model, None where quotes answer,
    and ``fallback`` why quotes were given instead of a written answer. ``seconds`` maps a phase to
    its duration, ``tokens`` prompt and completion to their length, ``masked`` a kind of personal
    data to the number of values. ``conversation`` is the thread. ``feedback`` is read with the entry,
    one for each person, oldest first; it is given by
    :meth:`~assistant.log.store.AnswerLog.vote`, not with the entry.

    Raises:
        ValueError: ``asked`` has no time zone.
    """

    id: str
    asked: datetime
    surface: str
    question: str
    understood: str | None
    status: Status
    reason: str | None
    answer: str
    language: str
    model: str | None = None
    fallback: str | None = None
    passages: tuple[LoggedPassage, ...] = ()
    claims: tuple[LoggedClaim, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    tokens: Mapping[str, int] = field(default_factory=dict)
    masked: Mapping[str, int] = field(default_factory=dict)
    conversation: str | None = None
    citations: tuple[LoggedCitation, ...] = ()
    feedback: tuple[Feedback, ...] = ()

    def __post_init__(self) -> None:
        if self.asked.tzinfo is None:
            raise ValueError(f"entry {self.id}: asked at a time without a time zone")


def new_id() -> str:
    """A reference that was not given before: ten letters and digits, fit for an address."""
    return "".join(secrets.choice(_LETTERS) for _ in range(ID_LENGTH))


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry as ``minutes log ID --json`` prints it; times are ISO 8601, in UTC."""
    return {name: _jsoned(value) for name, value in vars(entry).items()}


def _jsoned(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, tuple):
        return [_jsoned(asdict(part)) for part in value]
    if isinstance(value, Mapping):
        return {name: _jsoned(part) for name, part in value.items()}
    return value

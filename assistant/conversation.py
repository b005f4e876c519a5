"""What was asked and answered before, for questions that only make sense behind others."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.types import Answer, Outcome
from ingest.types import Place

KEPT = 20
"""Questions of a conversation that are kept; a thread may go on for months."""


@dataclass(frozen=True)
class Exchanged:
    """A question of the conversation: as typed, as it was understood, and its outcome.

    ``topic`` are the phrases that a question may go on about, and ``about`` the places of the words
    that それ and その委員 mean in it.
    """

    asked: str
    understood: str
    outcome: Outcome
    topic: tuple[str, ...] = ()
    about: tuple[Place, ...] = ()

    @property
    def quoted(self) -> str:
        """The first words that the answer quotes; empty where there are none."""
        return self.outcome.citations[0].quote if isinstance(self.outcome, Answer) else ""


@dataclass
class Conversation:
    """The questions of one thread with their outcomes, oldest first."""

    exchanged: list[Exchanged] = field(default_factory=list)

    @property
    def last(self) -> Exchanged | None:
        """The question before."""
        return self.exchanged[-1] if self.exchanged else None

    def add(self, exchanged: Exchanged) -> None:
        """Add a question and its outcome; the oldest is forgotten beyond :data:`KEPT`."""
        self.exchanged.append(exchanged)
        del self.exchanged[:-KEPT]

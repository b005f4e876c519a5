"""What was asked and answered before, for questions that only make sense behind others."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.types import Outcome


@dataclass(frozen=True)
class Exchanged:
    """A question of the conversation: as typed, as it was understood, and its outcome."""

    asked: str
    understood: str
    outcome: Outcome


@dataclass
class Conversation:
    """The questions of one thread with their outcomes, oldest first."""

    exchanged: list[Exchanged] = field(default_factory=list)

    @property
    def last(self) -> Exchanged | None:
        """The question before."""
        return self.exchanged[-1] if self.exchanged else None

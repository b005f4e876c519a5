"""What happens while an answer is made, for surfaces that show it as it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from assistant.types import CheckedClaim, Citation, Sentence


@dataclass(frozen=True)
class WritingBegan:
    """The passages are found, and a language model is asked."""

    model: str
    passages: int


@dataclass(frozen=True)
class SentencePassed:
    """A sentence passed its check and will stand in the answer, with what it rests on."""

    sentence: Sentence
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class ClaimDropped:
    """A sentence did not pass, and will not be shown."""

    claim: CheckedClaim


Event = WritingBegan | SentencePassed | ClaimDropped
Listener = Callable[[Event], None]


def unheard(event: Event) -> None:
    """Listen to nothing."""

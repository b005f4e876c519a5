"""What an engine did -> an entry of the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal

from assistant.engine import Recorder
from assistant.log import (
    AnswerLog,
    Entry,
    LogError,
    LoggedCitation,
    LoggedClaim,
    LoggedPassage,
    new_id,
)
from assistant.masking import Mask
from assistant.types import Answer, NotFound, Outcome, Writing
from index_store.types import Hit

PASSAGES = 10
"""Passages that are logged of a question, the best ones."""


def recorder(log: AnswerLog, surface: str, complain: Callable[[str], None]) -> Recorder:
    """What writes every outcome into ``log``.

    A log that cannot be written is told once, and keeps nobody from an answer.

    Args:
        log: where.
        surface: where people ask (cli, chat, slack).
        complain: told of the first failure.
    """
    failed: list[str] = []

    def record(outcome: Outcome, hits: Sequence[Hit]) -> None:
        try:
            log.add(entry_of(outcome, hits, surface))
        except LogError as error:
            if not failed:
                complain(str(error))
            failed.append(str(error))

    return record


def entry_of(
    outcome: Outcome,
    hits: Sequence[Hit],
    surface: str,
    *,
    id: str | None = None,  # noqa: A002  # what it is everywhere else
    conversation: str | None = None,
) -> Entry:
    """The entry of one outcome, with the passages that were found for it.

    What was kept from the model is kept from the log as well: it has placeholders instead.

    Args:
        outcome: what became of the question.
        hits: what was found, best first.
        surface: where it was asked.
        id: the reference that people were given; a new one by default.
        conversation: the thread.
    """
    writing = outcome.writing
    hidden = Mask().mask if writing and writing.masked else str
    return Entry(
        id=id or new_id(),
        asked=datetime.now(UTC),
        surface=surface,
        question=hidden(outcome.question),
        understood=hidden(outcome.understood) if outcome.understood else None,
        status="answered" if isinstance(outcome, Answer) else "not_found",
        reason=outcome.reason.value if isinstance(outcome, NotFound) else None,
        answer=hidden(outcome.text),
        language=outcome.language,
        model=writing.model if writing else None,
        fallback=writing.note if writing else None,
        passages=tuple(
            LoggedPassage(h.passage.id, round(h.score, 4), h.passage.place.document, h.passage.place.speaker)
            for h in hits[:PASSAGES]
        ),
        claims=_claims(writing, hidden),
        seconds=outcome.seconds,
        tokens=writing.tokens if writing else {},
        masked=writing.masked if writing else {},
        conversation=conversation,
        citations=_citations(outcome, hidden),
    )  # fmt: skip


def failed_entry(
    question: str,
    language: str,
    id: str,  # noqa: A002
    surface: str,
    conversation: str | None,
    *,
    status: Literal["failed", "not_allowed"] = "failed",
    reason: str | None = None,
) -> Entry:
    """The entry of a question that got no outcome.

    Nobody knows what a model would have been kept from seeing, so personal data is always masked.

    Args:
        question: as asked.
        language: of the question.
        id: the reference that people were given.
        surface: where it was asked.
        conversation: the thread.
        status: whether it failed, or who asked may not ask there.
        reason: why, in a word.
    """
    mask = Mask()
    return Entry(
        id=id,
        asked=datetime.now(UTC),
        surface=surface,
        question=mask.mask(question),
        understood=None,
        status=status,
        reason=reason,
        answer="",
        language=language,
        masked={kind.value: count for kind, count in mask.counts.items()},
        conversation=conversation,
    )


def _citations(outcome: Outcome, hidden: Callable[[str], str]) -> tuple[LoggedCitation, ...]:
    return tuple(
        LoggedCitation(hidden(cited.quote), cited.place.speaker, cited.place.document)
        for cited in (outcome.citations if isinstance(outcome, Answer) else ())
    )


def _claims(writing: Writing | None, hidden: Callable[[str], str]) -> tuple[LoggedClaim, ...]:
    return tuple(
        LoggedClaim(hidden(claim.text), claim.verdict, claim.fault, claim.citation)
        for claim in (writing.claims if writing else ())
    )

"""What an engine did -> an entry of the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from assistant.engine import Recorder
from assistant.log import AnswerLog, Entry, LogError, LoggedClaim, LoggedPassage, new_id
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


def entry_of(outcome: Outcome, hits: Sequence[Hit], surface: str) -> Entry:
    """The entry of one outcome, with the passages that were found for it.

    What was kept from the model is kept from the log as well: it has placeholders instead.
    """
    writing = outcome.writing
    hidden = Mask().mask if writing and writing.masked else str
    return Entry(
        id=new_id(),
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
    )  # fmt: skip


def _claims(writing: Writing | None, hidden: Callable[[str], str]) -> tuple[LoggedClaim, ...]:
    return tuple(
        LoggedClaim(hidden(claim.text), claim.verdict, claim.fault, claim.citation)
        for claim in (writing.claims if writing else ())
    )

"""A question set from the feedback on answers: ``minutes log --export``.

What people voted for becomes a question whose evidence are the words that were cited, so that a good
answer stays one. What they voted against, or handed to a person, becomes a row that no answer meets
until somebody has settled it: its evidence is :data:`UNSETTLED`. So a bad answer becomes a test.
Each row says in ``check`` what to look at; ``minutes eval`` passes over that field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.log.entry import Entry
from ingest.text import fold

UNSETTLED = "[to be settled: words that a right citation holds]"
"""Evidence that no passage holds."""

_SHOWN = 60
"""Characters of a quote that ``check`` repeats."""

_SHORTEST = 4
"""Characters of evidence at least, of what stands around personal data that was masked."""

_PLACEHOLDER = re.compile(r"\[\[[A-Z_]+-\d+\]\]")


class VotedKind(StrEnum):
    """The kinds by which figures are given."""

    UP = "voted up"
    DOWN = "voted down"
    PERSON = "for a person"


@dataclass(frozen=True)
class VotedRow:
    """A row of the set, and whether somebody must settle it before a figure means anything."""

    row: dict[str, object]
    settled: bool


def voted_rows(entries: Iterable[Entry]) -> list[VotedRow]:
    """Rows of a question set from entries with feedback, the newest first.

    Of a question that was asked several times the newest counts; entries of which nobody thinks
    anything (any more) are left out.
    """
    rows: dict[str, VotedRow] = {}
    for entry in entries:
        kind = _kind(entry)
        question = " ".join((entry.understood or entry.question).split())
        if kind is not None and question:
            rows.setdefault(fold(question), _row(entry, kind, question))
    return list(rows.values())


def _kind(entry: Entry) -> VotedKind | None:
    """What the feedback makes of an entry: who is against it must be heard."""
    if any(given.vote == "down" for given in entry.feedback):
        return VotedKind.DOWN
    if any(given.needs_person for given in entry.feedback):
        return VotedKind.PERSON
    return VotedKind.UP if any(given.vote == "up" for given in entry.feedback) else None


def _row(entry: Entry, kind: VotedKind, question: str) -> VotedRow:
    evidence = _evidence(entry)
    refused = kind is VotedKind.UP and entry.status == "not_found"
    upheld = kind is VotedKind.UP and entry.status == "answered" and bool(evidence)
    row: dict[str, object] = {
        "id": f"log-{entry.id}",
        "kind": kind.value,
        "question": question,
        "answerable": not refused,
        "speakers": _speakers(entry) if upheld else [],
        "evidence": evidence if upheld else [] if refused else [UNSETTLED],
        "check": _check(entry, kind, settled=refused or upheld),
    }
    return VotedRow(row, refused or upheld)


def _evidence(entry: Entry) -> list[str]:
    """The words that were cited; where personal data was masked, the longest rest of them."""
    quotes = [cited.quote.strip() for cited in entry.citations]
    if entry.masked:
        quotes = [max(_PLACEHOLDER.split(quote), key=len).strip() for quote in quotes]
        quotes = [quote for quote in quotes if len(quote) >= _SHORTEST]
    return list(dict.fromkeys(filter(None, quotes)))


def _speakers(entry: Entry) -> list[str]:
    """Whose words were cited; nobody in particular where some of them are no speech."""
    names = [cited.speaker for cited in entry.citations]
    return list(dict.fromkeys(name for name in names if name)) if all(names) else []


def _check(entry: Entry, kind: VotedKind, *, settled: bool) -> str:
    if settled:
        return (
            "voted up: is it so that the records hold no answer?"
            if entry.status == "not_found"
            else "voted up: keep of the evidence what answers, and shorten it to what must stand there"
        )
    reasons = [given.reason for given in entry.feedback if given.reason]
    told = f"{kind.value}{_brackets(reasons)}; it was {_became(entry)}"
    return f"{told}: put the right words into 'evidence', or set 'answerable' to false"


def _became(entry: Entry) -> str:
    """What became of the question, for a person who looks at the row."""
    why = f" ({entry.reason})" if entry.reason else ""
    cited = [f"「{quote[:_SHOWN]}」" for quote in _evidence(entry)]
    return f"{entry.status.replace('_', ' ')}{why}" + (f" with {''.join(cited)}" if cited else "")


def _brackets(texts: Sequence[str]) -> str:
    said = "; ".join(" ".join(text.split()) for text in texts)
    return f" ({said})" if said else ""

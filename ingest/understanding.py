"""How much of a document was understood: figures for a report, and for refusing what is too little."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.offices import is_administration, split_label
from ingest.types import Kind, Record

_OWN_TEXT = 200
"""Characters of a document without headings up to which it need not have any."""


@dataclass(frozen=True)
class Understanding:
    """What was understood of a document.

    ``share`` is the part of its characters, 0 to 1, that stand in a turn, under a heading, or in
    the header of minutes. ``unknown`` are lines that look like labels and name nobody;
    ``unresolved`` are labels with a person's name that no roster settles; ``notes`` say what the
    file's format could not give.
    """

    kind: str
    turns: int
    sections: int
    share: float
    unknown: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def understanding(record: Record) -> Understanding:
    """The figures of one record."""
    text = record.document.text
    placed = sum(end - start for start, end in record.labels)
    placed += sum(turn.end - turn.start for turn in record.turns)
    headed = [s for s in record.sections if s.path or (record.turns and s.index == 0)]
    placed += sum(section.end - section.start for section in headed)
    everything = placed + sum(s.end - s.start for s in record.sections if s not in headed)
    short = not record.turns and everything <= _OWN_TEXT and record.title is not None
    return Understanding(
        kind=record.kind.value,
        turns=len(record.turns),
        sections=len(record.sections),
        share=1.0 if short else round(placed / everything, 4) if everything else 0.0,
        unknown=tuple(dict.fromkeys(text[start:end] for start, end in record.unknown)),
        unresolved=_unresolved(record) if record.kind is Kind.MINUTES else (),
        notes=record.document.notes,
    )


def _unresolved(record: Record) -> tuple[str, ...]:
    """Labels that hold the name of a committee's member and got no person."""
    return tuple(
        dict.fromkeys(
            turn.speaker
            for turn in record.turns
            if turn.person is None
            and (parts := split_label(turn.speaker)).name
            and parts.office
            and not is_administration(turn.role or parts.office)
        )
    )

"""What is embedded of a document's passages.

Most passages stand for themselves. Where a record is of utterances (a transcript of talk, a
subtitle file: half of the turns are under a line long), one alone says too little to be found by
meaning, so a run of them is embedded together and each gets the vector of its run. That is no more
to embed than each alone behind its context. What is displayed stays one turn of one speaker.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from ingest.text import display_width
from ingest.types import Passage

UTTERANCE = 60
"""Columns; a document half of whose turns are shorter is one of utterances."""

FEWEST = 20
"""Turns; in a shorter document every turn is found anyway."""

WINDOW = 350
"""Columns that a run of utterances has at least; what other lengths give is in
``docs/retrieval.md``."""


def is_of_utterances(passages: Sequence[Passage]) -> bool:
    """Whether the turns of a document are mostly too short to stand alone."""
    widths: dict[int, int] = {}
    for passage in passages:
        turn = passage.place.turn
        if turn is not None:
            widths[turn] = widths.get(turn, 0) + display_width(passage.text)
    return len(widths) >= FEWEST and median(widths.values()) < UTTERANCE


def embedded_texts(
    passages: Sequence[Passage], *, of_utterances: bool
) -> tuple[list[str], list[int]]:
    """What is embedded of a document.

    Args:
        passages: all of the document, in its order.
        of_utterances: what :func:`is_of_utterances` says of them.

    Returns:
        The texts, and for each passage the position of its own among them.
    """
    if not of_utterances:
        return [embedded_text(passage) for passage in passages], list(range(len(passages)))
    texts: list[str] = []
    positions: list[int] = []
    for run in _runs(passages):
        positions += [len(texts)] * len(run)
        texts.append(_together(run))
    return texts, positions


def embedded_text(passage: Passage) -> str:
    """What is embedded of a passage that stands alone: the nearest line of its context, its words.

    An answer stands behind the question that it answers, any other turn behind agenda item and
    speaker. The lines farther away are matched by words alone: embedding them as well found no
    more in the fused search and costs a third of the time for short turns (``docs/retrieval.md``).
    """
    nearest = passage.context.rpartition("\n")[2]
    return f"{nearest}\n{passage.text}" if nearest else passage.text


def _runs(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    """The passages in runs of ``WINDOW`` columns; one ends where item or section does."""
    run: list[Passage] = []
    width = 0
    for passage in passages:
        if run and (width >= WINDOW or _item(passage) != _item(run[0])):
            yield run
            run, width = [], 0
        run.append(passage)
        width += display_width(passage.text) + display_width(passage.place.speaker or "")
    if run:
        yield run


def _item(passage: Passage) -> tuple[str | None, int | None]:
    """What a run does not go beyond: the item of the agenda, or the section."""
    return passage.place.agenda, passage.place.section


def _together(run: Sequence[Passage]) -> str:
    if len(run) == 1:
        return embedded_text(run[0])
    said = "\n".join(f"{passage.place.speaker}: {passage.text}" for passage in run)
    agenda = run[0].place.agenda
    return f"{agenda}\n{said}" if agenda else said

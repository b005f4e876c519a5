"""Questions and answers of a record help each other to be found.

Who asks wants the answer. A recorded question uses the words of the question that is asked now, so
it is found first; what it lends to its answer, and loses itself, was measured
(``docs/retrieval.md``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index_store.types import Hit

ASKS = -1.5
"""Standard deviations for a passage that asks and answers nothing."""

LENT = 0.5
"""Share of its question's score that an answer gets besides its own."""


def answers_first(hits: Sequence[Hit]) -> Iterator[Hit]:
    """The hits with answers ahead of their questions; the caller sorts them."""
    asked = _best_of_turns(hits)
    for hit in hits:
        place, passage = hit.passage.place, hit.passage
        lent = max(
            (asked.get((place.document, turn), 0.0) for turn in passage.answers), default=0.0
        )
        if passage.answered and not passage.answers:
            yield hit.boosted("asks", ASKS)
        elif lent > 0:
            yield hit.boosted("its question", LENT * lent)
        else:
            yield hit


def _best_of_turns(hits: Sequence[Hit]) -> dict[tuple[str, int], float]:
    """(document, turn) -> the best score of its passages."""
    best: dict[tuple[str, int], float] = {}
    for hit in hits:
        place = hit.passage.place
        if place.turn is not None:
            key = place.document, place.turn
            best[key] = max(hit.score, best.get(key, hit.score))
    return best

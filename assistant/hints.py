"""What a conversation says of where an answer stands, and what that does to the passages found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from index_store.types import Hit
from ingest.types import Place

Turn = tuple[str, int]
"""A document's name and the number of a turn in it."""

SAME_EXCHANGE = 0.8
SAME_ITEM = 0.6
SAME_DOCUMENT = 0.3
"""Standard deviations of the scores of one search, for passages close to what was spoken of."""


@dataclass(frozen=True)
class Hints:
    """What the conversation says of where an answer stands.

    ``only``: no other turns can answer. ``documents``: nothing else is searched, and there for
    ``text``, where that is given: the question without the meeting's name. ``near`` are the places
    spoken of, to which answers are close. ``left_out`` are turns that were cited already where
    something else is asked for.
    """

    only: tuple[Turn, ...] = ()
    documents: frozenset[str] | None = None
    near: tuple[Place, ...] = ()
    left_out: frozenset[Turn] = frozenset()
    text: str | None = None


def turn_of(place: Place) -> Turn | None:
    """The turn in which words stand; None outside of one."""
    return None if place.turn is None else (place.document, place.turn)


def turns_of(places: Iterable[Place]) -> tuple[Turn, ...]:
    """The turns in which words stand, each once."""
    return tuple(dict.fromkeys(turn for place in places if (turn := turn_of(place))))


def hinted(hits: Sequence[Hit], hints: Hints) -> list[Hit]:
    """The hits without those left out, the ones close to what was spoken of further ahead."""
    kept = [hit for hit in hits if turn_of(hit.passage.place) not in hints.left_out]
    if not hints.near:
        return kept
    return sorted(_boosted(kept, hints.near), key=lambda hit: (-hit.score, hit.passage.id))


def _boosted(hits: Iterable[Hit], near: Sequence[Place]) -> Iterator[Hit]:
    turns = set(turns_of(near))
    items = {(place.document, place.agenda) for place in near if place.agenda}
    documents = {place.document for place in near}
    for hit in hits:
        place = hit.passage.place
        linked = {(place.document, turn) for turn in (*hit.passage.answers, *hit.passage.answered)}
        if turn_of(place) in turns or linked & turns:
            yield hit.boosted("same exchange", SAME_EXCHANGE)
        elif (place.document, place.agenda) in items:
            yield hit.boosted("same item of the agenda", SAME_ITEM)
        elif place.document in documents:
            yield hit.boosted("same document", SAME_DOCUMENT)
        else:
            yield hit

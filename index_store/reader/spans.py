"""Scores of first and last words -> the words that answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index_store.reader.pieces import Seen

LONGEST_ANSWER = 48
"""Tokens of an answer at most."""

NO_WORDS = -20.0
"""How far words are ahead where nothing of a passage was seen."""


@dataclass(frozen=True)
class BestSpan:
    """The likeliest words: characters of the text, and how far they are ahead of "no words"."""

    place: tuple[int, int]
    ahead: float


def best_span(start: NDArray[Any], end: NDArray[Any], seen: Seen) -> BestSpan | None:
    """The likeliest span of a passage; None where its text was cut off whole.

    Args:
        start: score of each token to be the first, shape [tokens]; [0] is that of "no words".
        end: score of each token to be the last, shape [tokens].
        seen: the tokens.
    """
    count = len(seen.offsets)
    if not count:
        return None
    first = np.asarray(start[seen.first : seen.first + count], dtype=np.float64)
    last = np.asarray(end[seen.first : seen.first + count], dtype=np.float64)
    together = first[:, None] + last[None, :]
    at = np.arange(count)
    allowed = (at[None, :] >= at[:, None]) & (at[None, :] < at[:, None] + LONGEST_ANSWER)
    together[~allowed] = -np.inf
    begin, finish = np.unravel_index(int(np.argmax(together)), together.shape)
    place = seen.characters(seen.first + int(begin), seen.first + int(finish))
    return BestSpan(place, float(together[begin, finish] - start[0] - end[0]))

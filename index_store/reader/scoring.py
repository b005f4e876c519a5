"""Pairs of question and passage -> what the network makes of each, before it is calibrated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from index_store.reader.network import ReaderNetwork, batched
from index_store.reader.pieces import Seen
from index_store.reader.spans import NO_WORDS, best_span

TOGETHER = 4
"""Pairs that are read at once: of similar length, so that little of what is computed is padding."""


@dataclass(frozen=True)
class Scores:
    """What the network makes of a pair.

    ``answers`` is the score of the head that says whether the passage answers, ``ahead`` how far the
    likeliest words are ahead of "no words". ``span`` are those, as characters of the passage's text;
    None where nothing of it was seen.
    """

    answers: float
    ahead: float
    span: tuple[int, int] | None


def scored(
    network: ReaderNetwork, pairs: Sequence[Seen], device: torch.device | str = "cpu"
) -> list[Scores]:
    """The scores of each pair, in order."""
    by_length = sorted(range(len(pairs)), key=lambda at: len(pairs[at].ids))
    found: dict[int, Scores] = {}
    for first in range(0, len(pairs), TOGETHER):
        chosen = by_length[first : first + TOGETHER]
        found |= zip(chosen, _read(network, [pairs[at] for at in chosen], device), strict=True)
    return [found[at] for at in range(len(pairs))]


def _read(
    network: ReaderNetwork, pairs: Sequence[Seen], device: torch.device | str
) -> Iterator[Scores]:
    with torch.inference_mode():
        logits = network(batched(pairs, device))
    answers, start, end = (part.cpu().numpy() for part in logits)
    for row, pair in enumerate(pairs):
        best = best_span(start[row], end[row], pair)
        ahead, span = (best.ahead, best.place) if best else (NO_WORDS, None)
        yield Scores(float(answers[row]), ahead, span)

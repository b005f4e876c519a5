"""How far the words carry a claim: what of it they hold, and how near they are in meaning.

Named numbers, and what they are worth together learnt from claims whose verdict is known
(``python -m benchmarks.checking --write``) and kept in ``weights.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol

from assistant.verifying import cover
from assistant.verifying.grounds import Grounds
from index_store.crossing import Crossing, is_foreign
from index_store.embedding import Vectors
from index_store.words import rarity
from ingest.text import has_japanese

UNRELATED = 0.8
"""Cosines of the bundled model lie around this for unrelated texts; nearness counts from it."""


class TextEmbedder(Protocol):
    """What is needed of an embedding model."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Texts -> unit vectors of shape [len(texts), dimension]."""
        ...


class WordStatistics(Protocol):
    """What is needed of the word index."""

    def document_frequencies(self, query: Sequence[str]) -> tuple[dict[str, int], int]:
        """(word -> passages that hold it, passages in all)."""
        ...


@dataclass(frozen=True)
class Signs:
    """What speaks for a claim; shares are of the weight of its words, 0 to 1.

    ``weakest`` is the share that the record holds of the clause that it holds least, words akin to it
    counting in part (:mod:`assistant.verifying.cover`). ``near``
    is the cosine with the sentences quoted, above :data:`UNRELATED`; ``english`` is 1 where both are
    English, whose cosines lie lower. Where the languages differ no
    words are shared: then ``foreign`` is 1, and ``across`` the cosine of what either says beyond any
    text of its language.
    """

    weakest: float = 0.0
    near: float = 0.0
    english: float = 0.0
    across: float = 0.0
    foreign: float = 0.0


RISING = ("weakest", "near", "across")
"""Signs that can only speak for a claim."""


class Support:
    """Weighs claims against words.

    Args:
        embedder: embeds claims and quotes.
        statistics: tells how common a word is in the records.
    """

    def __init__(self, embedder: TextEmbedder, statistics: WordStatistics) -> None:
        self._embedder = embedder
        self._statistics = statistics
        self._crossing = Crossing(embedder)

    def signs(self, content: str, ground: Grounds) -> Signs:
        """What speaks for a claim, without the words that tell who said it."""
        near = self._nearness(content, ground)
        if is_foreign(content, ground.said):
            return Signs(across=near, foreign=1.0)
        record = cover.Cover(ground)
        clauses = map(cover.content_words, cover.clauses(content))
        return Signs(
            weakest=min(
                (self._held(part, record) for part in clauses if len(part) > 1), default=1.0
            ),
            near=near - UNRELATED,
            english=float(not has_japanese(content)),
        )

    def _nearness(self, content: str, ground: Grounds) -> float:
        """The cosine with the sentences quoted or with the words alone, whichever is nearer.

        Across languages it is that of what either says beyond any text of its language.
        """
        # A quote is often its sentence without the full stop, which need not be embedded twice.
        told = {text.strip("。. "): text for text in (ground.words, ground.quoted)}
        texts = [content, *(text for bare, text in told.items() if bare != content.strip("。. "))]
        own, *others = self._embedder.embed_queries(texts)
        if is_foreign(content, ground.said):
            own = self._crossing.beyond(content, own)[0]
            others = [
                self._crossing.beyond(t, v)[0] for t, v in zip(texts[1:], others, strict=True)
            ]
        return max((float(own @ other) for other in others), default=1.0)

    def _held(self, claimed: Sequence[cover.Word], record: cover.Cover) -> float:
        """The share of the weight of some words that the record holds."""
        frequencies, total = self._statistics.document_frequencies([w.forms[0] for w in claimed])
        weights = [rarity(frequencies.get(w.forms[0], 0), total) for w in claimed]
        held = sum(a * record.of(w).value for a, w in zip(weights, claimed, strict=True))
        return held / sum(weights) if weights else 1.0


@dataclass(frozen=True)
class SupportWeights:
    """What each sign is worth, in log-odds; ``bias`` where all is 0, ``enough`` the least likelihood."""

    signs: Mapping[str, float]
    bias: float
    enough: float


@cache
def learnt() -> SupportWeights:
    """The weights that come with the package."""
    text = files("assistant.verifying").joinpath("weights.json").read_text(encoding="utf-8")
    return SupportWeights(**json.loads(text))


def likelihood(signs: Signs, weights: SupportWeights) -> float:
    """How likely the words carry the claim, 0 to 1."""
    odds = weights.bias + sum(weights.signs[name] * value for name, value in asdict(signs).items())
    return 1.0 / (1.0 + math.exp(-odds))

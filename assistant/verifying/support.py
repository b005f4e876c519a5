"""How far the words carry a claim: what of it they hold, and how near they are in meaning.

Named numbers, and what they are worth together learnt from claims whose verdict is known
(``python -m benchmarks.checking --write``) and kept in ``weights.json``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import Protocol

from assistant.verifying.figure_rules import apartness
from assistant.verifying.grounds import Grounds
from index_store.crossing import Crossing, is_foreign
from index_store.embedding import Vectors
from index_store.tokenizing import tokenizer
from index_store.words import rarity, topic_words, words
from ingest.text import fold

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

    ``held`` is the share that the passage with its place holds, ``quoted`` that of the sentences
    quoted, ``pieces`` the share of its runs of four characters there. ``near`` is the cosine with
    the sentences quoted, above :data:`UNRELATED`; ``across`` that where the languages differ, of what
    either says beyond any text of its language. ``strangers`` counts the things that
    stand nowhere, ``weakest`` is the share held of the clause that is held least, ``apart`` is how little of what it says of a figure stands
    with that figure (:func:`assistant.verifying.figure_rules.apartness`). ``foreign`` is 1 where claim
    and passage are in different languages: then no words are shared.
    """

    held: float
    quoted: float
    pieces: float
    near: float
    strangers: float
    weakest: float
    apart: float
    across: float
    foreign: float


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
        foreign = is_foreign(content, ground.said)
        weights = self._weights(topic_words(content) or words(content))
        said = set(words(ground.quoted))
        around = said | set(words(f"{ground.said}\n{ground.asked}\n{ground.around}"))
        near = self._cosine(content, ground.quoted)
        if foreign:
            return Signs(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, near, 1.0)
        return Signs(
            held=_share(around, weights),
            quoted=_share(said, weights),
            pieces=_pieces(fold(content), ground.everything),
            near=near - UNRELATED,
            strangers=float(len(things(content) - around)),
            weakest=min(
                (_share(around, self._weights(words(part))) for part in _clauses(content)),
                default=1.0,
            ),
            apart=apartness(content, ground),
            across=0.0,
            foreign=0.0,
        )

    def _cosine(self, content: str, quoted: str) -> float:
        """The cosine of claim and quote; across languages that of what the claim says beyond any."""
        vectors = self._embedder.embed_queries([content, quoted])
        if not is_foreign(content, quoted):
            return float(vectors[0] @ vectors[1])
        beyond, length = self._crossing.beyond(content, vectors[0])
        own, _ = self._crossing.beyond(quoted, vectors[1])
        return float(beyond @ own)

    def _weights(self, claimed: Sequence[str]) -> dict[str, float]:
        frequencies, total = self._statistics.document_frequencies(list(dict.fromkeys(claimed)))
        weights = {word: rarity(n, total) for word, n in frequencies.items()}
        whole = sum(weights.values())
        return {word: value / whole for word, value in weights.items()} if whole else {}


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


_CLAUSE = re.compile(r"[、。;]|(?:, )?\b(?:and|but|because|so|while|together with|which)\b|, ")


def _clauses(text: str) -> list[str]:
    """The clauses of a claim that say something."""
    return [part for part in _CLAUSE.split(text) if len(words(part)) > 1]


def things(text: str) -> set[str]:
    """The common and proper nouns of Japanese that name things, not deeds."""
    return {
        word
        for token in tokenizer().tokenize(text)
        if (speech := token.part_of_speech())[0] == "名詞" and speech[2] in ("一般", "人名", "地名")
        for word in words(token.surface())
    } - _abstract()


_ABSTRACT = (
    "方 者 人 時期 割合 理由 見方 意見 考え 結果 状況 内容 場合 必要 全体 数 額 量 点 声 旨 賛意 疑問 前提 対応 目標 "
    "見込み 費用 うち ため 現在 時点 今後 仕組み 場所 人々 住民 市民 可能性 必要性 案"
)
"""Nouns that a faithful retelling brings along."""


@cache
def _abstract() -> frozenset[str]:
    return frozenset(words(_ABSTRACT))


def _share(held: set[str], weights: Mapping[str, float]) -> float:
    return sum(weight for word, weight in weights.items() if word in held)


def _pieces(text: str, held: str) -> float:
    runs = [text[at : at + 4] for at in range(len(text) - 3)]
    return sum(run in held for run in runs) / len(runs) if runs else float(text in held)

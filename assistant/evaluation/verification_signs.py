"""What speaks for the summary of an answer in the words of the answer."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from assistant.evaluation.verification_data import Summary
from assistant.verifying.figure_rules import wrong_figure
from assistant.verifying.grounds import grounds
from assistant.verifying.support import TextEmbedder
from assistant.verifying.types import Source
from index_store.embedding import Vectors
from index_store.tokenizing import tokenizer
from index_store.types import StoredPassage
from index_store.words import rarity, words
from ingest.text import fold, sentences
from ingest.types import Kind, Place

_KANJI_DIGITS = frozenset("〇零一二三四五六七八九十百千万億兆")
_NEARNESS = 30.0
"""How sharply the nearest sentence is told from the next: cosines of the model differ by hundredths."""

_CLOSING_SENTENCES = 2
"""Answers tell what is to be done at their end; before that they repeat the question and its setting."""

_OPENINGS = (10, 8, 6, 5, 4)
"""Characters of a summary's opening that are looked for in the answer, the longest first."""

_BATCH = 128
"""Texts embedded between two reports of progress."""

_BOUND = frozenset({"助詞", "助動詞", "接尾辞", "補助記号"})
_POLITE = re.compile(r"(?:ます|です|ました|ません)。?$")


@dataclass(frozen=True)
class Signs:
    """What speaks for a summary, or against it.

    ``order`` is the share of its words that stand in the answer in the same order. ``told`` is the
    share of what the last two sentences of the answer say beyond the question that it tells, by the
    weight of the words. ``answers`` is how much nearer in meaning to the question the sentences are
    that it draws on than the answer's others. ``cut`` is 1 where it begins in the middle of a word or
    phrase, ``figure`` where a figure of it is not one of the answer.
    """

    order: float
    told: float
    answers: float
    cut: float
    figure: float


@dataclass(frozen=True)
class Style:
    """How a summary is written, which says nothing of its truth: for comparison only.

    ``polite`` is 1 where it ends as speech does, ``copied`` where it stands in the answer letter by
    letter, ``kept`` is the share of the sentence kept most of.
    """

    polite: float
    copied: float
    kept: float


@dataclass(frozen=True)
class Judged:
    """A summary with its signs, and the two scores that it is compared by."""

    summary: Summary
    signs: Signs
    style: Style
    overlap: float
    cosine: float


def judge(
    summaries: Sequence[Summary],
    embedder: TextEmbedder,
    step: Callable[[str, int, int], None] = lambda what, done, of: None,
) -> list[Judged]:
    """The signs of every summary; none looks at whether it is true, nor at another summary.

    Args:
        summaries: what is judged. How rare a word is, is counted over their answers.
        embedder: embeds summaries, questions and sentences.
        step: told what is done, how many are, of how many.
    """
    held = {text: _Answer(text) for text in dict.fromkeys(one.answer for one in summaries)}
    frequencies = Counter(word for answer in held.values() for word in answer.held)
    weights = {word: rarity(n, len(held)) for word, n in frequencies.items()}
    weigher = _Weigher(weights, rarity(0, len(held)))
    vectors = _embed(summaries, held.values(), embedder, step)
    found = []
    for done, one in enumerate(summaries):
        step("summaries", done, len(summaries))
        found.append(_judged(one, held[one.answer], weigher, vectors))
    return found


def _embed(
    summaries: Iterable[Summary],
    answers: Iterable[_Answer],
    embedder: TextEmbedder,
    step: Callable[[str, int, int], None],
) -> Mapping[str, Vectors]:
    """Every text once."""
    texts = [text for one in summaries for text in (one.text, one.question)]
    texts += [sentence for answer in answers for sentence in answer.sentences]
    distinct = list(dict.fromkeys(texts))
    found: dict[str, Vectors] = {}
    for at in range(0, len(distinct), _BATCH):
        step("embedding", at, len(distinct))
        batch = distinct[at : at + _BATCH]
        found |= zip(batch, embedder.embed_queries(batch), strict=True)
    return found


@dataclass(frozen=True)
class _Weigher:
    weights: Mapping[str, float]
    unseen: float

    def share(self, of: set[str], held: set[str]) -> float:
        """The share of the weight of ``of`` that is in ``held``; 0 of nothing."""
        whole = sum(self.weights.get(word, self.unseen) for word in sorted(of))
        both = sum(self.weights.get(word, self.unseen) for word in sorted(of & held))
        return both / whole if whole else 0.0


class _Answer:
    """An answer, cut once for all its summaries."""

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFKC", text)
        self.spans = sentences(self.text) or [(0, len(self.text))]
        self.sentences = [self.text[a:b] for a, b in self.spans]
        self.words = _words(self.text)
        self.held = set(self.words)
        self.by_sentence = [set(_words(sentence)) for sentence in self.sentences]

    @cached_property
    def tokens(self) -> dict[int, bool]:
        """Where words begin in ``text``, each with whether a phrase can begin there."""
        found = {}
        for start, end in self.spans:
            at = start
            for token in tokenizer().tokenize(self.text[start:end]):
                speech = token.part_of_speech()
                found[at] = speech[0] not in _BOUND and (speech[1] != "非自立可能" or at == start)
                at += len(token.surface())
        return found


def _words(text: str) -> list[str]:
    """The words of a text without numbers, which are compared as values."""
    return [
        word for word in words(text) if not word[0].isdigit() and not set(word) <= _KANJI_DIGITS
    ]


def _judged(
    one: Summary, answer: _Answer, weigh: _Weigher, vectors: Mapping[str, Vectors]
) -> Judged:
    text = unicodedata.normalize("NFKC", one.text).strip()
    own = _words(text)
    said = set(own)
    near = np.array([float(vectors[s] @ vectors[one.text]) for s in answer.sentences])
    asked = np.array([float(vectors[s] @ vectors[one.question]) for s in answer.sentences])
    drawn = np.exp(_NEARNESS * (near - near.max()))
    closing = set().union(*answer.by_sentence[-_CLOSING_SENTENCES:])
    return Judged(
        one,
        Signs(
            order=_common(own, answer.words) / len(own) if own else 0.0,
            told=weigh.share(closing - set(_words(one.question)), said),
            answers=float(drawn @ asked / drawn.sum() - asked.mean()),
            cut=float(_cut(text, answer)),
            figure=float(_wrong_figure(text, one, answer)),
        ),
        Style(
            polite=float(_POLITE.search(text) is not None),
            copied=float(fold(text).rstrip("。") in fold(answer.text)),
            kept=max(weigh.share(sentence, said) for sentence in answer.by_sentence),
        ),
        overlap=sum(word in answer.held for word in said) / len(said) if said else 0.0,
        cosine=float(near.max()),
    )


def _common(own: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence."""
    before = [0] * (len(other) + 1)
    for word in own:
        row = [0]
        for at, held in enumerate(other):
            row.append(before[at] + 1 if word == held else max(before[at + 1], row[at]))
        before = row
    return before[-1]


def _cut(text: str, answer: _Answer) -> bool:
    """Whether a summary begins where no phrase can: with a particle, or in mid-word of the answer."""
    tokens = tokenizer().tokenize(text)
    if not len(tokens) or tokens[0].part_of_speech()[0] in _BOUND:
        return True
    for length in _OPENINGS:
        opening = text[:length]
        if len(opening) == length and opening in answer.text:
            places = [m.start() for m in re.finditer(re.escape(opening), answer.text)]
            return not any(answer.tokens.get(place, False) for place in places)
    return False


def _wrong_figure(text: str, one: Summary, answer: _Answer) -> bool:
    """Whether a figure of a summary is not one of the answer, by the rule of the claim check."""
    place = Place(
        "", Kind.MINUTES, None, one.day, None, None, None, None, None, None, 0, None,
        0, len(answer.text), 1,
    )  # fmt: skip
    source = Source(StoredPassage("", answer.text, one.question, place))
    return wrong_figure(text, grounds(source, (0, len(answer.text)))) is not None

"""How well true summaries of answers are told from fakes: ``minutes eval --verify``.

Answers are parted into halves by a hash of their words, so that no answer is learnt from and measured
on. On one half a logistic model learns what each sign is worth, and the threshold is set at which at
most 5 % of its fakes are accepted; the figures are those of the other half. Then the halves change
places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation.errors import SourceDataError
from assistant.evaluation.measures import RESAMPLES, Figure
from assistant.evaluation.verification_data import read_summaries
from assistant.evaluation.verification_model import (
    MOST_FAKES,
    Floats,
    Logistic,
    Truths,
    curve,
    threshold,
)
from assistant.evaluation.verification_signs import Judged, Signs, Style, judge

if TYPE_CHECKING:
    from assistant.config import Settings

_FOLDS = 5
_SEED = 20_260_401
_LEAST = 10
"""True ones and fakes that a half must have of each; with fewer no figure means anything."""


class JudgeName(StrEnum):
    """What scores a summary."""

    SIGNS = "signs"
    STYLED = "signs+style"
    OVERLAP = "overlap"
    COSINE = "cosine"
    ACCEPT = "accept all"


@dataclass(frozen=True)
class Half:
    """One half of the data; ``name`` says which: ``first`` has even hashes, ``other`` odd ones."""

    name: str
    answers: int
    true: int
    fake: int


@dataclass(frozen=True)
class Measured:
    """How one judge tells true summaries from fakes, on a half that it has not learnt from.

    ``area`` is the area under the curve of true ones kept over fakes accepted. ``kept`` and
    ``fakes`` are the shares of each that pass at ``threshold``, which the half learnt from has set.
    ``kept_there`` is the share of true ones that pass where at most 5 % of the fakes of this half
    itself do. ``curve`` has a point (fakes accepted, true kept) for each threshold. ``weights`` are
    those of a model, by sign, in log-odds for each standard deviation. Intervals are bootstrap over
    answers, 95 %.
    """

    name: JudgeName
    threshold: float
    area: Figure
    kept: Figure
    fakes: Figure
    kept_there: Figure
    curve: tuple[tuple[float, float], ...]
    weights: dict[str, float]


@dataclass(frozen=True)
class Direction:
    """Learnt and set on one half, measured on the other."""

    learnt: Half
    measured: Half
    judges: tuple[Measured, ...]


@dataclass(frozen=True)
class Verification:
    """Everything of one ``minutes eval --verify``."""

    path: str
    model: str
    halves: tuple[Half, Half]
    directions: tuple[Direction, Direction]


def verify(
    path: Path,
    settings: Settings,
    note: Callable[[str], None],
    step: Callable[[str, int, int], None],
) -> Verification:
    """Judge the summaries of a file, and measure that.

    Args:
        path: ``answer_verification_train.json`` of PoliInfo-4.
        settings: where the embedding model is.
        note: told when the model must be prepared.
        step: told what is done, and how many of how many.

    Raises:
        SourceDataError: the file is missing, something else, or holds too few of a kind.
        ModelError: the embedding model cannot be loaded.
    """
    from index_store.bundled_model import BUNDLED_NAME, bundled_model_folder
    from index_store.embedding import Embedder

    summaries = read_summaries(path)
    for number in (0, 1):
        found = [one.true for one in summaries if one.number % 2 == number]
        if min(sum(found), len(found) - sum(found)) < _LEAST:
            raise SourceDataError(
                f"{path}: fewer than {_LEAST} true or fake summaries in a half; "
                "mend: name a file with more answers"
            )
    model = settings.model
    if model == BUNDLED_NAME:
        # By name it is loaded in whatever precision is quicker at the moment; figures must not vary.
        model = str(bundled_model_folder(settings.index.cache, note))
    embedder = Embedder(model, settings.index.cache, note)
    return measured(str(path), settings.model, judge(summaries, embedder, step))


def measured(path: str, model: str, judged: Sequence[Judged]) -> Verification:
    """The figures of summaries that are judged, in both directions."""
    first = _Part("first", [one for one in judged if one.summary.number % 2 == 0])
    other = _Part("other", [one for one in judged if one.summary.number % 2])
    return Verification(
        path,
        model,
        (first.half, other.half),
        (_direction(first, other), _direction(other, first)),
    )


class _Part:
    """A half as arrays, a row for each summary."""

    def __init__(self, name: str, judged: Sequence[Judged]) -> None:
        numbers = [one.summary.number for one in judged]
        distinct = {number: at for at, number in enumerate(dict.fromkeys(numbers))}
        self.answer = np.array([distinct[number] for number in numbers])
        self.fold = np.array([number // 2 % _FOLDS for number in numbers])
        self.true = np.array([one.summary.true for one in judged])
        self.signs = np.array([astuple(one.signs) for one in judged], dtype=np.float64)
        self.style = np.array([astuple(one.style) for one in judged], dtype=np.float64)
        self.overlap = np.array([one.overlap for one in judged])
        self.cosine = np.array([one.cosine for one in judged])
        true = int(self.true.sum())
        self.half = Half(name, len(distinct), true, len(judged) - true)


def _direction(learnt: _Part, tried: _Part) -> Direction:
    styled = [np.hstack([part.signs, part.style]) for part in (learnt, tried)]
    signs, style = ([field.name for field in fields(kind)] for kind in (Signs, Style))
    return Direction(
        learnt.half,
        tried.half,
        (
            _learnt(JudgeName.SIGNS, signs, learnt, learnt.signs, tried, tried.signs),
            _learnt(JudgeName.STYLED, [*signs, *style], learnt, styled[0], tried, styled[1]),
            _given(JudgeName.OVERLAP, learnt, learnt.overlap, tried, tried.overlap),
            _given(JudgeName.COSINE, learnt, learnt.cosine, tried, tried.cosine),
            _measure(JudgeName.ACCEPT, tried, np.zeros(len(tried.true)), 0.0, {}),
        ),
    )


def _given(name: JudgeName, learnt: _Part, known: Floats, tried: _Part, scores: Floats) -> Measured:
    return _measure(name, tried, scores, threshold(known, learnt.true), {})


def _learnt(
    name: JudgeName,
    signs: Sequence[str],
    learnt: _Part,
    known: Floats,
    tried: _Part,
    signs_tried: Floats,
) -> Measured:
    """A model of one half on the other.

    Its threshold is set on scores of summaries whose answers its folds have not seen, else it
    would be set on scores that look better than they are.
    """
    unseen = np.zeros(len(learnt.true))
    for fold in range(_FOLDS):
        left_out = learnt.fold == fold
        model = Logistic.fit(known[~left_out], learnt.true[~left_out])
        unseen[left_out] = model.scores(known[left_out])
    model = Logistic.fit(known, learnt.true)
    weights = dict(zip(signs, map(float, model.weights), strict=True))
    return _measure(name, tried, model.scores(signs_tried), threshold(unseen, learnt.true), weights)


def _measure(
    name: JudgeName, part: _Part, scores: Floats, least: float, weights: dict[str, float]
) -> Measured:
    true, fake = part.half.true, part.half.fake
    drawn = np.vstack([np.ones(len(scores)), _resampled(part)])
    fakes, kept = curve(scores, part.true, drawn)
    area = (np.diff(fakes, axis=1) * (kept[:, 1:] + kept[:, :-1]) / 2).sum(axis=1)
    there = np.where(fakes <= MOST_FAKES + 1e-12, kept, 0.0).max(axis=1)
    passing = scores >= least
    return Measured(
        name,
        least,
        _figure(area, true + fake),
        _figure(_passing(drawn, passing, part.true), true),
        _figure(_passing(drawn, passing, ~part.true), fake),
        _figure(there, true),
        tuple(zip(fakes[0].tolist(), kept[0].tolist(), strict=True)),
        weights,
    )


def _passing(drawn: Floats, passing: Truths, kind: Truths) -> Floats:
    return (drawn @ (passing & kind)) / np.maximum(drawn @ kind, 1)


def _resampled(part: _Part) -> Floats:
    """How often each summary counts in each draw; answers are drawn, with all their summaries."""
    n = part.half.answers
    drawn = np.random.default_rng(_SEED).integers(0, n, (RESAMPLES, n))
    times = np.zeros((RESAMPLES, n))
    np.add.at(times, (np.arange(RESAMPLES)[:, None], drawn), 1.0)
    return times[:, part.answer]


def _figure(values: Floats, n: int) -> Figure:
    low, high = np.percentile(values[1:], [2.5, 97.5])
    return Figure(float(values[0]), float(low), float(high), n)

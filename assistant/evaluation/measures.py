"""Figures: of one question, and over many with their intervals and significance.

Ranking measures come from ir-measures (MacAvaney, Macdonald and Ounis, ECIR 2022). Intervals are
percentile bootstrap (Efron and Tibshirani, 1993), significance is a paired randomisation test by
flipping signs (Smucker, Allan and Carterette, CIKM 2007); both are seeded and give the same figures
every time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from assistant.evaluation.questions import EvalQuestion
    from assistant.evaluation.runs import Answered, Cited, Retrieved

Floats = NDArray[np.float64]

RANKING = ("recall@1", "recall@3", "recall@5", "recall@10", "mrr", "ndcg@10")
"""Of every answerable question."""

BY_TURN = ("turn_precision", "turn_recall")
"""Of questions with places."""

RETRIEVAL = (*RANKING, *BY_TURN)

ANSWERING = (
    "answered",
    "answers_right",
    "quotes_right",
    "citation_precision",
    "speaker_accuracy",
    "quote_exactness",
    "abstention_precision",
    "abstention_recall",
)

RESAMPLES = 2_000
FLIPS = 10_000
_EXACT_UP_TO = 13
"""Questions that differ; up to here all 2^n flips are tried instead of a sample."""

_SEED = 20_260_401


@dataclass(frozen=True)
class Figure:
    """A mean over ``n`` questions, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Difference:
    """A paired difference over the ``n`` questions that both have: the mean, and its p-value."""

    delta: float
    p: float
    n: int


def ranking_values(ranking: Sequence[str], right: Collection[str]) -> dict[str, float]:
    """Measures of one ranking.

    Args:
        ranking: ids, best first, each once.
        right: ids of all that is right; with none, every measure is 0.

    Returns:
        For each of ``RANKING`` a value from 0 to 1. ``recall@k`` is 1 where a right one stands
        among the first k, else 0 (Success@k): one passage with the evidence is enough.
    """
    if not ranking or not right:
        return dict.fromkeys(RANKING, 0.0)
    import ir_measures
    from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG

    named = dict(zip(RANKING, [*(Success @ k for k in (1, 3, 5, 10)), RR, nDCG @ 10], strict=True))
    judged = [Qrel("q", identifier, 1) for identifier in right]
    run = [ScoredDoc("q", one, float(-rank)) for rank, one in enumerate(ranking)]
    found = ir_measures.calc_aggregate(list(named.values()), judged, run)
    return {name: float(found[measure]) for name, measure in named.items()}


def answer_values(
    question: EvalQuestion, answered: bool, cited: Sequence[Cited]
) -> dict[str, float]:
    """Measures of one outcome, those of ``ANSWERING`` that apply to it.

    Means of these over questions are the figures of ``docs/evaluation.md``: a measure speaks of
    the questions that have a value for it.
    """
    values: dict[str, float] = {}
    if answered:
        values["quote_exactness"] = _share(one.exact for one in cited)
    else:
        values["abstention_precision"] = float(not question.answerable)
    if not question.answerable:
        values["abstention_recall"] = float(not answered)
        return values
    values["answered"] = float(answered)
    values["answers_right"] = float(any(one.right for one in cited))
    values["quotes_right"] = float(any(one.in_quote for one in cited))
    if answered:
        values["citation_precision"] = _share(one.right for one in cited)
        if question.speakers:
            values["speaker_accuracy"] = float(cited[0].by)
    return values


def _share(truths: Iterable[bool]) -> float:
    given = list(truths)
    return sum(given) / len(given) if given else 0.0


def figure(values: Sequence[float]) -> Figure | None:
    """Mean and bootstrap interval of one value for each question; None without questions."""
    if not values:
        return None
    data = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(_SEED).integers(0, len(data), (RESAMPLES, len(data)))
    means = data[drawn].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(data.mean()), float(low), float(high), len(data))


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Difference | None:
    """Mean of ``ours - theirs``, question by question, and how likely it is by chance.

    Args:
        ours: a value for each question.
        theirs: of the same questions in the same order.

    Returns:
        The two-sided p-value is the share of sign flips whose mean is at least as far from 0. None
        without questions.
    """
    if not ours:
        return None
    each = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    return Difference(float(each.mean()), _flipped(each[np.abs(each) > 1e-12]), len(each))


def _flipped(each: Floats) -> float:
    if not each.size:
        return 1.0
    observed = abs(each.sum()) - 1e-9
    if each.size <= _EXACT_UP_TO:
        bits = np.arange(2**each.size)[:, None] >> np.arange(each.size) & 1
        return float((np.abs((2 * bits - 1) @ each) >= observed).mean())
    signs = np.random.default_rng(_SEED).choice([-1.0, 1.0], (FLIPS, each.size))
    extreme = int((np.abs(signs @ each) >= observed).sum())
    return (extreme + 1) / (FLIPS + 1)


def figures(
    results: Iterable[Retrieved | Answered], names: Sequence[str]
) -> dict[str, Figure | None]:
    """For each measure its figure over the results that have a value for it."""
    given = [result.values for result in results]
    return {name: figure([v[name] for v in given if name in v]) for name in names}


def differences(
    ours: dict[str, dict[str, float]], theirs: dict[str, dict[str, float]], names: Sequence[str]
) -> dict[str, Difference | None]:
    """For each measure the paired difference over the questions that have it in both.

    Args:
        ours: question id -> values.
        theirs: question id -> values.
        names: the measures.
    """
    shared = [identifier for identifier in ours if identifier in theirs]
    found = {}
    for name in names:
        both = [i for i in shared if name in ours[i] and name in theirs[i]]
        found[name] = difference([ours[i][name] for i in both], [theirs[i][name] for i in both])
    return found


def quantile(share: float) -> Callable[[Sequence[float]], float]:
    """A function that gives the ``share`` quantile of seconds, 0 without any."""
    return lambda seconds: float(np.quantile(seconds, share)) if len(seconds) else 0.0


p50, p95 = quantile(0.5), quantile(0.95)

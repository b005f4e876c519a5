"""Two systems, or a run and an earlier one: differences, and what changed question by question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.evaluation.errors import OptionError
from assistant.evaluation.measures import (
    ANSWERING,
    RETRIEVAL,
    Difference,
    Figure,
    differences,
    figures,
)
from assistant.evaluation.questions import EvalQuestion
from assistant.evaluation.runs import Answered, Retrieved, Run

FIRST = 1
"""A right passage behind this rank is a miss, and told in the report."""


class Course(StrEnum):
    """How a question fared against the earlier run."""

    BETTER = "better"
    WORSE = "worse"


@dataclass(frozen=True)
class Change:
    """A question that fares otherwise than in the earlier run, and in what."""

    question: EvalQuestion
    course: Course
    before: str
    after: str


@dataclass(frozen=True)
class Against:
    """A run held against an earlier one.

    ``differences`` are now minus then, over the questions that both have. ``apart`` are the ids of
    questions that only one of them has, or that are worded otherwise.
    """

    path: str
    made: str
    differences: dict[str, Difference | None]
    changes: tuple[Change, ...]
    apart: tuple[str, ...]


@dataclass(frozen=True)
class Miss:
    """A question of which something went wrong: its ranking (the main system's), its outcome."""

    question: EvalQuestion
    retrieved: Retrieved | None
    answer: Answered | None


def between_systems(run: Run) -> dict[str, dict[str, Difference | None]]:
    """For each other system, the main one minus it, measure by measure."""
    main = _values(run.of(run.main))
    return {
        name: differences(main, _values(run.of(name)), RETRIEVAL)
        for name in run.systems
        if name != run.main
    }


def against(run: Run, path: str, earlier: Run) -> Against:
    """What got better and what worse since an earlier run of the same questions."""
    then = {question.id: question for question in earlier.questions}
    same = [q for q in run.questions if q.id in then and then[q.id].question == q.question]
    shared = {question.id for question in same}
    everybody = dict.fromkeys([*(q.id for q in run.questions), *then])
    ranked, ranked_then = run.of(run.main), earlier.of(earlier.main)
    deltas = differences(
        _values(ranked, shared), _values(ranked_then, shared), RETRIEVAL
    ) | differences(_values(run.answered, shared), _values(earlier.answered, shared), ANSWERING)
    changes = [change for q in same for change in _changes(q, run, earlier)]
    return Against(
        path,
        earlier.made,
        deltas,
        tuple(sorted(changes, key=lambda change: change.course)),
        tuple(identifier for identifier in everybody if identifier not in shared),
    )


def _values(
    results: Mapping[str, Retrieved] | Mapping[str, Answered], only: set[str] | None = None
) -> dict[str, dict[str, float]]:
    return {i: one.values for i, one in results.items() if only is None or i in only}


def _changes(question: EvalQuestion, run: Run, earlier: Run) -> Iterator[Change]:
    now, then = run.of(run.main).get(question.id), earlier.of(earlier.main).get(question.id)
    if question.answerable and now and then and now.rank != then.rank:
        better = (now.rank or 10**9) < (then.rank or 10**9)
        yield _change(question, better, rank_name(then.rank), rank_name(now.rank))
    after, before = run.answered.get(question.id), earlier.answered.get(question.id)
    if after and before and after.correct != before.correct:
        yield _change(question, after.correct, verdict(before), verdict(after))


def _change(question: EvalQuestion, better: bool, before: str, after: str) -> Change:
    return Change(question, Course.BETTER if better else Course.WORSE, before, after)


def rank_name(rank: int | None) -> str:
    """A rank in words."""
    return "not found" if rank is None else f"rank {rank}"


def verdict(answer: Answered) -> str:
    """An outcome in words."""
    return f"{'right' if answer.correct else 'wrong'}: {answer.status.replace('_', ' ')}"


def misses(run: Run) -> list[Miss]:
    """Every question whose right passage does not stand first, or whose outcome is wrong."""
    ranked, answered = run.of(run.main), run.answered
    found = []
    for question in run.questions:
        one, answer = ranked.get(question.id), answered.get(question.id)
        low = question.answerable and one is not None and one.rank != FIRST
        wrong = answer is not None and not answer.correct
        if low or wrong:
            found.append(Miss(question, one if low else None, answer if wrong else None))
    return found


@dataclass(frozen=True)
class Bound:
    """``--fail-under``: a measure and the least that it must reach."""

    measure: str
    least: float


def parse_bounds(given: Sequence[str]) -> list[Bound]:
    """The bounds that ``metric=value`` name.

    Raises:
        OptionError: there is no such measure, or no number.
    """
    bounds = []
    for text in given:
        name, _, number = text.partition("=")
        if name not in (*RETRIEVAL, *ANSWERING):
            raise OptionError(
                f"--fail-under {text}: no such measure; "
                f"mend: name one of {', '.join((*RETRIEVAL, *ANSWERING))}"
            )
        try:
            bounds.append(Bound(name, float(number)))
        except ValueError as error:
            raise OptionError(
                f"--fail-under {text}: no number; mend: write it as {name}=0.9"
            ) from error
    return bounds


def main_figures(run: Run) -> dict[str, Figure | None]:
    """All measures of the run: ranking of the main system, and answers."""
    ranked = figures(run.of(run.main).values(), RETRIEVAL)
    return ranked | figures(run.answers, ANSWERING)


def fallen_under(run: Run, bounds: Sequence[Bound]) -> list[str]:
    """A line for each bound that is not reached; a measure without a value reaches none."""
    if not bounds:
        return []
    reached = main_figures(run)
    lines = []
    for bound in bounds:
        found = reached[bound.measure]
        if found is None:
            lines.append(f"{bound.measure} was not measured on this set, {bound.least:g} is asked")
        elif found.value < bound.least:
            lines.append(f"{bound.measure} is {found.value:.4f}, at least {bound.least:g} is asked")
    return lines

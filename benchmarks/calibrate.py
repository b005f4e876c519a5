"""Learn what the evidence is worth (``assistant/weights*.json``) from questions with known answers.

    python -m benchmarks.calibrate [--write] [--ablate] [--only with|without]

There are two sets of weights, with the reader's opinion and without. They are learnt on the development questions and on those of the examples. The held-out
questions take no part in it; what the decision is worth is told on both, by leaving one question
out at a time on the former. ``--write`` replaces the weights of the package; ``--ablate`` tells what
each kind of evidence and each sign is worth by leaving it out.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from itertools import chain, product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import LeaveOneOut, cross_val_predict

from assistant.config import load_settings
from assistant.decision import (
    ENOUGH,
    WITH_READER,
    WITHOUT_READER,
    Signs,
    Weights,
    first_choice,
    ranked,
    signs,
)
from assistant.engine import CONSIDERED, Engine
from assistant.evaluation.calibration import calibration_of
from assistant.evaluation.judging import is_right
from assistant.evaluation.questions import EvalQuestion, Span, load_questions
from assistant.evaluation.running import opened_index
from assistant.evidence import Candidate, Evidence, Weigher
from assistant.question import Question, read_question
from benchmarks.reader.data import DEVELOPMENT
from benchmarks.reader.groups import tenth
from index_store.reader.reading import reader_for
from index_store.retriever import READ_AS, read_worth
from index_store.types import Hit, StoredPassage

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Set:
    """Question sets over a folder of records; ``kept`` tells which documents are used, all if None.

    The others are not searched either: hundreds of records that have nothing to do with one another
    are not what anybody's index looks like.
    """

    questions: tuple[Path, ...]
    records: Path
    kept: Callable[[str], bool] | None = None

    @property
    def documents(self) -> list[Path]:
        """What is searched."""
        if self.kept is None:
            return [self.records]
        return [file for file in sorted(self.records.iterdir()) if self.kept(file.name)]

    def asks(self, question: EvalQuestion) -> bool:
        """Whether a question is used: one that stands by itself, over what is searched."""
        kept = self.kept is None or self.kept(question.document or "")
        return kept and question.follows is None


def _unread(document: str) -> bool:
    """Whether the reader did not learn from a document of the training set (see its ``data``)."""
    return tenth(f"own-{document}") == DEVELOPMENT


_READER = ROOT / "benchmarks/reader/train"
_SETS = ROOT / "benchmarks/questions"
LEARNT_FROM = (
    Set((_SETS / "development/questions.jsonl",), _SETS / "development/records"),
    Set((ROOT / "examples/questions.jsonl",), ROOT / "examples"),
)
UNREAD = (Set(tuple(sorted(_READER.glob("questions*.jsonl"))), _READER / "records", _unread),)
"""What the weights with the reader are learnt from as well; nothing was learnt from it before."""

HELD_OUT = (Set((_SETS / "held-out/questions.jsonl",), _SETS / "held-out/records"),)
SHRINKING = 10.0
"""How strongly weights are drawn to zero; chosen by what leaving out tenths of the questions says."""

PEOPLE = 0.7
"""What all of people's questions count for the decision, of 1, beside those written for the reader;
chosen by what each question left out says, with an eye on ``kumamoto-dev``."""

Floats = NDArray[np.float64]
NAMES = [field.name for field in fields(Evidence)]


@dataclass(frozen=True)
class Example:
    """A question with the candidates for its answer, and which of them are right.

    ``hits`` are the passages found, best first, and ``holds`` tells which of them hold the answer.
    """

    question: EvalQuestion
    read: Question
    candidates: tuple[Candidate, ...]
    right: NDArray[np.bool_]
    hits: tuple[Hit, ...]
    holds: NDArray[np.bool_]

    @property
    def evidence(self) -> Floats:
        """Of shape [candidates, kinds of evidence]."""
        return np.array([astuple(c.evidence) for c in self.candidates], dtype=np.float64)


def examples(one: Set, *, read: bool) -> Iterator[Example]:
    """Every question of a set that stands by itself, with its candidates from its own index."""
    with opened_index(load_settings(), one.documents, print) as index:
        engine = Engine.from_index(index, passage_reader=reader_for(index.embedder, wanted=read))
        weigher = Weigher(index.embedder, index.words)
        for question in (q for file in one.questions for q in load_questions(file)):
            if one.asks(question):
                yield _example(question, engine, weigher)


def _example(question: EvalQuestion, engine: Engine, weigher: Weigher) -> Example:
    read = read_question(question.question)
    hits = engine.search(question.question, CONSIDERED, question.within)
    found = weigher.with_meaning(read, weigher.at_a_glance(read, hits))
    right = [question.answerable and _is_right(question, candidate) for candidate in found]
    holds = [question.answerable and _holds(question, hit.passage) for hit in hits]
    return Example(
        question,
        read,
        tuple(found),
        np.array(right, dtype=bool),
        tuple(hits),
        np.array(holds, dtype=bool),
    )


def _holds(question: EvalQuestion, passage: StoredPassage) -> bool:
    place = passage.place
    by = not question.speakers or (place.speaker or "") in question.speakers
    return by and is_right(question, passage.text, Span(place.document, place.start, place.end))


def _is_right(question: EvalQuestion, candidate: Candidate) -> bool:
    place = candidate.passage.place
    by = not question.speakers or (place.speaker or "") in question.speakers
    span = Span(place.document, candidate.start, candidate.end)
    return by and is_right(question, candidate.text, span)


def learn_ranking(sets: Sequence[Example], without: str | None = None) -> dict[str, float]:
    """The weights under which right sentences are likeliest to be first (softmax, L2).

    Args:
        sets: the questions; those without a right candidate teach nothing.
        without: evidence that is left out.
    """
    used = [one for one in sets if one.right.any()]
    scale = np.concatenate([one.evidence for one in used]).std(axis=0)
    scale[scale == 0] = np.inf
    if without is not None:
        scale[NAMES.index(without)] = np.inf
    scaled = [(one.evidence / scale, one.right) for one in used]
    fit = minimize(_surprise, np.zeros(len(NAMES)), args=(scaled,), jac=True, method="L-BFGS-B")
    return {name: round(float(v), 3) for name, v in zip(NAMES, fit.x / scale, strict=True)}


def _surprise(
    weights: Floats, data: Sequence[tuple[Floats, NDArray[np.bool_]]]
) -> tuple[float, Floats]:
    """Negative log-likelihood of the right sentences, shrunk, and its gradient."""
    total = SHRINKING * float(weights @ weights) / 2
    gradient = SHRINKING * weights
    for evidence, right in data:
        scores = evidence @ weights
        chance = np.exp(scores - scores.max())
        chance /= chance.sum()
        mass = float(chance[right].sum())
        total -= float(np.log(mass))
        gradient = gradient + evidence.T @ (chance - chance * right / mass)
    return total, gradient


def signs_of(sets: Sequence[Example], weights: Weights) -> tuple[Floats, NDArray[np.bool_]]:
    """(signs of shape [questions, kinds], whether each question can be answered)."""
    rows, answerable = [], []
    for one in sets:
        if one.candidates:
            best = ranked(first_choice(one.candidates, weights), weights)
            rows.append(astuple(signs(one.read, best)))
            answerable.append(one.question.answerable)
    return np.array(rows, dtype=np.float64), np.array(answerable)


def learn_decision(
    values: Floats, answerable: NDArray[np.bool_], counts: Floats
) -> tuple[LogisticRegression, Floats, Floats]:
    """The model, and the mean and deviation by which it wants its input standardised.

    Args:
        values: signs of shape [questions, kinds].
        answerable: whether each question can be answered.
        counts: how much each question counts.
    """
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.3, max_iter=1000)
    model.fit((values - mean) / deviation, answerable, sample_weight=counts)
    return model, mean, deviation


def counted(people: NDArray[np.bool_], reader: NDArray[np.bool_]) -> Floats:
    """How much each question counts: first people's, then those written for the reader; 1 on average.

    The latter are many, and half of them have no answer, so that little is said; most that people ask
    can be answered. Theirs therefore count more in all (:data:`PEOPLE`), and of the others as
    many as of theirs are answerable, by weight.

    Args:
        people: whether each of people's questions can be answered.
        reader: the same of the others; there may be none.
    """
    if not reader.size:
        return np.ones(people.size)
    kind = np.where(reader, people.mean() / reader.mean(), (~people).mean() / (~reader).mean())
    each = [np.full(people.size, PEOPLE / people.size), (1.0 - PEOPLE) * kind / reader.size]
    return np.concatenate(each) * (people.size + reader.size)


def learn(sets: Sequence[Example], counts: Floats) -> Weights:
    """All weights, from questions with known answers; ``counts`` is how much each one counts."""
    ranking = Weights(learn_ranking(sets, without="meaning"), learn_ranking(sets), {}, 0.0)
    model, mean, deviation = learn_decision(*signs_of(sets, ranking), counts)
    each = model.coef_[0] / deviation
    names = [field.name for field in fields(Signs)]
    return Weights(
        ranking.glance,
        ranking.sentence,
        {name: round(float(value), 3) for name, value in zip(names, each, strict=True)},
        round(float(model.intercept_[0] - each @ mean), 3),
    )


def left_out(values: Floats, answerable: NDArray[np.bool_], counts: Floats) -> Floats:
    """How likely each question can be answered, by what all others teach."""
    standard = (values - values.mean(axis=0)) / (values.std(axis=0) + 1e-9)
    model = LogisticRegression(C=0.3, max_iter=1000)
    chance = cross_val_predict(
        model, standard, answerable, cv=LeaveOneOut(), method="predict_proba",
        params={"sample_weight": counts},
    )  # fmt: skip
    return np.asarray(chance[:, 1])


def first_right(sets: Sequence[Example], without: str | None = None, folds: int = 10) -> float:
    """Share of questions whose first sentence is right, by what the other tenths teach."""
    used = [one for one in sets if one.right.any()]
    hits = 0
    for fold in range(folds):
        weights = learn_ranking([o for n, o in enumerate(used) if n % folds != fold], without)
        values = np.array([weights[name] for name in NAMES])
        hits += sum(one.right[np.argmax(one.evidence @ values)] for one in used[fold::folds])
    return hits / len(used)


def ablation(sets: Sequence[Example], weights: Weights, counts: Floats) -> Iterator[str]:
    """A line for each kind of evidence and each sign: what is left without it."""
    yield f"first sentence right, all evidence: {first_right(sets):.3f}"
    for name in NAMES:
        yield f"  without {name}: {first_right(sets, name):.3f}"
    values, answerable = signs_of(sets, weights)
    yield f"area under the curve, all signs: {roc_auc_score(answerable, left_out(values, answerable, counts)):.3f}"
    for at, field in enumerate(fields(Signs)):
        chance = left_out(np.delete(values, at, axis=1), answerable, counts)
        yield f"  without {field.name}: {roc_auc_score(answerable, chance):.3f}"


def report(name: str, chances: Floats, answerable: NDArray[np.bool_]) -> str:
    """A line: how well chances tell answerable questions from others, and whether they are true."""
    kept = chances >= ENOUGH
    return (
        f"{name}: {len(chances)} questions, area under the curve "
        f"{roc_auc_score(answerable, chances):.3f}, Brier {brier_score_loss(answerable, chances):.3f}, "
        f"calibration error {calibration_of(list(chances), list(answerable)).error:.3f}, "
        f"answered {kept[answerable].mean():.2f} of answerable, "
        f"refused {(~kept[~answerable]).mean():.2f} of unanswerable"
    )


def worths(sets: Sequence[Example]) -> Iterator[str]:
    """A line for each worth of the reader's opinion beside the fused score: how passages rank."""
    used = [one for one in sets if one.holds.any()]
    for always, surely in product((0.0, 0.3, 0.5, 0.8), (0.0, 0.4, 0.8, 1.2)):
        ranks = [_rank(one, always, surely) for one in used]
        first = sum(rank == 1 for rank in ranks) / len(ranks)
        reciprocal = sum(1 / rank for rank in ranks) / len(ranks)
        yield f"reader's opinion times {always}, {surely} if sure: R@1 {first:.3f}, MRR {reciprocal:.3f}"


def _rank(one: Example, always: float, surely: float) -> int:
    """The rank of the first passage that holds the answer."""
    worth = read_worth([hit.opinion for hit in one.hits if hit.opinion], always, surely)
    scores = [
        (hit.score - dict(hit.boosts).get(READ_AS, 0.0) + worth * hit.opinion.strength)
        if hit.opinion
        else -np.inf
        for hit in one.hits
    ]
    order = np.argsort(-np.array(scores), kind="stable")
    return 1 + int(np.argmax(one.holds[order]))


def chances(values: Floats, weights: Mapping[str, float], bias: float) -> Floats:
    """What weights make of signs of shape [questions, kinds]."""
    odds = bias + values @ np.array(list(weights.values()))
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def main() -> None:
    """Learn, tell, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the package's weights")
    parser.add_argument("--ablate", action="store_true", help="leave out one part at a time")
    parser.add_argument(
        "--only", choices=["with", "without"], help="the weights with the reader, or those without"
    )
    options = parser.parse_args()
    for file, read in ((WITHOUT_READER, False), (WITH_READER, True)):
        if options.only and read != (options.only == "with"):
            continue
        print(f"{file}:")
        text = _learnt(ablate=options.ablate, read=read)
        if options.write:
            (ROOT / "assistant" / file).write_text(text, encoding="utf-8")


def _learnt(*, ablate: bool, read: bool) -> str:
    """The weights as JSON; tells what they are worth."""
    kinds = {"people's": LEARNT_FROM, "the reader's": UNREAD if read else ()}
    parts = [
        [one for where in kind for one in examples(where, read=read) if one.candidates]
        for kind in kinds.values()
    ]
    sets = [*chain(*parts)]
    counts = counted(*(np.array([o.question.answerable for o in p], dtype=bool) for p in parts))
    if read:
        print(*worths(sets), sep="\n")
    weights = learn(sets, counts)
    values, answerable = signs_of(sets, weights)
    chance = left_out(values, answerable, counts)
    for at, name in enumerate(kinds):
        kept = np.repeat(np.arange(len(parts)), [len(part) for part in parts]) == at
        if kept.any():
            print(report(f"learnt from, {name}, each left out", chance[kept], answerable[kept]))
    if ablate:
        print(*ablation(sets, weights, counts), sep="\n")
    held = [one for where in HELD_OUT for one in examples(where, read=read)]
    values, answerable = signs_of(held, weights)
    print(report("held out", chances(values, weights.answer, weights.bias), answerable))
    text = json.dumps(asdict(weights), indent=2) + "\n"
    print(text)
    return text


if __name__ == "__main__":
    main()

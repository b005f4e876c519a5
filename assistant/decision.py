"""What the evidence is worth: which sentence answers best, and whether it answers at all.

Two small models of the logistic kind, learnt from questions whose answers are known
(``python -m benchmarks.calibrate``) and kept in ``weights.json``. The first ranks the sentences of
one question against each other; the second says how likely it is that the best one answers. Each
number that they add up has a name, so that a verdict can be explained.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from importlib.resources import files

from assistant.evidence import SENTENCES, Candidate, Evidence
from assistant.question import Question
from ingest.text import has_japanese

WITHOUT_READER = "weights.json"
WITH_READER = "weights-reader.json"

ENOUGH = 0.5
"""How likely an answer must be for it to be given."""


@dataclass(frozen=True)
class Weights:
    """What each kind of evidence is worth, by name, in log-odds.

    ``glance`` is used before meanings are known, ``sentence`` after, ``answer`` to decide;
    ``bias`` is the decision's log-odds where all is 0.
    """

    glance: Mapping[str, float]
    sentence: Mapping[str, float]
    answer: Mapping[str, float]
    bias: float


@dataclass(frozen=True)
class Signs:
    """What the decision is made by.

    ``score`` is that of the best sentence. ``figure`` tells whether a number or date is asked for,
    ``unstated`` whether the best sentence holds none of that kind, ``focus`` the share of
    the words nearest to what is asked for that the best passage holds, ``english`` whether
    the question is: its cosines are lower, and ``across`` whether its language is another than that
    of the best passage, which the reader judges more kindly. ``replies`` tells whether it answers somebody, where a
    reply is asked for. ``reads`` are the reader's log-odds that the best sentence's passage answers,
    0 where there is no reader, and ``anywhere`` those that any of the passages does: one more that may answer
    makes an answer likelier. ``written`` are ``reads`` where nobody says the passage, as of a plan, else 0:
    the reader tells less there.

    What kind of question it is, as whether it asks why, is no sign: how many of a kind have an answer
    says more of who wrote the questions to learn from than of what people ask.
    """

    score: float
    figure: float
    unstated: float
    focus: float
    english: float
    replies: float
    reads: float = 0.0
    across: float = 0.0
    anywhere: float = 0.0
    written: float = 0.0


@dataclass(frozen=True)
class Decision:
    """How likely the best sentence answers, 0 to 1, and what spoke for and against it.

    ``parts`` are the log-odds that each sign adds, by name; with the bias they sum to the whole.
    """

    probability: float
    signs: Signs
    parts: Mapping[str, float]

    @property
    def answers(self) -> bool:
        """Whether an answer is given."""
        return self.probability >= ENOUGH


@cache
def learnt(*, reader: bool = False) -> Weights:
    """The weights that come with the package, learnt with the reader's opinion or without."""
    name = WITH_READER if reader else WITHOUT_READER
    text = files("assistant").joinpath(name).read_text(encoding="utf-8")
    return Weights(**json.loads(text))


def first_choice(candidates: Sequence[Candidate], weights: Weights) -> list[Candidate]:
    """Those worth comparing by meaning: the best at a glance, at most :data:`SENTENCES`."""
    rated = [(_worth(c.evidence, weights.glance), c) for c in candidates]
    rated.sort(key=lambda pair: (-pair[0], pair[1].passage.id, pair[1].start))
    return [candidate for _, candidate in rated[:SENTENCES]]


def ranked(candidates: Sequence[Candidate], weights: Weights) -> list[Candidate]:
    """The candidates with their scores, best first."""
    scored = [replace(c, score=_worth(c.evidence, weights.sentence)) for c in candidates]
    return sorted(scored, key=lambda c: (-c.score, c.passage.id, c.start))


def signs(question: Question, best_first: Sequence[Candidate]) -> Signs:
    """What the decision on a question is made by; there must be a candidate."""
    best = best_first[0]
    return Signs(
        score=best.score,
        figure=float(question.wants_figure),
        unstated=float(question.wants_figure and not best.evidence.states),
        focus=best.focus if question.focus else 0.5,
        english=float(not has_japanese(question.text)),
        replies=float(best.replies),
        reads=best.evidence.reads,
        across=float(has_japanese(question.text) != has_japanese(best.passage.text)),
        anywhere=_anywhere(best_first),
        written=best.evidence.reads if best.passage.place.speaker is None else 0.0,
    )


def _anywhere(candidates: Sequence[Candidate]) -> float:
    """The log-odds that any of the candidates' passages answers, were they independent and rare."""
    each = {candidate.passage.id: candidate.evidence.reads for candidate in candidates}
    return math.log(sum(map(math.exp, each.values()))) if any(each.values()) else 0.0


def decide(question: Question, best_first: Sequence[Candidate], weights: Weights) -> Decision:
    """Whether the best of the candidates answers the question; there must be one."""
    found = signs(question, best_first)
    values = asdict(found)
    parts = {name: weight * values[name] for name, weight in weights.answer.items()}
    odds = weights.bias + sum(parts.values())
    return Decision(1.0 / (1.0 + math.exp(-odds)), found, parts)


def _worth(evidence: Evidence, weights: Mapping[str, float]) -> float:
    values: dict[str, float] = vars(evidence)
    return sum(weights.get(name, 0.0) * value for name, value in values.items())

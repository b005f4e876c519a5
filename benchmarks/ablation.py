"""What each part of the search is worth: the whole beside the whole without it.

    python -m benchmarks.ablation QUESTIONS.jsonl RECORDS [QUESTIONS.jsonl RECORDS ...]

Without arguments over the development questions. The questions of all sets are taken together; a
difference is in reciprocal rank, with a p-value of a paired randomisation test.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from assistant.config import load_settings
from assistant.engine import Engine
from assistant.evaluation.judging import is_right
from assistant.evaluation.measures import difference
from assistant.evaluation.questions import EvalQuestion, load_questions
from assistant.evaluation.running import opened_index
from assistant.evaluation.systems import found_passage
from index_store.retriever import Query, Retriever

ROOT = Path(__file__).parent.parent
DEVELOPMENT = ROOT / "benchmarks/questions/development"
DEPTH = 100

Ask = Callable[[Engine, Retriever, str], Query]


def _read(engine: Engine, retriever: Retriever, question: str) -> Query:
    return engine.reading(question).query


def _unread(engine: Engine, retriever: Retriever, question: str) -> Query:
    return Query(question)


PARTS: dict[str, tuple[Ask, tuple[tuple[str, Any], ...]]] = {
    "the whole": (_read, ()),
    "question not read": (_unread, ()),
    "other languages by cosine": (
        _read,
        (("index_store.retriever.Retriever._across", lambda *_: {}),),
    ),
    "no topic": (_read, (("index_store.fusion.TOPIC_WEIGHT", 0.0),)),
    "meaning as words": (_read, (("index_store.fusion.MEANING_WEIGHT", 1.0),)),
    "words count always": (
        _read,
        (("index_store.retriever.Retriever._vocabulary", lambda *_: 1.0),),
    ),
    "questions not lowered": (_read, (("index_store.exchanged.ASKS", 0.0),)),
    "questions lend nothing": (_read, (("index_store.exchanged.LENT", 0.0),)),
    "replies not raised": (_read, (("index_store.retriever.TO_ASKER", 0.0),)),
    "no discussions": (_read, (("index_store.retriever.Retriever._stretch", lambda *_: []),)),
    "speakers not raised": (_read, (("index_store.queries.SPEAKER_BOOST", 0.0),)),
}
"""What is left out, how a question is then asked, and what is put in the place of what."""


@contextmanager
def _without(replaced: Sequence[tuple[str, Any]]) -> Iterator[None]:
    with ExitStack() as stack:
        for name, value in replaced:
            stack.enter_context(patch(name, value))
        yield


def ranks(questions: Path, records: Path) -> dict[str, list[int | None]]:
    """For every part the rank of the first right passage of each answerable question of a set."""
    asked = [q for q in load_questions(questions) if q.answerable and q.follows is None]
    with opened_index(load_settings(), records, print) as index:
        engine, retriever = Engine.from_index(index), Retriever(index)
        found: dict[str, list[int | None]] = {}
        for name, (ask, replaced) in PARTS.items():
            with _without(replaced):
                found[name] = [_rank(q, engine, retriever, ask) for q in asked]
        return found


def _rank(question: EvalQuestion, engine: Engine, retriever: Retriever, ask: Ask) -> int | None:
    hits = retriever.search(ask(engine, retriever, question.question), DEPTH)
    passages = (found_passage(hit.passage) for hit in hits)
    right = (n for n, p in enumerate(passages, start=1) if is_right(question, p.text, p.span))
    return next(right, None)


def table(found: dict[str, list[int | None]]) -> Iterator[str]:
    """A line for each part: R@1, R@5, mean reciprocal rank, and what leaving it out costs."""
    whole = _reciprocal(found["the whole"])
    yield f"{'':28}{'R@1':>6}{'R@5':>6}{'MRR':>6}   difference"
    for name, places in found.items():
        reciprocal = _reciprocal(places)
        cells = [_within(places, 1), _within(places, 5), sum(reciprocal) / len(reciprocal)]
        changed = difference(reciprocal, whole) if name != "the whole" else None
        cost = f"   {changed.delta:+.3f} p={changed.p:.3f}" if changed else ""
        yield f"{name:28}" + "".join(f"{cell:6.3f}" for cell in cells) + cost


def _reciprocal(places: Sequence[int | None]) -> list[float]:
    return [1.0 / place if place else 0.0 for place in places]


def _within(places: Sequence[int | None], k: int) -> float:
    return sum(place is not None and place <= k for place in places) / len(places)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    given = [Path(argument) for argument in arguments]
    sets = list(zip(given[::2], given[1::2], strict=True)) or [
        (DEVELOPMENT / "questions.jsonl", DEVELOPMENT / "records")
    ]
    together: dict[str, list[int | None]] = {name: [] for name in PARTS}
    for questions, records in sets:
        for name, places in ranks(questions, records).items():
            together[name] += places
    print(f"{len(together['the whole'])} questions")
    print(*table(together), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Whether what was found and cited is right, question by question.

Words are compared after NFKC, in lower case and without white space (:func:`ingest.text.fold`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from assistant.evaluation.measures import answer_values, ranking_values
from assistant.evaluation.questions import EvalQuestion, Span
from assistant.evaluation.runs import Answered, Cited, Retrieved, Shown
from assistant.evaluation.systems import Found
from assistant.types import Answer, Citation, Outcome
from index_store.types import StoredPassage
from ingest.text import fold

BUDGET = 3_000
"""Characters that a reader (or a language model) is given, for precision and recall by turn."""

_QUOTED = 240
"""Characters of a passage that the report shows."""

_folded = lru_cache(maxsize=200_000)(fold)


class Held:
    """What the index holds, looked up while judging.

    Args:
        passages: all passages of the index.
    """

    def __init__(self, passages: Iterable[StoredPassage]) -> None:
        self._by_id = {passage.id: passage for passage in passages}
        units: dict[tuple[str, str], tuple[int, int]] = {}
        for passage in self._by_id.values():
            place = passage.place
            part = f"t{place.turn}" if place.turn is not None else f"s{place.section}"
            start, end = units.get((place.document, part), (place.start, place.end))
            units[place.document, part] = min(start, place.start), max(end, place.end)
        self._turns: dict[str, list[Span]] = {}
        for (document, _), (start, end) in units.items():
            self._turns.setdefault(document, []).append(Span(document, start, end))
        for turns in self._turns.values():
            turns.sort(key=lambda turn: turn.start)

    def passage(self, identifier: str) -> StoredPassage | None:
        """The passage of that id."""
        return self._by_id.get(identifier)

    def turns(self, spans: Iterable[Span]) -> set[Span]:
        """The turns (and sections, outside turns) of which ``spans`` hold any character."""
        found = set()
        for span in spans:
            turns = self._turns.get(span.document, [])
            # They stand one behind the other, so their ends are sorted as well.
            at = bisect_right(turns, span.start, key=lambda turn: turn.end)
            while at < len(turns) and turns[at].start < span.end:
                found.add(turns[at])
                at += 1
        return found


def is_right(question: EvalQuestion, text: str, span: Span) -> bool:
    """Whether words hold the evidence, or stand in one of the right places."""
    if any(span.overlaps(place) for place in question.places):
        return True
    words = _folded(text)
    return any(_folded(evidence) in words for evidence in question.evidence)


def judge_ranking(
    question: EvalQuestion,
    system: str,
    ranking: Sequence[Found],
    available: Iterable[Found],
    held: Held,
    seconds: float,
) -> Retrieved:
    """Where the right passages rank.

    Args:
        question: the question.
        system: the name of what ranked.
        ranking: what it found, best first.
        available: all that it could have found, from which the ideal ranking is made.
        held: the index.
        seconds: what the search took.
    """
    by_turn = bool(question.places)
    units = list(_units(question, ranking, by_turn))
    wanted = {
        one.unit if by_turn else one.id
        for one in available
        if is_right(question, one.text, one.span)
    }
    rank = next((n for n, (_, right) in enumerate(units, start=1) if right), None)
    right = next((one for one in ranking if is_right(question, one.text, one.span)), None)
    values = ranking_values([unit for unit, _ in units], wanted) if question.answerable else {}
    if by_turn:
        values |= turn_values(question, ranking, held)
    return Retrieved(
        system,
        question.id,
        rank,
        len(wanted),
        _shown_found(ranking[0]) if ranking else None,
        _shown_found(right) if right else None,
        values,
        seconds,
    )


def _units(
    question: EvalQuestion, ranking: Sequence[Found], by_turn: bool
) -> Iterator[tuple[str, bool]]:
    """What is ranked, and whether it is right: passages, or turns where places are given.

    A long turn is several passages; it stands where its best one does, and is right if a found
    part of it is.
    """
    verdicts: dict[str, bool] = {}
    for one in ranking:
        unit = one.unit if by_turn else one.id
        verdicts[unit] = verdicts.get(unit, False) or is_right(question, one.text, one.span)
    yield from verdicts.items()


def turn_values(question: EvalQuestion, ranking: Sequence[Found], held: Held) -> dict[str, float]:
    """Precision and recall by turn of the first 3,000 characters that were found.

    Passages are taken in order of rank until the characters are filled; the last one is cut. A
    turn counts if any character of it is among them.
    """
    taken, left = [], BUDGET
    for one in ranking:
        if left <= 0:
            break
        end = min(one.span.end, one.span.start + left)
        taken.append(Span(one.span.document, one.span.start, end))
        left -= end - one.span.start
    given, wanted = held.turns(taken), held.turns(question.places)
    both = len(given & wanted)
    return {
        "turn_precision": both / len(given) if given else 0.0,
        "turn_recall": both / len(wanted) if wanted else 0.0,
    }


def judge_answer(
    question: EvalQuestion, outcome: Outcome, understood: str, held: Held, seconds: float
) -> Answered:
    """Whether the outcome is right, and each of its citations.

    Args:
        question: the question.
        outcome: what the engine gave.
        understood: the question as the engine read it.
        held: the index.
        seconds: what asking took.
    """
    cited = tuple(
        _judge_citation(question, citation, held)
        for citation in (outcome.citations if isinstance(outcome, Answer) else ())
    )
    answered = isinstance(outcome, Answer)
    return Answered(
        question=question.id,
        status="answered" if answered else "not_found",
        text=outcome.text,
        understood=understood,
        correct=any(one.right for one in cited) if question.answerable else not answered,
        citations=cited,
        values=answer_values(question, answered, cited),
        seconds=seconds,
        confidence=outcome.confidence,
    )


def _judge_citation(question: EvalQuestion, citation: Citation, held: Held) -> Cited:
    place = citation.place
    span = Span(place.document, place.start, place.end)
    passage = held.passage(citation.passage)
    by = not question.speakers or any(
        _folded(name) in {_folded(place.speaker or ""), _folded(place.person or "")}
        for name in question.speakers
    )
    in_quote = is_right(question, citation.quote, span)
    in_passage = passage is not None and is_right(
        question, passage.text, Span(place.document, passage.place.start, passage.place.end)
    )
    return Cited(
        Shown(place.document, place.line, place.speaker, citation.quote),
        right=by and (in_quote or in_passage),
        in_quote=by and in_quote,
        by=by,
        exact=passage is not None and _stands_there(citation, passage),
    )


def _stands_there(citation: Citation, passage: StoredPassage) -> bool:
    """Whether the quote is the document's text at its place, by the stored passage."""
    place, around = citation.place, passage.place
    if place.document != around.document or place.start < around.start:
        return False
    return passage.text[place.start - around.start : place.end - around.start] == citation.quote


def _shown_found(one: Found) -> Shown:
    text = one.text if len(one.text) <= _QUOTED else one.text[:_QUOTED] + "…"
    return Shown(one.span.document, one.line, one.speaker, text)

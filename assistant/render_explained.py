"""Why, for people at a terminal: what was read, weighed, claimed and checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.framing import LABELS, shown
from assistant.render import one_hit_lines, shortened, source_lines, wrap
from assistant.types import Answer, Outcome
from assistant.verifying.types import Verdict
from index_store.queries import Reading
from index_store.types import Hit
from index_store.words import words

if TYPE_CHECKING:
    from assistant.verifying.against import Verification


def explained_lines(reading: Reading, hits: Sequence[Hit], width: int) -> Iterator[str]:
    """Search results with what was read from the question, and what each one's score is made of."""
    yield from _reading_lines(reading, width)
    asked = set(words(reading.query.text))
    for rank, hit in enumerate(hits, start=1):
        yield from one_hit_lines(rank, hit, width)
        shared = sorted(asked & set(words(f"{hit.passage.text} {hit.passage.context}")))
        yield from wrap("、".join(shared) or "none", width, "    shared words  ", " " * 18)
        boosts = [f"{name} {value:+.2f}" for name, value in hit.boosts]
        again = [] if hit.rerank is None else [f"cross-encoder {hit.rerank:.3f}"]
        yield from _opinion_lines(hit, width)
        parts = [f"topic {hit.topic:.1f}", *boosts, *again]
        yield from wrap("  ".join(parts), width, "    ", "    ")


def _opinion_lines(hit: Hit, width: int) -> Iterator[str]:
    """How likely the reader thinks that a passage answers, and with which words."""
    if hit.opinion is None:
        return
    span = hit.opinion.span
    words_ = f"  「{shortened(shown(hit.passage.text[slice(*span)]), 60)}」" if span else ""
    line = f"reader {hit.opinion.chance:.2f}{words_}"
    yield from wrap(line, width, "    ", "           ")


def decision_lines(reading: Reading, outcome: Outcome, width: int) -> Iterator[str]:
    """What was read from the question, and what made the outcome an answer or none."""
    yield from _reading_lines(reading, width)
    verdict = "answered" if isinstance(outcome, Answer) else f"not found: {outcome.reason}"
    if outcome.confidence is None:
        yield f"decided       {verdict}, without weighing evidence"
    else:
        yield f"decided       {verdict}; an answer is likely by {outcome.confidence:.2f}"
        parts = [f"{name} {value:+.2f}" for name, value in outcome.parts.items()]
        yield from wrap("  ".join(parts), width, "log-odds      ", " " * 14)
    yield from _writing_lines(outcome, width)
    yield ""


def _writing_lines(outcome: Outcome, width: int) -> Iterator[str]:
    """What a language model wrote, each sentence with its verdict."""
    writing = outcome.writing
    if writing is None:
        return
    counts = "  ".join(f"{name} {n}" for name, n in writing.tokens.items() if n)
    hidden = "  ".join(f"{kind} {n}" for kind, n in writing.masked.items())
    yield f"written by    {writing.model}  {counts}".rstrip()
    if hidden:
        yield f"kept from it  {hidden}"
    for claim in writing.claims:
        verdict = (
            claim.verdict
            if claim.fault is None
            else f"{claim.verdict}: {claim.fault} {claim.detail}"
        )
        likely = "" if claim.support is None else f" ({claim.support:.2f})"
        shown_as = "" if claim.citation is None else f" [{claim.citation}]"
        yield from wrap(f"{claim.text}{shown_as}", width, "claim         ", " " * 14)
        yield from wrap(f"{verdict}{likely}", width, "              → ", " " * 16)


_VERDICTS = {
    "ja": {
        Verdict.SUPPORTED: "記録に裏付けがあります。",
        Verdict.CONTRADICTED: "記録はそれと異なることを述べています。",
        Verdict.NOT_IN_RECORD: "記録の中に裏付けは見つかりませんでした。",
    },
    "en": {
        Verdict.SUPPORTED: "The record supports this.",
        Verdict.CONTRADICTED: "The record says otherwise.",
        Verdict.NOT_IN_RECORD: "Nothing in the records supports this.",
    },
}


def verification_lines(done: Verification, width: int) -> Iterator[str]:
    """What the record says of a claim, with the words that say it."""
    labels = LABELS[done.language]
    detail = f"（{done.detail}）" if done.detail and done.verdict is Verdict.CONTRADICTED else ""
    yield from wrap(_VERDICTS[done.language][done.verdict] + detail, width)
    if done.citation is not None:
        yield ""
        yield labels["sources"]
        yield from source_lines([done.citation], done.language, width, quoted=True)
    elif done.related:
        yield ""
        yield labels["related"]
        for citation in done.related:
            yield from source_lines([citation], done.language, width, related=True, quoted=True)


def _reading_lines(reading: Reading, width: int) -> Iterator[str]:
    yield from wrap(reading.query.text, width, "searched for  ", " " * 14)
    notes = [*reading.notes, *(f"not in the records: {words}" for words in reading.unknown)]
    for note in notes or ["no meeting, person or document is named"]:
        yield from wrap(note, width, "read          ", " " * 14)

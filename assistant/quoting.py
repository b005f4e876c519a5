"""The answerer that needs no language model: the sentences that answer, quoted as they stand.

Which sentence answers, and whether any does, is decided on all evidence together
(:mod:`assistant.evidence`, :mod:`assistant.decision`); similarity alone cannot tell. What the head
of the minutes answers, who was there, and what a question takes for granted are looked at first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant import framing, header_facts
from assistant.attendance import Attendance, attendance, is_person
from assistant.decision import Decision, Weights, decide, first_choice, learnt, ranked
from assistant.evidence import (
    Candidate,
    SentenceEmbedder,
    Weigher,
    WordStatistics,
    is_named,
    replies,
)
from assistant.polarity import bears_out, opposes
from assistant.question import Question
from assistant.types import Answer, Citation, NotFound, Outcome, Reason, Sentence
from index_store.queries import Reading
from index_store.types import Hit, IndexedDocument, StoredPassage
from ingest.text import fold
from ingest.types import Kind

CLOSE_SECOND = 1.5
"""A further sentence is added if its score is at most so far behind the best one's, in log-odds."""

OF_ONE_PASSAGE = 2
"""Sentences of one passage that an answer quotes at most, so that others are seen as well."""

MARKS = 0.0
"""Log-odds from which on the reader is believed to know the answering words of a passage."""

OPPOSING = 0.3
"""Share of the topic's weight that a sentence must hold to deny what a question takes for granted."""

ON_TOPIC = 0.3
"""Share of the topic's weight that a passage must hold for the topic to be said to be there."""

Documents = Callable[[], Mapping[str, IndexedDocument]]


@dataclass(frozen=True)
class _Refusal:
    """Why there is no answer, in a word and in a sentence."""

    reason: Reason
    message: str


class QuotingAnswerer:
    """Answers with verbatim sentences.

    Args:
        embedder: embeds question and sentences.
        statistics: tells how common a word is in the records.
        documents: tells what is indexed, with the rosters of the meetings.
        limit: the most sentences an answer has.
    """

    def __init__(
        self,
        embedder: SentenceEmbedder,
        statistics: WordStatistics,
        documents: Documents,
        limit: int = 3,
    ) -> None:
        self._weigher = Weigher(embedder, statistics)
        self._documents = documents
        self._limit = limit

    def answer(self, question: Question, hits: Sequence[Hit], reading: Reading) -> Outcome:
        """Answer ``question`` from ``hits`` (best first), or say that they hold no answer."""
        related = _related(hits)
        if reading.unknown:
            return _refused(question, _no_meeting(question, reading), related)
        asked = header_facts.wanted(question, reading.query.text)
        if asked and (passages := header_facts.answering(asked, hits)):
            return _quoted_whole(question, passages[: self._limit])
        heard = _heard(question, hits, reading)
        if not heard:
            return _refused(question, self._unheard(question, reading), related)
        candidates = self._ranked(question, heard)
        if not candidates:
            return _refused(question, _off_topic(question), related)
        # Where only some turns can answer, or anything that somebody said, there is no doubt.
        sure = reading.settled or question.of_all_they_said
        return self._decided(question, candidates, related, _weights(heard), sure=sure)

    def _ranked(self, question: Question, hits: Sequence[Hit]) -> list[Candidate]:
        """The sentences of ``hits`` that are worth a look, best first."""
        weights = _weights(hits)
        glanced = self._weigher.at_a_glance(question, hits)
        chosen = first_choice(glanced, weights)
        return ranked(self._weigher.with_meaning(question, chosen), weights)

    def _decided(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        related: tuple[Citation, ...],
        weights: Weights,
        *,
        sure: bool,
    ) -> Outcome:
        decision = decide(question, candidates, weights)
        chosen = self._chosen(_stating(question, candidates))
        if denying := _denying(question, chosen):
            citation = cite(1, denying.passage, denying.start, denying.end)
            refusal = _Refusal(Reason.PREMISE, framing.denied(question.language))
            others = (c for c in related if c.passage != citation.passage)
            closest = _numbered((citation, *others))
            return _refused(question, refusal, closest, decision)
        if not (sure or decision.answers):
            doubt = _doubt(question, candidates[0], decision)
            return _refused(question, doubt, related, decision)
        return _quote(question, chosen, related, decision)

    def _chosen(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The best sentence and those close to it, at most ``limit``, without repetition."""
        best = candidates[0]
        chosen: list[Candidate] = []
        for candidate in candidates:
            if len(chosen) == self._limit or candidate.score < best.score - CLOSE_SECOND:
                break
            repeats = any(fold(candidate.text) == fold(c.text) for c in chosen)
            beside = sum(c.passage.id == candidate.passage.id for c in chosen)
            if not repeats and beside < OF_ONE_PASSAGE:
                chosen.append(candidate)
        return chosen

    def _unheard(self, question: Question, reading: Reading) -> _Refusal:
        """Why nobody of those named is heard in what was searched."""
        rows = [row for row in self._documents().values() if row.kind == Kind.MINUTES]
        within = reading.query.filters.documents
        meetings = [row for row in rows if within is None or row.name in within]
        name = next((n for n in question.speakers if is_person(n)), "")
        if not name:
            return _off_topic(question)
        standing = attendance(name, meetings, rows)
        reason = {
            Attendance.ABSENT: Reason.ABSENT,
            Attendance.ELSEWHERE: Reason.ABSENT,
            Attendance.NOBODY: Reason.PERSON,
        }.get(standing, Reason.SILENT)
        return _Refusal(reason, framing.unheard(question.language, name, standing))


def _quote(
    question: Question,
    chosen: Sequence[Candidate],
    related: tuple[Citation, ...],
    decision: Decision,
) -> Answer:
    """The answer that quotes the chosen sentences in their order."""
    citations = tuple(
        replace(
            cite(n, candidate.passage, candidate.start, candidate.end),
            highlight=_highlight(candidate),
        )
        for n, candidate in enumerate(chosen, start=1)
    )
    sentences = tuple(
        Sentence(
            framing.attribute(
                question.language,
                citation,
                bool(candidate.passage.answers),
                who=question.asks_who_said,
            ),
            (citation.n,),
        )
        for citation, candidate in zip(citations, chosen, strict=True)
    )
    used = {candidate.passage.id for candidate in chosen}
    return Answer(
        question=question.text,
        language=question.language,
        sentences=sentences,
        citations=citations,
        related=tuple(c for c in related if c.passage not in used),
        confidence=decision.probability,
        parts=dict(decision.parts),
    )


def _highlight(candidate: Candidate) -> tuple[int, int] | None:
    """The answering words within the quote, unless they are the whole of it or the reader doubts."""
    if candidate.words is None or candidate.evidence.reads < MARKS:
        return None
    start, end = (at - candidate.start for at in candidate.words)
    return (start, end) if end - start < candidate.end - candidate.start else None


def _weights(hits: Sequence[Hit]) -> Weights:
    """The weights that fit what is known: with the reader's opinion or without."""
    return learnt(reader=any(hit.opinion is not None for hit in hits))


def _quoted_whole(question: Question, passages: Sequence[StoredPassage]) -> Answer:
    """The answer that quotes fields of headers as they stand."""
    citations = tuple(
        cite(n, passage, passage.place.start, passage.place.end)
        for n, passage in enumerate(passages, start=1)
    )
    return Answer(
        question=question.text,
        language=question.language,
        sentences=tuple(
            Sentence(framing.attribute(question.language, citation, answers=False), (citation.n,))
            for citation in citations
        ),
        citations=citations,
    )


def _refused(
    question: Question,
    refusal: _Refusal,
    related: tuple[Citation, ...],
    decision: Decision | None = None,
) -> NotFound:
    return NotFound(
        question.text,
        question.language,
        refusal.message,
        related,
        reason=refusal.reason,
        confidence=decision.probability if decision else None,
        parts=dict(decision.parts) if decision else {},
    )


def _off_topic(question: Question) -> _Refusal:
    return _Refusal(Reason.TOPIC, framing.not_found(question.language))


def _no_meeting(question: Question, reading: Reading) -> _Refusal:
    said = "、".join(reading.unknown) if question.language == "ja" else ", ".join(reading.unknown)
    return _Refusal(Reason.MEETING, framing.no_meeting(question.language, said))


def _doubt(question: Question, best: Candidate, decision: Decision) -> _Refusal:
    """Why the best sentence is no answer."""
    if question.of_named_only and (name := next(filter(is_person, question.speakers), "")):
        return _Refusal(Reason.SILENT, framing.silent_on_this(question.language, name))
    if decision.signs.unstated and best.evidence.around >= ON_TOPIC:
        return _Refusal(Reason.FACT, framing.fact_missing(question.language))
    return _off_topic(question)


def _denying(question: Question, chosen: Sequence[Candidate]) -> Candidate | None:
    """The sentence that denies what the question takes for granted, if the best one on it does.

    One that bears it out among the chosen leaves it to the reader.
    """
    near = next((c for c in chosen if max(c.evidence.own, c.evidence.asked) >= OPPOSING), None)
    if near is None or not opposes(question.text, near.text):
        return None
    return None if any(bears_out(question.text, near.text, c.text) for c in chosen) else near


def _stating(question: Question, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """The candidates without those that lack the figure asked for, where the best one has it."""
    if not question.wants_figure or not candidates[0].evidence.states:
        return candidates
    return [candidate for candidate in candidates if candidate.evidence.states]


def _numbered(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    return tuple(replace(citation, n=n) for n, citation in enumerate(citations, start=1))


def cite(n: int, passage: StoredPassage, start: int, end: int) -> Citation:
    """A citation of ``Document.text[start:end]``, which must lie within ``passage``."""
    shift = passage.place.start
    line = passage.place.line + passage.text.count("\n", 0, start - shift)
    page = passage.place.page
    if page is not None:
        page += sum(at <= start for at in passage.page_breaks)
    place = replace(passage.place, start=start, end=end, line=line, page=page)
    quote = passage.text[start - shift : end - shift]
    return Citation(n, quote, place, passage.id, passage.linked)


def _heard(question: Question, hits: Sequence[Hit], reading: Reading) -> list[Hit]:
    """The hits that may answer.

    Those by the people named, where only their words can; the replies to them, where one is asked
    for and the record says which those are.
    """
    if question.to_named and (found := list(filter(replies, hits))):
        return found
    if not question.of_named_only or not any(map(is_person, question.speakers)):
        return list(hits)
    found = [hit for hit in hits if is_named(reading, hit.passage)]
    # Who speaks for the city is not always known as such.
    return found or (list(hits) if question.speakers == ("事務局",) else [])


def _related(hits: Sequence[Hit], limit: int = 3) -> tuple[Citation, ...]:
    return tuple(
        cite(n, hit.passage, hit.passage.place.start, hit.passage.place.end)
        for n, hit in enumerate(hits[:limit], start=1)
    )

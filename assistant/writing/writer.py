"""The answerer that lets a language model write, and shows what the record bears out.

The quoting answer is made first: it is what the reader gets when the model fails, and where rosters
and denials settle a question no model is asked. Then every claim is checked as it arrives; what fails
is written anew once, and dropped if it fails again.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant import framing
from assistant.conversation import Exchanged
from assistant.events import ClaimDropped, Listener, SentencePassed, WritingBegan, unheard
from assistant.masking import Mask
from assistant.question import Question, states
from assistant.quoting import QuotingAnswerer
from assistant.types import (
    Answer,
    CheckedClaim,
    Citation,
    Language,
    NotFound,
    Outcome,
    Reason,
    Sentence,
    Writing,
)
from assistant.verifying.checker import ClaimChecker
from assistant.verifying.types import Check, Claim, Fault, Source
from assistant.writing import rewriting
from assistant.writing.calling import Call, Message
from assistant.writing.claims import ClaimReader
from assistant.writing.failures import Failure, ModelError
from assistant.writing.prompts import Prompts
from assistant.writing.providers import FOR_ANSWER, Opened
from assistant.writing.quotes import best_words, is_plain, same_figures
from assistant.writing.sources import CHARACTERS_PER_TOKEN, Turns, chosen, numbered, statements
from index_store.queries import Reading
from index_store.types import Hit
from index_store.words import words
from ingest.text import fold, has_japanese

UNDECIDED = (Reason.TOPIC, Reason.FACT)
"""Reasons of a quoting answerer that found nothing, of which a model may know better.

Who was there, which meetings there are and what the record denies is settled without it.
"""

BEARING = 0.5
"""Share of the question's topic words that a claim must hold to be an answer to it, with its words,
what they reply to and where they stand."""


REPEATS = 3
"""Times that a model may write the same claim."""


@dataclass(frozen=True)
class WriterSettings:
    """How answers are written: ``limit`` sentences at most, in ``seconds`` at most, ``context`` tokens.

    ``trusted`` tells whether personal data may be sent, ``rewrite`` whether claims that fail are
    written anew.
    """

    limit: int = 5
    seconds: float = 60.0
    context: int = 8_192
    trusted: bool = False
    rewrite: bool = True


class WritingAnswerer:
    """Answers with a model's sentences, each checked against the words that it cites.

    Args:
        opened: the model.
        checker: checks claims.
        quoting: makes the quoting answer.
        turns: gives the passages of turns, to see what a passage replies to.
        prompts: what the model is told.
        settings: limits.
        lock: held while index and embedding model are used; never while the model writes.
    """

    def __init__(
        self,
        opened: Opened,
        checker: ClaimChecker,
        quoting: QuotingAnswerer,
        turns: Turns,
        prompts: Prompts,
        settings: WriterSettings,
        lock: threading.RLock,
    ) -> None:
        self._opened = opened
        self._checker = checker
        self._quoting = quoting
        self._turns = turns
        self._prompts = prompts
        self._settings = settings
        self._lock = lock

    def answer(
        self,
        question: Question,
        hits: Sequence[Hit],
        reading: Reading,
        before: Sequence[Exchanged] = (),
        listen: Listener = unheard,
    ) -> Outcome:
        """Answer ``question`` from ``hits`` (best first): written, else quoted, else not found."""
        with self._lock:
            quoted = self._quoting.answer(question, hits, reading)
            if (isinstance(quoted, NotFound) and quoted.reason not in UNDECIDED) or not hits:
                return quoted
            first = [c.passage for c in quoted.citations] if isinstance(quoted, Answer) else []
            sources = numbered(chosen(hits, first, self._room(question, before)), self._turns)
        listen(WritingBegan(self._opened.name, len(sources)))
        draft = _Draft(self, question, sources, quoted, listen)
        return draft.outcome(before)

    def _room(self, question: Question, before: Sequence[Exchanged]) -> float:
        """Tokens that passages may take, besides what else is in the prompt, and the answer."""
        limit = str(self._settings.limit)
        other = (
            self.prompt("answer", question, limit=limit) + question.text + rewriting.told(before)
        )
        return self._settings.context * (1 - FOR_ANSWER) - len(other) / CHARACTERS_PER_TOKEN

    def standalone(self, question: str, before: Sequence[Exchanged]) -> str | None:
        """A follow-up as one that stands alone, or None where the model gives none to be trusted."""
        language: Language = "ja" if has_japanese(question) else "en"
        call = self.call()

        def ask(messages: Sequence[Message]) -> str:
            return "".join(call.pieces(messages))

        try:
            return rewriting.standalone(question, before, language, self._prompts, ask, self.mask())
        except ModelError:
            return None

    def call(self) -> Call:
        """A dialogue with the model, whose time begins now."""
        return Call(self._opened, time.monotonic() + self._settings.seconds)

    def mask(self) -> Mask | None:
        """What hides personal data, where the model is neither here nor trusted."""
        return None if self._opened.local or self._settings.trusted else Mask()

    def check(self, claim: Claim, sources: Mapping[int, Source]) -> Check:
        """The verdict on a claim; words that it does not give are looked for in its passage."""
        with self._lock:
            source = sources.get(claim.source or 0)
            if not claim.quote and source is not None:
                claim = replace(claim, quote=best_words(source.passage.text, claim.text))
            return self._checker.check(claim, sources)

    @property
    def settings(self) -> WriterSettings:
        """The limits."""
        return self._settings

    @property
    def model(self) -> str:
        """The model's name."""
        return self._opened.name

    def prompt(self, name: str, question: Question, **values: str) -> str:
        """A prompt in the question's language."""
        return self._prompts.filled(name, question.language, **values)


@dataclass
class _Draft:
    """One answer in the making."""

    writer: WritingAnswerer
    question: Question
    sources: Mapping[int, Source]
    quoted: Outcome
    listen: Listener
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    claims: list[CheckedClaim] = field(default_factory=list)

    def outcome(self, before: Sequence[Exchanged]) -> Outcome:
        """The answer that passed, or the quoting one with a line that says why."""
        call, mask = self.writer.call(), self.writer.mask()
        failure = self._written(call, self._messages(before, mask), mask)
        writing = Writing(
            self.writer.model,
            shown=bool(self.sentences),
            note=self._note(failure),
            claims=tuple(self.claims),
            tokens={"prompt": call.tokens.prompt, "completion": call.tokens.completion},
            masked={kind.value: n for kind, n in mask.counts.items()} if mask else {},
        )
        if not self.sentences:
            return replace(self.quoted, writing=writing)
        used = {citation.passage for citation in self.citations}
        shown = self.quoted.citations if isinstance(self.quoted, Answer) else ()
        related = [c for c in (*shown, *self.quoted.related) if c.passage not in used]
        return Answer(
            question=self.question.text,
            language=self.question.language,
            sentences=tuple(self.sentences),
            citations=tuple(self.citations),
            related=tuple(replace(c, n=n) for n, c in enumerate(related[:3], start=1)),
            confidence=self.quoted.confidence,
            parts=self.quoted.parts,
            writing=writing,
        )

    def _written(self, call: Call, messages: list[Message], mask: Mask | None) -> str | None:
        """Let the model write, and write anew what failed; what kept it from that, if anything."""
        reader, failed, failure = ClaimReader(), list[Check](), None
        try:
            failed = self._checked(call, messages, reader, mask)
            if failed and self.writer.settings.rewrite and not self._full:
                again = [*messages, Message("assistant", reader.text), self._mending(failed, mask)]
                self._checked(call, again, ClaimReader(), mask)
        except ModelError as error:
            failure = error.failure.value
        if self.sentences or failure:
            return failure
        if self.claims:
            return Failure.UNSUPPORTED.value
        return "none" if reader.none else Failure.MALFORMED.value

    def _checked(
        self, call: Call, messages: Sequence[Message], reader: ClaimReader, mask: Mask | None
    ) -> list[Check]:
        """Check claims as they arrive and take those that pass; those that failed."""
        failed: list[Check] = []
        seen: Counter[tuple[str, int | None, str]] = Counter()
        for claim in _arriving(call, messages, reader):
            seen[claim.text, claim.source, claim.quote] += 1
            times = seen[claim.text, claim.source, claim.quote]
            if times == REPEATS:
                break  # a model that goes round in circles is not listened to
            if times > 1:
                continue
            check = self.writer.check(_restored(claim, mask), self.sources)
            if check.passed and not self._answers(check):
                check = replace(check, verdict=check.verdict.NOT_IN_RECORD, fault=Fault.QUESTION)
            if not check.passed:
                failed.append(check)
                self._drop(check)
            elif not self._said(check.claim.text):
                self._take(check)
            if self._full:
                break
        return failed

    @property
    def _full(self) -> bool:
        return len(self.sentences) >= self.writer.settings.limit

    def _said(self, text: str) -> bool:
        return any(fold(text) == fold(sentence.text) for sentence in self.sentences)

    def _answers(self, check: Check) -> bool:
        """Whether a claim bears on the question: what a model copies may be true and beside the point.

        Where a figure is asked for and the quoting answerer found none, it must state one.
        """
        citation = check.citation
        if citation is None:
            return True
        stated = isinstance(self.quoted, Answer) or states(self.question, check.claim.text)
        if self.question.wants_fact and not stated:
            return False
        if has_japanese(self.question.text) != has_japanese(citation.quote):
            return True
        source = self.sources[check.claim.source or 0]
        place = citation.place
        around = (place.agenda, place.heading, place.title, place.speaker, place.person)
        told = [
            check.claim.text,
            citation.quote,
            *(p.text for p in source.asked),
            *filter(None, around),
        ]
        topic = set(self.question.topic)
        # Where there is an answer to be had, a question of many words need not be met in half of them.
        least = BEARING / 2 if isinstance(self.quoted, Answer) else BEARING
        return not topic or len(topic & set(words("\n".join(told)))) >= least * len(topic)

    def _take(self, check: Check) -> None:
        citation = check.citation
        if citation is None:
            return
        same = (c for c in self.citations if (c.passage, c.quote) == (citation.passage, citation.quote))  # fmt: skip
        known = next(same, None)
        citation = known or replace(citation, n=len(self.citations) + 1, translation=self._translation(check.claim, citation))  # fmt: skip
        if known is None:
            self.citations.append(citation)
        sentence = Sentence(check.claim.text, (citation.n,))
        self.sentences.append(sentence)
        self.claims.append(_told(check, citation.n))
        self.listen(SentencePassed(sentence, (citation,)))

    def _translation(self, claim: Claim, citation: Citation) -> str | None:
        """The model's translation of a quote, where it is in another language and its figures agree."""
        foreign = has_japanese(citation.quote) != (self.question.language == "ja")
        if not foreign or not claim.translation or not is_plain(claim.translation):
            return None
        return claim.translation if same_figures(claim.translation, citation.quote) else None

    def _drop(self, check: Check) -> None:
        told = _told(check, None)
        self.claims.append(told)
        self.listen(ClaimDropped(told))

    def _note(self, failure: str | None) -> str | None:
        if failure is None:
            return None
        language = self.question.language
        if self.sentences:
            return framing.cut_short(language, failure)
        return framing.not_written(language, failure, found=isinstance(self.quoted, Answer))

    def _messages(self, before: Sequence[Exchanged], mask: Mask | None) -> list[Message]:
        language = self.question.language
        limit = str(self.writer.settings.limit)
        parts = [statements(self.sources, language)]
        if before:
            parts.append(("これまでの会話" if language == "ja" else "Conversation so far") + f"\n{rewriting.told(before)}")  # fmt: skip
        parts.append(("質問: " if language == "ja" else "Question: ") + self.question.text)
        text = "\n\n".join(parts)
        return [
            Message("system", self.writer.prompt("answer", self.question, limit=limit)),
            Message("user", mask.mask(text) if mask else text),
        ]

    def _mending(self, failed: Sequence[Check], mask: Mask | None) -> Message:
        lines = "\n".join(f"- {c.claim.text} ({c.fault}: {c.detail})" for c in failed)
        text = self.writer.prompt("mend", self.question, failed=lines)
        return Message("user", mask.mask(text) if mask else text)


def _arriving(call: Call, messages: Sequence[Message], reader: ClaimReader) -> Iterator[Claim]:
    for piece in call.pieces(messages, structured=True):
        yield from reader.feed(piece)
        if reader.full:
            return
    yield from reader.end()


def _restored(claim: Claim, mask: Mask | None) -> Claim:
    if mask is None:
        return claim
    translation = mask.restore(claim.translation) if claim.translation else None
    return Claim(mask.restore(claim.text), claim.source, mask.restore(claim.quote), translation)


def _told(check: Check, n: int | None) -> CheckedClaim:
    fault = check.fault.value if check.fault else None
    return CheckedClaim(
        check.claim.text, check.verdict.value, fault, check.detail, n, check.support
    )

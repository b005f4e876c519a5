"""A claim against all records: found, then checked against each passage that may speak of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from assistant.quoting import cite
from assistant.types import Citation, Language
from assistant.verifying.checker import ClaimChecker
from assistant.verifying.cover import CLAUSE_END, content_words
from assistant.verifying.figures import figures
from assistant.verifying.grounds import Grounds, grounds
from assistant.verifying.telling import told
from assistant.verifying.types import Check, Claim, Fault, Source, Verdict
from index_store.crossing import is_foreign
from index_store.index import Index
from index_store.queries import Narrowing, QueryReader
from index_store.retriever import Retriever
from index_store.tokenizing import tokenizer
from index_store.types import Hit, StoredPassage
from index_store.words import topic_words, words
from ingest.text import has_japanese, sentences, trim

PASSAGES = 8
"""Passages that a claim is held against."""

SENTENCES = 3
"""Sentences of a passage that are tried as the words that carry it, and each with the one behind it."""

SAME_MATTER = 0.6
"""Share of a claim's words that a sentence must hold for what it says otherwise to contradict it."""

ACROSS = 0.85
"""How likely words in another language must carry a claim: among many passages some are near by chance."""

SHORTEST = 6
"""Characters of a clause that is tried by itself."""

RELATED = 3


@dataclass(frozen=True)
class Verification:
    """What the record says of a claim.

    ``citation`` are the words that support or contradict it; ``related`` what comes close where there
    are none. The rest is that of :class:`assistant.verifying.types.Check`.
    """

    claim: str
    language: Language
    verdict: Verdict
    fault: Fault | None = None
    detail: str = ""
    citation: Citation | None = None
    related: tuple[Citation, ...] = ()
    support: float | None = None
    seconds: dict[str, float] = field(default_factory=dict)


class RecordVerifier:
    """Verifies claims.

    Args:
        checker: checks a claim against given words.
        retriever: finds passages.
        reader: reads whom and which meetings a claim names.
    """

    def __init__(self, checker: ClaimChecker, retriever: Retriever, reader: QueryReader) -> None:
        self._checker = checker
        self._retriever = retriever
        self._reader = reader

    @classmethod
    def from_index(cls, index: Index) -> RecordVerifier:
        """A verifier over an index."""
        checker = ClaimChecker(index.embedder, index.words)
        return cls(checker, Retriever(index), QueryReader(index))

    def verify(self, claim: str, narrowing: Narrowing | None = None) -> Verification:
        """What the records say of ``claim``.

        Args:
            claim: a sentence, as typed.
            narrowing: what the search is narrowed to, as to the words of one person.

        Raises:
            IndexStoreError: the index is empty, or cannot be read.
        """
        started = time.perf_counter()
        language: Language = "ja" if has_japanese(claim) else "en"
        if not says_something(claim):
            return Verification(claim, language, Verdict.NOT_IN_RECORD, Fault.FORM, claim[:40])
        hits = self._found(claim, narrowing)
        checks = [
            (check, share)
            for hit in hits[:PASSAGES]
            for check, share in _consistent(self._checks(claim, self._source(hit.passage)))
        ]
        seconds = {"total": round(time.perf_counter() - started, 4)}
        if best := _best(checks):
            return Verification(claim, language, best.verdict, best.fault, best.detail, best.citation, support=best.support, seconds=seconds)  # fmt: skip
        related = tuple(_whole(n, hit) for n, hit in enumerate(hits[:RELATED], start=1))
        return Verification(
            claim, language, Verdict.NOT_IN_RECORD, related=related, seconds=seconds
        )

    def _found(self, claim: str, narrowing: Narrowing | None) -> list[Hit]:
        reading = self._reader.read(claim, date.today())
        reading = self._reader.by_hand(reading, narrowing) if narrowing else reading
        return self._retriever.search(reading.query, PASSAGES)

    def _source(self, passage: StoredPassage) -> Source:
        if not passage.answers:
            return Source(passage)
        asked = self._retriever.turns(passage.place.document, passage.answers)
        return Source(passage, tuple(hit.passage for hit in asked))

    def _checks(self, claim: str, source: Source) -> Iterator[tuple[Check, float]]:
        """The verdicts by the sentences that may carry the claim, each with how much of it they hold."""
        content = told(claim).content
        wanted = set(topic_words(content) or words(content))
        for span in _likely(source.passage, wanted):
            quote = source.passage.text[slice(*span)]
            check = self._checker.check(Claim(claim, 1, quote), {1: source})
            if check.passed and is_foreign(claim, quote) and (check.support or 0.0) < ACROSS:
                continue
            yield check, _share(wanted, grounds(source, span))


def says_something(claim: str) -> bool:
    """Whether a text claims anything: 電子図書 and 450万円 do not, 運賃300円 and 予約は要らない do."""
    if not has_japanese(claim):
        return len(words(claim)) > 1
    kinds = [token.part_of_speech() for token in tokenizer().tokenize(claim)]
    tells = any(
        kind[0] in ("動詞", "形容詞", "助動詞", "形状詞") or "サ変" in kind[2] for kind in kinds
    )
    return tells or bool(figures(claim) and content_words(claim))


def _likely(passage: StoredPassage, wanted: set[str]) -> list[tuple[int, int]]:
    """The sentences that share most with a claim, and each of them with the one behind it."""
    spans = sentences(passage.text)
    both = [(a[0], b[1]) for a, b in pairwise(spans)]
    ranked = sorted(spans, key=lambda span: -len(wanted & set(words(passage.text[slice(*span)]))))
    first = ranked[:SENTENCES]
    parts = [part for span in first[:1] for part in _clauses(passage.text, span)]
    return first + parts + [span for span in both if any(span[0] == one[0] for one in first)]


def _clauses(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """The clauses of a sentence, where it has several: a claim may tell one of them."""
    ends = [m.end() for m in CLAUSE_END.finditer(text, *span)]
    if not ends:
        return []
    bounds = [trim(text, a, b) for a, b in pairwise([span[0], *ends, span[1]])]
    return [(a, b) for a, b in bounds if b - a >= SHORTEST]


def _share(wanted: set[str], ground: Grounds) -> float:
    things = {word for word in wanted if not word[0].isdigit()}
    own = len(things & set(words(ground.quoted)))
    # What a reply leaves out stands in the question; the reply must still speak of it at all.
    both = len(things & set(words(f"{ground.quoted}\n{ground.asked}"))) if own else 0
    return (own + both) / 2 / len(things) if things else 0.0


def _consistent(checks: Iterable[tuple[Check, float]]) -> list[tuple[Check, float]]:
    """The checks against one passage, without weak support.

    Words that hold less of a claim than words beside them that contradict it do not bear it out.
    """
    found = list(checks)
    against = [share for check, share in found if check.verdict is Verdict.CONTRADICTED]
    most = max(against, default=0.0)
    return [(check, share) for check, share in found if not check.passed or share >= most]


def _best(checks: Sequence[tuple[Check, float]]) -> Check | None:
    """The check that counts: the best supported, else what speaks of the same and says otherwise."""
    supported = [check for check, _ in checks if check.passed]
    if supported:
        return max(supported, key=lambda check: check.support or 0.0)
    against = [
        (share, check)
        for check, share in checks
        if check.verdict is Verdict.CONTRADICTED and share >= SAME_MATTER
    ]
    return max(against, key=lambda pair: pair[0])[1] if against else None


def _whole(n: int, hit: Hit) -> Citation:
    place = hit.passage.place
    return cite(n, hit.passage, place.start, place.end)

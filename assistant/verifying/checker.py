"""The check that every claim of an answer passes before it is shown, and ``minutes verify`` asks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from assistant.quoting import cite
from assistant.verifying import (
    cause_rules,
    change_rules,
    figure_rules,
    giving_rules,
    limit_rules,
    modality_rules,
    name_rules,
    polarity_rules,
    question_rules,
    role_rules,
    scope_rules,
    telling,
)
from assistant.verifying.grounds import Grounds, Wrong, find_words, grounds
from assistant.verifying.support import (
    Support,
    SupportWeights,
    TextEmbedder,
    WordStatistics,
    learnt,
    likelihood,
)
from assistant.verifying.types import Check, Claim, Fault, Source, Verdict

LONGEST = 400
"""Characters; a longer claim is no sentence that can be checked."""

_MARKUP = re.compile(r"!?\[[^\]]*\]\([^)]*\)|https?://|www\.|<[a-z/!][^>]*>|```|^\s*(?:system|assistant|user)\s*:|<\|", re.IGNORECASE | re.MULTILINE)  # fmt: skip
_FRAGMENT = re.compile(
    r"^(?:[をがはにでとへもや、。）」』ー]|(?:した|して|する|され|ます|です)(?![\u4e00-\u9fff]))"
    r"|(?:について|に関して|に対して|における|のため|が、|の)[。.]?$"
)


class ClaimChecker:
    """Checks claims against the passages that they cite.

    Args:
        embedder: embeds claims and quotes.
        statistics: tells how common a word is in the records.
        weights: what the signs of support are worth, else those that come with the package.
    """

    def __init__(
        self,
        embedder: TextEmbedder,
        statistics: WordStatistics,
        weights: SupportWeights | None = None,
    ) -> None:
        self._support = Support(embedder, statistics)
        self._weights = weights or learnt()

    def check(self, claim: Claim, sources: Mapping[int, Source]) -> Check:
        """The verdict on a claim.

        Args:
            claim: what is said, the number of the passage that it rests on and the words there.
            sources: the passages that were given, by number.
        """
        text = unicodedata.normalize("NFKC", claim.text).strip()
        if not _is_sentence(text):
            return Check(claim, Verdict.NOT_IN_RECORD, Fault.FORM, text[:40])
        source = sources.get(claim.source or 0)
        if source is None:
            return Check(claim, Verdict.NOT_IN_RECORD, Fault.SOURCE, f"[{claim.source}]")
        span = find_words(source.passage.text, claim.quote)
        if span is None:
            return Check(claim, Verdict.NOT_IN_RECORD, Fault.QUOTE, claim.quote[:40])
        return self._carried(claim, text, grounds(source, span))

    def _carried(self, claim: Claim, text: str, ground: Grounds) -> Check:
        """The verdict on a claim whose words are found."""
        parts = telling.told(text)
        start = ground.place.start
        cited = cite(1, ground.source.passage, start + ground.span[0], start + ground.span[1])
        if wrong := broken_rule(text, parts, ground):
            verdict = Verdict.CONTRADICTED if wrong.contradicted else Verdict.NOT_IN_RECORD
            otherwise = cited if wrong.contradicted else None
            return Check(claim, verdict, wrong.fault, wrong.detail, otherwise)
        support = likelihood(self._support.signs(parts.content, ground), self._weights)
        if support < self._weights.enough:
            return Check(claim, Verdict.NOT_IN_RECORD, Fault.MEANING, "", support=support)
        return Check(claim, Verdict.SUPPORTED, citation=cited, support=support)

    def signs_of(self, claim: Claim, source: Source) -> dict[str, float] | None:
        """The signs of support of a claim, for learning; None where its words are not found."""
        text = unicodedata.normalize("NFKC", claim.text).strip()
        span = find_words(source.passage.text, claim.quote)
        if span is None or not _is_sentence(text):
            return None
        ground = grounds(source, span)
        parts = telling.told(text)
        return dict(vars(self._support.signs(parts.content, ground)))


def broken_rule(text: str, parts: telling.Told, ground: Grounds) -> Wrong | None:
    """The first rule that a claim (NFKC) breaks against its grounds, or None."""
    content = parts.content
    return (
        telling.wrongly_told(text, parts, ground)
        or figure_rules.wrong_figure(without_meeting(text, ground), ground)
        or name_rules.wrong_name(text, ground)
        or name_rules.added(content, ground)
        or polarity_rules.flipped(telling.answer(content), ground)
        or modality_rules.surer(text, parts, ground)
        or scope_rules.widened(content, ground)
        or role_rules.exchanged(content, ground)
        or question_rules.only_the_question(content, ground)
        or limit_rules.limits_changed(content, ground)
        or change_rules.torn_apart(content, ground)
        or cause_rules.invented_cause(content, ground)
        or giving_rules.given_the_other_way(content, ground)
    )


def without_meeting(text: str, ground: Grounds) -> str:
    """A claim without the words that name the meeting, whose numbers are the place's."""
    plain = text
    title = unicodedata.normalize("NFKC", ground.place.title or "")
    for naming in (
        title,
        re.sub(r"\s*(?:会議録|議事録|議事要旨|minutes).*$", "", title, flags=re.I),
    ):
        if naming:
            plain = plain.replace(naming, "")
    nth = re.search(r"第\s*\d+\s*回", title)
    return re.sub(rf"(?:令和\d+年度\s*)?{re.escape(nth.group())}", "", plain) if nth else plain


def _is_sentence(text: str) -> bool:
    """Whether a claim can be shown at all: one plain sentence or two, no markup, not cut off."""
    letters = sum(character.isalpha() for character in text)
    if not 4 <= len(text) <= LONGEST or letters < len(text) * 0.4 or "\n" in text.strip():
        return False
    return not _MARKUP.search(text) and not _FRAGMENT.search(text)

"""Clauses of a claim set beside the clauses of the record that speak of the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from assistant.verifying.cover import content_words

_SENTENCE = r"[。;；\n]|(?<=[a-z)\d])[.?!](?=\s|$)|[？！]"
_JOINTS = (
    r"(?:[うくすつぬふむるただいんすた])が、",
    r"けれども?、",
    r"ものの、?",
    r"一方で?、",
    r"(?<=[うくすつぬふむるただんす])(?:ので|から)、",
    r"(?:ため|ことから|が)、",
    r",? \b(?:but|although|though|because|since|while|whereas|however|so that)\b",
)
_SEGMENT = re.compile(f"{_SENTENCE}|{'|'.join(_JOINTS)}", re.IGNORECASE)
_CLAUSE = re.compile(rf"{_SEGMENT.pattern}|、|,(?!\d)|\band\b", re.IGNORECASE)


@dataclass(frozen=True)
class Beside:
    """A part of a claim with the part of the record that shares most words with it."""

    claimed: str
    said: str
    shared: frozenset[str]


def segments(text: str) -> list[str]:
    """The parts of a text over which a mood reaches: 検討するが、…予定だ has two."""
    return _cut(_SEGMENT, text)


def clauses(text: str) -> list[str]:
    """The clauses of a text, commas part them as well."""
    return _cut(_CLAUSE, text)


def beside(claim: list[str], said: list[str], *, least: int = 0) -> Iterator[Beside]:
    """Each part of a claim with those of the record that share most words with it, if any do.

    Args:
        claim: the parts of the claim.
        said: the parts of the record.
        least: parts that share so many words count as well; 0 for the best ones only.
    """
    held = [(part, forms(part)) for part in said]
    for part in claim:
        own = forms(part)
        best = max((len(own & theirs) for _, theirs in held), default=0)
        if best:
            for text, theirs in held:
                shared = len(own & theirs)
                if shared == best or 0 < least <= shared:
                    yield Beside(part, text, own & theirs)


@lru_cache(maxsize=512)
def forms(text: str) -> frozenset[str]:
    """The content words of a text, in the form in which they are compared."""
    return frozenset(form for word in content_words(text) for form in word.forms)


def _cut(pattern: re.Pattern[str], text: str) -> list[str]:
    parts, at = [], 0
    for match in pattern.finditer(text):
        parts.append(text[at : match.end()])
        at = match.end()
    parts.append(text[at:])
    return [part.strip() for part in parts if len(part.strip()) > 1]

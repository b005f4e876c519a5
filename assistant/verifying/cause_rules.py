"""Causes: what a claim gives as the reason must be given as one in the words that it cites."""

from __future__ import annotations

import re

from assistant.verifying.cover import content_words
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from index_store.words import words
from ingest.text import has_japanese

_CAUSE = re.compile(
    r"^(?P<cause>.+?)(?:(?:の|な|る|た|い)?ため(?:、|に(?!な|は))|(?<!も)の?ので、?|ことから、?|(?:こと)?に(?:より|よって|伴い)、?|を受けて、?|(?:の|な)?理由(?:で|から)、?|の影響で、?|問題から、?|にもかかわらず、?)(?P<effect>.+)$"
)
_BECAUSE = re.compile(
    r"^(?P<effect>.+?)(?:,? because(?: of)?| due to| owing to| as a result of| thanks to)\s(?P<cause>.+)$",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"ため|ので|から|により|によって|に伴い|理由|原因|要因|影響|関係で|結果|おかげ|せいで|受けて|おらず|ず、|て、|で、|く、|が、|もので|との(?:こと|声)|すれば|\bbecause\b|\bsince\b|\bdue to\b|\bas\b|\bso\b|\bresult\b|\bowing\b|\bafter\b|\bfor lack\b",
    re.IGNORECASE,
)
ENOUGH = 0.5
"""Share of the reason's words that the words quoted, and what they answer, must hold."""


def invented_cause(claim: str, ground: Grounds) -> Wrong | None:
    """A reason that the words quoted do not give, or None."""
    if has_japanese(claim) != has_japanese(ground.quoted):
        return None
    match = _CAUSE.match(claim) or _BECAUSE.match(claim)
    if match is None:
        return None
    if not _GIVEN.search(ground.quoted):
        return Wrong(Fault.MEANING, match["cause"][-20:])
    wanted = content_words(match["cause"])
    held = set(words(f"{ground.quoted}\n{ground.asked}"))
    kept = sum(bool(held & set(word.forms)) for word in wanted)
    return (
        Wrong(Fault.MEANING, match["cause"][-20:])
        if wanted and kept < ENOUGH * len(wanted)
        else None
    )

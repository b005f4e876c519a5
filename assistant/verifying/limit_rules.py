"""Limits that a claim must keep: exceptions, conditions, trials; and those that it must not add."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from ingest.text import has_japanese, sentences


@dataclass(frozen=True)
class _Limit:
    """Words of the record that limit what it says, and those by which a claim keeps that."""

    said: re.Pattern[str]
    kept: re.Pattern[str]


def _limit(said: str, kept: str) -> _Limit:
    return _Limit(re.compile(said, re.IGNORECASE), re.compile(kept, re.IGNORECASE))


_LIMITS = (
    _limit(
        r"を除(?:き|いて|く)|以外(?:は|の)|\bexcept\b|\bapart from\b|\bother than\b",
        r"除|以外|ほか|\bexcept\b|\bapart from\b|\bother than\b|\bbut not\b",
    ),
    _limit(
        r"(?:場合|とき|もの|者|方|世帯|地域|集落)に限(?:り|る|って|ら)|\bonly if\b|\bprovided that\b|\bon condition\b|\bunless\b",
        r"限|場合|のみ|だけ|とき|なら|れば|条件|\bonly\b|\bif\b|\bprovided\b|\bunless\b|\bcondition\b",
    ),
    _limit(
        r"試行|試験的|試しに|モデル事業|暫定|当面|当分|\btrial\b|\bpilot\b|\bprovisional\w*|\bfor the time being\b",
        r"試|モデル|暫定|当面|当分|\btrial\b|\bpilot\b|\bprovisional\w*|\btime being\b",
    ),
)
_ONLY = re.compile(r"だけ|のみ|しか|に限(?:ら|り|る|定)|\bonly\b|\bsolely\b", re.IGNORECASE)
_AS_WELL = re.compile(
    r"のほか|だけでなく|のみならず|以外(?:の[^、。]{0,8})?(?:に|も|で)も|(?:も|でも)(?:でき|可能|対象|使え|受け付け|申し込め)|両方|いずれも|\bas well\b|\balso\b|\bboth\b",
    re.IGNORECASE,
)


def limits_changed(claim: str, ground: Grounds) -> Wrong | None:
    """A limit of the words quoted that a claim drops, or one that it adds against them, or None.

    Only where the words are one sentence: of several, the claim may tell the one without it.
    """
    quoted = ground.quoted
    if has_japanese(claim) != has_japanese(quoted):
        return None
    only = _ONLY.search(claim)
    if only and not _ONLY.search(quoted) and (others := _AS_WELL.search(quoted)):
        return Wrong(Fault.MEANING, others.group(), contradicted=True)
    if len(sentences(quoted)) != 1:
        return None
    for limit in _LIMITS:
        found = limit.said.search(ground.words)
        if found and not limit.kept.search(claim):
            return Wrong(Fault.MEANING, found.group())
    return None

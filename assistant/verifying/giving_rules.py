"""Who gives, asks or tells, and who is given, asked or told: AからBに is not BからAに."""

from __future__ import annotations

import re

from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault

_PARTY = r"(?<![\u4e00-\u9fff々ァ-ヶー])(?P<party>[\u4e00-\u9fff々ァ-ヶー]{1,10}?)(?:さん|様|側)?"
_GIVER = re.compile(
    rf"(?={_PARTY}から(?:は|の|も)?[^。]{{0,24}}?(?:受け|いただ|頂|もら|くれ|寄せられ|頼まれ|言われ|届[いき]|示され|聞[いき]))"
)
_RECEIVER = re.compile(
    rf"(?={_PARTY}(?:あて(?:に|の|へ)|宛て?(?:に|の|へ)|に対し(?:て|、)?|へ|に)[^。、]{{0,24}}?(?:提出|要望|要請|申し入れ|申し出|送[っり]|求め|依頼|提供|渡し|伝え|働きかけ|お願い|提案|通知|報告))"
)
_DOER = re.compile(rf"(?:^|[、。]){_PARTY}(?:は|が)")
_PASSIVE = re.compile(r"(?:[かさたなはまらわ]|ら)れ(?:る|た|て|ま|な)|受け|もら|いただ")


def given_the_other_way(claim: str, ground: Grounds) -> Wrong | None:
    """A giver told as the receiver, or a receiver as the giver, or None."""
    quoted = ground.quoted
    if _PASSIVE.search(claim):
        return None
    givers, receivers = _parties(_GIVER, quoted), _parties(_RECEIVER, quoted)
    claimed_receivers = _parties(_RECEIVER, claim)
    for party in claimed_receivers:
        if _in(party, givers) and not _in(party, receivers):
            return Wrong(Fault.MEANING, f"{party} ⇄", contradicted=True)
    for party in _parties(_DOER, claim):
        mixed = (
            _in(party, receivers)
            and not _in(party, givers)
            and not _in(party, _parties(_DOER, quoted))
        )
        if mixed and claimed_receivers and not _in(party, claimed_receivers):
            return Wrong(Fault.MEANING, f"{party} ⇄", contradicted=True)
    return None


def _parties(pattern: re.Pattern[str], text: str) -> set[str]:
    return {match["party"] for match in pattern.finditer(text)}


def _in(party: str, others: set[str]) -> bool:
    """Whether one of the others is the party, under its name or a longer one: 県 is 県知事."""
    return any(party.endswith(other) or other.endswith(party) for other in others)

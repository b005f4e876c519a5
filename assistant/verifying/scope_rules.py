"""For how many a claim holds: for as many as the record says. 一部 is not すべて, のみ is not dropped."""

from __future__ import annotations

import re

from assistant.verifying.clauses import beside, clauses
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.polarity_rules import is_against
from assistant.verifying.types import Fault
from ingest.text import has_japanese, sentences

_ALL = (
    r"すべて|全て|全部|全員|全(?:市|町|域|校|戸|世帯|職員|委員|国|施設|館|地区|曜日|区|村|体|員)|いずれも|一律|あらゆる|皆"
    r"|どの[\u4e00-\u9fffァ-ヶー]{1,6}(?:でも|も)|誰でも|誰もが|どなたでも|例外なく|漏れなく"
    r"|\b(?:all|every\w*|any(?:one|body)|whole|entire|without exception|unanimous\w*)\b"
)
_ONLY = r"のみ|だけ|しか|限(?:り|る|っ|定|ら)|唯一|もっぱら|\b(?:only(?! (?:about|around|some|\\d))|just|solely|exclusively|sole|limited to|restricted to)\b"
_SOME = (
    r"一部(?:の|で|に)|の中には|いくつか|ところもあ|所もあ|場合があ|場合もあ|ことがあ|こともあ|方も(?:い|お)|人もい|例もあ|家もあ|声もあ|所がまだ|所が(?:あ|残)|(?:所|家|人|例|ところ)(?:が|も)(?:まだ)?(?:あ[るり]|い[るま]|ござい)|なかには"
    r"|\b(?:some|a few|several|partly|in part|certain|sometimes|occasionally|part of)\b"
)
_MOST = r"多く|ほとんど|大半|大多数|大部分|おおむね|過半|多数|\b(?:most\w*|majority|nearly all|almost all|largely|mainly|many)\b"
_ALWAYS = r"必ず|常に|いつも|絶対|毎回|\b(?:always|never|invariably|at all times)\b"
_MANY_DAYS = (
    r"毎日|連日|平日も休日も|年中|24時間|\b(?:daily|every day|seven days|around the clock)\b"
)
_FIRST = r"初めて|初の|史上|\bfirst(?! (?:sunday|monday|tuesday|wednesday|thursday|friday|saturday|half|year|quarter|step|floor|phase|stage))\b"
_UTMOST = (
    r"最も|最大(?!限)|最多|最高|一番|\b(?:largest|biggest|highest|greatest|the most|busiest|best)\b"
)
_LEAST = (
    r"最小(?!限)|最少|最低(?!限)|\b(?:smallest|lowest|fewest|the least|worst)\b|最悪|もっとも少な"
)
_HALF = r"半数|半分|半額|過半|\b(?:half|halved)\b"
_ANNUAL = r"毎年|年々|例年|\b(?:every year|annual\w*|yearly|each year)\b"

_MEASURES = tuple(
    (re.compile(claimed, re.IGNORECASE), re.compile(held, re.IGNORECASE))
    for claimed, held in (
        (_ALL, rf"{_ALL}|各|ごと|\beach\b"),
        (_ONLY, rf"{_ONLY}|とどま|わずか|すぎ(?:な|ませ)|に過ぎ"),
        (_SOME, rf"{_SOME}|もい[るまら]|もあ[りる]|もいらっしゃ|もおり|一部|少し|家|中には|いくらか|ばらつき|割れ"),
        (_MOST, rf"{_MOST}|多い|多か|多数|大勢|たくさん|相次|目立|\b(?:more|much)\b"),
        (_ALWAYS, rf"{_ALWAYS}|{_ALL}|ありません|ない"),
        (_MANY_DAYS, _MANY_DAYS),
        (_FIRST, rf"{_FIRST}|これまで|なかった"),
        (_UTMOST, rf"{_UTMOST}|トップ|上位|\bpeak\b"),
        (_LEAST, rf"{_LEAST}"),
        (_HALF, rf"{_HALF}|2分の1|二分の一|50|5割|五割"),
        (_ANNUAL, rf"{_ANNUAL}|年に|年間|毎"),
    )
)  # fmt: skip
"""What a claim says of how many, and what of the record bears it out."""

_FOREIGN = _MEASURES[:2] + _MEASURES[3:4] + _MEASURES[4:6]
_PARTLY = re.compile(
    r"一部(?:の|で)|の中には|なかには|ところもあ|所もあ|所がまだ|家もあ|方もい|方もお|人もい|例もあ|いくつかの|\bsome\b",
    re.IGNORECASE,
)
_PARTLY_KEPT = re.compile(
    rf"{_SOME}|{_MOST}|一部|中には|もい[るた]|もお|がある|があり|があっ|もあ|がい[るた]|家|という声|との声|\bparts?\b|\bin places\b|おそれ|声|意見",
    re.IGNORECASE,
)


def widened(claim: str, ground: Grounds) -> Wrong | None:
    """What shows that a claim holds for more, or for fewer, than the record says, or None."""
    foreign = has_japanese(claim) != has_japanese(ground.said)
    held = f"{ground.said}\n{ground.asked}"
    for claimed, kept in _FOREIGN if foreign else _MEASURES:
        found = claimed.search(claim)
        if found and not kept.search(held):
            return Wrong(Fault.MEANING, found.group())
        if found and claimed is _MEASURES[0][0] and not is_against(claim) and _denied_for_all(held):
            return Wrong(Fault.MEANING, found.group(), contradicted=True)
    return _part_for_whole(claim, ground.quoted)


def _denied_for_all(held: str) -> bool:
    """Whether wherever the record says all, it says not all: 全校には行き届いていません."""
    said = [part for part in clauses(held) if _MEASURES[0][0].search(part)]
    return bool(said) and all(is_against(part) for part in said)


def _part_for_whole(claim: str, quoted: str) -> Wrong | None:
    """A claim without 一部 where the one sentence of the record that it tells has it."""
    if has_japanese(claim) != has_japanese(quoted) or _PARTLY_KEPT.search(claim):
        return None
    sides = list(beside(clauses(claim), clauses(quoted)))
    single = len(sentences(quoted)) == 1
    for side in sides:
        partly = _PARTLY.search(side.said)
        if partly and (single or len(side.shared) > 1):
            return Wrong(Fault.MEANING, partly.group())
    return None

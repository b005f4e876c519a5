"""Every name and office of a claim must stand in the record or in its place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.verifying.cover import Cover, Held, Word, clauses, content_words
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.telling import has_kana
from assistant.verifying.types import Fault
from index_store.spellings import as_katakana
from index_store.tokenizing import tokenizer
from index_store.words import words
from ingest.offices import ADMINISTRATION_OFFICES, COMMITTEE_OFFICES, SHORT_OFFICES
from ingest.text import fold, has_japanese

_OFFICES = re.compile(
    "|".join(
        sorted(
            {o for o in (*COMMITTEE_OFFICES, *ADMINISTRATION_OFFICES) if len(o) > 1}
            - SHORT_OFFICES - {"職員", "担当者", "事業者", "委員", "会員", "議員", "相談員", "支援員", "指導員", "調査員", "専門員", "推進員", "保健師", "司書", "学芸員", "管理者", "主任", "代理"},
            key=len,
            reverse=True,
        )
    )
)  # fmt: skip
_FACILITY = re.compile(
    r"[\u4e00-\u9fff々ァ-ヶー]{2,14}?(?:図書館|分館|公民館|体育館|博物館|美術館|資料館|会館|小学校|中学校|高校|大学|病院|公園|保育園|幼稚園|駅|港|センター|ホール|プール|橋|トンネル|協会|組合|連合会|商工会|自治会|町内会|クラブ|会社|財団|法人|課|部会|地区|町|市|県|区|川|山|島)(?![\u4e00-\u9fffァ-ヶー])"
)
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9'’.-]*[A-Za-z0-9]")
_CAPITAL = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][a-zA-Z'’-]*[a-zA-Z]\b|\b[A-Z]{2,}\b")
_NO_NAMES = frozenset(
    """january february march april may june july august september october november december monday
    tuesday wednesday thursday friday saturday sunday reiwa heisei city town committee council board
    commission member members chair chairperson mr mrs ms dr prof japanese english the fiscal fy
    section division department director manager head office secretariat village ward prefecture vice
    councillor councilor mayor deputy yen item agenda minutes meeting no japan""".split()
)
_GENERIC = frozenset(
    {"市", "町", "村", "区", "県", "都", "府", "国", "日本", "令和", "平成", "昭和", "西暦"}
)


def wrong_name(claim: str, ground: Grounds) -> Wrong | None:
    """The first name or office of a claim (NFKC) that stands nowhere in its grounds, or None."""
    held = ground.everything
    if not has_kana(claim):
        return _wrong_in_english(claim, held)
    for office in dict.fromkeys(_OFFICES.findall(claim)):
        if fold(office) not in held:
            return Wrong(Fault.OFFICE, office, contradicted=ground.place.speaker is not None)
    for name in _proper_names(claim):
        if fold(name) not in held:
            return Wrong(Fault.NAME, name)
    for match in _FACILITY.finditer(claim):
        # Of a compound every part must be there: 東図書館 is not 西図書館.
        if fold(match.group()) not in held and (lacking := _lacking(match.group(), held)):
            return Wrong(Fault.NAME, lacking)
    return _wrong_latin(claim, held) or _another_town(claim, ground) or _nowhere(claim, ground)


_TOWN = re.compile(
    r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,4}[市町村](?![\u4e00-\u9fff営民内外長議会])|(?<=の)[\u4e00-\u9fff]{2,3}[市町村](?=[はがでのに])"
)


def _another_town(claim: str, ground: Grounds) -> Wrong | None:
    """The meeting's own town for another one that the words speak of: 隣の安雲市 is not this city."""
    told, said = set(_TOWN.findall(claim)), set(_TOWN.findall(ground.quoted))
    elsewhere = {town for town in said if fold(town) not in fold(ground.around)}
    if told and elsewhere and not told & said and not any(town in ground.quoted for town in told):
        return Wrong(Fault.NAME, f"{min(told)} ≠ {min(elsewhere)}", contradicted=True)
    return None


def added(content: str, ground: Grounds) -> Wrong | None:
    """A clause of a claim that the record says nothing of: …、違反者には罰金が科される; or None."""
    if has_japanese(content) != has_japanese(ground.said):
        return None
    record = Cover(ground)
    for clause in clauses(content):
        own = content_words(clause)
        nowhere = [word for word in own if record.of(word) is Held.NOWHERE]
        if (
            any(w.noun for w in nowhere)
            and len(nowhere) >= _ADDED
            and len(nowhere) > _ADDED_SHARE * len(own)
        ):
            return Wrong(Fault.MEANING, clause.strip()[:40])
    return None


_ADDED, _ADDED_SHARE = 2, 0.65
"""So many words of a clause, and such a share of them, stand nowhere where it is an addition."""


def _nowhere(claim: str, ground: Grounds) -> Wrong | None:
    """A thing that the record names nowhere, nor any word akin to it: そば for えび."""
    if not has_japanese(ground.said):
        return None
    cover = Cover(ground)
    claimed = content_words(claim)
    for word in claimed:
        if word.thing and cover.of(word) is Held.NOWHERE:
            return Wrong(
                Fault.NAME, word.surface, contradicted=_in_its_place(claimed, cover, ground)
            )
    return None


def _in_its_place(claimed: Sequence[Word], cover: Cover, ground: Grounds) -> bool:
    """Whether the words quoted say the same of another thing."""
    forms = {form for word in claimed for form in word.forms}
    others = [w for w in content_words(ground.quoted) if w.thing and not forms & set(w.forms)]
    return bool(others) and sum(cover.of(w) is Held.QUOTED for w in claimed) >= _SAME_OTHERWISE


_SAME_OTHERWISE = 3
"""So many words of the claim stand in the words quoted where these say the same of another thing."""


def _proper_names(claim: str) -> list[str]:
    found = []
    for token in tokenizer().tokenize(claim):
        speech = token.part_of_speech()
        if speech[1] == "固有名詞" and token.surface() not in _GENERIC and len(token.surface()) > 1:
            found.append(token.surface())
    return found


def _lacking(compound: str, held: str) -> str | None:
    """The first word of a compound that stands nowhere, or None."""
    for token in tokenizer().tokenize(compound):
        surface: str = token.surface()
        if fold(surface) not in held and fold(token.normalized_form()) not in held:
            return surface
    return None


def _wrong_latin(claim: str, held: str) -> Wrong | None:
    """A word in Latin letters within Japanese that is in no spelling of it in the record."""
    for match in _LATIN.finditer(claim):
        word = match.group()
        spelled = as_katakana(word)
        if fold(word) in held or (spelled and fold(spelled) in held):
            continue
        if set(words(word)) & set(words(held)):
            continue
        return Wrong(Fault.NAME, word)
    return None


def _wrong_in_english(claim: str, held: str) -> Wrong | None:
    for match in _CAPITAL.finditer(claim):
        word = match.group()
        bare = re.sub(r"['’]s$", "", word)
        if bare.lower() not in _NO_NAMES and fold(bare) not in held:
            return Wrong(Fault.NAME, word)
    first = re.match(r"(?:Mr|Mrs|Ms|Dr|Councill?or)\.?\s+(?P<name>[A-Z][\w-]+)", claim)
    if first and fold(first["name"]) not in held:
        return Wrong(Fault.NAME, first["name"])
    return None

"""Who an English claim says said it: "The library director said that ..." taken apart."""

from __future__ import annotations

import re

from ingest.text import has_japanese
from ingest.types import Place

_SAYS = (
    "say says said ask asks asked answer answers answered explain explains explained state states stated note notes noted "
    "reply replies replied argue argues argued suggest suggests suggested report reports reported add adds added confirm confirms "
    "confirmed think thinks thought believe believes believed warn warns warned mention mentions mentioned tell tells told feel feels "
    "felt expressed acknowledge acknowledges acknowledged estimate estimates estimated announce announced announces claim claims claimed "
    "insist insists insisted remark remarked remarks observe observed observes describe describes described inquired"
).split()
"""Verbs that only tell; what follows is what was said."""

_STANDS = (
    "propose proposes proposed want wants wanted request requests requested urge urges urged promise promises promised hope hopes hoped "
    "oppose opposes opposed support supports supported agree agrees agreed recommend recommends recommended worry worries worried doubt doubts doubted "
    "questioned objected object objects expect expects expected back backs backed endorse endorsed endorses favour favours favoured disagree disagrees disagreed "
    "welcome welcomed welcomes criticised criticized wonder wondered wonders fear fears feared point points pointed rejected rejects"
).split()
"""Verbs that tell where somebody stands; they are part of what is said."""

SAYS = rf"(?:{'|'.join(sorted({*_SAYS, *_STANDS}, key=len, reverse=True))})"
_VERB = re.compile(rf"\b(?P<verb>{SAYS})\b(?P<out> out| for)?", re.IGNORECASE)
_ADVERBS = re.compile(
    r"(?:\s+(?:then|also|had|has|have|clearly|strongly|further|again|however|later|repeatedly|first|explicitly|himself|herself))+$"
)
_ACCORDING = re.compile(
    r"\b[Aa]ccording to (?P<who>[^,]{2,60}),|,? (?:said|according to|says) (?P<end>(?:Mr\.|Ms\.|Mrs\.|Dr\.)?[^,.]{2,50})\.?$"
)
_OFFICES = frozenset(
    """chair chairman chairwoman chairperson clerk director manager engineer officer secretary treasurer member mayor
    deputy vice councillor councilor secretariat superintendent librarian head planner resident chief president professor
    principal representative nurse teacher coordinator commissioner supervisor auditor administrator official expert""".split()
)
_BETWEEN = frozenset(
    "the a an of for and one in charge town city library section division school".split()
)
_NO_PERSON = frozenset(
    """it this that they there he she we you who survey report plan record minutes document material proposal budget
    committee board council city town commission meeting group members association county everyone everybody all""".split()
)
_WORD = re.compile(r"[\w.'’-]+")
_LONGEST = 9
"""Words of the longest naming of a speaker."""


def speaker_of(claim: str) -> tuple[str, str] | None:
    """Who speaks in a claim, and the claim without the words that tell so; None for nobody."""
    if match := _ACCORDING.search(claim):
        who = next(group for group in match.groups() if group).strip()
        if _is_person(who):
            return _bare(who), (claim[: match.start()] + " " + claim[match.end() :]).strip()
    for match in _VERB.finditer(claim):
        before = _ADVERBS.sub("", claim[: match.start()].rstrip())
        begin = max(before.rfind(mark) for mark in (", ", "; ", " that ")) + 1
        who = before[begin:].removeprefix("that ").strip(" ,")
        if _is_person(who):
            keeps = match["verb"].lower() in _STANDS
            rest = claim[match.start() if keeps else match.end() :]
            return _bare(who), f"{before[:begin].rstrip(' ,;')} {rest}".strip()
    return None


def _is_person(who: str) -> bool:
    """Whether words name somebody who speaks: a name, an office, or both; no body and no pronoun."""
    words = _WORD.findall(who)
    if not words or len(words) > _LONGEST:
        return False
    plain = [word.lower().strip(".") for word in words]
    if not any(w in _OFFICES for w in plain) and not any(_is_name(w) for w in words):
        return False
    if plain[-1] in _NO_PERSON and not any(w in _OFFICES for w in plain):
        return False
    return all(w in _OFFICES or w in _BETWEEN or w in _NO_PERSON or _is_name(word) for w, word in zip(plain, words, strict=True)) or plain[-1] in _OFFICES  # fmt: skip


def _is_name(word: str) -> bool:
    plain = word.lower()
    return (word[0].isupper() and plain not in _BETWEEN | _NO_PERSON) or not word[0].isascii()


def _bare(who: str) -> str:
    return re.sub(r"^(?:the|an?|one)\s+", "", who.strip(" ,"), flags=re.IGNORECASE)


def is_by(name: str, place: Place) -> bool:
    """Whether the words at a place are those of somebody called ``name``: Ms. Phan, the deputy chair."""
    label = " ".join(part for part in (place.speaker, place.person, place.role) if part).lower()
    of_deputy = re.compile(r"\b(?:vice|deputy)\b")
    if of_deputy.search(label) and not of_deputy.search(name.lower()) and re.search(r"\bchair\w*", name.lower()):  # fmt: skip
        return False
    if has_japanese(label) and name.isascii():
        return _is_by_in_japanese(name.lower(), label)
    words = [w for w in re.findall(r"[\w'’-]+", name.lower()) if w not in _LITTLE]
    return bool(words) and all(word in label for word in words)


_LITTLE = frozenset("the of and for a an mr mrs ms dr prof in".split())


_IN_JAPANESE = {
    "chair": "会長|委員長|議長|座長|部会長|理事長", "chairman": "会長|委員長|議長|座長|部会長", "chairperson": "会長|委員長|議長|座長|部会長",
    "chairwoman": "会長|委員長|議長|座長|部会長", "member": "委員|議員|会員", "councillor": "議員|委員", "councilor": "議員|委員",
    "mayor": "市長|町長|村長|区長", "president": "会長|理事長|学長|社長|校長|総裁", "director": "長", "manager": "長|主幹", "chief": "長|主任", "head": "長",
    "secretariat": "事務局", "principal": "校長|園長", "superintendent": "教育長|所長|校長|署長", "teacher": "教諭|教員|先生|講師",
    "clerk": "事務局|書記|主査|主事|職員|係", "secretary": "事務局|書記|幹事|秘書", "treasurer": "会計|出納", "librarian": "司書|図書館",
    "nurse": "看護|保健師|養護", "professor": "教授|先生|学識", "engineer": "技師|技術|技監",
}  # fmt: skip


def _is_by_in_japanese(name: str, label: str) -> bool:
    """Whether an English office may be that of a Japanese label; a deputy is one in both."""
    words = re.findall(r"[a-z]+", name)
    deputy = bool({"vice", "deputy", "acting"} & set(words))
    if deputy != bool(re.search(r"副|次長|代理|補佐", label)):
        return False
    offices = [word for word in words if word in _IN_JAPANESE]
    return not offices or re.search(_IN_JAPANESE[offices[-1]], label) is not None

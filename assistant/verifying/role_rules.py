"""Who does what to whom: two things of a claim that have changed places are told wrongly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import TYPE_CHECKING

from assistant.verifying.clauses import forms
from assistant.verifying.cover import content_words
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from index_store.tokenizing import tokenizer
from ingest.text import has_japanese

if TYPE_CHECKING:
    from sudachipy import Morpheme

_ROLES = {"が": "doer", "は": "topic", "も": "topic", "を": "object", "に": "goal", "へ": "goal", "から": "origin", "より": "origin"}  # fmt: skip
_SWAPPED = {
    ("doer", "object"), ("doer", "goal"), ("doer", "origin"), ("goal", "origin"), ("object", "goal"), ("object", "origin"),
}  # fmt: skip
_CAUSE = re.compile(
    r"(?P<cause>[^。]*?)(?:ため(?:に|、)|ので|(?<=[たるすいだん])から、|ことから|によ(?:り|って)|(?:が|を)(?:原因|きっかけ)(?:で|に|として))(?P<effect>[^。]+)"
    r"|(?P<later>[^.]*?)\b(?:because(?: of)?|due to|owing to|as a result of)\b(?P<sooner>[^.]+)",
    re.IGNORECASE,
)


def exchanged(claim: str, ground: Grounds) -> Wrong | None:
    """What shows that two things have changed places: AがBを for BがAを; or None."""
    quoted = ground.quoted
    if has_japanese(claim) != has_japanese(quoted):
        return None
    if wrong := _cause_for_effect(claim, quoted):
        return wrong
    if not has_japanese(claim):
        return _sides_changed(claim, quoted)
    if wrong := _owners_exchanged(_owners(claim), _owners(quoted), claim, quoted):
        return wrong
    claimed, said = _parts_played(claim), _parts_played(quoted)
    for deed in claimed.keys() & said.keys():
        if wrong := _doer_done_to(claimed[deed], said[deed]):
            return wrong
    pairs = [
        (here, there)
        for deed, here in claimed.items()
        for other, there in said.items()
        if _akin(deed, other)
    ]
    for here, there in pairs:
        if wrong := _swapped(here, there):
            return wrong
    return _doers_exchanged(pairs, said)


def _cause_for_effect(claim: str, quoted: str) -> Wrong | None:
    """A cause told as the effect: 工期が延びたため納入が遅れた."""
    here, there = _cause_and_effect(claim), _cause_and_effect(quoted)
    if here is None or there is None:
        return None
    crossed = min(len(here[0] & there[1] - there[0]), len(here[1] & there[0] - there[1]))
    straight = len(here[0] & there[0]) + len(here[1] & there[1])
    if crossed and len(here[0] & there[1]) + len(here[1] & there[0]) > straight:
        return Wrong(Fault.MEANING, claim[-20:], contradicted=True)
    return None


def _cause_and_effect(text: str) -> tuple[frozenset[str], frozenset[str]] | None:
    match = _CAUSE.search(text)
    if match is None:
        return None
    cause, effect = match["cause"] or match["sooner"], match["effect"] or match["later"]
    return forms(cause), forms(effect)


_PASSIVE = re.compile(r"\b(?:by|from|be|been|being|is|are|was|were)\b", re.IGNORECASE)


def _sides_changed(claim: str, quoted: str) -> Wrong | None:
    """English: two things that stand on the other side of the same word than in the record.

    A passive turns sides and keeps the sense, so only what is active in both is compared.
    """
    if _PASSIVE.search(claim) or _PASSIVE.search(quoted):
        return None
    here, there = (_places(text) for text in (claim, quoted))
    shared = sorted(here.keys() & there.keys())
    for deed in shared:
        before = [w for w in shared if there[w] < there[deed] and here[w] > here[deed]]
        behind = [w for w in shared if there[w] > there[deed] and here[w] < here[deed]]
        if before and behind:
            return Wrong(Fault.MEANING, f"{before[0]} ⇄ {behind[0]}", contradicted=True)
    return None


def _places(text: str) -> dict[str, int]:
    """The words of a text that stand in it once, each with where."""
    found = [(word.forms[0], word.start) for word in content_words(text)]
    once = Counter(form for form, _ in found)
    return {form: at for form, at in found if once[form] == 1}


_OWNER = re.compile(
    r"(?P<owner>[\u4e00-\u9fff々ァ-ヶー]{2,10})の(?P<owned>[\u4e00-\u9fff々ァ-ヶー]{1,10})"
)


def _owners(text: str) -> dict[str, set[str]]:
    """Things of Japanese, each with what it is said to be of: 東町の住民."""
    found: dict[str, set[str]] = {}
    for match in _OWNER.finditer(text):
        found.setdefault(match["owned"], set()).add(match["owner"])
    return found


def _owners_exchanged(
    here: Mapping[str, set[str]], there: Mapping[str, set[str]], claim: str, quoted: str
) -> Wrong | None:
    """A thing told as that of another, where both are named on either side: 西町の住民 for 東町の住民."""
    for owned in here.keys() & there.keys():
        ours, theirs = here[owned] - there[owned], there[owned] - here[owned]
        if any(o in quoted for o in ours) and any(t in claim for t in theirs):
            return Wrong(Fault.MEANING, f"{next(iter(ours))}の{owned}", contradicted=True)
    return None


def _doers_exchanged(
    pairs: Sequence[tuple[Mapping[str, str], Mapping[str, str]]],
    said: Mapping[str, Mapping[str, str]],
) -> Wrong | None:
    """A deed of one thing told as that of another which does something else: 市が for 町内会が."""
    doers = {
        thing for parts in said.values() for thing, part in parts.items() if _part(part) == "doer"
    }
    for here, there in pairs:
        ours = {thing for thing, part in here.items() if _part(part) == "doer"}
        theirs = {thing for thing, part in there.items() if _part(part) == "doer"}
        others = (ours & doers) - there.keys()
        if others and theirs - here.keys() and not ours & theirs - _topics(here, there):
            return Wrong(Fault.MEANING, next(iter(others)), contradicted=True)
    return None


def _topics(here: Mapping[str, str], there: Mapping[str, str]) -> set[str]:
    """What both speak about, 回収は市が担う, where another thing is the doer."""
    both = {
        thing
        for thing in here.keys() & there.keys()
        if _part(here[thing]) == _part(there[thing]) == "doer"
    }
    return both if len(here) > len(both) and len(there) > len(both) else set()


def _swapped(here: Mapping[str, str], there: Mapping[str, str]) -> Wrong | None:
    """Two things that play each the part that the other plays there, or one that gives for getting."""
    both = [(ours, theirs) for ours in here for theirs in there if _one_thing(ours, theirs)]
    for (one, one_there), (other, other_there) in permutations(both, 2):
        roles = (_part(here[one]), _part(here[other]))
        if (
            one != other
            and roles in _SWAPPED
            and roles == (_part(there[other_there]), _part(there[one_there]))
        ):
            return Wrong(Fault.MEANING, f"{one} ⇄ {other}", contradicted=True)
    for ours, theirs in both:
        if {here[ours], there[theirs]} == {"goal", "origin"}:
            return Wrong(Fault.MEANING, ours, contradicted=True)
    return None


def _part(role: str) -> str:
    """A part, where what is spoken about counts as the doer."""
    return "doer" if role == "topic" else role


def _doer_done_to(here: Mapping[str, str], there: Mapping[str, str]) -> Wrong | None:
    """A thing that does something on one side and has it done to it, or from it, on the other."""
    for ours, theirs in ((o, t) for o in here for t in there if _one_thing(o, t)):
        parts = {here[ours], there[theirs]}
        done = here if here[ours] in ("goal", "origin") else there
        if "doer" in map(_part, done.values()) and parts in ({"doer", "goal"}, {"doer", "origin"}):
            return Wrong(Fault.MEANING, ours, contradicted=True)
    return None


def _one_thing(one: str, other: str) -> bool:
    """Whether two nouns name one thing, the shorter being the end of the longer: 業者, 造園業者."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) > 1 and longer.endswith(shorter))


def _akin(deed: str, other: str) -> bool:
    """Whether two verbs are one, or of one stem: 預ける, 預かる."""
    return deed == other or (deed[0] == other[0] and _HAN.match(deed) is not None)


def _parts_played(text: str) -> dict[str, dict[str, str]]:
    """The deeds of a Japanese text, each with the things around it and the parts that they play.

    What a passive is told of is the object, and who it is done by the doer.
    """
    found: dict[str, dict[str, str]] = {}
    noun: list[str] = []
    waiting: dict[str, str] = {}
    tokens = list(tokenizer().tokenize(text))
    for at, token in enumerate(tokens):
        speech = token.part_of_speech()
        verb = speech[0] in ("動詞", "形容詞")
        if (
            verb or (waiting and "サ変" in speech[2] and _done(tokens[at + 1 : at + 2]))
        ) and token.normalized_form() not in _LIGHT:
            behind = [other.normalized_form() for other in tokens[at + 1 : at + 3]]
            parts = _of_passive(waiting) if {"れる", "られる"} & set(behind) else waiting
            found.setdefault(token.normalized_form(), {}).update(parts)
            waiting = {} if verb else waiting
        if speech[0] in ("名詞", "接尾辞", "接頭辞") and speech[1] != "数詞":
            if not (noun and token.surface() in ("ほう", "方")):
                noun.append(token.normalized_form())
            continue
        if token.surface() == "の" and [t.surface() for t in tokens[at + 1 : at + 2]] in (["ほう"], ["方"]):  # fmt: skip
            continue  # タクシーのほうが
        role = _ROLES.get(token.surface()) if speech[0] == "助詞" else None
        if role and noun:
            waiting["".join(noun)] = role
        noun = []
        if token.surface() in ("。", "\n"):
            waiting = {}
    return found


def _done(behind: Sequence[Morpheme]) -> bool:
    """Whether a verbal noun is a deed here, and no part of a longer word: 造園業者."""
    return not behind or behind[0].part_of_speech()[0] not in ("名詞", "接尾辞")


def _of_passive(parts: Mapping[str, str]) -> dict[str, str]:
    """The parts as they are in the active voice; に is left out, it may be by whom or to whom."""
    active = {"topic": "object", "doer": "object", "origin": "doer", "object": "object"}
    return {thing: active[part] for thing, part in parts.items() if part in active}


_HAN = re.compile(r"[\u4e00-\u9fff]")
_LIGHT = frozenset("為る 居る おる 有る 成る 頂く 下さる 行く 来る 言う 出来る".split())

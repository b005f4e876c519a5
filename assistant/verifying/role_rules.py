"""Who does what to whom: two things of a claim that have changed places are told wrongly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import permutations

from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from index_store.tokenizing import tokenizer
from ingest.text import has_japanese

_ROLES = {"が": "doer", "は": "doer", "も": "doer", "を": "object", "に": "goal", "へ": "goal", "から": "origin", "より": "origin"}  # fmt: skip
_SWAPPED = {
    ("doer", "object"), ("doer", "goal"), ("doer", "origin"), ("goal", "origin"), ("object", "goal"), ("object", "origin"),
}  # fmt: skip
_PASSIVE = re.compile(r"(?:[かさたなはまらわ]|ら)れ(?:る|た|て|ま|な)")


def exchanged(claim: str, ground: Grounds) -> Wrong | None:
    """What shows that two things have changed places: AがBを for BがAを; or None."""
    quoted = ground.quoted
    if not (has_japanese(claim) and has_japanese(quoted)):
        return None
    if bool(_PASSIVE.search(claim)) != bool(_PASSIVE.search(quoted)):
        return None
    claimed, said = _parts_played(claim), _parts_played(quoted)
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


def _doers_exchanged(
    pairs: Sequence[tuple[Mapping[str, str], Mapping[str, str]]], said: Mapping[str, Mapping[str, str]]
) -> Wrong | None:
    """A deed of one thing told as that of another which does something else: 市が for 町内会が."""
    doers = {thing for parts in said.values() for thing, part in parts.items() if part == "doer"}
    for here, there in pairs:
        ours = {thing for thing, part in here.items() if part == "doer"}
        theirs = {thing for thing, part in there.items() if part == "doer"}
        others = (ours & doers) - there.keys()
        if others and theirs - here.keys() and not ours & theirs - _topics(here, there):
            return Wrong(Fault.MEANING, next(iter(others)), contradicted=True)
    return None


def _topics(here: Mapping[str, str], there: Mapping[str, str]) -> set[str]:
    """What both speak about, 回収は市が担う, where another thing is the doer."""
    both = {thing for thing in here.keys() & there.keys() if here[thing] == there[thing] == "doer"}
    return both if len(here) > len(both) and len(there) > len(both) else set()


def _swapped(here: Mapping[str, str], there: Mapping[str, str]) -> Wrong | None:
    """Two things that play each the part that the other plays there, or one that gives for getting."""
    both = sorted(here.keys() & there.keys())
    for one, other in permutations(both, 2):
        roles = (here[one], here[other])
        if roles in _SWAPPED and roles == (there[other], there[one]):
            return Wrong(Fault.MEANING, f"{one} ⇄ {other}", contradicted=True)
    for thing in both:
        if {here[thing], there[thing]} == {"goal", "origin"}:
            return Wrong(Fault.MEANING, thing, contradicted=True)
    return None


def _akin(deed: str, other: str) -> bool:
    """Whether two verbs are one, or of one stem: 預ける, 預かる."""
    return deed == other or (deed[0] == other[0] and _HAN.match(deed) is not None)


def _parts_played(text: str) -> dict[str, dict[str, str]]:
    """The deeds of a Japanese text, each with the things around it and the parts that they play."""
    found: dict[str, dict[str, str]] = {}
    noun: list[str] = []
    waiting: dict[str, str] = {}
    for token in tokenizer().tokenize(text):
        speech = token.part_of_speech()
        if speech[0] in ("動詞", "形容詞") or (
            speech[0] == "名詞" and "サ変" in speech[2] and waiting
        ):
            if token.normalized_form() not in _LIGHT:
                found.setdefault(token.normalized_form(), {}).update(waiting)
                if speech[0] != "名詞":
                    waiting = {}
        if speech[0] in ("名詞", "接尾辞", "接頭辞") and speech[1] != "数詞":
            noun.append(token.normalized_form())
            continue
        role = _ROLES.get(token.surface()) if speech[0] == "助詞" else None
        if role and noun:
            waiting["".join(noun)] = role
        noun = []
        if token.surface() in ("。", "\n"):
            waiting = {}
    return found


_HAN = re.compile(r"[\u4e00-\u9fff]")
_LIGHT = frozenset("為る 居る おる 有る 成る 頂く 下さる 行く 来る 言う 出来る".split())

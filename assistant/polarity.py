"""Which way words point: for or against, up or down, done or not done.

A question may take for granted what the record denies (反対した理由は, and the member was in favour).
Words and meanings of both are nearly the same, so similarity cannot tell; opposites can.
"""

from __future__ import annotations

import re
import unicodedata

from index_store.words import denied_words, words

OPPOSITES: tuple[tuple[str, str], ...] = (
    (r"反対|\boppos\w+", r"賛成|賛同|やむを得な|やむを得ま|異議は?(?:ござい|あり)ませ|\bin favou?r\b|\bsupport\w*"),
    (
        r"減(?:っ|り|る|少|ら|益|収)|下(?:が|回)っ|\b(?:decreas\w+|declin\w+|fell|fall(?:en|s|ing)?|drop\w*)\b",
        r"増(?:え|加|や|収)|上(?:が|回)っ|伸び|\b(?:increas\w+|rose|rise[ns]?|gr[eo]w\w*)\b",
    ),
    (
        r"(?:引き?|値)下げ|減額|\blower\w*|\breduc\w+",
        r"(?:引き?|値)上げ|増額|\brais\w+",
    ),
    (r"短縮|短くし|\bshorten\w*", r"延長|延ば|\bextend\w*|\bextension\b"),
    (r"否決|不採択|\breject\w*", r"可決|採択|\bapprov\w+|\badopt\w+"),
    (r"廃止|取りや?め|中止|\babolish\w*|\bcancel\w*", r"存続|継続|続け|\bcontinu\w+|\bkept\b"),
    (r"縮小|\bcut back\b", r"拡大|拡充|\bexpan\w+"),
    (r"赤字|\bdeficit\b", r"黒字|\bsurplus\b"),
)  # fmt: skip
"""Pairs of opposites, each as the patterns of its two sides."""

_PATTERNS = tuple(tuple(re.compile(side, re.IGNORECASE) for side in pair) for pair in OPPOSITES)
# 反対はしておりません: the word is there, and denied.
_DENIED_JA = re.compile(r"^[^。、]{0,8}?(?:ない|ませ[んぬ]|なかっ|ず(?:に|、|$))")
_DENIED_EN = re.compile(r"\b(?:not|never|no|without|n't)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_FOR_GRANTED = re.compile(
    r"理由|なぜ|なんで|どうして|原因|決め手|きっかけ|いつ|背景|\bwhy\b|\breason|\bcause|\bwhen\b|\bhow come\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"(?:予定|計画|考え|つもり)(?:は|も|に(?:は|も)?)?(?:ござい|あり|して(?:は)?おり|持って(?:は)?おり)ませ[んぬ]"
    r"|考えて(?:は)?(?:おり|い)ませ[んぬ]|見送(?:る|り|っ|ら)|断念|しないこと(?:に|と)|行わないこと"
    r"|\b(?:no plans? to|decided (?:not to|against)|will not)\b",
    re.IGNORECASE,
)


def directions(text: str) -> frozenset[tuple[int, int]]:
    """The pairs of opposites of which ``text`` holds a side, each as (pair, side 0 or 1).

    A denied word counts as its opposite.
    """
    plain = unicodedata.normalize("NFKC", text)
    found = set()
    for pair, sides in enumerate(_PATTERNS):
        for side, pattern in enumerate(sides):
            for match in pattern.finditer(plain):
                denied = _DENIED_JA.match(plain[match.end() :]) or _DENIED_EN.search(
                    plain[: match.start()]
                )
                found.add((pair, 1 - side if denied else side))
    return frozenset(found)


def opposes(question: str, sentence: str) -> bool:
    """Whether a sentence says the opposite of what a question takes for granted.

    A question that names both sides (増えたか減ったか) takes neither for granted, and a sentence that
    holds both (増えたが、また減った) denies neither.
    """
    if _opposed(question, sentence):
        return True
    return bool(_FOR_GRANTED.search(question)) and _denies(question, sentence)


def bears_out(question: str, denying: str, sentence: str) -> bool:
    """Whether a sentence says what a question takes for granted and another one denies."""
    return bool(_opposed(question, denying) & directions(sentence))


def _opposed(question: str, sentence: str) -> frozenset[tuple[int, int]]:
    """What the question takes for granted, as (pair, side), of which a sentence says the opposite."""
    asked, said = directions(question), directions(sentence)
    return frozenset(
        (pair, side)
        for pair, side in asked
        if (pair, 1 - side) not in asked and (pair, 1 - side) in said and (pair, side) not in said
    )


def _denies(question: str, sentence: str) -> bool:
    """Whether a sentence says that a thing is not done, and the question does not say so too."""
    asked, said = (unicodedata.normalize("NFKC", text) for text in (question, sentence))
    if _NEVER.search(said):
        return not _NEVER.search(asked)
    affirmed = set(words(asked)) - denied_words(asked)
    return any(words(said).count(word) == 1 for word in denied_words(said) & affirmed)

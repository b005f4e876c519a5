"""Questions spoilt in one word: about what a passage says, and not answered by it.

As Rajpurkar et al. (2018) do for SQuAD and Kryściński et al. (2020) for claims: a thing that is asked
about becomes another thing that the passage names, a year or number another one, a word its opposite,
and who said it somebody else who speaks of it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from benchmarks.reader.groups import Shown
from ingest.text import fold

_TERM = re.compile(
    r"(?P<han>(?<![\d\u4e00-\u9fff々])(?![年月日件人円度回割])[\u4e00-\u9fff々]{2,})|(?P<kana>[ァ-ヶー・]{3,})"
    r"|(?P<name>(?<=[a-z,;] )[A-Z][A-Za-z’']{2,}(?: [A-Z][A-Za-z’']+)*)|(?P<word>\b[a-z]{5,}\b)"
)
_PLAIN = frozenset(
    "令和 平成 昭和 西暦 年度 現在 以前 以後 以降 時点 場合 理由 何人 何年 何月 何日 何件 何円 何度 何回 何割 誰 名前 質問 説明 発言 意見 答弁 会議 "
    "about after again against anyone before could councillor every member minutes people person reason "
    "there their these thing think those under until where which while whose would should".split()
)
"""Terms that can be exchanged without changing what is asked."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

_OPPOSITES = (
    ("増えた", "減った"), ("増える", "減る"), ("増加", "減少"), ("増や", "減ら"), ("上がった", "下がった"), ("値上げ", "値下げ"), ("引き上げ", "引き下げ"), ("高い", "低い"),
    ("多い", "少ない"), ("最大", "最小"), ("最も多", "最も少な"), ("男性", "女性"), ("賛成", "反対"),
    ("開始", "終了"), ("始ま", "終わ"), ("今年度", "昨年度"), ("来年度", "今年度"), ("午前", "午後"), ("平日", "休日"),
    ("歳入", "歳出"), ("収入", "支出"), ("以前", "以後"), ("できる", "できない"),
    ("increase", "decrease"), ("increased", "decreased"), ("higher", "lower"), ("rise", "fall"), ("rose", "fell"), ("more", "less"), ("most", "least"), ("highest", "lowest"),
    ("before", "after"), ("last year", "this year"), ("next year", "this year"), ("support", "oppose"),
    ("begin", "end"), ("approve", "reject"), ("women", "men"), ("north", "south"), ("east", "west"),
)  # fmt: skip
"""Words of opposite sense, as they stand in questions."""


def twin(question: str, shown: Shown, others: Sequence[Shown], chance: random.Random) -> str | None:
    """A question that differs in a word and that a passage does not answer; None if none is found.

    Args:
        question: is answered by ``shown``.
        shown: the passage, with the answering words; their things are not asked about.
        others: passages found for the question that do not answer it.
        chance: which of the possible ones.
    """
    text, answer = shown.text, shown.text[slice(*shown.spans[0])]
    made = [
        _other_way(question, chance),
        _other_number(question, text, chance),
        _other_thing(question, text, answer, chance),
        _other_person(question, shown.speaker, [other.speaker for other in others], chance),
    ]
    found = [one for one in made if one and fold(one) != fold(question)]
    return chance.choice(found) if found else None


def _other_way(question: str, chance: random.Random) -> str | None:
    ways = []
    for pair in _OPPOSITES:
        for one, other in (pair, pair[::-1]):
            bound = r"\b" if one.isascii() else ""
            if re.search(f"{bound}{one}{bound}", question, re.I):
                ways.append(re.sub(f"{bound}{one}{bound}", other, question, count=1, flags=re.I))
                break
    return chance.choice(ways) if ways else None


def _other_number(question: str, text: str, chance: random.Random) -> str | None:
    own = list(_NUMBER.finditer(question))
    if not own:
        return None
    at = chance.choice(own)
    alike = {n for n in _NUMBER.findall(fold(text)) if len(n) == len(at[0])} - {
        fold(number[0]) for number in own
    }
    if alike:
        other = chance.choice(sorted(alike))
    elif at[0].isdecimal() and int(at[0]):
        other = str(max(1, int(at[0]) + chance.choice([-2, -1, 1, 2])))
    else:
        return None
    return question[: at.start()] + other + question[at.end() :]


def _other_thing(question: str, text: str, answer: str, chance: random.Random) -> str | None:
    theirs = {
        (term.lastgroup, term[0])
        for term in _terms(text)
        if fold(term[0]) not in fold(question) and term[0] not in answer and answer not in term[0]
    }
    asked = [term for term in _terms(question) if term[0] in text]
    chance.shuffle(asked)
    for term in asked:
        # 駅前駐輪場 for 駐輪場 asks for the same thing.
        others = sorted(o for script, o in theirs if script == term.lastgroup and term[0] not in o)
        if others:
            return question[: term.start()] + chance.choice(others) + question[term.end() :]
    return None


def _other_person(
    question: str, name: str, names: Sequence[str], chance: random.Random
) -> str | None:
    """Somebody else in place of ``name``, of those whom the question does not name."""
    bound = r"\b" if name.isascii() else ""
    at = re.search(f"{bound}{re.escape(name)}{bound}", question, re.I) if name else None
    others = sorted(
        {n for n in names if n and n.isascii() == name.isascii() and fold(n) not in fold(question)}
    )
    if at is None or not others:
        return None
    other = chance.choice(others)
    return (
        question[: at.start()]
        + (other.title() if other.isupper() else other)
        + question[at.end() :]
    )


def _terms(text: str) -> list[re.Match[str]]:
    """The names and things of a text: runs of one script; of English, names and longer words apart."""
    return [m for m in _TERM.finditer(text) if m[0].lower() not in _PLAIN]

"""The noun phrases of a Japanese text: what it speaks of, in its own words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index_store.tokenizing import tokenizer

if TYPE_CHECKING:
    from sudachipy import Morpheme

_JOINTS = ("の", "・", "への", "からの", "との", "での")
_ASKING_NOUNS = frozenset("何 幾 どれ どこ いくつ いくら".split())
_LONGEST = 2_000
"""Characters that are looked at; questions are no longer."""


def noun_phrases(text: str) -> list[str]:
    """The noun phrases of a Japanese text as they stand: nouns in a row, joined by の, への or ・.

    自習スペースの予約システムって入れるといくら -> 自習スペースの予約システム. Pronouns, words that ask
    (何点) and adverbs (結局) are none.
    """
    found: list[str] = []
    run: list[Morpheme] = []
    joint = ""
    asking = False
    for token in tokenizer().tokenize(text[:_LONGEST]):
        surface = token.surface()
        if surface in _ASKING_NOUNS:
            asking = True  # 何点: the counter behind it asks as well
        elif _is_nominal(token, opens=not run or bool(joint)) and not asking:
            if joint and joint not in _JOINTS:
                found.append(_phrase(text, run))
                run = []
            run.append(token)
            joint = ""
            continue
        elif run and any(name.startswith(joint + surface) for name in _JOINTS):
            joint += surface
            continue
        else:
            asking = asking and _is_nominal(token, opens=False)
        found.append(_phrase(text, run))
        run, joint = [], ""
    return [phrase for phrase in (*found, _phrase(text, run)) if phrase]


def _is_nominal(token: Morpheme, *, opens: bool) -> bool:
    """Whether a token is a part of a noun phrase; a suffix cannot open one."""
    kind = token.part_of_speech()
    return kind[0] in ("名詞", "接頭辞", "形状詞") or (kind[0] == "接尾辞" and not opens)


def _phrase(text: str, run: Sequence[Morpheme]) -> str:
    """The words of a run of nouns; nothing where no noun stands in it that names a thing."""
    kinds = [token.part_of_speech() for token in run]
    if not any(kind[0] == "名詞" and kind[2] != "副詞可能" for kind in kinds):
        return ""
    return text[run[0].begin() : run[-1].end()]

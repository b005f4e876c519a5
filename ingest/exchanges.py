"""Who answers whom: a turn is linked to the question that it takes up.

An answer follows a question by somebody else, directly or behind other answers. Where one turn
asks several things, the one that shares most with the answer is its question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from ingest.labels import is_administration
from ingest.text import fold, sentences
from ingest.types import Turn

_QUESTION = re.compile(
    r"(?:か|かな|のか|は|とは|ないか|だろうか)[。？?]?$|[?？]\s*$"
    r"|(?:教え|聞か|説明し|示し|伺|お聞かせ|お示し).{0,4}(?:て|せ)?.{0,4}(?:ほしい|欲しい|いただきたい|ください|たい|願いたい)。?$"
    r"|(?:伺|お尋ね|質問|お聞き)(?:いたし|し)?(?:たい|います|ます|する)。?$"
)


def is_question(sentence: str) -> bool:
    """Whether a sentence asks: 〜か。, 〜の想定は。, 〜教えてほしい。, or a question mark."""
    return bool(_QUESTION.search(sentence.strip().rstrip("」』）)")))


def questions(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the asking sentences of ``text[start:end]``."""
    return [(a, b) for a, b in sentences(text, start, end) if is_question(text[a:b])]


def with_answers(text: str, turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """The turns, each with the question it answers in ``answers`` where it answers one."""
    linked: list[Turn] = []
    asked: list[tuple[int, int]] = []
    previous: Turn | None = None
    for turn in turns:
        if previous is not None and previous.agenda != turn.agenda:
            asked = []
        replies = _answers(turn)
        own = questions(text, turn.start, turn.end)
        # Officials may answer behind each other; anybody else only directly, and not by asking.
        direct = (
            previous is not None
            and previous.speaker != turn.speaker
            and not _answers(previous)
            and not own
        )
        if asked and (replies or direct):
            turn = replace(turn, answers=_taken_up(text, turn, asked))
        if not replies:
            asked = own
        linked.append(turn)
        previous = turn
    return tuple(linked)


def _answers(turn: Turn) -> bool:
    return turn.role is not None and is_administration(turn.role)


def _taken_up(text: str, turn: Turn, asked: list[tuple[int, int]]) -> tuple[int, int]:
    reply = _bigrams(text[turn.start : turn.end])
    return max(asked, key=lambda span: len(reply & _bigrams(text[span[0] : span[1]])))


def _bigrams(text: str) -> set[str]:
    folded = fold(text)
    return {folded[i : i + 2] for i in range(len(folded) - 1)}

"""A follow-up, written out so that it stands alone: それ gives way to what it means."""

from __future__ import annotations

import re

from assistant.referring import (
    ADNOMINAL,
    AFTER,
    BEFORE,
    MANNER,
    MEETING,
    MEETING_REF,
    PERSON,
    PERSON_REF,
    PRONOUN,
    RECENT_REF,
    RELATIVE_YEAR,
    UTTERANCE_REF,
    WHEN_SAID,
    YEAR,
    Referring,
    phrases,
    plain,
)
from ingest.text import has_japanese

_REPLY_NAMED = re.compile(
    r"[^、はがを]{0,12}(?:回答|返答|返事|答え|答弁|見解|対応|反応|考え)(?![たてらよ])"
)
_CONDITION = re.compile(r"(?:では|だと|だったら|なら|の場合)は?$")
_ABOUT = re.compile(r"[^？?]+?について、(?P<rest>.+)")
_TAILS = "館市区町線号年月日校駅便課組班科棟型"
"""Characters by which names of one kind end: 西分館, 中央図書館."""


def with_meeting(text: str, name: str) -> str:
    """The question, asked of the meeting ``name``: for その会議, in いつの会議, or in front of it."""
    japanese = has_japanese(text)
    if MEETING_REF.search(text):
        return MEETING_REF.sub(lambda match: name, text, count=1)
    if WHEN_SAID.search(text) and re.search(r"いつ|\bwhen\b", text, re.IGNORECASE):
        return f"{name}はいつ開かれましたか" if japanese else f"When was {name} held?"
    return with_topic(text, name)


def with_person(text: str, name: str) -> str:
    """The question with ``name`` for その委員, she."""
    match = PERSON_REF.search(text)
    if match is None:
        return text
    possessive = "'s" if match.group().lower() in ("his", "her") else ""
    return text[: match.start()] + name + possessive + text[match.end() :]


def with_topic(text: str, topic: str) -> str:
    """The question with ``topic`` for それ, その, その件, or else set in front of it."""
    if not has_japanese(text) and not has_japanese(topic):
        return f"About {topic}: {text}"
    if not MANNER.search(text) and not PERSON_REF.search(text):
        for pattern, joint in ((RECENT_REF, ""), (PRONOUN, ""), (ADNOMINAL, "の")):
            match = pattern.search(text)
            if match and not (pattern is ADNOMINAL and UTTERANCE_REF.search(text)):
                return text[: match.start()] + topic + joint + text[match.end() :]
    return f"{topic}について、{text}"


def with_speech(text: str, speech: str) -> str:
    """A question for the reply, with ``speech`` (森委員の発言) for what is replied to."""
    for pattern in (UTTERANCE_REF, PRONOUN, RECENT_REF):
        match = pattern.search(text)
        if match:
            return text[: match.start()] + speech + text[match.end() :]
    return f"{speech}{'への' if _REPLY_NAMED.match(text) else 'に'}{text}"


def other_year(words: str, said: str) -> str | None:
    """The year that 前の年 or 翌年 means behind ``said``; None where it names no year."""
    step = -1 if BEFORE.search(words) else 1 if AFTER.search(words) else 0
    match = YEAR.search(plain(said)) if step else None
    if match is None:
        return None
    year = (1 if match["year"] == "元" else int(match["year"])) + step
    return f"{match['era'] or ''}{year}年{match['fiscal'] or ''}" if year > 0 else None


def with_other(text: str, reference: Referring, said: str) -> str | None:
    """The question before with what an elliptic one names in the place of its like.

    森委員 stands in for another person, 第2回 for another meeting, 令和5年度 and 前の年 for
    another year, 山手地区 for another 地区; 計画では is set in front.

    Args:
        text: the question before, NFKC.
        reference: the elliptic question.
        said: the words cited for the question before, for the year where it names none.

    Returns:
        The question, or None where nothing in it is like that.
    """
    words = reference.elliptic or ""
    if year := other_year(words, text) or other_year(words, said):
        for named in (YEAR, RELATIVE_YEAR):
            if named.search(text):
                return named.sub(year, text, count=1)
        return f"{year}の場合、{text}"
    for pattern in (MEETING, PERSON):
        if pattern.fullmatch(words):
            return pattern.sub(lambda match: words, text, count=1) if pattern.search(text) else None
    condition = reference.text.rstrip("?？ ")
    if like := _with_like(text, words):
        return like
    if not _CONDITION.search(condition):
        return None
    written_out = _ABOUT.match(text)
    return f"{words}について、{written_out['rest']}" if written_out else f"{condition}、{text}"


def _with_like(text: str, words: str) -> str | None:
    for phrase in phrases(text):
        for part in re.split(r"の|・", phrase):
            if words not in text and _alike(part, words):
                return text.replace(part, words, 1)
    return f"{words}の場合、{text}" if re.search(r"\d", words) else None


def _alike(one: str, other: str) -> bool:
    """Whether two phrases are names of one kind, by how they end: 岬地区, 山手地区."""
    if min(len(one), len(other)) < 2:
        return False
    return one[-1] == other[-1] and (one[-2:] == other[-2:] or one[-1] in _TAILS)

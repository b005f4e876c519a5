"""The words around the quotes, in Japanese and English. Nothing here is quoted from a record."""

from __future__ import annotations

import re

from assistant.attendance import Attendance
from assistant.types import Citation, Language
from ingest.exchanges import is_question
from ingest.text import fold
from ingest.types import Place

_BREAK = re.compile(r"[ \t\u3000]*\s*\n\s*")


def attribute(language: Language, citation: Citation, answers: bool, *, who: bool = False) -> str:
    """A sentence that quotes ``citation`` and says whose words they are.

    Args:
        language: the language of the frame; the quote stays as it is.
        citation: the quote and its place.
        answers: whether the words answer somebody's question.
        who: whether the speaker is what is asked for, and comes first.
    """
    quote = shown(citation.quote)
    place = citation.place
    asks = is_question(citation.quote)
    if language == "ja":
        if place.speaker is None:
            return f"{_quoted_ja(quote)}と{source_name(language, place)}にあります。"
        if who:
            verb = "尋ねた" if asks else "答えた" if answers else "述べた"
            return f"{verb}のは{_in_full(place)}です：{_quoted_ja(quote)}。"
        verb = "尋ねて" if asks else "答えて" if answers else "述べて"
        return f"{_quoted_ja(quote)}と{place.speaker}が{verb}います。"
    if place.speaker is None:
        return f"“{quote}” stands in {source_name(language, place)}."
    verb = "asks" if asks else "answers" if answers else "says"
    speaker = f"It is {_in_full(place)} who" if who else place.speaker
    return f"{speaker} {verb}: “{quote}”"


def _in_full(place: Place) -> str:
    """The label, with the full name where the record settles it and the label does not say it."""
    label = place.speaker or ""
    if not place.person or fold(place.person) in fold(label):
        return label
    name = f" ({place.person})" if place.person.isascii() else f"（{place.person}）"
    return label + name


def _quoted_ja(quote: str) -> str:
    """The quote in 「」; one that holds 「」 itself is set in 『』, its words unchanged."""
    return f"『{quote}』" if "「" in quote or "」" in quote else f"「{quote}」"


def shown(quote: str) -> str:
    """A quote on one line: line breaks become a space, or nothing within Japanese text."""
    return _BREAK.sub(lambda match: _joint(quote, match), quote)


def _joint(quote: str, match: re.Match[str]) -> str:
    before, after = quote[: match.start()][-1:], quote[match.end() :][:1]
    wrapped = match.group().count("\n") == 1 and before > "\u00ff" < after
    return "" if wrapped else " "


def source_name(language: Language, place: Place) -> str:
    """What stands in a speaker's place where nobody speaks: title and heading."""
    title = place.title or place.document
    heading = (place.heading or "").removeprefix(f"{place.title} > ")
    if language == "ja":
        return f"『{title}』の「{heading}」" if heading else f"『{title}』の冒頭"
    return f"“{title}”, {heading}" if heading else f"the head of “{title}”"


def not_found(language: Language) -> str:
    """The message where nothing on the topic is recorded."""
    if language == "ja":
        return "取り込まれた記録の中に、この質問の答えは見つかりませんでした。"
    return "The records that are indexed do not answer this question."


def fact_missing(language: Language) -> str:
    """The message where the topic is recorded and the fact asked for is not."""
    if language == "ja":
        return "この話題についての発言はありますが、お尋ねの数値や日付は記録の中に見つかりませんでした。"
    return "The records speak of this, but do not state the figure or date that is asked for."


def no_meeting(language: Language, said: str) -> str:
    """The message where a meeting is named that the index does not hold."""
    if language == "ja":
        return f"「{said}」に当たる会議の記録は取り込まれていません。"
    return f"No record of a meeting called “{said}” is indexed."


def unheard(language: Language, speaker: str, standing: Attendance) -> str:
    """The message where ``speaker`` has no statement in the meetings asked about, and why."""
    japanese, english = _UNHEARD[standing]
    return (japanese if language == "ja" else english).format(speaker)


_UNHEARD: dict[Attendance, tuple[str, str]] = {
    Attendance.PRESENT: (
        "{}は出席者に含まれていますが、発言は記録されていません。",
        "{} was present, but no statement is recorded.",
    ),
    Attendance.ABSENT: (
        "記録によると{}は欠席しており、発言はありません。",
        "{} was absent by the record, and made no statement.",
    ),
    Attendance.ELSEWHERE: (
        "{}はその会議の出席者に含まれておらず、発言は記録されていません。",
        "{} is not listed as present at that meeting, and no statement is recorded.",
    ),
    Attendance.NOBODY: (
        "{}は、取り込まれた記録の出席者にも発言者にも見当たりません。",
        "{} appears in the indexed records neither as present nor as speaking.",
    ),
    Attendance.UNKNOWN: (
        "取り込まれた記録の中に、{}の発言は見つかりませんでした。",
        "The records that are indexed hold no statement by {}.",
    ),
}


def silent_on_this(language: Language, speaker: str) -> str:
    """The message where ``speaker`` is recorded, but not on this."""
    if language == "ja":
        return (
            f"{speaker}の発言は記録されていますが、この話題についてのものは見つかりませんでした。"
        )
    return f"Statements by {speaker} are recorded, but none on this."


def denied(language: Language) -> str:
    """The message where the record says the opposite of what the question takes for granted."""
    if language == "ja":
        return "質問の前提と異なることが記録されています。近い記述の最初のものを確かめてください。"
    return "The record says otherwise than the question takes for granted: see the first passage."


LABELS: dict[Language, dict[str, str]] = {
    "ja": {
        "sources": "出典",
        "related": "近い記述（答えではありません）",
        "also": "ほかの近い記述（回答には使っていません）",
        "notice": "回答は記録からの引用です。正しさは記録そのもので確かめ、判断は人が行ってください。",
        "characters": "文字目",
        "turn": "発言",
        "header": "記録の冒頭・見出し",
    },
    "en": {
        "sources": "Sources",
        "related": "Closest passages (these do not answer the question)",
        "also": "Other close passages (not used in the answer)",
        "notice": "Answers are quotes from the records. Check them there; a person decides.",
        "characters": "characters",
        "turn": "turn",
        "header": "header or heading",
    },
}

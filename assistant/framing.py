"""The words around the quotes, in Japanese and English. Nothing here is quoted from a record."""

from __future__ import annotations

import re

from assistant.types import Citation, Language
from ingest.exchanges import is_question
from ingest.types import Place

_BREAK = re.compile(r"[ \t\u3000]*\s*\n\s*")


def attribute(language: Language, citation: Citation, answers: bool) -> str:
    """A sentence that quotes ``citation`` and says whose words they are.

    Args:
        language: the language of the frame; the quote stays as it is.
        citation: the quote and its place.
        answers: whether the words answer somebody's question.
    """
    quote = shown(citation.quote)
    place = citation.place
    if language == "ja":
        if place.speaker is None:
            return f"{_quoted_ja(quote)}と{source_name(language, place)}にあります。"
        verb = "尋ねて" if is_question(citation.quote) else "答えて" if answers else "述べて"
        return f"{_quoted_ja(quote)}と{place.speaker}が{verb}います。"
    if place.speaker is None:
        return f"“{quote}” stands in {source_name(language, place)}."
    verb = "asks" if is_question(citation.quote) else "answers" if answers else "says"
    return f"{place.speaker} {verb}: “{quote}”"


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


def not_heard(language: Language, speaker: str) -> str:
    """The message where ``speaker`` has no recorded statement."""
    if language == "ja":
        return f"取り込まれた記録の中に、{speaker}の発言は見つかりませんでした。"
    return f"The records that are indexed hold no statement by {speaker}."


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

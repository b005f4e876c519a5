"""The words around the quotes, in Japanese and English. Nothing here is quoted from a record."""

from __future__ import annotations

import re
from collections.abc import Iterable

from assistant.attendance import Attendance
from assistant.types import Answer, Citation, Language, Outcome
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
    if quote[:1].islower() and not (who or asks or answers):
        return f"{place.speaker}: “{quote}”"  # minutes that tell: Cllr Hale: “said that …”
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


BEGIN, END = "\ufdd0", "\ufdd1"
"""Stand around words that are to be set off; Unicode keeps them free for such inner use."""


def highlighted(citation: Citation) -> tuple[str, str, str]:
    """A quote on one line in three parts: before the answering words, those words, and behind."""
    quote = citation.quote
    if citation.highlight is None:
        return shown(quote), "", ""
    first, last = citation.highlight
    before, words, after = quote[:first], quote[first:last], quote[last:]
    lead, _, rest = shown(f"{before}{BEGIN}{words}{END}{after}").partition(BEGIN)
    inner, _, tail = rest.partition(END)
    return lead, inner, tail


def set_off(text: str, citations: Iterable[Citation]) -> str:
    """A text with the answering words of the quotes in it between :data:`BEGIN` and :data:`END`."""
    for citation in citations:
        before, words, after = highlighted(citation)
        if words:
            whole = f"{before}{BEGIN}{words}{END}{after}"
            text = text.replace(f"{before}{words}{after}", whole, 1)
    return text


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


def not_written(language: Language, failure: str, *, found: bool) -> str:
    """The line that says why the answer is quotes though a language model is set.

    Args:
        language: of the line.
        failure: one of :class:`assistant.writing.failures.Failure`.
        found: whether there is a quoting answer.
    """
    japanese, english = _NOT_WRITTEN[failure]
    if language == "ja":
        return f"{japanese}{'記録からの引用でお答えします。' if found else ''}"
    return f"{english}{' This is the quoting answer.' if found else ''}"


def cut_short(language: Language, failure: str) -> str:
    """The line below a written answer that ended early."""
    japanese, english = _NOT_WRITTEN[failure]
    return f"{japanese}照合できたところまでを示します。" if language == "ja" else f"{english} What passed the check until then is shown."  # fmt: skip


_NOT_WRITTEN: dict[str, tuple[str, str]] = {
    "unreachable": ("言語モデルに接続できません。", "The language model cannot be reached."),
    "slow": ("言語モデルが時間内に答えませんでした。", "The language model did not answer in time."),
    "busy": ("言語モデルが混み合っています。", "The language model has too many requests."),
    "refused": ("言語モデルが要求を受け付けませんでした（設定を確かめてください）。", "The language model refused the request; check its settings."),
    "broken": ("言語モデルのサーバーに障害があります。", "The language model's server failed."),
    "empty": ("言語モデルは何も答えませんでした。", "The language model wrote nothing."),
    "malformed": ("言語モデルの答えを読み取れませんでした。", "What the language model wrote could not be read."),
    "cut_off": ("言語モデルの答えが途中で切れました。", "The language model's answer was cut off."),
    "too_long": ("質問と発言が言語モデルに収まりません。", "Question and statements do not fit the language model."),
    "unsupported": ("言語モデルが書いた文は、記録と照合して通りませんでした。", "What the language model wrote did not pass the check against the record."),
    "none": ("言語モデルは発言の中に答えを見つけませんでした。", "The language model found no answer in the statements."),
}  # fmt: skip


LABELS: dict[Language, dict[str, str]] = {
    "ja": {
        "sources": "出典",
        "related": "近い記述（答えではありません）",
        "also": "ほかの近い記述（回答には使っていません）",
        "notice": "回答は記録からの引用です。正しさは記録そのもので確かめ、判断は人が行ってください。",
        "written": "文は言語モデル（{}）が書き、一文ずつ記録の発言と照合したものです。正しさは記録そのもので確かめ、判断は人が行ってください。",
        "translation": "訳（言語モデルによる）",
        "characters": "文字目",
        "turn": "発言",
        "header": "記録の冒頭・見出し",
    },
    "en": {
        "sources": "Sources",
        "related": "Closest passages (these do not answer the question)",
        "also": "Other close passages (not used in the answer)",
        "notice": "Answers are quotes from the records. Check them there; a person decides.",
        "written": "A language model ({}) wrote the sentences; each was checked against the words it cites. Check them in the record; a person decides.",
        "translation": "translation (by the language model)",
        "characters": "characters",
        "turn": "turn",
        "header": "header or heading",
    },
}


def notices(outcome: Outcome) -> list[str]:
    """The lines below an outcome: what went wrong with the model, and what the reader must check."""
    writing, labels = outcome.writing, LABELS[outcome.language]
    lines = [writing.note] if writing and writing.note else []
    if isinstance(outcome, Answer):
        written = writing is not None and writing.shown
        lines.append(
            labels["written"].format(writing.model) if writing and written else labels["notice"]
        )
    return lines

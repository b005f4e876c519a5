"""What the head of the minutes answers: when, where, who was there, what was handed out, on what.

Such a question names a meeting and nothing besides; a topic of its own makes it another question
(駐車場の調査はいつ行われるか is not asked of the meeting's date).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.question import Question
from index_store.types import Hit, StoredPassage
from index_store.words import topic_words
from ingest.header import Field, field_named
from ingest.text import fold


@dataclass(frozen=True)
class Wanted:
    """The field of the header that is asked for; ``holds`` is what its words must hold, if any."""

    field: Field
    holds: re.Pattern[str] | None = None


_OFFICE = r"会長|委員長|議長|座長|部会長|理事長"
_ASKS: tuple[tuple[Field, str], ...] = (
    (Field.ABSENT, r"欠席|休ん|来なかった|いなかった|\babsent\b|\bapologies\b|\bmissing\b"),
    (Field.OTHER, r"傍聴|公開|\bpublic gallery\b|\bobservers?\b"),
    (Field.HANDOUTS, r"資料.{0,10}(?:一覧|配|何|リスト|$)|配(?:付|布)|配られ|\bhand(?:ed )?-?outs?\b|\bpapers\b"),
    (Field.OFFICIALS, r"(?:事務局|市側|町側|説明員|職員).{0,8}(?:出席|誰|だれ|どなた)|\b(?:officers|officials|staff) (?:present|attended)"),
    (Field.PRESENT, r"出席|出て(?:い|た)|参加(?:者|し)|名簿|顔ぶれ|\bpresent\b|\battend(?:ed|ees|ing|ance)?\b|\bmembers\b"),
    (Field.AGENDA, r"議題|次第|審査(?:した|され)|何(?:を|が|について)(?:審議|審査|議論|話し合|協議|議題)|\bagenda\b"),
    (Field.PLACE, r"どこ|場所|会場|\bwhere\b|\bvenue\b"),
    (Field.DATE, r"いつ|何月|何日|何時|日時|曜日|開催日|\bwhen\b|\bwhat (?:date|day|time)\b"),
)  # fmt: skip
_PATTERNS = tuple((field, re.compile(words, re.IGNORECASE)) for field, words in _ASKS)
_WHO_CHAIRS = re.compile(
    rf"(?P<office>副?(?:{_OFFICE}))(?:は|って|が|を務め\w*は)?(?:誰|だれ|どなた|どんな方)"
    r"|\bwho (?:is|was|were)? ?(?:the )?(?P<english>(?:vice[- ])?chair\w*)\b|\bwho chaired\b",
    re.IGNORECASE,
)
# Words that a question about a meeting as such is made of.
_OF_MEETINGS = frozenset(
    topic_words(
        "会議 会合 協議会 委員会 審議会 部会 定例会 開く 開催 開ける 行う やる 場所 会場 日時 日付 日 月 時 時間 曜日 何時 "
        "出席 欠席 休む 参加 委員 議員 人 方 者 人数 名簿 資料 配付 配布 配る 一覧 リスト 欲しい 教える 議題 次第 審査 審議 "
        "議論 話し合う 協議 議事 傍聴 公開 会長 副会長 委員長 副委員長 座長 議長 事務局 職員 市 町 側 有る 居る おる いらっしゃる "
        "全部 何人 名 いつ どこ 何処 どれ どんな どなた だれ 誰"
    )
    # By themselves: among Japanese words, Latin ones are read as Japanese.
    + topic_words(
        "meeting held hold take took place venue date day time present attend attended attendee "
        "member absent apologies agenda item handout paper document distributed chair chaired who "
        "list staff officer officials board committee council"
    )
)


def wanted(question: Question, rest: str) -> Wanted | None:
    """What of the header a question asks for, or None.

    Args:
        question: as read.
        rest: the question without the words that name the meeting.
    """
    plain = unicodedata.normalize("NFKC", rest)
    if any(word not in _OF_MEETINGS and not word.isdecimal() for word in topic_words(plain)):
        return None
    if chairs := _WHO_CHAIRS.search(plain):
        office = chairs["office"] or chairs["english"] or "chair"
        # 会長 stands in 副会長 as well.
        return Wanted(Field.PRESENT, re.compile(rf"(?<!副)(?<!vice[- ]){office}", re.IGNORECASE))
    return next((Wanted(field) for field, words in _PATTERNS if words.search(plain)), None)


def answering(asked: Wanted, hits: Sequence[Hit]) -> list[StoredPassage]:
    """The passages of headers that give what is asked for, in the order of the hits."""
    return [hit.passage for hit in hits if _gives(asked, hit.passage)]


def _gives(asked: Wanted, passage: StoredPassage) -> bool:
    heading = passage.place.heading
    if passage.place.turn is not None or heading is None:
        return False
    head = heading.split(" > ")[-1]
    if asked.field is Field.OTHER:
        return bool(re.search(r"傍聴|公開|public|observer", fold(head)))
    if field_named(head) is not asked.field:
        return False
    return asked.holds is None or bool(asked.holds.search(passage.text))

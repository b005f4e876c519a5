"""A question, read: its language, what it is about, what kind of fact it asks for, of whom."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from assistant.errors import QuestionError
from assistant.types import Language
from index_store.words import topic_words
from ingest.offices import COMMITTEE_OFFICES
from ingest.people import is_surname
from ingest.text import has_japanese

MAX_CHARACTERS = 2000
"""A longer question is refused: it is a document, and belongs into the index."""


class Asked(StrEnum):
    """The kind of fact a question asks for."""

    NUMBER = "number"
    PERCENTAGE = "percentage"
    AMOUNT = "amount"
    DATE = "date"
    PERSON = "person"
    QUESTION = "question"
    ANYTHING = "anything"


_COUNTERS = "件|部|組|食|機|人|名|回|台|本|箇所|か所|カ所|ヶ所|校|世帯|社|団体|店|冊|枚|日|時間|分|年|ヶ月|か月|カ月|便|棟|室|戸|路線|種類|つ|個|割|倍|度|歳|キロ|メートル|トン|点|位|軒|頭|基|隻|区画|床|階|席|票"
_PERCENTAGE = re.compile(
    r"(?:率|割合)(?:は|を教えて\w*|を知りたい)?[\s?？。]*$|何\s*(?:%|パーセント|割)|(?:率|割合)は(?:何|どの|どれ|いくつ|いくら)|"
    r"\b(?:what|which)\s+(?:percentage|percent|share|proportion)|how many percent",
    re.I,
)
_AMOUNT = re.compile(
    r"いくら|(?:費用?|[総金予]額|料金?|代金?|値段|価格|単価|時給|報酬)(?:は|を教えて\w*|を知りたい)?[\s?？。]*$|何円|(?:何|いく)(?:万|億|千)?円|(?:額|費用|料金|予算|値段|金額)は(?:いくら|どの|どれ|何)|\bhow much (?:does|did|do|is|was|will|would|money)\b",
    re.I,
)
_COUNT = re.compile(
    rf"(?:何|幾)\s*(?P<counter>{_COUNTERS})|いくつ|どれ(?:くらい|ぐらい|だけ)の数|\bhow (?:many|often|long)\b",
    re.I,
)
_DATE = re.compile(
    r"いつ|何年|何月|何日|何曜日|時期は|\bwhen\b|\bwhat (?:date|day|year|time)\b", re.I
)
_PERSON = re.compile(r"誰|だれ|どなた|どの委員|どの課|\bwho\b|\bwhose\b|\bwhom\b", re.I)
_ASKING = re.compile(r"質問|尋ね|聞いた|聞きました|問い|\bask(?:ed)?\b", re.I)
# 矢田委員がなぜ水曜なのかと聞いたとき、どう答えたか: somebody's question, and what came back.
_ASKED_THEN = "聞い|尋ね|たずね|質問|問い|問う|問わ|心配し|指摘|求め|要望|頼"
_REPLIED = re.compile(
    r"答え|回答|返答|返事|返し|返っ|応じ|見解|どう(?:説明|対応)|何と(?:説明|言)"
    r"|\b(?:answer|reply|replied|respon)",
    re.I,
)
_REQUESTING = re.compile(
    r"求め|要望|要求|頼ん|頼み|提案|依頼|お願いし|促し|\b(?:request|urge|propose|suggest)(?:e?d)?\b",
    re.I,
)
# Where it is asked, in Japanese: what is asked for stands just before.
_INTERROGATIVE = re.compile(
    r"何|いく[らつ]|いつ|どれ|どの|どんな|どう|どこ|どなた|誰|だれ|なぜ|なんで|を教えて|を知りたい|はありますか|[?？]"
)
_SPEECH = re.compile(
    r"発言|述べ|言っ|言い|意見|コメント|見解|主張|質問|尋ね|聞い|答え|回答|指摘|提案|触れ|話し|どう(?:考え|思|評価)|という話|話を(?:し|出)|"
    r"\b(?:sa(?:y|id)|ask(?:ed)?|answer(?:ed)?|mention(?:ed)?|comment(?:ed)?|think|opinion|view|propose[d]?|"
    r"argue[d]?)\b",
    re.I,
)
# What befalls people rather than what they say; others may report it.
_OF_OFFICE = re.compile(
    r"就任|選任|選出|選ばれ|辞任|退任|任期|出席|欠席|休ん|いつから|交代|互選|指名"
)
_ON_WHATEVER = frozenset(
    topic_words("ほか 他 全部 全て 主な 内容 会議 会合 第 回 目") + topic_words("else other all")
)
_SHORTEST_TOPIC = 3
"""Characters before the word that asks, below which what is wanted stands behind it."""

_NUMBER = re.compile(r"[0-9０-９一二三四五六七八九十百千万億]")
_HAS_PERCENTAGE = re.compile(
    r"[0-9０-９.．]+\s*(?:[%％]|パーセント|ポイント)|[0-9０-９一二三四五六七八九]割|\bper ?cent\b",
    re.I,
)
_HAS_AMOUNT = re.compile(
    r"[0-9０-９,，]+\s*(?:円|千円|万円|億円|万|億)|[一二三四五六七八九十百千万億]+円|[¥￥$€]\s*\d|\byen\b|無料|無償",
    re.I,
)
_HAS_DATE = re.compile(
    r"[0-9０-９元一二三四五六七八九十]+\s*(?:年|月|日|時)|年度|来年|今年|昨年|本年|翌年|[春夏秋冬](?:頃|ごろ|に|以降)|"
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|"
    r"november|december|spring|summer|autumn|fall|winter)\b|次回|月末|年内|年明け",
    re.I,
)
_NAME = r"[\u4e00-\u9fff々ヶ]{1,5}"
_OFFICE = "|".join(sorted(COMMITTEE_OFFICES, key=len, reverse=True))
_NAMED = re.compile(rf"(?P<name>{_NAME})?(?P<office>{_OFFICE})(?![会長会])")
_OFFICIAL = re.compile(r"[\u4e00-\u9fffァ-ヶー]{2,16}(?:課長|部長|局長|室長|所長|次長|係長|館長)")
_CITY_SPEAKS = re.compile(
    r"(?:事務局|市|町|村|県|区|当局|執行部|行政|担当課)(?:側)?(?:は|が|から(?:は)?)[^。]{0,20}?"
    r"(?:答え|回答|説明|述べ|言っ|返|応じ|報告)"
)
"""市はどう答えたか: whoever of the administration; the index knows them as 事務局."""

_EVERYBODY = frozenset(
    {"各", "全", "他の", "同", "両", "当", "出席", "市民", "諸", "専門", "公募", "検討"}
)


@dataclass(frozen=True)
class Question:
    """A question and what was read from it.

    ``text`` is cleaned of control characters and outer white space. ``topic`` are the words that
    name what it is about, ``focus`` those of them nearest to what is asked for (年間の維持費はいくら:
    維持費), ``asked`` the kind of fact wanted, ``counter`` the unit asked for (件, 人), ``speakers``
    the labels or offices that it names.
    """

    text: str
    language: Language
    topic: tuple[str, ...]
    asked: Asked
    counter: str | None
    speakers: tuple[str, ...]
    focus: tuple[str, ...] = ()

    @property
    def about_asking(self) -> bool:
        """Whether it asks what somebody asked."""
        return bool(_ASKING.search(self.text)) and not self.to_named

    @property
    def about_requesting(self) -> bool:
        """Whether it asks what somebody wanted done."""
        return bool(_REQUESTING.search(self.text)) and not self.to_named

    @property
    def wants_figure(self) -> bool:
        """Whether it asks for a number or a date."""
        return self.asked in (Asked.NUMBER, Asked.PERCENTAGE, Asked.AMOUNT, Asked.DATE)

    @property
    def wants_fact(self) -> bool:
        """Whether a sentence can be told to hold a fact of the kind that it asks for."""
        return self.wants_figure or (self.asked is Asked.PERSON and not self.asks_who_said)

    @property
    def about_speech(self) -> bool:
        """Whether it asks what somebody said."""
        return bool(_SPEECH.search(self.text))

    @property
    def asks_for_reply(self) -> bool:
        """Whether it asks what was answered to somebody: 効果について事務局はどう答えたか."""
        return self.to_named or bool(_REPLIED.search(self.text))

    @property
    def asks_who_said(self) -> bool:
        """Whether the speaker of some words is what is asked for: …と言ったのは誰, 求めたのは誰."""
        spoken = self.about_speech or self.about_asking or self.about_requesting
        return self.asked is Asked.PERSON and spoken

    @property
    def of_named_only(self) -> bool:
        """Whether only the words of those it names can answer it: 原委員は何と言ったか.

        Not so where they are spoken to (原委員の質問に市はどう答えたか), or where it asks who they are.
        """
        if not self.speakers or self.to_named:
            return False
        return self.about_speech or any(self._is_subject(name) for name in self.speakers)

    @property
    def of_all_they_said(self) -> bool:
        """Whether it asks for somebody's words on whatever matter: 三宅委員はほかに何と言ったか."""
        about = self.text
        for name in self.speakers:
            about = about.replace(name, " ")
        topic = {word for word in topic_words(about) if not word.isdecimal()}
        return self.of_named_only and topic <= _ON_WHATEVER

    def _is_subject(self, name: str) -> bool:
        """Whether it asks what somebody of that name did or thought: 原委員はなぜ反対なのか."""
        if self.asked is Asked.PERSON or _OF_OFFICE.search(self.text) or name in COMMITTEE_OFFICES:
            return False
        return bool(re.search(re.escape(name) + r"(?:は|が|って|の(?:考え|立場|懸念))", self.text))

    @property
    def to_named(self) -> bool:
        """Whether it asks what was answered to those it names: 原委員の質問に市はどう答えたか."""
        return any(self._is_spoken_to(re.escape(name)) for name in self.speakers)

    def _is_spoken_to(self, name: str) -> bool:
        if re.search(name + r"(?:の(?:質問|問い|意見|指摘|発言|提案|要望))?(?:に|へ)", self.text):
            return True
        asked = re.search(rf"{name}(?:が|の|は|、).{{0,60}}?(?:{_ASKED_THEN})", self.text)
        return asked is not None and bool(_REPLIED.search(self.text, asked.end()))


def read_question(text: str) -> Question:
    """Read a question as a person typed it.

    Raises:
        QuestionError: it is empty, holds nothing but marks, or is too long.
    """
    clean = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text).strip()
    if not any(c.isalnum() for c in clean):
        raise QuestionError("the question is empty; mend: ask in a sentence or some words")
    if len(clean) > MAX_CHARACTERS:
        raise QuestionError(
            f"the question has {len(clean):,} characters, at most {MAX_CHARACTERS:,} are read; "
            "mend: ask shorter"
        )
    plain = unicodedata.normalize("NFKC", clean)
    asked, counter = _asked(plain)
    speakers = _speakers(plain)
    return Question(
        text=clean,
        language="ja" if has_japanese(clean) else "en",
        topic=_topic(plain, speakers),
        asked=asked,
        counter=counter,
        speakers=speakers,
        focus=_focus(plain),
    )


def _topic(text: str, speakers: tuple[str, ...]) -> tuple[str, ...]:
    """The words that name what it is about; whom it names is not that, unless nothing else is."""
    about = text
    for name in speakers:
        about = about.replace(name, " ")
    return tuple(dict.fromkeys(topic_words(about) or topic_words(text)))


def _focus(text: str) -> tuple[str, ...]:
    """The topic words just before the word that asks, which name what is wanted.

    English asks in front, and its records share no words with Japanese ones: nothing is read there.
    """
    if not has_japanese(text):
        return ()
    asking = next((m for m in _INTERROGATIVE.finditer(text) if m.start() > _SHORTEST_TOPIC), None)
    before = topic_words(text[: asking.start()] if asking else text)
    # A suffix (費, 率, 額) says little without the word that it stands behind.
    return tuple(before[-2:] if before and len(before[-1]) == 1 else before[-1:])


def _asked(text: str) -> tuple[Asked, str | None]:
    if _PERCENTAGE.search(text):
        return Asked.PERCENTAGE, None
    if _AMOUNT.search(text):
        return Asked.AMOUNT, None
    if _DATE.search(text):
        return Asked.DATE, None
    if count := _COUNT.search(text):
        return Asked.NUMBER, count["counter"]
    if _PERSON.search(text):
        return Asked.PERSON, None
    return (Asked.QUESTION if _ASKING.search(text) else Asked.ANYTHING), None


def _speakers(text: str) -> tuple[str, ...]:
    found = [match.group() for match in _OFFICIAL.finditer(text)]
    found += ["事務局"] * bool(_CITY_SPEAKS.search(text))
    for match in _NAMED.finditer(text):
        name = match["name"]
        if name in _EVERYBODY or (name is None and match["office"] in {"委員", "議員", "会員"}):
            continue
        found.append((name or "") + match["office"])
    return tuple(dict.fromkeys(found))


def states(question: Question, sentence: str) -> bool:
    """Whether ``sentence`` holds a fact of the kind that the question asks for.

    A question for no particular kind is satisfied by any sentence.
    """
    plain = unicodedata.normalize("NFKC", sentence)
    match question.asked:
        case Asked.PERCENTAGE:
            return bool(_HAS_PERCENTAGE.search(plain))
        case Asked.AMOUNT:
            return bool(_HAS_AMOUNT.search(plain))
        case Asked.DATE:
            return bool(_HAS_DATE.search(plain))
        case Asked.NUMBER if question.counter:
            units = {"人": "人|名", "名": "人|名"}.get(question.counter, question.counter)
            return bool(re.search(rf"{_NUMBER.pattern}\s*[万億]?(?:{units})", plain))
        case Asked.NUMBER:
            return bool(re.search(r"\d|" + _NUMBER.pattern, plain)) or bool(
                re.search(r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand)\b", plain, re.I)
            )  # fmt: skip
        case Asked.PERSON:
            return any(is_surname(match["name"] or "") for match in _NAMED.finditer(plain))
        case _:
            return True

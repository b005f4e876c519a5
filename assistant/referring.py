"""What in a question refers to something said before: それ, その委員, いつの会議, who asked that.

Everything here reads one question by itself; what it refers to is found by
:mod:`assistant.followup`, and :mod:`assistant.standalone` writes it out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from index_store.phrases import noun_phrases
from index_store.words import topic_words
from ingest.offices import ADMINISTRATION_OFFICES, COMMITTEE_OFFICES
from ingest.text import has_japanese


class Relation(StrEnum):
    """What a follow-up asks of what was cited before."""

    TOPIC = "topic"
    """Goes on about the same thing."""
    ASKER = "asker"
    """Who asked, or what was asked, for the cited words to be the answer."""
    REPLY = "reply"
    """What was answered to the cited words."""
    SAID = "said"
    """Who said the cited words."""
    PROPOSED = "proposed"
    """Who wanted what the cited words are about."""
    MEETING = "meeting"
    """Something of the meeting in which they were said."""
    PERSON = "person"
    """What the person cited says."""
    SWAP = "swap"
    """The question before, with another person, meeting or thing."""


@dataclass(frozen=True)
class Referring:
    """A question that refers back.

    ``text`` is the question (NFKC) without the connective that opens it, ``relation`` what it asks
    of what was said before. ``own`` are the noun phrases that it has itself, ``elliptic`` the words
    of a question that is nothing but one phrase (森委員は？), else None. ``else_`` says that it asks
    for something other than what was cited.
    """

    text: str
    relation: Relation
    own: tuple[str, ...] = ()
    elliptic: str | None = None
    else_: bool = False


_CONNECTIVE = re.compile(
    r"^(?:(?:それでは|それじゃあ?|じゃあ|では|それで(?!も)|ちなみに|そして|それから|そうすると|だとすると|とすると"
    r"|となると|ということは|ところで)[、,\s]*|(?:じゃ|で|あと|また|なお|なら|ならば|だったら|すると|しかし|でも|けど|さて)[、,\s]+"
    r"|(?:and|so|then|but|also|well|ok|okay|now)\b[,\s]*)+",
    re.IGNORECASE,
)

_COMMITTEE = "|".join(sorted(COMMITTEE_OFFICES, key=len, reverse=True))
_OFFICIALS = "|".join(
    sorted((o for o in ADMINISTRATION_OFFICES if len(o) > 1), key=len, reverse=True)
)
PERSON = re.compile(
    rf"(?:[\u4e00-\u9fff々ヶァ-ヶー]{{1,8}}(?:[（(][^（）()]{{1,4}}[）)])?)?(?:{_COMMITTEE}|{_OFFICIALS})(?!会)"
    r"|[\u4e00-\u9fff々ヶァ-ヶー]{1,4}(?:さん|氏)"
    r"|\b(?:Mr|Ms|Mrs|Miss|Dr|Prof|Chair|Member|Director|Manager)\b\.?(?: [A-Z]\w+)*"
)
"""Somebody, by name or office."""

MEETING = re.compile(
    r"(?:(?:令和|平成)\s*(?:\d{1,2}|元)\s*年度?|20\d\d年度?|[昨今本前]年度)?の?(?:第\s*\d{1,3}\s*回|前々?回|次回|今回|\d+回目)"
    r"(?:の(?:会議|会合|議事録?))?|(?:(?:令和|平成)\s*(?:\d{1,2}|元)\s*年|20\d\d年)?\d{1,2}月の(?:会議|会合|協議会|委員会|審議会)"
    r"|(?:前|次|直近|最新|最後)の(?:会議|会合|回)"
)
"""A meeting, by number, month or order."""

_ADMINISTRATION = re.compile(
    r"(?:事務局|行政|当局|市|町|村|区|県|担当課?|執行部|理事者|役所|市役所)(?:側|の側)?"
)
YEAR = re.compile(r"(?P<era>令和|平成)?\s*(?P<year>\d{1,4}|元)\s*年(?P<fiscal>度)?")
BEFORE = re.compile(r"(?:その)?(?:前の?年|前年|一年前|1年前)度?")
AFTER = re.compile(r"(?:その)?(?:翌年|次の年|翌々?年|1年後)度?")
RELATIVE_YEAR = re.compile(r"一昨年度?|[昨去今本]年度?")
OTHER_YEAR = re.compile(rf"{BEFORE.pattern}|{AFTER.pattern}")

_RELATIONAL = frozenset(
    """
    理由 訳 原因 根拠 背景 経緯 目的 趣旨 意味 意図 内容 内訳 詳細 結果 結論 効果 影響 課題 問題 問題点 対策 対応 対処 方針
    方法 手順 条件 対象 対象者 範囲 期間 時期 期限 日程 日時 日付 日 場所 会場 金額 額 費用 値段 料金 予算 経費 コスト 財源
    負担 単価 数 人数 件数 回数 割合 比率 率 規模 目標 見込み 見通し 予定 今後 次 前 後 以前 以後 答え 回答 返答 返事 答弁 見解 考え
    考え方 意見 反応 反対 賛成 反論 質問 問い 指摘 要望 提案 発言 説明 報告 主張 話 件 点 代わり 代案 方 人 人物 者 委員 議員 会議 会合 担当
    担当者 担当課 名前 役職 肩書 肩書き 状況 現状 進捗 違い 差 前年 昨年 前年度 昨年度 今年度 翌年 翌年度 来年度 ほか 他 以外
    例 具体例 具体的 場合 全体 合計 総額 最初 最後 現在 今 資料 出典 ページ 議事録 記録 発言者 質問者 提案者 反対意見 賛成意見
    決め手 年 月 回 これまで 部分 一方 代替案 市民 さっき 先ほど 言葉 部署 課 途中 以上 結局 議論 検討 決定 とき 時 反対者 続き 裏付け お願い こと もの ため ところ わけ うち ほう 方々 皆さん 計画書
    """.split()
)
"""Nouns that need something that they are of: the reason, the cost."""

_RELATIONAL_ENGLISH = frozenset(
    "reason reasons cost costs price budget date time place answer reply response respond responded "
    "replied question meeting member person speaker else more further details detail result results "
    "effect happened happen happens next mean means exactly same instead also name propose proposed "
    "suggest suggested request requested want wanted explain explained decide decided whose idea "
    "proposal opinion issue matter topic point happening city council secretariat administration staff "
    "office town committee board".split()
)

PERSON_REF = re.compile(
    r"(?:その|この|あの|同じ?|さっきの|先ほどの)(?:委員(?!会)|議員|会員|人物|人(?![口数材工々])|方(?=[がはにのをもで、?])|発言者|質問者|提案者"
    rf"|(?:{_OFFICIALS})|会長|副会長|座長|議長|委員長|女性|男性)|彼女|彼(?![岸方])|同氏"
    r"|\b(?:he|she|him|his|her)\b|\b(?:that|this|the same) (?:member|person|speaker|man|woman|councillor|official|director|chair)\b",
    re.IGNORECASE,
)
MEETING_REF = re.compile(
    r"(?:その|同じ?|さっきの|先ほどの)(?:会議|会合|回(?![答数収線])|協議会|委員会|審議会|懇談会|部会)|この(?:会議|会合|回(?![答数収線]))"
    r"|\b(?:that|this|the same) (?:meeting|session)\b",
    re.IGNORECASE,
)
UTTERANCE_REF = re.compile(
    r"(?:その|この|あの|さっきの|先ほどの)(?:質問|問い(?:かけ)?|指摘|意見|要望|提案|発言|主張|心配|懸念|疑問|要求|お願い|回答|答え|答弁|説明|報告|見解)"
)
RECENT_REF = re.compile(
    r"(?:さっき|先ほど|今|いま)の(?:件|話|質問|回答|答え|内容|議論|問題)|(?:その|この|あの)(?:件|話|こと|事|問題|点|議論|テーマ)(?!数)"
)
PRONOUN = re.compile(
    r"(?:それ|これ|あれ)ら?(?!ぞれ|まで|から|以来|なり|とも|にしても|だけの|こそ|ほど)|そこ(?!そこ)|そちら|そっち"
)
ADNOMINAL = re.compile(
    r"その(?!他|ほか|都度|まま|うち|場で|場限|たび|もの(?!の)|辺|前の?年|後|時|とき|頃|ころ|際|場合|上|よう)"
    r"|この(?!市|町|村|区|県|国|地域|記録|議事録|会|度|たび|間|頃|ごろ|数|[\d一二三四五六七八九十]|先|前|ため|ところ|よう|委員会|協議会|審議会|資料)"
)
MANNER = re.compile(
    r"(?:^|[、,\s]|なぜ|なんで|どうして|[誰だれ]が|いつ|最初に|に)そう(?=[いなし思考決述答主聞判言])"
    r"|その(?:後|時|とき|頃|際|場合|上で|ような?)|(?:そ|こ)(?:うした|ういう|ういった)|このよう|さっき|先ほど|その(?:うち|中で)|それ以外|それだけ|その前の?年|その(?:ほか|他)に(?=[は何も、])"
)
_ENGLISH_REF = re.compile(
    r"(?<!is )\b(?:it|they|them|their|its|those|these)\b(?! (?:true|possible|correct) that)"
    r"|\b(?:that|this)\b(?=\s*(?:[?.!,]|$)| (?:matter|issue|topic|decision|proposal|idea|point|question|request|figure|number|was|is|be|happen|mean|cost)\b)"
    r"|\bthe reason why\b|\bthere\b\s*[?.]?$",
    re.IGNORECASE,
)
_WHICH = re.compile(r"^(?:which|what|how many|how much|whose)\s+\w+", re.IGNORECASE)

_WHO = r"誰|だれ|どなた|どの(?:委員|議員|人|方|課)|\bwho\b|\bwhose\b"
_ASKS = r"質問|聞い|きい|尋ね|たずね|訊|問う|問い|問わ|\basked?\b"
_ASKER = re.compile(
    rf"(?:{_WHO}).*(?:{_ASKS})|(?:{_ASKS}).*(?:{_WHO})|質問者|(?:質問した|聞いた|尋ねた)(?:の|人|方|委員)は"
    rf"|(?:何|どんな|どういう|どう)(?:こと)?(?:を|と|いう)?(?:質問|聞か|聞い|尋ね)|(?:元|もと)の質問|^質問(?:の内容)?は"
    r"|\b(?:what was (?:the question|asked)|who asked|whose question)\b",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"(?:回答|返答|返事|答え|答弁|応答|対応|見解|反応)(?:は|も|を|って|[?]|$)|どう(?:答え|回答|返|応じ|対応|説明)|何(?:と|て)(?:答え|回答|返|説明)"
    r"|(?:に対して|に対し|に対する|への)|(?:^|側?)(?:は|が)?(?:答え|回答し|返答し)た|答えたのは"
    r"|\b(?:answer(?:ed)?|repl(?:y|ied)|respon(?:d|ded|se))\b",
    re.IGNORECASE,
)
_PROPOSED = re.compile(
    r"提案|求め|要望|要求|頼[んみま]|依頼|お願い|言い出|希望し|\b(?:propose|suggest|request|want)",
    re.IGNORECASE,
)
_SAYS = (
    r"言[っいわ]|述べ|発言|説明し|話し|語っ|主張|指摘|\b(?:said|say|says|state[ds]?|mention\w*)\b"
)
_SAID = re.compile(
    rf"(?:{_WHO}).*(?:{_SAYS})|(?:{_SAYS}).*(?:{_WHO})|(?:誰|だれ|どなた)の(?:発言|意見|言葉|話|説明)|発言者|whose (?:words|statement)",
    re.IGNORECASE,
)
WHEN_SAID = re.compile(
    r"いつの(?:会議|会合|回|発言|話|議事録|記録)|(?:どの|何の|なんの)(?:会議|会合|委員会|協議会|回)|何回目|第何回"
    r"|いつ(?:言|発言|話し合|述べ|議論|報告さ)|\b(?:which|what) meeting\b|\bwhen was (?:that|it|this) (?:said|discussed)",
    re.IGNORECASE,
)
_ELSE = re.compile(
    r"ほかに|他に|そのほか|その他|それ以外|これ以外|\belse\b|\bother than\b", re.IGNORECASE
)
_ELLIPTIC = re.compile(
    r"^(?P<words>\S[^、,。?？]{0,29}?)(?:だけ)?(?P<end>では|には|だと|だったら|なら(?:ば)?|の場合(?:は)?|について(?:は)?|に関しては|の(?:方|ほう)は|は|も)?[?？\s]*$"
)
_ENGLISH_ELLIPTIC = re.compile(r"^(?:what|how) about (?P<words>[^?]{1,40}?)[?\s]*$", re.IGNORECASE)


def plain(text: str) -> str:
    """The text as it is compared here: NFKC, without outer white space."""
    return unicodedata.normalize("NFKC", text).strip()


def refers(question: str) -> Referring | None:
    """How a question refers to what was said before it; None where it stands alone.

    It refers back by a word for it that no topic of its own precedes (それ, その委員, they), or
    because it names no topic at all (いつ？, 理由は？), or is a single phrase (森委員は？).
    """
    text = plain(question)
    text = text[_connective(text) :] or text
    own = tuple(phrases(text))
    topics = topics_of(text)
    elliptic = _elliptic(text)
    if not (
        _points_back(text)
        or elliptic is not None
        or (not topics and not _names_someone_or_somewhen(text))
    ):
        return None
    relation = _relation(text, elliptic, bare=not topics)
    return Referring(text, relation, own, elliptic, bool(_ELSE.search(text)))


def phrases(text: str) -> list[str]:
    """The phrases that a text is made of: Japanese noun phrases, or runs of English words."""
    if has_japanese(text):
        return [phrase for phrase in noun_phrases(text) if len(phrase) > 1 or phrase > "\u4dff"]
    found: list[str] = []
    end = -1
    for match in re.finditer(r"[^\W_][\w'’.-]*", text):
        word = match.group()
        if not topic_words(word):
            continue
        if found and match.start() == end + 1:
            found[-1] += f" {word}"
        else:
            found.append(word)
        end = match.end()
    return found


def topics_of(text: str) -> list[str]:
    """The phrases that name what a text is about: no persons, meetings, or mere aspects of it."""
    people = [match.span() for match in PERSON.finditer(text)]
    kept = "".join("、" if any(a <= i < b for a, b in people) else c for i, c in enumerate(text))
    kept = MEETING.sub("、", PERSON_REF.sub("、", MEETING_REF.sub("、", kept)))
    return [phrase for phrase in phrases(kept) if not _is_aspect(phrase)]


def _connective(text: str) -> int:
    """The length of the connective that opens a question; none where それで is それ + で."""
    match = _CONNECTIVE.match(text)
    return match.end() if match and match.end() < len(text) else 0


def _is_aspect(phrase: str) -> bool:
    if phrase.isascii():
        return all(word.lower() in _RELATIONAL_ENGLISH for word in phrase.split())
    parts = re.split(r"の|・|への|からの", phrase)
    return all(
        not part
        or part in _RELATIONAL
        or _ADMINISTRATION.fullmatch(part)
        or YEAR.fullmatch(part)
        or OTHER_YEAR.fullmatch(part)
        for part in parts
    )


def _points_back(text: str) -> bool:
    """Whether words for something said before stand in it, with no topic of its own in front."""
    if PERSON_REF.search(text) or MEETING_REF.search(text) or RECENT_REF.search(text):
        return True
    for pattern in (UTTERANCE_REF, PRONOUN, ADNOMINAL, MANNER, _ENGLISH_REF):
        match = pattern.search(text)
        if match and not topics_of(_WHICH.sub("", text[: match.start()])):
            return True
    return False


def _names_someone_or_somewhen(text: str) -> bool:
    """Whether it names a person or a meeting, so that it may well be meant by itself."""
    people = (match.group() for match in PERSON.finditer(text))
    return bool(MEETING.search(text)) or not all(map(_ADMINISTRATION.fullmatch, people))


def _elliptic(text: str) -> str | None:
    """The phrase that a question consists of: 第2回では？ -> 第2回."""
    english = _ENGLISH_ELLIPTIC.match(text)
    if english:
        return english["words"]
    match = _ELLIPTIC.match(text)
    if not match or not has_japanese(text) or not (match["end"] or text[-1] in "?？"):
        return None
    words = match["words"]
    if PERSON.fullmatch(words) or MEETING.fullmatch(words) or OTHER_YEAR.fullmatch(words):
        return words
    whole = noun_phrases(words) == [words]
    return words if whole and "の" not in words and words not in _RELATIONAL else None


def _relation(text: str, elliptic: str | None, *, bare: bool) -> Relation:
    """What a question asks of what was cited; ``bare``: it has no topic of its own."""
    if MEETING_REF.search(text) or WHEN_SAID.search(text):
        return Relation.MEETING
    if elliptic is not None:
        spoken_for = _ADMINISTRATION.fullmatch(elliptic)
        return Relation.REPLY if spoken_for else Relation.SWAP
    if UTTERANCE_REF.search(text) or bare:
        for pattern, relation in (
            (_ASKER, Relation.ASKER),
            (_REPLY, Relation.REPLY),
        ):
            if pattern.search(text):
                return relation
        if re.search(_WHO, text, re.IGNORECASE):
            if _PROPOSED.search(text):
                return Relation.PROPOSED
            if _SAID.search(text):
                return Relation.SAID
    return Relation.PERSON if PERSON_REF.search(text) else Relation.TOPIC

"""How sure a claim is: no surer than the words that it rests on.

What is considered is not decided, what is wished is not promised, what was heard is not known. Each
part of a claim is held against the part of the record that shares most words with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum

from assistant.verifying.clauses import beside, segments
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.telling import Told
from assistant.verifying.types import Fault
from index_store.tokenizing import tokenizer
from ingest.exchanges import is_question
from ingest.text import has_japanese, sentences


class Mood(Enum):
    """In which way something is said not to be settled."""

    CONSIDERED = "being thought about"
    INTENDED = "aimed at"
    PLANNED = "planned"
    POSSIBLE = "possible"
    OPINION = "thought by somebody"
    WANTED = "asked for"
    HEARD = "heard from others"
    HANGING = "on a condition"
    FEARED = "feared"


def _any(*expressions: str) -> re.Pattern[str]:
    return re.compile("|".join(expressions), re.IGNORECASE)


_MARKS = {
    Mood.CONSIDERED: _any(
        r"検討", r"研究(?:し|を|課題)", r"(?:調査|議論|調整|協議|交渉|相談)(?:し(?!た)|する|を|中)", r"素案|試案|叩き台|たたき台",
        r"案(?:を|で|と|だ|が|に|の)", r"方向(?:で|性|と|だ)", r"いかがか|どうか",
        r"\bconsider\w*", r"\bexplor\w+", r"\bstud(?:y|ied|ying)\b", r"\bdraft\b", r"\blook(?:s|ed|ing)? (?:into|at)\b",
        r"\bdiscuss\w*", r"\breview\w*", r"\bpropos\w+", r"\bexamin\w+", r"\bunder (?:study|consideration|review)\b",
    ),
    Mood.INTENDED: _any(
        r"目指", r"目標", r"努め|努力", r"たい(?:。|と|です|が|$|旨|考え|意)", r"つもり|意向", r"考え(?:て|で|だ|を|る|ま)", r"期待|希望",
        r"\baim\w*", r"\bintend\w*|\bintention\b", r"\bhop(?:e|es|ed|ing)\b", r"\bwant\w*", r"\bwould like\b", r"\btarget\w*", r"\bgoal\b", r"\bexpect\w*",
    ),
    Mood.PLANNED: _any(
        r"予定|計画|方針|見込|見通し|想定|目途|めど|こととして", r"\bplan\w*", r"\bexpect\w*", r"\bscheduled?\b", r"\bdue\b", r"\bwill\b", r"\bgoing to\b", r"\banticipat\w+", r"\bforecast\w*", r"\bproject(?:s|ed)\b",
    ),
    Mood.POSSIBLE: _any(
        r"可能性", r"かもしれ", r"(?:あり|なり|起こり|し|され)(?:得|う)る", r"得ま|得る", r"次第|しだい", r"未定|決まって(?:い|お)?(?:な|り?ませ|ら)", r"(?:こと|場合)(?:が|も)あ(?:る|り(?!ませ)|っ)", r"かね(?:ない|ませ)",
        r"\bmight\b", r"\bmay\b", r"\bcould\b", r"\bpossib\w+", r"\blikely\b", r"\bperhaps\b", r"\bprobabl\w+", r"\bdepend\w*", r"\brisk\w*", r"\bpotential\w*",
    ),
    Mood.FEARED: _any(r"おそれ|恐れ|懸念|不安|心配", r"\bworr\w+", r"\bconcern\w*", r"\bfear\w*", r"\bafraid\b", r"\banxi\w+"),
    Mood.OPINION: _any(
        r"思(?:う|い|わ|っ)", r"意見|見解|認識|との見方", r"でしょう|だろう", r"気がす|感じ", r"\bthink\w*|\bthought\b", r"\bbeliev\w+", r"\bfeels?\b|\bfelt\b", r"\bseem\w*", r"\bsuppose\w*", r"\bin my (?:view|opinion)\b",
    ),
    Mood.WANTED: _any(
        r"ほし|欲し", r"(?:いただ|頂|もらい|もらえ|願い)(?:き|け)?(?:たい|れば|ない|ませ)", r"べき", r"お願い|要望|要請|求め|促し|呼びかけ|提案|提言|主張|訴え", r"てはどう|たらどう|のがよい|方がよい|ほうがよい|のが筋|のが先|望まし|必要(?:が|で|だ|性|と)|重要|大切|課題",
        r"\bshould\b", r"\bplease\b", r"\bought\b", r"\burg(?:e|es|ed|ing)\b", r"\brequest\w*", r"\bask(?:s|ed|ing)?\b", r"\bwant\w*", r"\bwould like\b", r"\bcall(?:s|ed)? (?:for|on)\b",
        r"\bpropos\w+", r"\bsuggest\w*", r"\brecommend\w*", r"\bwish\w*", r"\bneeds? to\b", r"\bcould (?:we|you|the)\b", r"\bwould rather\b", r"\bappeal\w*", r"\bargu\w+",
    ),
    Mood.HEARD: _any(
        r"(?:と|ように|よう|て|は|を|から)(?:お)?(?:聞い|聞き|聞く|聞か|伺っ|伺い|承知し)", r"らしい|とのこと|そうだ。|そうです", r"という(?:話|声|ご?意見|報告)", r"(?:との|の|いう)(?:話|情報)", r"声(?:が|を|も)", r"という。?$", r"よれば|によると",
        r"\bhear\w*", r"\breportedly\b", r"\bapparently\b", r"\brumou?r\w*", r"\bi am told\b", r"\bwas told\b", r"\baccording to\b", r"\bsaid\b|\bsays\b|\btold\b",
    ),
    Mood.HANGING: _any(
        r"(?<=[えけげせてねべめれ])ば|なら(?:、|ば)|たら|だら|場合(?:は|に|、|で)|限り|うえで|上で|条件|次第|てからで|しだい|によ[りっ]|ことで|とき|際|後に|となれば",
        r"\bif\b", r"\bunless\b", r"\bonce\b", r"\bprovided\b", r"\bsubject to\b", r"\bdepend\w*", r"\bas long as\b", r"\bwhen\b|\bafter\b|\buntil\b|\bin case\b|\bon condition\b",
    ),
}  # fmt: skip
_OPEN = frozenset(
    {Mood.CONSIDERED, Mood.INTENDED, Mood.POSSIBLE, Mood.WANTED, Mood.FEARED, Mood.OPINION}
)
_KEPT_BY = {
    Mood.CONSIDERED: _OPEN,
    Mood.INTENDED: _OPEN | {Mood.PLANNED},
    Mood.POSSIBLE: _OPEN | {Mood.HANGING},
    Mood.FEARED: _OPEN,
    Mood.WANTED: _OPEN,
    Mood.HEARD: frozenset({Mood.HEARD, Mood.OPINION, Mood.FEARED}),
}
"""By which moods of a claim one of the record is kept; those not named here need no keeping."""

_WEAKER = {
    Mood.CONSIDERED: _any(
        r"検討", r"研究(?:し|を|課題)", r"(?:調査|議論|調整|協議|交渉)(?:し(?!た)|する|を|中)", r"素案|試案", r"できないか|話を始め|打診|働きかけ", r"\bconsider(?:ing|s|ed)?\b", r"\bexploring\b", r"\blooking (?:into|at)\b", r"\bunder (?:study|consideration|review)\b",
    ),
    Mood.INTENDED: _any(r"目指", r"たい(?:。|と|です|$)", r"努め", r"\baim\w*", r"\bhop(?:e|es|ed|ing)\b", r"\bwould like\b"),
    Mood.POSSIBLE: _any(r"可能性", r"かもしれ", r"得ま|得る", r"次第|未定", r"かね(?:ない|ませ)", r"(?:こと|場合)(?:が|も)あ(?:る|り(?!ませ)|っ)", r"\bmight\b", r"\bmay\b", r"\bpossib\w+", r"\bperhaps\b", r"\bprobabl\w+", r"\bdepends? on\b"),
    Mood.FEARED: _any(r"おそれ|恐れ|懸念|不安|心配", r"\b(?:worried|afraid|concerned|fears?) (?:that|of|about)\b"),
    Mood.WANTED: _any(
        r"ほしい|欲しい", r"(?:いただ|頂|もらい|もらえ|願い)(?:き|け)?たい", r"べき", r"お願い(?!して(?:い|お))|要望(?!が|も)", r"てはどう|たらどう", r"\bshould\b", r"\bplease\b", r"\bought to\b", r"\bwould like\b", r"\bcould (?:we|you|the)\b", r"\bwould rather\b",
    ),
    Mood.HEARD: _any(r"(?:と|ように)(?:お)?(?:聞い|聞き|伺っ|伺い|承知し)", r"らしい|とのことで", r"という話|声(?:を|が|も)", r"\bi (?:have )?hear\w*", r"\breportedly\b", r"\bapparently\b", r"\bi am told\b|\bwas told\b"),
}  # fmt: skip
"""What shows for certain that the record leaves something open; stricter than what keeps it so."""

_SETTLED = _any(
    r"決定|決め(?:た|て|ら)|決ま(?:った|っている|りまし)|確定|可決|承認|合意|約束|確約|断言|確実|間違いな|こと(?:に|と)なった|運びとなった",
    r"\bdecided\b|\bdecision was\b|\bagreed\b|\bapproved\b|\bconfirmed\b|\bpromis\w+|\bguarantee\w*|\bcertain(?:ly)?\b|\bfinali[sz]ed\b|\bsigned\b|\bcommitted\b",
)
_SETTLES = _any(
    r"決定|決め|決ま|決し|確定|可決|承認|合意|約束|確約|結論", _SETTLED.pattern, r"こと(?:と|に)(?:いたし|し|な)|了承|了解|異議(?:は)?(?:な|ござい|あり)|採択|そのようにいたし|いたします|します。?$|決しま|約束", r"\bwill\b|\bcarried\b|\bso ordered\b|\badopted\b|\bagree\b"
)  # fmt: skip
_PAST = re.compile(
    r"(?:(?<!て)い?た|だった|済み|済んだ|している|されている|なっている)(?:。|が、|$)|\b(?:has|have|had|was|were) (?:been )?\w+(?:ed|n|t)\b",
    re.I,
)
_TO_COME = _any(
    r"予定|計画|見込|見通し|れば|たら|なら|思(?:う|い)|でしょう|だろう|たい(?:。|と|です|$)|来年|今後|これから|つもり|方針|(?:する|ます|いく|おく)。?$",
    r"\bwill\b|\bplan\w*|\bnext\b|\bgoing to\b|\bshall\b|\bexpect\w*|\bscheduled\b|\bdue to\b|\bcould\b|\bwould\b|\bconsidering\b",
)
_ASKS = _any(
    r"か(?:を|と|も|どうか|について)|質問|尋ね|問う|問い|質し|疑問|確認を求め|提案|求め|要望|いかが|のではないか",
    r"\bwhether\b|\bask\w*|\bquestion\w*|\bwonder\w*|\brequest\w*|\bif\b|\bsuggest\w*|\bpropos\w+|\burged?\b",
)


_RHETORICAL = re.compile(
    r"(?:ない|ません|いかがなもの)(?:もの)?(?:です|でしょう|だろう)?か[。？?]?$"
)
"""A question that states: 検証すべきではないでしょうか."""


def surer(claim: str, parts: Told, ground: Grounds) -> Wrong | None:
    """What shows that a claim is surer than the words that it rests on, or None."""
    quoted = ground.quoted
    asserts = parts.reported and _RHETORICAL.search(quoted)
    if not asserts and _only_asked(quoted, ground.words) and not _ASKS.search(claim):
        return Wrong(Fault.MEANING, quoted[-20:])
    if (settled := _SETTLED.search(parts.content)) and not _SETTLES.search(quoted):
        return Wrong(Fault.MEANING, settled.group())
    return _opened(claim, parts, quoted) or _already_done(parts.content, quoted)


def _opened(claim: str, parts: Told, quoted: str) -> Wrong | None:
    """A part of a claim that states what its counterpart in the record leaves open."""
    telling = claim.replace(parts.content, "")
    claimed, said = segments(parts.content), segments(quoted)
    if has_japanese(claim) != has_japanese(quoted):
        return _lost(set().union(*map(weakly, said)), claim, parts) if len(said) == 1 else None
    pairs = list(beside(claimed, said))
    for part in claimed:
        counterparts = [pair.said for pair in pairs if pair.claimed == part]
        if counterparts:
            left_open = set.intersection(*map(weakly, counterparts))
            if wrong := _lost(left_open, f"{part} {telling}", parts):
                return wrong
    return None


def weakly(text: str) -> set[Mood]:
    """The moods in which a text leaves open what it says."""
    return {mood for mood, pattern in _WEAKER.items() if pattern.search(text)}


def moods(text: str) -> set[Mood]:
    """All moods that a text shows, however faintly."""
    return {mood for mood, pattern in _MARKS.items() if pattern.search(text)}


def _lost(left_open: Iterable[Mood], claim: str, parts: Told) -> Wrong | None:
    kept = moods(claim)
    for mood in left_open:
        if mood in (Mood.HEARD, Mood.INTENDED) and parts.reported:
            continue
        if not kept & _KEPT_BY[mood]:
            return Wrong(Fault.MEANING, mood.value)
    return None


def _only_asked(quoted: str, words: str) -> bool:
    """Whether the words are questions; those in front of one (昨年でしたから、…でしょうか) are none."""
    parts = [quoted[a:b] for a, b in sentences(quoted)]
    reaches = words.rstrip("。？?.」 ")[-4:] in quoted.rstrip("。？?.」 ")[-8:]
    return bool(parts) and reaches and all(is_question(part) for part in parts)


def _already_done(content: str, quoted: str) -> Wrong | None:
    """A deed told as done that the record has as yet to come, or on a condition: 減れば for 減った."""
    claimed, said = _tenses(content), _tenses(quoted)
    for verb in claimed.keys() & said.keys():
        if claimed[verb] == {True} and said[verb] == {False} and _TO_COME.search(quoted):
            return Wrong(Fault.MEANING, verb)
    if has_japanese(content) or has_japanese(quoted):
        return None
    past = _PAST.search(content)
    still = _TO_COME.search(quoted) and not re.search(r"\b(?:\w{3,}ed|was|were|had)\b", quoted)
    return Wrong(Fault.MEANING, past.group()) if past and still and not moods(content) else None


def _tenses(text: str) -> dict[str, set[bool]]:
    """Verbs and verbal nouns of Japanese, each with whether it stands in the past."""
    tokens = list(tokenizer().tokenize(text)) if has_japanese(text) else []
    found: dict[str, set[bool]] = {}
    for at, token in enumerate(tokens):
        speech = token.part_of_speech()
        if not (speech[0] == "動詞" or "サ変" in speech[2]) or token.normalized_form() in _LIGHT:
            continue
        past = adnominal = False
        for step, other in enumerate(tokens[at + 1 : at + 5]):
            kind = other.part_of_speech()[0]
            if kind == "助動詞" and other.normalized_form() == "た":
                past = other.surface() in ("た", "だ")  # たら is a condition
                behind = tokens[at + 1 + step + 1 :][:1]
                adnominal = (
                    past and bool(behind) and behind[0].part_of_speech()[0] in ("名詞", "接頭辞")
                )
                break
            if kind not in ("助動詞", "助詞") and other.normalized_form() not in _LIGHT:
                break
        if not adnominal:  # 老朽化した噴水 tells no deed
            found.setdefault(_stem(token.normalized_form(), speech[0]), set()).add(past)
    return found


def _stem(word: str, speech: str) -> str:
    """A verb by its Chinese character, so that 減る and 減らす are one."""
    return word[0] if speech == "動詞" and "\u4e00" <= word[0] <= "\u9fff" else word


_LIGHT = frozenset(
    "化 決定 承認 可決 了承 採択 認める 決する 為る 居る おる 有る 成る 頂く 下さる いく 来る 参る 行く 言う 出来る 伺う 聞く".split()
)

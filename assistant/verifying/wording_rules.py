"""Words that turn a claim around: denials and opposites, how sure it is, and for how many it holds."""

from __future__ import annotations

import re

from assistant.polarity import OPPOSITES
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.telling import Told
from assistant.verifying.types import Fault
from index_store.tokenizing import tokenizer
from index_store.words import stances
from ingest.exchanges import is_question
from ingest.text import has_japanese, sentences

_MORE_OPPOSITES: tuple[tuple[str, str], ...] = (
    (r"不要|要らな|必要(?:は|が|も)?(?:な[いく]|あり?ませ)|\bunnecessary\b|\bno need\b", r"必要(?!(?:は|が|も)?(?:な[いく]|あり?ませ))|\bnecessary\b"),
    (r"不可能|困難|難し|\bimpossible\b|\bdifficult\b", r"(?<!不)可能(?!性)|容易|\bpossible\b"),
    (r"無料|無償|\bfree of charge\b", r"有料|有償|\bcharged?\b"),
    (r"遅(?:れ|延|く|い)|先送り|延期|\bdelay\w*|\bpostpon\w+|\blate\b", r"前倒し|早(?:ま|め|期|く|い)|\bahead of\b|\bearl\w+"),
    (r"悪化|低調|失敗|\bworse\w*|\bfail\w*", r"改善|好調|成功|\bimprov\w+|\bsucce\w+"),
    (r"低下|減少|下落|\bfall\w*|\bfell\b", r"上昇|向上|増加|\brose\b|\brise\w*"),
    (r"少な(?!くとも|から)|\bfewer\b|\bless\b", r"多(?:い|く|か)|\bmore\b"),
    (r"低(?:い|く|か)|安(?:い|く)|\blower\b|\bcheaper\b", r"高(?:い|く|か)|\bhigher\b"),
    (r"下回|満たな|\bbelow\b", r"上回|超え|\babove\b|\bexceed\w*"),
    (r"終了|閉(?:鎖|館|園|校)|\bclos\w+|\bend(?:ed|s)?\b", r"開始|開(?:設|館|園|校)|新設|\bopen\w*|\bstart\w*"),
    (r"据え?置", r"値上げ|値下げ|引き?上げ|引き?下げ"),
    (r"非公開|\bclosed to the public\b", r"(?<!非)公開|\bopen to the public\b"),
    (r"困難|支障があ", r"支障(?:は|が)な|問題(?:は|が)な"),
    (r"変わらな|変わりませ|変わりな|横ばい|増減な|\bunchanged\b|\bno change\b", r"増え|増やす|増加(?!率)|増大|減[っりるらや]|減少|上が[っりるら]|下が[っりるら]|変わ[るっ]|変更(?:さ|し|す)|\bincreas\w*|\bdecreas\w*|\brose\b|\bfell\b"),
    (r"直営|\bin-house\b", r"委託|\boutsourc\w+"),
    (r"任意|\boptional\b", r"必須|義務|\bmandatory\b|\bcompulsory\b"),
    (r"対象外|除外|\bexclud\w+", r"対象(?!外)|\binclud\w+"),
    (r"未定|決まっていな|\bundecided\b", r"決定(?:し|済|さ)|決まった|\bdecided\b"),
)  # fmt: skip
_PATTERNS = tuple(
    tuple(re.compile(side, re.IGNORECASE) for side in pair)
    for pair in (*OPPOSITES, *_MORE_OPPOSITES)
)
_DENIED = re.compile(
    r"^[ぁ-ん]{0,14}?(?:ない|なく|ませ[んぬ]|なかっ|ず(?:に|、|$))(?!(?:の)?(?:でしょう|だろう|です)?か|ければ)"
)
_NOT = re.compile(
    r"\b(?:not|never|no|without|cannot)\b|n't\b|\bnobody\b|\bnone\b|\bnothing\b", re.I
)
_UNLIKE_MEANING = frozenset(
    {"こと", "もの", "方", "為", "点", "予定", "限り", "以上", "以外", "問題", "それ程"}
)


def flipped(claim: str, ground: Grounds) -> Wrong | None:
    """What a claim says the opposite of, or None.

    Only what the words given for it say counts, and only where no other sentence of theirs says the
    same as the claim.
    """
    quoted = ground.quoted
    for pair in _PATTERNS:
        claimed, said = _sides(pair, claim), _sides(pair, quoted)
        if len(claimed) == 1 and len(said) == 1 and claimed != said:
            found = next(match for side in pair for match in [side.search(claim)] if match)
            return Wrong(Fault.POLARITY, found.group(), contradicted=True)
    return _denied_differently(claim, quoted)


def _sides(pair: tuple[re.Pattern[str], ...], text: str) -> frozenset[int]:
    """The sides of a pair of opposites that a text takes; a denied one counts as the other."""
    return frozenset(
        1 - side if _DENIED.match(text[match.end() :]) or _NOT.search(text[max(0, match.start() - 16) : match.start()]) else side
        for side, pattern in enumerate(pair)
        for match in pattern.finditer(text)
    )  # fmt: skip


def _denied_differently(claim: str, quoted: str) -> Wrong | None:
    """A word that is denied in the claim and not in the record, or the other way round."""
    if not has_japanese(claim) or not has_japanese(quoted):
        return _not_differently(claim, quoted)
    claimed, said = _by_word(claim), _by_word(quoted)
    for word in claimed.keys() & said.keys() - _UNLIKE_MEANING:
        if len(claimed[word]) == 1 and len(said[word]) == 1 and claimed[word] != said[word]:
            return Wrong(Fault.POLARITY, word, contradicted=True)
    return None


def _by_word(text: str) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    for word, denied in stances(text):
        found.setdefault(word, set()).add(denied)
    return found


def _not_differently(claim: str, quoted: str) -> Wrong | None:
    """English: a claim that denies where none of its words is denied in the record, or the reverse."""
    if has_japanese(claim) or has_japanese(quoted):
        return None
    denied = _NOT.search(claim)
    if bool(denied) == bool(_NOT.search(quoted)):
        return None
    if denied is None and len(sentences(quoted)) > 1:
        return None
    found = denied or _NOT.search(quoted)
    return Wrong(Fault.POLARITY, found.group() if found else "", contradicted=True)


_REPORTED = (
    r"要望|要請|求め|希望|お願い|願(?:い|う)|提案|意見|質問|尋ね|問う|問い|伺|質(?:し|す)|指摘|懸念|心配|不安|主張|訴え|期待|べき|ほしい|欲しい|考え|思|見方|見解|疑問|呈し|話として|紹介|とした|とのこと|という"
    r"|\brequest\w*|\bask\w*|\bpropos\w+|\bsuggest\w*|\bwant\w*|\bhope\w*|\bwish\w*|\bshould\b|\bthink\w*|\bbeliev\w+|\bargu\w+|\burg\w+|\bconcern\w*|\bworr\w+|\bwonder\w*|\bquestion\w*|\bfear\w*|\bwould like"
)
_WEAK = re.compile(
    r"検討|研究|調査(?:する|して|中)|議論(?:する|して|中)|調整(?:中|して|する)|協議(?:中|して|する)|考え|思(?:う|い|っ)|可能性|かもしれ|見通し|想定|目指|目標|"
    r"予定|計画|見込|方針|方向|つもり|たい(?:。|と|です|$)|だろう|でしょう|おそれ|恐れ|得る|得ま|場合(?:が|も)|次第|未定|案(?:を|と|で|として)|素案|試算|努め|進めて(?:まい|い)"
    r"|\bconsider\w*|\bexplor\w+|\bstud(?:y|ied|ying)\b|\bmight\b|\bmay\b|\bcould\b|\bplan\w*|\bexpect\w*|\bintend\w*|\bhop\w+|\bpropos\w+|\baim\w*|\bwould\b|\bpossib\w+|\bdraft\b|\blook(?:ing)? into\b|\bdiscuss\w*|\breview\w*",
    re.IGNORECASE,
)  # fmt: skip
_MAYBE = re.compile(
    r"検討|研究|可能性|かもしれ|目指|たい(?:。|と|です|$)|おそれ|恐れ|あり得|次第|未定|調整中|協議中|努め"
    r"|\bconsider\w*|\bexplor\w+|\bmight\b|\bmay\b|\bcould\b|\bpossib\w+|\blook(?:ing)? into\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"(?:決定|決め|決ま|実施|開始|導入|完了|終了|廃止|設置|整備|確保|公表|開設|実現|達成|承認|可決|採択|約束|合意|確定|中止|着手|締結|購入|支給|配布)"
    r"(?:し|さ|を|っ)?(?:れ)?(?:済み|た(?!い)|ている(?!か)|ました|しています)|"
    r"|\b(?:decided|approved|completed|implemented|introduced|opened|abolished|agreed|confirmed|promised|has (?:been )?\w+ed|have (?:been )?\w+ed|was \w+ed|were \w+ed)\b",
    re.IGNORECASE,
)  # fmt: skip
_ENDED = re.compile(r"(?:した|となった|された)。?$")
_HEARSAY = re.compile(r"(?:と|ように)(?:聞い|伺っ|承知し)|らしい|そうだ。|とのことで|という話|\bI (?:have )?hear\w*|\breportedly\b|\bapparently\b|\brumou?r")  # fmt: skip
_WANTED = re.compile(r"ほしい|欲しい|いただきたい|もらいたい|願いたい|べき|お願い|要望|求め|検討してはどう|してはどうか|\bshould\b|\bwould like\b|\bplease\b|\bought\b|\bask that\b|\burge\b")  # fmt: skip
_PROMISED = re.compile(
    r"(?:する|行う|設ける|始める|導入する|実施する|増やす|整備する|進める)(?:こととなった|ことになった|ことが決まった|ことにした|予定|方針|計画|と約束)|約束|\bwill\b|\bpromis\w+",
    re.IGNORECASE,
)


def surer(claim: str, parts: Told, ground: Grounds) -> Wrong | None:
    """Whether a claim is surer than the words that it rests on: 検討する told as 決定した.

    A question, a wish and hearsay are told as such, or with whom they come from.
    """
    quoted = ground.quoted
    reported = parts.reported or bool(re.search(_REPORTED, claim, re.IGNORECASE))
    done = _DONE.search(parts.content) or (None if reported else _ENDED.search(parts.content))
    if _WEAK.search(quoted) and not _WEAK.search(claim) and done and not _DONE.search(quoted):
        if not (reported and _same_words(done.group(), quoted)):
            return Wrong(Fault.MEANING, _found(_WEAK, quoted))
    if _MAYBE.search(quoted) and not _WEAK.search(claim) and not reported:
        if not _DONE.search(quoted) and not _own_sentence_is_sure(quoted):
            return Wrong(Fault.MEANING, _found(_MAYBE, quoted))
    if _HEARSAY.search(quoted) and not (
        reported or _HEARSAY.search(claim) or _VOICES.search(claim)
    ):
        return Wrong(Fault.MEANING, _found(_HEARSAY, quoted))
    if _only_asked(quoted, ground.words) and not (
        reported or re.search(r"か(?:を|と|も|どうか)|\bwhether\b", claim)
    ):
        return Wrong(Fault.MEANING, quoted[-20:])
    if _WANTED.search(quoted) and not reported and (_PROMISED.search(claim) or done):
        return Wrong(Fault.MEANING, _found(_WANTED, quoted))
    return _already_done(parts.content, quoted)


_VOICES = re.compile(r"話|声|聞|伺|よれば|によると|\bsaid\b|\bsays\b|\bheard?\b")


def _same_words(done: str, quoted: str) -> bool:
    return done[:2] in quoted


def _already_done(content: str, quoted: str) -> Wrong | None:
    """A verb in the past where the record has it only as yet to come, or on a condition: 減れば for 減った."""
    claimed, said = _tenses(content), _tenses(quoted)
    for verb in claimed.keys() & said.keys():
        if claimed[verb] == {True} and said[verb] == {False} and _TO_COME.search(quoted):
            return Wrong(Fault.MEANING, verb)
    return None


_TO_COME = re.compile(
    r"予定|計画|見込|れば|たら|なら|思(?:う|い)|でしょう|だろう|たい(?:。|と|です|$)|来年|今後|これから|つもり|方針|(?:する|ます|いく|おく)。?$"
)


def _tenses(text: str) -> dict[str, set[bool]]:
    """Verbs and verbal nouns of Japanese, each with whether it stands in the past."""
    tokens = list(tokenizer().tokenize(text))
    found: dict[str, set[bool]] = {}
    for at, token in enumerate(tokens):
        speech = token.part_of_speech()
        if not (speech[0] == "動詞" or "サ変" in speech[2]) or token.normalized_form() in _LIGHT:
            continue
        # たら and たい begin with the same letter; the word itself tells them apart.
        tail = [t for t in tokens[at + 1 : at + 5]]
        past = False
        for other in tail:
            kind = other.part_of_speech()[0]
            if kind == "助動詞" and other.normalized_form() == "た":
                past = other.surface() in ("た", "だ")
                break
            if kind not in ("助動詞", "助詞") and other.normalized_form() not in _LIGHT:
                break
        found.setdefault(token.normalized_form(), set()).add(past)
    return found


_LIGHT = frozenset({"為る", "居る", "おる", "有る", "成る", "頂く", "下さる", "いく", "来る", "参る", "行く", "言う", "出来る"})  # fmt: skip


def _own_sentence_is_sure(quoted: str) -> bool:
    """Whether only part of several sentences is unsure; which one the claim tells is not known."""
    parts = [part for a, b in sentences(quoted) for part in quoted[a:b].split("が、")]
    return len(parts) > 1 and any(not _MAYBE.search(part) for part in parts)


def _only_asked(quoted: str, words: str) -> bool:
    """Whether the words are questions; those in front of one (昨年でしたから、…でしょうか) are none."""
    parts = [quoted[a:b] for a, b in sentences(quoted)]
    reaches = words.rstrip("。？?.」 ")[-4:] in quoted.rstrip("。？?.」 ")[-8:]
    return bool(parts) and reaches and all(is_question(part) for part in parts)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match.group() if match else ""


_FOR_HOW_MANY = re.compile(
    r"どの[\u4e00-\u9fffァ-ヶー]{1,6}でも|すべて|全て|全員|全(?:市|町|域|校|戸|世帯|職員|委員|国|施設|館|地区)|全(?:て|部)|必ず|常に|毎日|毎年|毎月|毎週|一律|あらゆる|いずれも|誰でも|誰もが|唯一|初めて|最も|最大|最小|最低|多く|ほとんど|大半|大多数|過半|一部|半数|のみ|だけ|しか"
    r"|\ball\b|\bevery\w*|\balways\b|\bonly\b|\bmost\b|\bmany\b|\bmajority\b|\bsome\b|\bfirst\b|\bnone\b|\bdaily\b|\bunanimous\w*|\bnever\b|\bhalf\b",
    re.IGNORECASE,
)
_ALIKE = (
    ("すべて", "全て", "全部", "全", "いずれも", "一律", "あらゆる", "all", "every", "each", "みな", "皆"),
    ("のみ", "だけ", "しか", "限", "only", "just", "solely"),
    ("多く", "大半", "ほとんど", "大多数", "多数", "多", "most", "many", "majority"),
    ("最も", "最大", "一番", "most", "largest", "biggest"),
    ("毎日", "連日", "daily", "every day"),
    ("誰でも", "誰もが", "どなたでも", "everyone", "anyone"),
    ("過半", "半数", "half", "majority", "半分"),
    ("一部", "some", "part", "partly"),
    ("唯一", "only"), ("初めて", "first", "初"),
    ("全員", "全会一致", "満場一致", "unanimous", "all"),
)  # fmt: skip
_NARROWING = re.compile(
    r"(?P<what>[\u4e00-\u9fff々ァ-ヶー]{2,8})(?:のみ|だけ|に限(?:り|る|って|定))"
)


def widened(claim: str, ground: Grounds) -> Wrong | None:
    """Whether a claim holds for more, or fewer, than the record says: 一部 told as すべて."""
    if has_japanese(claim) != has_japanese(ground.said):
        every = re.search(r"\b(?:all|every|always)\b|すべて|全て", claim, re.IGNORECASE)
        held = re.search(
            r"すべて|全|皆|いずれ|どの|各|\ball\b|\bevery|\balways\b", ground.said, re.I
        )
        return Wrong(Fault.MEANING, every.group()) if every and not held else None
    held = f"{ground.said}\n{ground.asked}".lower()
    for match in _FOR_HOW_MANY.finditer(claim):
        word = match.group().lower()
        noun = word[1:] if word.startswith("全") else ""
        like = {
            other for group in _ALIKE if any(word.startswith(w) for w in group) for other in group
        }
        like -= {"全"}
        if noun and re.search(rf"(?:すべて|全て|全部|あらゆる)の{noun}", held):
            continue
        if word not in held and not any(other in held for other in like):
            return Wrong(Fault.MEANING, match.group())
    for match in _NARROWING.finditer(ground.quoted):
        if match["what"] in claim and not re.search(r"のみ|だけ|しか|限", claim):
            return Wrong(Fault.MEANING, match.group())
    partly = _PARTLY.search(ground.quoted)
    if partly and not _PARTLY_TOO.search(claim) and len(sentences(ground.quoted)) == 1:
        return Wrong(Fault.MEANING, partly.group())
    return None


_PARTLY = re.compile(
    r"一部(?:の|で)|の中には|方も(?:い|お)|(?:所|家|人|例|ところ|場合)(?:が|も)(?:まだ)?(?:あ[るり]|い[るま]|ござい)|\bsome (?:of )?",
    re.IGNORECASE,
)
_PARTLY_TOO = re.compile(
    r"一部|中には|もい[るた]|もお|がある|があり|があっ|もあ|がい[るた]|家|場合|いくつか|という声|との声|\bsome\b|\bpart(?:s|ly)?\b|\bcertain\b|\bin places\b|こともある|おそれ"
)


_DOES, _IS_DONE_TO = frozenset({"が", "は"}), frozenset({"を", "に", "へ", "から", "より"})
_PASSIVE = re.compile(r"(?:[かさたなはまらわ]|ら)れ(?:る|た|て|ま|な)")


def exchanged(claim: str, ground: Grounds) -> Wrong | None:
    """Whether doer and deed's object have changed places: AがBを for BがAを."""
    claimed, said = _parts_played(claim), _parts_played(ground.quoted)
    if bool(_PASSIVE.search(claim)) != bool(_PASSIVE.search(ground.quoted)):
        return None
    both = claimed.keys() & said.keys()
    for doer in both:
        for other in both - {doer}:
            here = claimed[doer] <= _DOES and claimed[other] <= _IS_DONE_TO
            if here and said[other] <= _DOES and said[doer] <= _IS_DONE_TO:
                return Wrong(Fault.MEANING, f"{doer} ⇄ {other}", contradicted=True)
    return None


def _parts_played(text: str) -> dict[str, set[str]]:
    """Nouns of Japanese, each with the particles behind it that say what part it plays."""
    found: dict[str, set[str]] = {}
    noun = None
    for token in tokenizer().tokenize(text):
        kind = token.part_of_speech()[0]
        if kind in ("名詞", "接尾辞") and token.part_of_speech()[1] != "数詞":
            noun = token.normalized_form() if kind == "名詞" else noun
        else:
            if kind == "助詞" and noun and token.surface() in _DOES | _IS_DONE_TO:
                found.setdefault(noun, set()).add(token.surface())
            noun = None
    return found

"""Whether a claim says the opposite of the record: up for down, done for not done.

Each clause of a claim is held against the clauses of the record that share most words with it. Three
things can be turned round: a word for its opposite, a word that is denied in one of them only, and
the sense of the clause, which is against something in one of them only (認めない, 見送る).
"""

from __future__ import annotations

import re

from assistant.polarity import OPPOSITES
from assistant.verifying.clauses import Beside, beside, clauses, forms, segments
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault
from index_store.words import stances
from ingest.text import has_japanese

_MORE_OPPOSITES: tuple[tuple[str, str], ...] = (
    (r"不要|要らな|までもな|までもありませ|必要(?:は|が|も)?(?:な[いくし]|あり?ませ)|\bunnecessary\b|\bno need\b", r"必要(?!(?:は|が|も)?(?:な[いくし]|あり?ませ))|\bnecessary\b"),
    (r"不可能|困難|難し|\bimpossible\b|\bdifficult\b", r"(?<!不)可能(?!性)|容易|やさし|\bpossible\b|\beasy\b|\beasily\b"),
    (r"無料|無償|\bfree of charge\b|\bfor free\b", r"有料|有償|\bcharged?\b|\bfor a fee\b"),
    (r"遅(?:れ|延|く|い)|先送り|延期|後ろ倒し|\bdelay\w*|\bpostpon\w+|\blater?\b|\bput back\b", r"前倒し|早(?:ま|め|期|く|い)|繰り上げ|\bahead of\b|\bearl(?:y|ier)\b|\bbrought forward\b"),
    (r"悪化|低調|失敗|\bworse\w*|\bfail\w*|\bdeteriorat\w+", r"改善|好調|成功|\bimprov\w+|\bsucce\w+"),
    (r"低下|減少|下落|\bfall\w*|\bfell\b|\bcut\b", r"上昇|向上|増加|\brose\b|\brise[ns]?\b|\bup from\b"),
    (r"少な(?!くとも|から)|\bfewer\b|\bless\b", r"多(?:い|く|か|す)|\bmore\b"),
    (r"低(?:い|く|か)|安(?:い|く)|\blower\b|\bcheaper\b", r"高(?:い|く|か)|\bhigher\b"),
    (r"下回|満たな|\bbelow\b", r"上回|超え|\babove\b|\bexceed\w*"),
    (r"終了|締め?切|閉(?:鎖|館|園|校|じ)|\bclos(?:e[sd]?|ing)\b|\bend(?:ed|s)?\b", r"開始|受け?付け|開(?:設|館|園|校)|新設|\bopen\w*|\bstart\w*"),
    (r"据え?置", r"値上げ|値下げ|引き?上げ|引き?下げ"),
    (r"非公開|\bclosed to the public\b", r"(?<!非)公開|\bopen to the public\b"),
    (r"困難|支障があ", r"支障(?:は|が)な|問題(?:は|が)な"),
    (r"変わらな|変わりませ|変わりな|変えな|変えませ|横ばい|増減な|\bunchanged\b|\bno change\b|\bstay(?:s|ed)? the same\b", r"増え|増やす|増加(?!率)|増大|減[っりるらや]|減少|上が[っりるら]|下が[っりるら]|変わ[るっ]|変更(?:さ|し|す)|\bincreas\w*|\bdecreas\w*|\brose\b|\brise[ns]?\b|\bfell\b"),
    (r"直営|\bin-house\b", r"委託|\boutsourc\w+"),
    (r"任意|\boptional\b|\bvoluntary\b", r"必須|義務|\bmandatory\b|\bcompulsory\b"),
    (r"対象外|除外|除く|除き|\bexclud\w+|\bexcept\b", r"対象(?!外)|含[むめみ]|\binclud\w+"),
    (r"未定|決まっていな|\bundecided\b", r"決定(?:し|済|さ)|決まった|\bdecided\b"),
    (r"不足|足り(?:な|て(?:い)?な|ませ)|\bshort of\b|\bshortage\b|\black\w*", r"足り(?:る|て(?:い)?(?:る|ま)|た)|余[っりる]|余剰|\benough\b|\bsufficient\b"),
    (r"免除|\bexempt\w*|\bwaive\w*", r"徴収|負担|支払|\bpay\w*"),
    (r"撤去|取り壊|解体|\bremov\w+|\bdemolish\w+", r"設置|建設|新築|\binstall\w*|\bbuil[dt]\w*"),
    (r"禁止|禁じ|\bban(?:s|ned)?\b|\bprohibit\w*|\bforbid\w*", r"解禁|許可|認める(?!べきで)|\ballow\w*|\bpermit\w*"),
    (r"脱退|離脱|\bwithdr[ae]w\w*", r"加入|参加|加盟|\bjoin\w*"),
    (r"午前|\ba\.?m\b", r"午後|\bp\.?m\b"),
    (r"過去|以前|\bbefore\b", r"以降|以後|\bafter\b"),
    (r"昨年|前年(?!比)|去年|\blast year\b", r"今年|本年|\bthis year\b"),
    (r"[のる]前に|前日|\bbefore\b", r"[のた]後|後に|てから|翌日|\bafter\b"),
    (r"教わ|教えを受け", r"教え(?!を受け)|指導し"),
    (r"借り|借用", r"貸し|貸与"),
    (r"買い|購入|買っ|\bb(?:uy|uys|ought)\b", r"売り|売却|売っ|\bs(?:ell|ells|old)\b"),
    (r"平日|\bweekdays?\b", r"土日|休日|週末|\bweekends?\b"),
    (r"男性|男子|\bmen\b", r"女性|女子|\bwomen\b"),
    (r"短(?:い|く|縮)|\bshort(?:er|en\w*)\b", r"長(?:い|く)|延長|\blong(?:er)?\b|\bextend\w*"),
    (r"弱(?:い|ま|め|く)|緩和|\bweak\w*|\brelax\w*", r"強(?:い|ま|め|く|化)|厳し|\bstrengthen\w*|\btighten\w*"),
    (r"消極的|慎重|\bcautious\w*|\breluctant\w*", r"積極的|前向き|\beager\b|\bactively\b"),
)  # fmt: skip
_PATTERNS = tuple(
    tuple(re.compile(side, re.IGNORECASE) for side in pair)
    for pair in (*OPPOSITES, *_MORE_OPPOSITES)
)
_DENIED = re.compile(
    r"^[ぁ-ん考]{0,14}?(?:ない|なく|ませ[んぬ]|なかっ|ず(?:に|、|$))(?!(?:の)?(?:でしょう|だろう|です)?か|ければ)"
)
_NOT = re.compile(r"\b(?:not|never|no|without|cannot|nor)\b|n't\b|\bnobody\b|\bnone\b|\bnothing\b", re.I)  # fmt: skip
_AGAINST = re.compile(
    r"反対|困難|難し|不可|断念|見送|中止|廃止|取りや?め|やめ|拒|禁止|禁じ|ゼロ|なし(?=。|で|と|$)|無し|不要|不足|未定|未(?:実施|着手|整備|設置|回収|達)|否決|否定|却下|撤回|白紙|失敗|除外|対象外|免除|無料|無償|断っ|断る|外れ|なくな|なくし|損な|遅れ|失[わっうい]|不在|不明|不便|不安|懸念|疑問|異論|足りな|非公開|慎重"
    r"|\b(?:oppos\w+|object\w*|difficult\w*|impossible|unable|refus\w+|reject\w*|declin\w+|cancel\w*|abolish\w*|abandon\w*|ban(?:ned)?|prohibit\w*|lack\w*|fail\w*|unlikely|hardly|against|free|exempt\w*|waive\w*|undecided|unnecessary|postpon\w*|delay\w*|exclud\w*|shelv\w+|drop(?:ped)?|except|doubt\w*|cautious\w*|yet to|short of|closed|below|stop\w*|end(?:ed|s)?)\b",
    re.IGNORECASE,
)
"""Words that are against something without a denial."""

_NEITHER = re.compile(
    r"据え?置|維持|横ばい|変わら|変わり|変え|限[るりっ]|のみ|だけ|しか|とどま|以外|ほか|なければ|なくて|ないと|ずに|少なく|かどうか|だろうか|でしょうか|ないか|ませんか|かねな|なければ|割れ|遅|まだ|初めて"
    r"|\b(?:only|unchanged|unless|otherwise|whether|until|same|remain\w*|still)\b",
    re.IGNORECASE,
)
"""Words by which a clause is neither for nor against, or both."""

_NEVER = re.compile(
    r"(?:予定|計画|考え|つもり|検討)(?:は|も|に(?:は|も)?)?(?:ござい|あり|して(?:は)?おり|持って(?:は)?おり|いたしており)ませ[んぬ]"
    r"|考えて(?:は)?(?:おり|い)ませ[んぬ]|(?:まで|に)(?:は|も)?(?:至って(?:は)?(?:おり|い)ませ|至らな)|までもな[いく]"
    r"|\b(?:no plans? to|decided (?:not to|against)|will not)\b",
    re.IGNORECASE,
)
"""What is not done, told by a word of its own rather than by the deed denied."""

_FEW = 2
"""Clauses in which such a word is about the rest of them."""

_UNLIKE_MEANING = frozenset({"こと", "もの", "方", "為", "点", "予定", "限り", "以上", "以外", "問題", "それ程"})  # fmt: skip


def flipped(claim: str, ground: Grounds) -> Wrong | None:
    """What a claim says the opposite of, or None.

    Only what the words given for it say counts, and only where no other clause of theirs that speaks
    of the same says the same as the claim.
    """
    claimed, said = clauses(claim), clauses(ground.quoted)
    agrees = _denies(claim) if has_japanese(claim) else is_against(claim)
    if len(said) <= _FEW and (never := _NEVER.search(ground.words)) and not agrees:
        return Wrong(Fault.POLARITY, never.group(), contradicted=True)
    if has_japanese(claim) != has_japanese(ground.quoted):
        return _turned(claim, said) or _sense_turned(claim, ground.quoted, len(said))
    sides = list(beside(claimed, said))
    single = len(claimed) == 1 or len(said) == 1
    for clause in claimed:
        near = [side for side in sides if side.claimed == clause]
        if len(claimed) == 1:
            near = [Beside(clause, ground.quoted, forms(clause) & forms(ground.quoted))]
        if wrong := _turned(clause, [side.said for side in near]):
            return wrong
        wrongs = [_denied_in_one(side, single) for side in near]
        if wrongs and all(wrongs):
            return wrongs[0]
    return _against_in_one(claim, ground.quoted, list(beside(claimed, said, least=2)))


def _turned(claim: str, said: list[str]) -> Wrong | None:
    """A word of the claim of which the record has the opposite only."""
    held = "、".join(said)
    for pair in _PATTERNS:
        here, there = _sides(pair, claim), _sides(pair, held)
        if len(here) == 1 and len(there) == 1 and here != there:
            found = next(match for side in pair for match in [side.search(claim)] if match)
            return Wrong(Fault.POLARITY, found.group(), contradicted=True)
    return None


def opposite(one: str, other: str) -> bool:
    """Whether one text has a word of which the other has the opposite only."""
    return _turned(one, [other]) is not None


def _sides(pair: tuple[re.Pattern[str], ...], text: str) -> frozenset[int]:
    """The sides of a pair of opposites that a text takes; a denied one counts as the other."""
    found = set()
    for side, pattern in enumerate(pair):
        for match in pattern.finditer(text):
            before = text[max(0, match.start() - 16) : match.start()]
            denied = _DENIED.match(text[match.end() :]) or _NOT.search(before)
            found.add(1 - side if denied else side)
    return frozenset(found)


def _denied_in_one(side: Beside, single: bool) -> Wrong | None:
    """A word that is denied in the claim and not in the record, or the other way round."""
    if not has_japanese(side.claimed):
        return _not_in_one(side)
    claimed, said = _by_word(side.claimed), _by_word(side.said)
    if all(_ends_denied(text) for text in (side.claimed, side.said)):
        return None  # 期限はない and 期限を設けていない
    for word in claimed.keys() & said.keys() - _UNLIKE_MEANING:
        besides = side.shared - {word}
        if len(claimed[word]) == 1 and len(said[word]) == 1 and claimed[word] != said[word] and (besides or single):  # fmt: skip
            return Wrong(Fault.POLARITY, word, contradicted=True)
    return None


def _ends_denied(text: str) -> bool:
    """Whether a clause is denied as a whole: its last word is."""
    found = stances(text)
    return bool(found) and found[-1][1] and sum(denied for _, denied in found) == 1


def _by_word(text: str) -> dict[str, set[bool]]:
    found: dict[str, set[bool]] = {}
    for word, denied in stances(text):
        found.setdefault(word, set()).add(denied)
    return found


def _not_in_one(side: Beside) -> Wrong | None:
    """English: not in the claim and not in the record, or the other way round."""
    here, there = _NOT.search(side.claimed), _NOT.search(side.said)
    if bool(here) == bool(there) or len(side.shared) < 2:
        return None
    if _AGAINST.search(side.said if here else side.claimed) or _NEITHER.search(side.claimed):
        return None
    found = here or there
    return Wrong(Fault.POLARITY, found.group() if found else "", contradicted=True)


def _against_in_one(claim: str, quoted: str, sides: list[Beside]) -> Wrong | None:
    """A clause of the claim that is for what the record is against, or against what that is for.

    What comes later in the same breath may be what a clause is against, on either side.
    """
    for clause in dict.fromkeys(side.claimed for side in sides):
        near = [side for side in sides if side.claimed == clause and len(side.shared) > 1]
        if near and all(_differ(clause, _breath(clause, claim), side.said, _breath(side.said, quoted)) for side in near):  # fmt: skip
            return Wrong(Fault.POLARITY, clause[-20:], contradicted=True)
    return None


def _breath(clause: str, text: str) -> str:
    """The part of a text over which one mood reaches that a clause stands in."""
    return next((part for part in segments(text) if clause in part), clause)


def _sense_turned(claim: str, quoted: str, parts: int) -> Wrong | None:
    """Across languages: a claim that is for what the one clause of the record is against, or reversed."""
    if parts <= 2 and _differ(claim, claim, quoted, quoted):
        return Wrong(Fault.POLARITY, claim[-20:], contradicted=True)
    return None


def _differ(claimed: str, claim: str, said: str, record: str) -> bool:
    """Whether one clause is against something and the other not, with what goes on behind it."""
    if _NEITHER.search(claim) or _NEITHER.search(record):
        return False
    if is_against(claimed):
        return not is_against(record)
    return is_against(said) and not is_against(claim)


def _denies(text: str) -> bool:
    """Whether a text denies something by a word of denial."""
    return bool(_NOT.search(text) or _NEVER.search(text)) or any(d for _, d in stances(text))


def is_against(text: str) -> bool:
    """Whether a text denies something, or is against it by its words."""
    if _AGAINST.search(text) or _NOT.search(text):
        return True
    return any(denied for _, denied in stances(text)) if has_japanese(text) else False

"""Speaker labels: 〔加藤委員〕 is one, 【資料1】 and （拍手） are not.

A label is a bracketed line that names a person or an office. Whether it does is decided by the
words in it (an office at its end, a name of the roster), not by the kind of bracket, since real
minutes mix brackets within one file and put documents and stage directions in the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ingest.text import Line, fold, halfwidth

BRACKETS = {
    "〔": "〕", "[": "]", "【": "】", "＜": "＞", "<": ">", "《": "》",
    "〈": "〉", "［": "］", "（": "）", "(": ")", "≪": "≫",
}  # fmt: skip
_WEAK_OPENERS = "（(＜<〈"
"""Brackets that prose also uses: only an unmistakable office or a known name makes a label."""

_LABEL_LIMIT = 30
"""Characters; a longer bracketed line is text."""

# Offices held by persons, longest first when matched. Those of a committee take a name directly
# (加藤委員); those of an administration take a department (情報政策課長).
COMMITTEE_OFFICES = (
    "副委員長", "委員長", "副会長", "会長", "副議長", "議長", "副座長", "座長", "委員", "議員",
    "部会長", "副部会長", "理事長", "副理事長", "理事", "監事", "幹事長", "幹事", "会員",
    "アドバイザー", "オブザーバー", "コーディネーター", "ファシリテーター",
)  # fmt: skip
ADMINISTRATION_OFFICES = (
    "市長", "副市長", "町長", "副町長", "村長", "副村長", "区長", "副区長", "知事", "副知事",
    "教育長", "課長補佐", "副課長", "課長", "副部長", "部長", "副局長", "局次長", "局長", "室長",
    "所長", "館長", "次長", "係長", "班長", "主幹", "主査", "主任", "主事", "参事", "参与", "理事官",
    "政策監", "技監", "統括監", "審議監", "企画監", "管理監", "推進監", "消防長", "署長",
    "センター長", "病院長", "院長", "校長", "園長", "学長", "学部長", "支所長", "出張所長",
    "事務局長", "事務局次長", "事務局", "担当者", "担当", "職員", "書記", "部", "課", "係", "室",
    "局", "コンサルタント", "コンサル", "受託者", "委託業者", "事業者",
)  # fmt: skip
HONORIFICS = ("氏", "さん", "様", "君", "先生", "教授", "准教授", "弁護士", "医師", "博士", "名誉教授",
              "講師", "研究員", "顧問", "代表", "社長", "専務", "常務", "支部長", "組合長", "自治会長",
              "市民", "傍聴者", "参加者", "発言者", "司会", "進行", "説明者", "報告者", "参考人", "町会長")  # fmt: skip
_ALL_OFFICES = sorted({*COMMITTEE_OFFICES, *ADMINISTRATION_OFFICES, *HONORIFICS}, key=len)[::-1]
# Too common as ends of other words to make a label by themselves in a weak bracket.
_SHORT_OFFICES = frozenset({"部", "課", "係", "室", "局", "代表", "市民", "進行", "担当"})
# Column headings of plans and tables, where they stand without a name.
_NOT_ALONE = frozenset(
    {"担当", "担当課", "所管課", "担当部署", "部", "課", "係", "室", "局", "代表"}
)
_ENGLISH_OFFICES = (
    "chair", "chairperson", "chairman", "chairwoman", "vice chair", "vice-chair", "co-chair",
    "president", "vice president", "member", "mayor", "deputy mayor", "director", "deputy director",
    "manager", "secretary", "secretariat", "treasurer", "clerk", "councillor", "councilor",
    "councilmember", "council member", "commissioner", "officer", "coordinator", "moderator",
    "facilitator", "speaker", "professor", "staff", "city", "interpreter", "head", "chief",
    "superintendent", "engineer", "planner", "administrator", "representative", "resident",
)  # fmt: skip
_COURTESIES = frozenset({"氏", "さん", "様", "君"})
_ENGLISH_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "cllr"})

_REFERENCE = re.compile(
    r"^(?:参考|当日|追加|別冊|配[付布])?(?:資料|別紙|別添|別表|別記|様式|図表|図|表|注|写真|案件|議案|議題|"
    r"議事|報告|参照|出典|備考|会議資料|参考)(?:\s*[第No.]*\s*[0-9０-９一二三四五六七八九十①-⑳A-Za-zア-ン]+"
    r"|[\s\-ー－の号]|$)"
)
_DIRECTION = re.compile(
    r"(?:呼ぶ者|者あり|拍手|異議なし|異議無し|休憩|再開|開会|閉会|散会|挙手|起立|退[席室場]|入[室場]|着席|"
    r"休会|中断|説明|一同|全員|賛成|承認|了承|省略|以下略|中略|笑|沈黙|黙[祷禱]|朗読|録音|"
    r"総括|まとめ|以上|終了|発言なし|質疑|応答|審議|協議|議事|結果|概要|要旨|時\s*\d*\s*分)"
)
_MARKDOWN = re.compile(r"\s*(?:#{1,6}\s+)?\**")
_LATIN_NAME = re.compile(r"^[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,4}$")


@dataclass(frozen=True)
class Label:
    """A speaker label: ``text`` as printed within its brackets, and the span with brackets."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class SpeakerName:
    """A label taken apart: ``name`` (surname, full name) and ``office``; either may be None."""

    name: str | None
    office: str | None


def bracketed(line: Line) -> tuple[str, str, int] | None:
    """(opening bracket, inner text, offset in the line after the closing bracket), or None.

    Only a bracket that opens the line counts, be it behind Markdown's marks (### 〔…〕, **〔…〕**);
    nested brackets of the same kind are matched.
    """
    text = line.text
    lead = _lead(text)
    if lead >= len(text) or text[lead] not in BRACKETS:
        return None
    opener, closer, depth = text[lead], BRACKETS[text[lead]], 0
    for position in range(lead, min(len(text), lead + _LABEL_LIMIT + 2)):
        depth += (text[position] == opener) - (text[position] == closer)
        if depth == 0:
            after = position + 1
            while text.startswith("*", after):
                after += 1
            return opener, text[lead + 1 : position].strip(), after
    return None


def _lead(text: str) -> int:
    """Offset behind white space and Markdown's marks of headings and emphasis."""
    marks = _MARKDOWN.match(text)
    return marks.end() if marks else 0


def find_label(line: Line, known_names: Collection[str] = ()) -> Label | None:
    """The speaker label that opens ``line``, or None.

    Args:
        line: a line of the document.
        known_names: names of the roster, folded; a bracketed one is a label without an office.
    """
    found = bracketed(line)
    if found is None:
        return None
    opener, inner, after = found
    alone = not line.text[after:].strip()
    if not inner or not _names_a_speaker(inner, opener, alone, known_names):
        return None
    # Words that run on from the bracket (【市長】は…) are a sentence about it, not a speech by it.
    if not alone and not _speech_follows(line.text[after:]):
        return None
    start = line.start + len(line.text) - len(line.text.lstrip())
    return Label(inner, start, line.start + after)


def is_reference(inner: str) -> bool:
    """Whether bracketed text refers to a document (資料1, 別紙, 参考資料２)."""
    return bool(_REFERENCE.match(halfwidth(inner)))


def is_direction(line: str) -> bool:
    """Whether a whole line is a stage direction or a note in brackets: （拍手）, 〔休憩〕."""
    text = line.strip()
    return (
        len(text) > 2
        and text[0] in BRACKETS
        and text[-1] == BRACKETS[text[0]]
        and bool(_DIRECTION.search(text))
    )


def _names_a_speaker(inner: str, opener: str, alone: bool, known_names: Collection[str]) -> bool:
    if len(inner) > _LABEL_LIMIT or is_reference(inner):
        return False
    plain = fold(inner)
    if plain in known_names:
        return True
    parts = split_label(inner)
    if parts.office is not None:
        if plain in _NOT_ALONE or _DIRECTION.search(parts.name or ""):
            return False
        return opener not in _WEAK_OPENERS or _unmistakable(parts, alone)
    if opener in _WEAK_OPENERS or not alone or _DIRECTION.search(inner):
        return False
    # A bare name, alone on its line: [Sato], 〔佐藤〕. Reached only with distinct brackets.
    return bool(_LATIN_NAME.match(inner))


def _unmistakable(parts: SpeakerName, alone: bool) -> bool:
    """Whether a label stands even in brackets that prose uses: （委員）, （事務局） and the like."""
    if alone:
        listed = re.search(r"[、，,:]", parts.name or "")
        return parts.office not in _SHORT_OFFICES and not listed
    return parts.name is None and parts.office in (*COMMITTEE_OFFICES, "事務局", "座長")


def _speech_follows(rest: str) -> bool:
    return rest[0] in " 　\t:：" or rest[0] not in "のはがをにとでもへや、。」』,."


def split_label(label: str) -> SpeakerName:
    """Take a label apart into name and office.

    加藤委員 -> 加藤, 委員; 情報政策課長 -> (all of it an office); 事務局（山田） -> 山田, 事務局;
    Chair Hayase -> Hayase, Chair. Without a roster the name of a department and the name of a
    person cannot be told apart, so ``name`` is what stands before the office and the caller
    checks it (see :mod:`ingest.people`).
    """
    text = halfwidth(label)
    inner = re.match(r"^(.*?)\s*\(([^()]+)\)\s*(?:君|さん|氏)?$", text)
    if inner:
        return _split_nested(inner.group(1).strip(), inner.group(2).strip())
    for office in _ALL_OFFICES:
        if text.endswith(office):
            return SpeakerName(text[: -len(office)].strip() or None, office)
        if text.startswith(office) and re.match(r"[\s:・]", text[len(office) :]):
            return SpeakerName(text[len(office) :].strip(" :・") or None, office)
    return _split_english(text)


def _split_nested(outer: str, inner: str) -> SpeakerName:
    if not outer:
        return SpeakerName(None, None)
    if any(outer.endswith(office) for office in _ALL_OFFICES):
        name = split_label(inner)
        return SpeakerName(name.name or inner, outer)
    if any(inner.endswith(office) for office in _ALL_OFFICES) or _is_english_office(inner):
        return SpeakerName(outer, inner)
    return SpeakerName(None, None)


def _split_english(text: str) -> SpeakerName:
    if not text.isascii():
        return SpeakerName(None, None)
    words = text.replace(",", " ").split()
    if len(words) > 1 and words[0].rstrip(".").lower() in _ENGLISH_TITLES:
        return SpeakerName(" ".join(words[1:]), words[0])
    for count in (3, 2, 1):
        head, tail = " ".join(words[:count]), " ".join(words[count:])
        if _is_english_office(head) and tail.split(" ")[0] in ("of", "for"):
            return SpeakerName(None, text)
        if _is_english_office(head):
            return SpeakerName(tail or None, head)
        head, tail = " ".join(words[:-count]), " ".join(words[-count:])
        if len(words) > count and _is_english_office(tail):
            # "Planning Director" is an office, "Hayase, Chair" a name with one.
            return SpeakerName(head, tail) if "," in text else SpeakerName(None, text)
    return SpeakerName(None, None)


def is_courtesy(office: str) -> bool:
    """Whether it is a form of address and no office: Ms., 氏, さん."""
    return office.rstrip(".").lower() in _ENGLISH_TITLES or office in _COURTESIES


def _is_english_office(text: str) -> bool:
    return text.lower().rstrip(".") in _ENGLISH_OFFICES


def is_administration(office: str) -> bool:
    """Whether an office belongs to the administration that answers, not to the committee."""
    plain = halfwidth(office)
    if any(plain.endswith(word) for word in COMMITTEE_OFFICES):
        return False
    return any(plain.endswith(word) for word in ADMINISTRATION_OFFICES)

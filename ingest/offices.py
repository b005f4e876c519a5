"""What a label says: a name, an office, or both. 加藤委員, 情報政策課長, 事務局（山田）, Chair Hayase."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ingest.text import halfwidth

_LONGEST_SURNAME = 4
_LONGEST_ENGLISH_NAME = 3
"""Words of a name behind an office."""

LABEL_LIMIT = 30
"""Characters; a longer label is text."""

# Offices held by persons, longest first when matched. Those of a committee take a name directly
# (加藤委員); those of an administration take a department (情報政策課長).
COMMITTEE_OFFICES = (
    "副実行委員長", "実行委員長", "副委員長", "委員長", "副会長", "会長", "副議長", "議長", "副座長", "座長", "委員", "議員",
    "部会長", "副部会長", "理事長", "副理事長", "理事", "監事", "幹事長", "幹事", "会員", "構成員", "評議員",
    "教育長職務代理者", "教育長職務代行者", "仮議長", "仮座長", "仮委員長", "臨時議長", "臨時座長", "臨時委員長", "職務代理者", "会長職務代理者", "会長職務代理", "委員長職務代理者", "会長代理", "委員長代理", "監査委員",
    "委員代理", "代理委員", "アドバイザー", "オブザーバー", "コーディネーター", "ファシリテーター",
)  # fmt: skip
CLUB_OFFICES = frozenset({"会計", "監査", "会計監査", "庶務", "広報", "総務"})
"""Offices of clubs, where a name follows in a list of people: 会計　真壁; elsewhere they are things."""

ADMINISTRATION_OFFICES = (
    "市長", "副市長", "町長", "副町長", "村長", "副村長", "区長", "副区長", "知事", "副知事",
    "教育長", "課長補佐", "副課長", "課長", "副部長", "部長", "副局長", "局次長", "局長", "室長",
    "所長", "館長", "次長", "係長", "班長", "主幹", "主査", "主任", "主事", "参事", "参与", "理事官",
    "本部長", "市場長", "総監", "長官", "教育監", "政策監", "技監", "統括監", "審議監", "企画監", "管理監", "推進監", "消防長", "署長",
    "団長", "隊長", "教頭", "司書", "学芸員", "保健師", "技師", "指導主事", "相談員", "支援員", "専門員",
    "推進員", "指導員", "調査員", "会計管理者", "管理者", "センター長", "病院長", "院長", "校長", "園長", "学長", "学部長", "支所長", "出張所長",
    "事務局長", "事務局次長", "事務局", "担当者", "担当", "職員", "書記", "部", "課", "係", "室",
    "局", "コンサルタント", "コンサル", "受託者", "委託業者", "事業者",
)  # fmt: skip
HONORIFICS = ("氏", "さん", "様", "君", "先生", "教授", "准教授", "弁護士", "医師", "博士", "名誉教授",
              "講師", "研究員", "顧問", "代表", "社長", "専務", "常務", "支部長", "支店長", "組合長", "自治会長",
              "班", "グループ", "チーム", "市民", "傍聴者", "参加者", "発言者", "司会", "進行", "説明者", "報告者", "参考人", "町会長")  # fmt: skip
ALL_OFFICES = sorted({*COMMITTEE_OFFICES, *ADMINISTRATION_OFFICES, *HONORIFICS}, key=len)[::-1]
# Who speaks from the floor, told apart by a letter or number alone: 参加者Ａ, 住民1.
_FLOOR = frozenset(
    {"参加者", "住民", "市民", "町民", "村民", "区民", "傍聴者", "発言者", "質問者", "来場者"}
)
# Too common as ends of other words to make a label by themselves in a weak bracket.
SHORT_OFFICES = frozenset({"部", "課", "係", "室", "局", "代表", "市民", "進行", "担当"})
# Column headings of plans and tables, where they stand without a name.
NOT_ALONE = frozenset(
    {"担当", "担当課", "所管課", "担当部署", "部", "課", "係", "室", "局", "代表"}
)
_ENGLISH_OFFICES = (
    "chair", "chairperson", "chairman", "chairwoman", "vice chair", "vice-chair", "co-chair",
    "vice chairperson", "vice chairman", "vice chairwoman", "deputy chair", "acting chair",
    "president", "vice president", "member", "mayor", "deputy mayor", "mayor pro tem", "director", "deputy director",
    "manager", "secretary", "secretariat", "treasurer", "clerk", "councillor", "councilor",
    "councilmember", "council member", "commissioner", "officer", "coordinator", "moderator",
    "facilitator", "speaker", "professor", "staff", "city", "interpreter", "head", "chief",
    "master", "attorney", "archivist", "librarian", "surveyor", "accountant", "auditor", "inspector",
    "warden", "consultant", "trustee", "senator", "superintendent", "engineer", "planner", "administrator", "representative", "resident",
)  # fmt: skip
_ENGLISH_ADMINISTRATION = frozenset(
    "director manager secretary secretariat clerk officer engineer planner administrator staff "
    "superintendent treasurer mayor chief".split()
)
_COURTESIES = frozenset({"氏", "さん", "様", "君"})
_ENGLISH_TITLES = frozenset(
    "mr mrs ms miss mx dr prof professor cllr cr pastor hon rev sir dame senator sen rep judge justice capt "
    "captain gov governor".split()
)
# Words of English labels that say what somebody does and are no part of a name.
_NO_NAMES = frozenset(
    """
    all the a an and of for unknown several voice voices host guest panelist participant audience
    reporter operator public group board committee department office council team user interface
    industrial designer design project marketing expert technical support assistant analyst
    consultant member members student teacher grad phd attendee caller agenda item motion note
    leader minister parliamentary opposition master mistress keeper harbour harbor warden agent
    roll call old new business consent calendar session report reports minutes approval order
    adjournment hearing comment comments discussion vote present absent
    trustee lead owner architect scientist researcher nurse doctor driver counsel
    """.split()
)
# Longest first, so that 事務局長 is not read as 事務局; spaces that a layout puts into short words
# (会　長, 事 務 局) are part of them.
OFFICE_PATTERN = "|".join("[ 　]{0,3}".join(map(re.escape, office)) for office in ALL_OFFICES)
_SEAT = re.compile(
    r"^(?:\d{1,3}|[一二三四五六七八九十]{1,3})番(?:議員|委員)?[\s(]*([^()\s].*?)\)?$"
)
_ANONYMOUS = re.compile(r"^(?:[A-Za-z]|\d{1,2}|[○●◯〇△□×*＊]+|[甲乙丙丁]|某|他|各)$")
_NUMBERED_OFFICE = re.compile(r"^(\D+?)[\s(]*(?:[A-Z]|\d{1,2}|[①-⑳]|[甲乙丙丁])\)?$")
# 奥村委員（オンライン）, 早瀬副会長（途中退席）: how somebody took part.
_STANCE = re.compile(r"[・、,](?:反対|賛成|原案賛成|継続)(?:討論|者)?$")
_BODY = re.compile(
    r"(?:社協|会社|協議会|大学|組合|協会|連合会|センター|病院|学校|公社|機構|財団|法人|㈱)$|^(?:㈱|株式|有限)"
)
_HOW_PRESENT = re.compile(
    r"オンライン|リモート|ウェブ|Web|Zoom|Teams|電話|書面|代読|途中|遅参|早退|退席|出席|欠席|会場|挙手|発言",
    re.IGNORECASE,
)
_COURTESY_END = re.compile(r"(?:君|さん|氏|様)$")


@dataclass(frozen=True)
class SpeakerName:
    """A label taken apart: ``name`` (surname, full name) and ``office``; either may be None."""

    name: str | None
    office: str | None


@lru_cache(maxsize=4096)
def split_label(label: str) -> SpeakerName:
    """Take a label apart into name and office.

    加藤委員 -> 加藤, 委員; 情報政策課長 -> (all of it an office); 事務局（山田） -> 山田, 事務局;
    12番（鈴木花子君） -> 鈴木花子, None; 委員Ａ -> None, 委員; Chair Hayase -> Hayase, Chair.
    Without a roster the name of a department and the name of a person cannot be told apart, so
    ``name`` is what stands before the office and the caller checks it (see :mod:`ingest.people`).
    """
    text = _STANCE.sub("", halfwidth(label))
    if text.isascii():
        return _split_english(text)
    if seat := _SEAT.match(text):
        inside = _split_plain(seat.group(1))
        return inside if inside.office else SpeakerName(_bare(seat.group(1)), None)
    inner = re.match(r"^(.*?)\s*\(([^()]+)\)\s*(?:君|さん|氏)?$", text)
    if inner:
        return _split_nested(inner.group(1).strip(), inner.group(2).strip())
    return _split_plain(text)


def _split_plain(text: str) -> SpeakerName:
    numbered = _NUMBERED_OFFICE.match(text)
    if numbered and (numbered[1] in COMMITTEE_OFFICES or numbered[1] in _FLOOR):
        return SpeakerName(None, numbered[1])
    joined = re.sub(r"\s+", "", text)
    # 事 務 局: the layout has set the word apart.
    apart = all(len(part) == 1 for part in text.split())
    for candidate in (joined,) if apart else (text, joined):
        for office in ALL_OFFICES:
            if candidate.endswith(office):
                return _with_name(candidate[: -len(office)], office)
            if text.startswith(office) and re.match(r"[\s:・]", text[len(office) :]):
                return _with_name(_bare(text[len(office) :]) or "", office)
    return SpeakerName(None, None)


def _with_name(name: str, office: str) -> SpeakerName:
    plain = name.strip(" :・")
    return SpeakerName(None if _ANONYMOUS.match(plain) else plain or None, office)


def _bare(name: str) -> str | None:
    """A name without the courtesy behind it."""
    return _COURTESY_END.sub("", name.strip(" :・)")).strip() or None


def _split_nested(outer: str, inner: str) -> SpeakerName:
    if not outer:
        return SpeakerName(None, None)
    joined = re.sub(r"\s+", "", outer)
    if any(joined.endswith(office) for office in ALL_OFFICES):
        if _ANONYMOUS.match(inner):
            return SpeakerName(None, joined)
        if _HOW_PRESENT.search(inner):
            return _split_plain(outer)
        name = split_label(inner)
        if name.office and name.name and joined == "事務局":
            return name  # 事務局（柏木課長）
        if name.office and not name.name:
            # 事務局（企画課長）: both say what somebody is, the inner more exactly.
            return SpeakerName(None, name.office if joined == "事務局" else joined)
        return SpeakerName(_bare(name.name or inner), joined)
    if any(inner.endswith(office) for office in ALL_OFFICES):
        within = _split_plain(inner)
        if _BODY.search(outer) and within.name and len(within.name) <= _LONGEST_SURNAME:
            return within  # 社協（柏木次長）
        return SpeakerName(_bare(outer), inner)
    return SpeakerName(None, None)


def _split_english(text: str) -> SpeakerName:
    bracket = re.match(r"^(.*?)\s*\(([^()]+)\)$", text)
    if bracket and bracket.group(1):
        outer, inner = bracket.groups()
        split = _split_english(outer)
        if split.name is None and split.office and _looks_like_name(inner):
            return SpeakerName(english_name(inner), split.office)
        office = inner if _says_office(inner) else split.office
        return SpeakerName(split.name or english_name(outer), office)
    before, comma, after = text.partition(",")
    if comma and before.strip() and _says_office(after):
        return SpeakerName(english_name(before), after.strip())
    words = text.replace(",", " ").split()
    if len(words) > 1 and words[0].lower() == "the" and _is_english_office(" ".join(words[1:])):
        return SpeakerName(None, " ".join(words[1:]))
    if len(words) > 1 and words[0].rstrip(".").lower() in _ENGLISH_TITLES:
        return SpeakerName(" ".join(words[1:]), words[0])
    return _with_english_office(words, listed="," in text) or SpeakerName(None, None)


def _with_english_office(words: list[str], *, listed: bool) -> SpeakerName | None:
    """An office before or behind a name: Chair Hayase, City Manager Farrow; Hayase, Chair if ``listed``."""
    text = " ".join(words)
    for count in (4, 3, 2):
        if _ends_in_office(words[:count]) and _is_name(words[count:]):
            return SpeakerName(english_name(" ".join(words[count:])), " ".join(words[:count]))
    for count in (3, 2, 1):
        head, tail = " ".join(words[:count]), " ".join(words[count:])
        if _is_english_office(head) and tail.split(" ")[0] in ("of", "for"):
            return SpeakerName(None, text)
        if _is_english_office(head):
            return SpeakerName(english_name(tail) if tail else None, head)
        head, tail = " ".join(words[:-count]), " ".join(words[-count:])
        if len(words) > count and _is_english_office(tail):
            # "Planning Director" is an office, "Hayase, Chair" a name with one.
            return SpeakerName(head, tail) if listed else SpeakerName(None, text)
    return None


def _ends_in_office(words: list[str]) -> bool:
    return all(word[:1].isupper() for word in words) and _is_english_office(words[-1])


def _is_name(words: list[str]) -> bool:
    return 0 < len(words) <= _LONGEST_ENGLISH_NAME and all(
        word[:1].isupper() and not _is_english_office(word) for word in words
    )


def english_name(text: str) -> str:
    """A name in its usual order: "Hayase, Ann" -> "Ann Hayase", "Dr. Ann Hayase" -> "Ann Hayase"."""
    surname, comma, given = text.partition(",")
    ordered = f"{given.strip()} {surname.strip()}" if comma and given.strip() else text
    words = ordered.split()
    if words[:1] == ["The"]:
        words = words[1:]  # The Hon. Ann Hayase
    while len(words) > 1 and words[0].rstrip(".").lower() in _ENGLISH_TITLES:
        words = words[1:]
    return " ".join(words)


def _looks_like_name(text: str) -> bool:
    return not _says_office(text) and text[:1].isupper()


def _says_office(text: str) -> bool:
    return any(
        _is_english_office(word) or word.lower() in ("leader", "minister", "secretary")
        for word in re.findall(r"[\w-]+", text)
    )


def is_full_english_name(text: str) -> bool:
    """Whether a label is first and last name and nothing else: Kirsty Hale, J. R. Moor."""
    words = english_name(text).split()
    return (
        2 <= len(words) <= 4
        and not text.isupper()
        and all(word[:1].isupper() and (len(word) > 2 or word.endswith(".")) for word in words)
        and not any(w.lower() in _NO_NAMES or _is_english_office(w) for w in words)
        and re.fullmatch(r"[A-Za-zÀ-ɏ.'’ \-]+", text.replace(",", "")) is not None
    )


@lru_cache(maxsize=4096)
def is_courtesy(office: str) -> bool:
    """Whether it is a form of address and no office: Ms., 氏, さん."""
    return office.rstrip(".").lower() in _ENGLISH_TITLES or office in _COURTESIES


def _is_english_office(text: str) -> bool:
    return text.lower().rstrip(".") in _ENGLISH_OFFICES


@lru_cache(maxsize=4096)
def is_committee_office(office: str) -> bool:
    """Whether an office is one that members hold: 会長, 副委員長, 委員."""
    return halfwidth(office) in COMMITTEE_OFFICES or _is_english_office(office)


def is_member_office(office: str) -> bool:
    """Whether an office is a member's, be it of a part of the body: 広報委員長, 修繕担当理事, 会計."""
    plain = halfwidth(office)
    return is_committee_office(plain) or plain in CLUB_OFFICES or plain.endswith(COMMITTEE_OFFICES)


@lru_cache(maxsize=4096)
def is_chair(office: str | None) -> bool:
    """Whether an office leads the meeting: 会長, 委員長, 議長, 座長, Chair."""
    if office is None:
        return False
    plain = halfwidth(office).lower()
    return not plain.startswith(("副", "vice")) and (
        plain.endswith(("会長", "委員長", "議長", "座長", "部会長", "理事長", "司会"))
        or plain in ("chair", "chairperson", "chairman", "chairwoman", "president", "moderator")
    )


@lru_cache(maxsize=4096)
def is_administration(office: str) -> bool:
    """Whether an office belongs to the administration that answers, not to the committee."""
    plain = halfwidth(office)
    if any(plain.endswith(word) for word in COMMITTEE_OFFICES):
        return False
    if any(plain.endswith(word) for word in ADMINISTRATION_OFFICES):
        return True
    return plain.lower().rpartition(" ")[2] in _ENGLISH_ADMINISTRATION or (
        " of " in plain and _is_english_office(plain.partition(" of ")[0])
    )


def names_office(text: str) -> bool:
    """Whether a short text, as the cell of a table, is a speaker: 加藤委員, 事務局, Chair Sato."""
    return 0 < len(text) <= LABEL_LIMIT and split_label(text).office is not None

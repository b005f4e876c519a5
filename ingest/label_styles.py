"""Labels at the start of one line, in each of the styles that records use.

Whether a line with such a label is a speech, and which styles a document uses, is decided with all
of its lines in view (:mod:`ingest.labels`). Real minutes put documents and stage directions into
the same brackets as speakers, and marks before bullets as well: what the words name decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum, auto

from ingest.header import Field, field_named
from ingest.offices import (
    ADMINISTRATION_OFFICES,
    COMMITTEE_OFFICES,
    LABEL_LIMIT,
    NOT_ALONE,
    OFFICE_PATTERN,
    SHORT_OFFICES,
    SpeakerName,
    split_label,
)
from ingest.text import Line, fold, halfwidth, has_japanese

BRACKETS = {
    "〔": "〕", "[": "]", "【": "】", "＜": "＞", "<": ">", "《": "》",
    "〈": "〉", "［": "］", "（": "）", "(": ")", "≪": "≫",
}  # fmt: skip
_WEAK_OPENERS = "（(＜<〈"
"""Brackets that prose also uses: only an unmistakable office or a known name makes a label."""

MARKS = "○◯〇◎●◆◇■□▲△▼▽★☆"
"""Marks that a record sets before a speaker (and also before headings and bullets)."""

_REFERENCE = re.compile(
    r"^(?:参考|当日|追加|別冊|配[付布])?(?:資料|別紙|別添|別表|別記|様式|図表|図|表|注|写真|案件|議案|議題|"
    r"議事|報告|参照|出典|備考|会議資料|参考)(?:\s*[第No.]*\s*[0-9０-９一二三四五六七八九十①-⑳A-Za-zア-ン]+"
    r"|[\s\-ー－の号]|$)"
)
_DIRECTION = re.compile(
    r"(?:呼ぶ者|者あり|拍手|異議なし|異議無し|休憩|再開|開会|閉会|散会|挙手|起立|退[席室場]|入[室場]|着席|"
    r"休会|中断|説明|一同|全員|賛成|承認|了承|省略|以下略|中略|笑|沈黙|黙[祷禱]|朗読|録音|登壇|降壇|"
    r"総括|まとめ|以上|終了|発言なし|質疑|応答|審議|協議|議事|結果|概要|要旨|時\s*\d*\s*分|"
    r"(?i:applause|laughter|recess|adjourn|pause|inaudible|crosstalk|silence|vote|motion))"
)
_LEAD = re.compile(rf"\s*(?:#{{1,6}}\s+)?(?:[*_]{{1,3}}|[{MARKS}・→⇒➡]\s*)?")
_LATIN_NAME = re.compile(r"^[A-Z][\w.'’-]*(?:\s+[A-Z][\w.'’-]*){0,4}$")
_TIME = r"[\[（(]?(?P<time>(?:\d{1,3}[:：])?\d{1,2}[:：]\d{2})(?:[.,]\d+)?[\]）)]?"
_TIMED = re.compile(
    rf"\s*(?:[-*・]\s*)?{_TIME}(?:\s*(?:-->|[-–~～])\s*{_TIME.replace('time', 'end')})?[\s　]*"
)
_SEAT = "(?:[0-9０-９]{1,3}|[一二三四五六七八九十]{1,3})番"
# 原　委　員, 真　部　委　員: a layout sets a name and its office apart, letter by letter.
_SET_APART = r"(?<=[^\s　])[ 　]{1,2}(?:委[ 　]{1,2}員|会[ 　]{1,2}長|議[ 　]{1,2}員)"
# A head that ends in an office (with a name in brackets behind it), a numbered seat, or a name
# with its courtesy, and where it ends.
_HEAD = (
    rf"(?:[^\s　、。，,：:（()）「」『』]{{0,16}}(?:[ 　][^\s　、。，,：:（()）「」]{{1,4}})?"
    rf"(?:[（(][^\s（）()]{{1,2}}[）)])?(?:{OFFICE_PATTERN}|{_SET_APART})"
    r"(?:[A-ZＡ-Ｚ]|[0-9０-９]{1,2}|[①-⑳])?(?:[ 　]?[（(][^（）()\n]{1,24}[）)])?(?:君|氏)?"
    rf"|{_SEAT}(?:議員|委員)?[ 　]?[（(][^（）()\n]{{1,16}}[）)]"
    rf"|[0-9０-９]{{1,2}}[ 　]{{0,4}}番(?:委員|議員)?(?=[ 　]+\S|[ 　]*$)"
    rf"|{_SEAT}[ 　][^\s　、。：:]{{1,5}}(?:[ 　][^\s　、。：:]{{1,4}})?(?:君|議員)"
    rf"|(?:{OFFICE_PATTERN})[ 　][^\s　、。：:]{{1,5}}(?:[ 　][^\s　、。：:]{{1,4}})?君)"
)
_BULLETS = "・→⇒➡"
"""Marks before a speaker in summaries: ・森委員　…, →公園課長　…; elsewhere they mark bullets."""

_MARKED = re.compile(rf"\s*[{MARKS}{_BULLETS}]\s*(?P<head>{_HEAD})(?=[\s　:：]|$)[:：]?")
_MARKED_LATIN = re.compile(rf"\s*[{MARKS}]\s*(?P<head>[A-Z][\w.'’ -]{{1,40}}?)\s*[:：]")
_COLON = re.compile(
    rf"\s*(?:\*\*)?(?P<head>[^\s、。，：:][^、。，：:「」『』\n]{{0,{LABEL_LIMIT}}}?)(?:\*\*)?\s*(?:[:：]|(?<=[^\x00-\x7f])[＞>])(?:\*\*)?(?!//)"
)
_LATIN_COLON = re.compile(
    r"\s*(?:\*\*)?(?P<head>[A-ZÀ-Þ][\w.'’À-ɏ-]*(?:,? (?:[A-Za-zÀ-ɏ(][\w.'’À-ɏ,()-]*)){0,8}(?: ?\([^()\n]{1,90}\))?)(?:\*\*)?\s*[:：](?:\*\*)?(?=\s|$)"
)
# [Ilse] Right, week 38; <Prof> What is a recorder worth?: of a transcript, before the words.
_LATIN_BRACKET = re.compile(
    r"\s*(?:\*\*)?[\[<](?P<head>[A-ZÀ-Þ][^\W\d_]*[.]?(?: [A-ZÀ-Þ][^\W\d_]*[.]?){0,3})[\]>](?:\*\*)?:?(?= +\S)"
)
_SPACED = re.compile(rf"[ 　]*(?P<label>(?:\*\*)?(?P<head>{_HEAD})(?:\*\*)?)[ 　\t]+(?=\S)")
_ALONE = re.compile(rf"\s*(?P<label>(?:\*\*)?(?P<head>{_HEAD})(?:\*\*)?)[ 　]*$")
# Mr. BAXTER. Thank you: transcripts of hearings end the name with a full stop.
_LATIN_STOP = re.compile(
    r"\s*(?P<head>(?:(?:M[Rr]s?|M[Ss]|D[Rr]|Senator|SENATOR|Chair(?:man|woman)?|CHAIR(?:MAN|WOMAN)?|Judge|JUDGE)\.? "
    r"[A-Z][A-Z'’-]+(?: [A-Z][A-Z'’-]+){0,2}|The [A-Z]{5,20}))\.(?=\s)"
)
# Ms Bello (Member for Karri Vale)—I refer to…: parliamentary reports.
_LATIN_DASH = re.compile(
    r"\s*(?P<head>(?:The Hon\.?|The|Hon\.?|M[rs]s?|Miss|Dr|Sir|Dame|Senator)\.? [A-Z][\w.'’-]*"
    r"(?: [A-Z][\w.'’-]*){0,3}(?: ?\([^()\n]{1,60}\))?)[—―](?=\S)"
)
_REACH = 40
"""Characters from its start within which a label before a wide space ends."""

_COLON_REACH = 130
"""Characters from the start of a line within which the colon of a label stands."""

_NAME_PARTICLES = frozenset("of the and for van von der den de la le di da bin al".split())


class Style(Enum):
    """How a document marks its speakers."""

    BRACKET = auto()
    MARK = auto()
    COLON = auto()
    SPACE = auto()
    ALONE = auto()
    SUMMARY = auto()
    LEGEND = auto()
    BEHIND = auto()
    DECLARED = auto()


@dataclass(frozen=True)
class Label:
    """A speaker label: ``text`` as printed without brackets, marks and colon, and its whole span.

    ``time`` is the time code before it, hh:mm:ss, or None.
    """

    text: str
    start: int
    end: int
    style: Style
    time: str | None = None


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
    for position in range(lead, min(len(text), lead + LABEL_LIMIT + 2)):
        depth += (text[position] == opener) - (text[position] == closer)
        if depth == 0:
            after = position + 1
            while text.startswith("*", after):
                after += 1
            return opener, text[lead + 1 : position].strip(), after
    return None


def _lead(text: str) -> int:
    """Offset behind white space and the marks of headings, emphasis and speakers."""
    if text[:1] in BRACKETS:
        return 0
    marks = _LEAD.match(text)
    return marks.end() if marks else 0


def bare_label(text: str) -> str:
    """A speaker's cell or line without mark and brackets: ○委員長, 〔加藤委員〕."""
    plain = text.strip("| 　\t\r\n").lstrip(MARKS + "・ 　").rstrip(":： 　")
    if plain[:1] in BRACKETS and plain.endswith(BRACKETS[plain[0]]):
        plain = plain[1:-1].strip()
    return plain or text.strip()


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


def is_field(head: str) -> bool:
    """Whether words head a field of the header; 事務局 and 委員 do, and speak as well."""
    named = field_named(head)
    speaks = named is Field.OFFICIALS and not head.isascii()
    return named is not None and split_label(head).office is None and not speaks


# 【質疑】（加藤委員）…: what kind of speech it is, and whose.
_KIND_OF_SPEECH = re.compile(
    r"(?:補足)?説明|質疑|質問|再質問|答弁|再答弁|回答|意見|要望|(?:反対|賛成)?討論|報告|発言|提案|指摘|補足"
)
_NAMED_BEHIND = re.compile(r"[ 　]*[（(〔](?P<who>[^（）()〔〕]{1,24})[）)〕]")


def bracket_label(line: Line, known_names: Collection[str] = ()) -> Label | None:
    """The bracketed label that opens ``line``: 〔加藤委員〕, ### 【事務局】, （座長）."""
    found = bracketed(line)
    if found is None:
        return None
    opener, inner, after = found
    if _KIND_OF_SPEECH.fullmatch(inner) and (named := _NAMED_BEHIND.match(line.text, after)):
        inner, opener, after = named["who"].strip(), "【", named.end()
    rest = line.text[after:]
    alone = not rest.strip(" 　\t:：")
    if not inner or not _names_a_speaker(inner, opener, alone, known_names):
        return None
    # Words that run on from the bracket (【市長】は…) are a sentence about it, not a speech by it.
    if not alone and not _speech_follows(rest):
        return None
    after += len(rest) - len(rest.lstrip(":：")) if rest[:1] in ":：" else 0
    start = line.start + len(line.text) - len(line.text.lstrip())
    return Label(inner, start, line.start + after, Style.BRACKET)


def _names_a_speaker(inner: str, opener: str, alone: bool, known_names: Collection[str]) -> bool:
    if len(inner) > LABEL_LIMIT or is_reference(inner) or _is_english_sentence(inner):
        return False
    plain = fold(inner)
    parts = split_label(inner)
    if plain in known_names or fold(parts.name or "") in known_names:
        return True
    if parts.office is not None or parts.name is not None:
        if plain in NOT_ALONE or _DIRECTION.search(parts.name or ""):
            return False
        return opener not in _WEAK_OPENERS or _unmistakable(parts, alone)
    if opener in _WEAK_OPENERS or not alone or _DIRECTION.search(inner):
        return False
    # A bare name, alone on its line: [Sato], 〔佐藤〕. Reached only with distinct brackets.
    return bool(_LATIN_NAME.match(inner))


def _is_english_sentence(inner: str) -> bool:
    """Whether a bracket holds a sentence and no name: [Mr Sturrock left the room.]."""
    if not inner.isascii():
        return False
    small = [w for w in inner.split() if w.islower() and w not in _NAME_PARTICLES]
    return bool(small) or (inner.endswith(".") and len(inner.split()) > 1)


def _unmistakable(parts: SpeakerName, alone: bool) -> bool:
    """Whether a label stands even in brackets that prose uses: （委員）, （事務局） and the like."""
    if alone:
        listed = re.search(r"[、，,:]", parts.name or "")
        return parts.office not in SHORT_OFFICES and not listed
    known = parts.office in (*COMMITTEE_OFFICES, *ADMINISTRATION_OFFICES)
    return (
        known
        and parts.office not in SHORT_OFFICES
        and not re.search(r"[、，,:・]", parts.name or "")
    )


# Words that begin a speech and begin like a particle: （座長）では、…, （館長）はい。
_OPENING_WORD = re.compile(
    r"(?:はい|はじめ|はたして|では|でも|ですから|でしたら|でき[れる]|とても|とり|ところ|どう|もう|もちろん|もし|もっと|のち|にぎ|"
    r"がん|やは[りっ]|やめ|へえ|をっ|はっきり)"
)


# （事務局）から説明のあった…
_PARTICLES = re.compile(r"から|まで|より|など|及び|並びに|または|又は|として|における|による")


def _speech_follows(rest: str) -> bool:
    if _PARTICLES.match(rest):
        return False
    if rest[0] in " 　\t:：" or rest[0] not in "のはがをにとでもへや、。」』,.":
        return True
    return bool(_OPENING_WORD.match(rest))


_ASKED = re.compile(
    r"[\s　]*(?:問|答|質問|質疑|回答|答弁|Ｑ|Ａ|Q|A)[0-9０-９]{0,2}[ 　]*[（(](?P<who>[^（）()、。]{2,24})[）)][:：]?(?=[ 　\t]|$)"
)


def asked_label(line: Line) -> Label | None:
    """Who asks or answers, in brackets behind the mark of it: 問（滝沢委員）　…, 答（教育長）　…."""
    match = _ASKED.match(line.text)
    if match is None or split_label(match["who"]).office is None:
        return None
    start = line.start + len(line.text) - len(line.text.lstrip())
    return Label(match["who"].strip(), start, line.start + match.end(), Style.MARK)


def marked_label(line: Line, names: Collection[str] = ()) -> Label | None:
    """The label behind a mark that opens ``line``: ○加藤委員長　…, ◎企画部長（佐藤健二君）　…."""
    text = line.text
    stripped = text.lstrip()
    if not stripped or stripped[0] not in MARKS + _BULLETS:
        return None
    match = _MARKED.match(text) or _MARKED_LATIN.match(text)
    head = match["head"].strip() if match else ""
    if match is None and stripped[0] in _BULLETS:
        return None
    if match is None:
        named = re.match(
            rf"\s*[{MARKS}]\s*(\S{{1,8}}?(?:[ 　]\S{{1,4}}?)?)(?:君|さん|氏|様)?(?=[\s　:：]|$)",
            text,
        )
        if named is None or fold(named.group(1)) not in names:
            return None
        match, head = named, named.group().strip(MARKS + " 　")
    if is_reference(head) or _DIRECTION.search(split_label(head).name or "") or is_field(head):
        return None
    start = line.start + len(text) - len(stripped)
    return Label(head, start, line.start + match.end(), Style.MARK)


def colon_label(line: Line) -> Label | None:
    """The words before a colon that opens ``line``, be they a speaker or not."""
    text = line.text
    time, begin = None, 0
    if text[:1] in "[(（-*・ 　" or text[:1].isdigit():
        timed = _TIMED.match(text)
        if timed and timed.end() < len(text):
            time, begin = timed["time"], timed.end()
    reach = text[begin : begin + _COLON_REACH]
    if text.lstrip("*")[:1] in ("[", "<") and (match := _LATIN_BRACKET.match(text)):
        match = None if _DIRECTION.search(match["head"]) else match
    elif re.search("[:：＞>]", reach):
        match = _LATIN_COLON.match(text, begin) or _COLON.match(text, begin)
    elif text[begin : begin + 1].isupper():
        match = _LATIN_STOP.match(text, begin) or _LATIN_DASH.match(text, begin)
    else:
        match = None
    if match is None:
        return None
    head = match["head"].strip(" 　*")
    following = text[match.end() : match.end() + 1]
    if head.isascii() and following and not following.isspace() and match.re is not _LATIN_DASH:
        return None  # 7:52 p.m., https://…
    if not head or (not has_japanese(head) and not head[0].isupper() and not head[0].isdigit()):
        return None
    start = line.start + len(text) - len(text.lstrip())
    return Label(head, start, line.start + match.end(), Style.COLON, _clock(time))


def _clock(code: str | None) -> str | None:
    """1:02:03, 2:03 -> 01:02:03, 00:02:03."""
    if code is None:
        return None
    parts = [int(part) for part in re.split("[:：]", code)]
    hours, minutes, seconds = [0] * (3 - len(parts)) + parts
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def spaced_label(line: Line) -> Label | None:
    """The label that a wide space parts from the words: 会　長　　それでは…."""
    head = line.text.lstrip()[:_REACH]
    if "　" not in head and " " not in head and "\t" not in head:
        return None
    return _matched(_SPACED, line, Style.SPACE)


def lone_label(line: Line) -> Label | None:
    """The label that is the whole line: 加藤委員."""
    if len(line.text) > 2 * _REACH:
        return None
    return _matched(_ALONE, line, Style.ALONE)


# 堀 内 都 市 計 画 課 長: every letter set apart.
_LETTERS = r"[ 　]*(?P<label>(?P<head>(?:[^\s　。、：:（）()「」][ 　]){2,14}[^\s　。、：:（）()「」](?:[（(][^（）()\n]{1,24}[）)])?))"
_LETTERS_SPACED = re.compile(_LETTERS + r"[ 　\t]{2,}(?=\S)")
_LETTERS_ALONE = re.compile(_LETTERS + r"[ 　]*$")


def _in_letters(line: Line, style: Style) -> re.Match[str] | None:
    """A label of which every letter stands apart, if it names an office."""
    pattern = _LETTERS_ALONE if style is Style.ALONE else _LETTERS_SPACED
    match = pattern.match(line.text)
    return match if match and split_label(match["head"]).office else None


def _matched(pattern: re.Pattern[str], line: Line, style: Style) -> Label | None:
    match = pattern.match(line.text) or _in_letters(line, style)
    if match is None:
        return None
    head = match["head"].strip()
    parts = split_label(head)
    if is_field(head) or is_reference(head) or _DIRECTION.search(parts.name or ""):
        return None
    if fold(head) in NOT_ALONE or parts.office in SHORT_OFFICES:
        return None
    start = line.start + len(line.text) - len(line.text.lstrip())
    return Label(head, start, line.start + match.end("label"), style)

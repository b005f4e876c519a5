"""How Japanese minutes tell who said what (加藤委員から、…との質問があり、課長が、…と答えた)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.header import agenda_item, field_heading
from ingest.label_styles import is_reference
from ingest.narrative_way import Teller
from ingest.offices import NOT_ALONE, SHORT_OFFICES, split_label
from ingest.text import Line, fold
from ingest.types import AgendaItem

MINUTES = re.compile(r"議事要旨|議事録|会議録|議事概要|会議要旨|会議概要|会議の概要|要点記録|会議記録|議事の要旨|議事メモ")  # fmt: skip
"""What says that a document is minutes."""

ASKS = re.compile(
    r".*(?:質問|質疑|問い|疑問)(?:が|も|を)[^。]{0,12}[、。]?$"
    r"|.*(?:尋ね|たずね|質し|ただし|問われ|聞かれ|問う|問い、|問うた|聞い|質問し)[^。]{0,6}[、。]?$",
    re.DOTALL,
)
REPLIES = re.compile(
    r".*(?:答え|回答|答弁|説明|返答|応じ|補足|述べ|明言|反論|発言|とのこと)", re.DOTALL
)

_BULLET = (
    r"[\s　]*(?:[・○◯◎●◇◆□■※*\-‐―－–—][\s　]*|[(（]?[0-9０-９]{1,2}[)）.．][\s　]*|[①-⑳][\s　]*)?"
)
_LEAD = (
    r"(?:(?:(?:これ|それ|こ[^\s、。]{1,10}|そ[^\s、。]{1,10})(?:に(?:対し|つい|関(?:連)?し)て?|を受けて?|に続い?て?)は?|また|続いて|続けて|引き続き|次に|次いで|さらに|その後|そのほか|このほか"
    r"|最後に|一方|なお|関連して|まず|初めに|はじめに|最初に|重ねて|加えて|併せて|同じく|ほかに|他に|そこで|それでも|しかし|ただし)、?)*"
)
_WHO = r"(?P<who>[^\s、。,，:：;「」『』（）()・]{1,24}?(?:[（(][^（）()\n]{1,20}[）)])?)"
_BY = r"(?P<by>から(?:は|も)?|より|としては|は|が|も)(?:、|，)?"
_AT = re.compile(f"{_BULLET}(?P<lead>{_LEAD}){_WHO}{_BY}(?=[^、。\\s])")
_NOUNS = "質問|質疑|意見|説明|報告|発言|提案|要望|回答|答弁|指摘|紹介|懸念|疑問|依頼|異議|異論|賛同|補足|問い|要請|提起|謝罪|反論|声|話|陳述|申し出|見解|認識|連絡|案内|陳謝|感謝"
_CAME = "あり|あっ|ある|なされ|出され|出た|出て|示さ|示し|寄せ|され|した|し、|して|述べ|受け|行っ|求め|上が|続い|重ね"
_VERBS = (
    "述べ|答え|回答し|説明し|話し|応じ|質問し|尋ね|たずね|問い|問う|問うた|問われ|尋ねられ|聞かれ|ただし|質し|指摘し|提案し|主張し|要望し|報告し|反論し|訴え|語っ|言っ|言い|言う"
    "|発言し|補足し|促し|反対し|賛成し|賛同し|約束し|謝罪し|詫び|わび|返答し|明かし|明らかにし|明言し|否定し|批判し|懸念し|危惧し|希望し|切り返し|反発し|難色を示し"
)
_SAYS = (
    rf"(?:{_NOUNS})(?:(?:が|も|は|を)[^。、]{{0,12}}?(?:{_CAME})|あり|され)|(?:{_VERBS})"
    rf"|(?:{_NOUNS})。?$|とのこと(?:で(?:ある|あった|した))?。?$"
)
_TELLS = re.compile(
    rf"{_SAYS}|(?:と|旨を?|よう|かを?)(?:、|も|は)?[^。、]{{0,8}}?(?:求め|認め|示し|聞い|確認し|添え|返し|論じ|評価し|諮っ|続け|加え|付け加え|伝え|した|し、)"
    r"|案[^。、]{0,6}(?:示さ|示し|説明さ|出さ)|(?:資料|結果|数字|見込み|方針)[^。、]{0,8}(?:示さ|示し|説明さ|報告さ)|を(?:求め|約束し|示し)"
)
_UNKNOWN = re.compile(
    rf"^{_BULLET}{_LEAD}(?![0-9０-９])[^、。]{{1,24}}?(?:から(?:は|も)?|より|は|が|も)(?:、|，)?[^。]*(?:{_SAYS})[^、。]{{0,3}}。?$"
)
"""Somebody says something who is not known as a speaker."""

_BEHIND = re.compile(rf"(?:と|旨を?)、?{_WHO}{_BY}[^、。]{{0,10}}た。?$")
"""弁当がなくなるのは寂しいと早乙女委員が述べた."""

_REPORTED_BY = re.compile(r"から|より")
_FLOOR = re.compile(r"(?:組合員|住民|町民|市民|区民|村民|保護者|参加者|出席者|傍聴者|会員|来場者|地権者|生徒|児童|学生|利用者|家族|遺族|役員|農家|漁業者|事業者)(?:の一人|[A-ZＡ-Ｚ]|代表)?$")  # fmt: skip
_BODY = frozenset("市 町 村 県 区 当局 執行部 行政 国 都 道 府 市側 町側 村側 県側 事務局 管理会社 会社側 組合側 大学側 病院側".split())  # fmt: skip
_SAME = re.compile(r"(?:同じ|同|当該)(?=\S)")
_SPLIT = re.compile(rf"(?:、|，)(?={_LEAD}{_WHO}{_BY})")
_NOT_SAID = re.compile(
    rf"^{_BULLET}(?:採決|表決|挙手|起立|投票|賛成[0-9０-９多全]|異議なく|全会一致|全員|審議の結果|協議の結果|以上|休憩|閉会|開会|この結果|[（(])"
    r"|(?:可決|承認|決定|了承|採択|否決|決議|選出|閉会|散会|休憩)(?:し|され|となっ|することとし|することに決し)?(?:た|ました)。?$"
    r"|(?:示|配[布付])された。?$"
)
_LONGEST_SENTENCE = 2_000
"""Characters of a sentence that is divided; a longer one is no sentence."""

_LONGEST_HEADING = 60
"""Characters of a line that heads an item."""

_SHORT_HEADING = 16
"""The same of a line between blank ones that has no number: その他."""


def teller(sentence: str, names: frozenset[str]) -> Teller | None:
    """Who says something, at the head of a sentence; ``names`` are those of the roster, folded."""
    match = _AT.match(sentence)
    if match is None or not _TELLS.search(sentence, match.end()):
        return None
    who = match["who"]
    reported = bool(_REPORTED_BY.match(match["by"]))
    begin = match.start("lead")
    return Teller(who, begin, match.end()) if _is_person(who, names, reported=reported) else None


def _is_person(who: str, names: frozenset[str], *, reported: bool) -> bool:
    """Whether words name somebody, or a body where something is ``reported`` by it (市から)."""
    bare = _SAME.sub("", who)
    if is_reference(who):
        return False
    if bare in _BODY:
        return reported or len(bare) > 1
    if _FLOOR.search(bare) or fold(bare) in names:
        return True
    parts = split_label(bare)
    # 寂しい話だと安曇教頭が述べた: words before the name are no part of it.
    whole = parts.office is not None and "と" not in bare
    return whole and bare not in NOT_ALONE and parts.office not in SHORT_OFFICES


def others(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """(end of what was said before, where somebody else may begin) within a sentence."""
    told = _TELLS.search(text, start, end)
    if told is None or end - start > _LONGEST_SENTENCE:
        return
    depth = 0
    marks = {match.start() for match in _SPLIT.finditer(text, start, end)}
    for at in range(start, end):
        depth += (text[at] in "「『（(") - (text[at] in "」』）)")
        if at in marks and depth <= 0 and told.end() <= at + 1:
            yield at + 1, at + 1


def goes_on(sentence: str) -> bool:
    """Whether a sentence without a teller is of whom the one before tells.

    Not a decision, nor what somebody says who is not known, or is named behind his words.
    """
    behind = _BEHIND.search(sentence)
    named = behind is not None and _is_person(behind["who"], frozenset(), reported=False)
    return not (named or _UNKNOWN.search(sentence) or _NOT_SAID.search(sentence))


def repeated(who: str) -> str | None:
    """The office of 同委員 and 同じ組合員; None of others."""
    same = _SAME.match(who)
    return who[same.end() :] if same else None


def begins(before: Line, line: Line) -> bool:
    """Whether a line that follows another begins a paragraph: it has a bullet, or that one ended."""
    opened = re.match(r"[\s　]*[・○◯◎●◇◆□■※①-⑳]|[\s　]*[-*] |　", line.text) is not None
    return opened or before.text.rstrip().endswith(("。", "」", "）", ")"))


def heading(all_lines: Sequence[Line], position: int) -> AgendaItem | None:
    """The item that a line heads: １　会費について, 第2号議案　管理費の改定, 【報告】, ## 予算."""
    text = all_lines[position].text.strip()
    if not text or len(text) > _LONGEST_HEADING or text.endswith(("。", "、", "：", ":")):
        return None
    bare = re.sub(r"^#{1,6}\s+", "", text).strip("*")
    if item := agenda_item(bare):
        return item
    boxed = re.fullmatch(r"[【〔［\[＜〈■□◆◇][\s　]*([^】〕］\]＞〉。]{2,40})[】〕］\]＞〉]?", bare)
    if (bare != text or boxed) and not field_heading(all_lines[position]):
        return AgendaItem(None, boxed[1] if boxed else bare)
    apart = position > 0 and all_lines[position - 1].blank and position + 1 < len(all_lines)
    if (
        apart
        and len(text) <= _SHORT_HEADING
        and not re.match(r"[・○●\-*]", text)
        and all_lines[position + 1].blank
    ):
        return AgendaItem(None, bare)
    return None

"""Street addresses: Japanese ones by their block number, English ones by number and street.

A block number alone is no address (資料2-1, 第3条, 1番), nor is a town without one (熊本市中央区).
The number is found first; what stands before it decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.masking.spans import UNIT, Kind, Span

_PREFECTURES = (
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 "
    "石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 "
    "岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県"
).split()

_D = r"(?:\d{1,5}|[一二三四五六七八九十百〇]{1,6})"
_BLOCK = (
    rf"{_D}番(?:地(?:の ?{_D}|-?\d{{1,4}})?)?(?:(?:の| ?){_D}号(?![室棟館車線])|-\d{{1,4}}号?)?"
)
_SPLIT = r"\d{1,5}(?:-\d{1,5}){1,3}号?"
_END = rf"(?!\d|[-.,:/]\d|{UNIT})"
_NUMBER = re.compile(
    rf"(?P<sure>{_D}丁目 ?(?:{_BLOCK}|{_SPLIT}|\d{{1,4}}){_END}"
    rf"|{_D}番地(?:の ?{_D}{_END}|-?\d{{1,4}}{_END})?(?: ?{_D}号(?![室棟館車線]))?"
    rf"|{_D}番 ?{_D}(?:-\d{{1,4}})?号(?![線車]))"
    rf"|(?<![\d-])(?P<likely>\d{{1,4}}(?:-\d{{1,5}}){{2,3}}){_END}"
    rf"|(?<![\d-])(?P<weak>\d{{1,4}}-\d{{1,4}}{_END}|\d{{1,4}}番(?![目線組手号台])|{_D}丁目)"
)
_DATE = re.compile(r"(?:19|20)\d\d-[01]?\d-[0-3]?\d")

_KANJI = "\u3400-\u9fff々〆"
_NAME = rf"{_KANJI}ァ-ヺー"
# の and が only within names (丸の内, 霞が関), hiragana only as a whole town or before a suffix; the
# streets of Sapporo (北1条) and Kyoto (上る).
_PLACE = re.compile(
    r"(?P<post>(?:〒|郵便番号[ :]?) ?\d{3}-?\d{4}[) ]{0,2}|(?<![\d-])\d{3}-\d{4} )?"
    rf"(?P<run>(?:[{_NAME}]|(?<=[{_KANJI}])(?<![都道府県市区町村郡])[のが](?=[{_KANJI}])|(?<=[都道府県市区町村郡]) "
    r"|(?<=[東西南北])\d{1,2}条|(?<=[上下入])る"
    r"|(?<=[市区町村])(?![はがをにのでともへや])[ぁ-ん]{2,8}(?= ?$)|[ぁ-ん]{2,5}(?=市|が丘|台|町)){1,30}"
    r"(?:が丘)?) ?$"
)
_REACH = 48
"""Characters before a block number that are looked at."""

_LEAD = re.compile(
    "(?:(?:現?住所|所在地?|場所|会場|自宅|実家|本社|本店|事務所|勤務先|連絡先|送付先|宛先|旧)|[はがをにのでともへや](?=[ぁ-ん]))+"
)
_NO_DISTRICT = re.compile(
    "地区|都市|学区|校区|行政区|選挙区|特別区|各区|同区|全区|[同各全両当本]市|市区"
)
_DISTRICT = re.compile(
    rf"[{_NAME}ぁ-ん](?:市|区|郡|都|道|府|県) ?"
    r"(?![市民長立外営街域政議役有全側部分画知庁])(?P<town>[^市区郡]+)$"
)
_TOWN = re.compile(rf"[{_NAME}ぁ-ん](?:町|丁|村|[がヶケ]丘|[のノ]内|[がヶケ]関)$")
_NO_TOWN = re.compile(
    "[案書画図表紙料事策組業標針条章節項版型期次回年度月日員者課部局室会所館校院線号番約計比率数量額費第式例約間目]$|(?<![のノ])内$"
    "|(?:プラン|ステージ|ビジョン|グループ|チーム|コード|シート|ページ|レベル|ステップ|ケース|フェーズ|パターン)$"
)

_HOUSE = "ビル(?:ディング)?|マンション|ハイツ|コーポ|アパート|荘|レジデンス|メゾン|タワー|ハイム|パレス|団地|住宅|寮"
_ROOM = (
    rf"(?: ?-?\d{{1,4}}号室| ?\d{{1,2}}(?:階|F\b)| \d{{3,4}}{_END}|(?<=[ァ-ヺー荘])\d{{1,4}}{_END})"
)
_BUILDING = re.compile(
    rf"(?: ?[{_NAME}A-Za-z・]{{0,15}}?(?:{_HOUSE})[{_NAME}]{{0,8}}(?:[A-Z](?![A-Za-z])|\d{{1,2}}(?=号?[棟館]))?(?:号?[棟館])?)?"
    rf"{_ROOM}?"
)
_POSTCODE = re.compile(r"〒 ?\d{3}-?\d{4}(?!\d)")
_BOX = re.compile(r"\bP\.? ?O\.? ?Box (?:No\.? ?)?\d{1,6}\b|私書箱 ?第?\d{1,5}号?", re.IGNORECASE)

_STREET = (
    "Street|Road|Avenue|Lane|Drive|Boulevard|Court|Square|Terrace|Crescent|Close|Gardens|Place|Way"
    r"|Mews|Grove|(?:St|Rd|Ave|Ln|Dr|Blvd|Ct|Sq)\b\.?(?! [A-Z][a-z])"
)
_MONTH = "Jan|Feb|Mar(?:ch)?|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_ENGLISH = re.compile(
    r"(?<![\w.,$£€¥-])(?:(?:Flat|Apartment|Apt\.?|Unit|Suite) \w{1,5},? )?"
    r"(?P<number>\d{1,5}[A-Za-z]?(?:-\d{1,4})?),? "
    rf"(?!(?:The|This|That|A|An|Our|My|Their|New|Supreme|High Court|{_MONTH})\b)"
    rf"(?:(?:[A-Z][a-z]*['’]?[A-Za-z]+|[A-Z]\.|\d{{1,3}}(?:st|nd|rd|th)) ){{1,4}}?(?:{_STREET})(?![A-Za-z])"
    r"(?:,? (?:Flat|Apartment|Apt\.?|Unit|Suite|#) ?\w{1,5})?"
    r"(?:(?:, [A-Z][A-Za-z.]+(?: [A-Z][a-z]+)?){0,3},? "
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{2},? \d{5}(?:-\d{4})?)\b"
    r"|, [A-Z][a-z]+(?=\s*(?:[.;)]|$)))?",
    re.MULTILINE,
)
_COUNTING = re.compile(
    r"(?:Chapter|Section|Item|Agenda|No\.?|Number|Bill|Clause|Part|Table|Figure|Page|Line|Step|Level|Highway|Route)"
    r" $",
    re.IGNORECASE,
)
_ROMAN = re.compile(
    r"(?<![\w-])\d{1,4}(?:-\d{1,4}){1,3},? (?:[A-Z][a-z]+(?:-[a-z]+)?,? ){0,4}?"
    r"[A-Z][a-z]+-(?:ku|shi|cho|machi|gun|mura|son)\b(?:,? [A-Z][a-z]+(?:-[a-z]+)?\b){0,3}"
)


def addresses(text: str) -> Iterator[Span]:
    """Street addresses in a plain text, from the postal code to the room."""
    for match in _NUMBER.finditer(text):
        start = _japanese_start(text, match)
        if start is not None:
            building = _BUILDING.match(text, match.end())
            yield Span(Kind.ADDRESS, start, building.end() if building else match.end())
    for match in _ENGLISH.finditer(text):
        if _is_street(text, match):
            yield Span(Kind.ADDRESS, *match.span())
    for pattern in (_ROMAN, _BOX, _POSTCODE):
        for match in pattern.finditer(text):
            yield Span(Kind.ADDRESS, *match.span())


def _japanese_start(text: str, number: re.Match[str]) -> int | None:
    """Where the address begins that a block number ends, or None where it ends none."""
    first = max(text.rfind("\n", 0, number.start()) + 1, number.start() - _REACH)
    place = _PLACE.search(text[first : number.start()])
    if place is None or not _is_place(place, number):
        return None
    if place["post"]:
        return first + place.start()
    lead = _LEAD.match(place["run"])
    skipped = lead.end() if lead and lead.end() < len(place["run"].rstrip()) else 0
    named = [at for name in _PREFECTURES if (at := place["run"].find(name)) >= 0]
    return first + place.start("run") + max([skipped, *named])


def _is_place(place: re.Match[str], number: re.Match[str]) -> bool:
    """Whether what stands before a block number, and its form, make an address of both.

    番地, 番…号 and a number behind 丁目 need a name before them; a chain of three numbers needs a
    district or a town, one of two and 丁目 alone a district with a town in it (N-N: or a town).
    """
    run = place["run"].strip()
    if number["sure"]:
        return not run.endswith(("第", "約", "計"))
    if _NO_TOWN.search(run) or _DATE.fullmatch(number.group()):
        return False
    if place["post"]:
        return True
    district = _DISTRICT.search(_NO_DISTRICT.sub("・", run))
    if district is not None and district["town"].strip():
        return True
    return "-" in number.group() and _TOWN.search(run) is not None


def _is_street(text: str, match: re.Match[str]) -> bool:
    """Whether a number before a street is its house, not a year or the number of a section."""
    before = text[max(0, match.start() - 16) : match.start()]
    year = re.fullmatch("(?:19|20)[0-9]{2}", match["number"])
    return not _COUNTING.search(before) and not (year and re.search(r"[A-Za-z] $", before))

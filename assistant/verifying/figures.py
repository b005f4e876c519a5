"""Figures: numbers with their units, as values, so that 一万二千人, 1.2万人 and 12,000名 are one.

Years of eras are western years (令和6年 is 2024), 割 are per cent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ingest.dates import ERA_LETTERS, ERAS

YEAR, FISCAL_YEAR, MONTH, DAY = "年", "年度", "月", "日"
DATES = frozenset({YEAR, FISCAL_YEAR, MONTH, DAY})
"""Units of the parts of a date."""

_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0}
_KANJI = "〇零一二三四五六七八九十百千万億兆"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
# 一部, 十分, 万全: words that begin like numbers. 三宅, 五十嵐: so do names; they have no unit.
_UNITS = (
    "年度 年間 年生 年 か月 箇月 カ月 ヶ月 ケ月 月 日間 日 時間 時 分 秒 週間 週 世代 代 円 ドル ユーロ 割 厘 "
    "パーセント ポイント % 人 名 世帯 戸 件 回 校 園 台 本 冊 枚 点 館 箇所 か所 カ所 ヶ所 ケ所 ヵ所 個所 社 団体 施設 "
    "地区 地域 区 市町村 市 町 村 路線 系統 便 駅 基 棟 室 床 席 組 班 種類 種 品目 項目 章 条 号 番 丁目 階 歳 才 倍 "
    "km kg cm mm ha m2 m t ml l kw kwh mw キロメートル キログラム キロ メートル センチ ミリ トン ヘクタール リットル "
    "平方メートル 立方メートル 平米 都道府県 都府県 か国 カ国 ヶ国 自治体 学級 クラス 教室 学校 議席 票 点 通 口 頭 羽 匹 "
    "杯 食 単位 語 文字 ページ 頁 期 次 位 級 段階 巡 周年 割合 人日 人分 件分 つ 個"
).split()
_SAME = {
    "名": "人", "パーセント": "%", "才": "歳", "キロメートル": "km", "キログラム": "kg", "メートル": "m",
    "トン": "t", "ヘクタール": "ha", "頁": "ページ", "平方メートル": "m2", "平米": "m2", "ユーロ": "€",
    **dict.fromkeys(("か所", "カ所", "ヶ所", "ケ所", "ヵ所", "個所"), "箇所"),
    **dict.fromkeys(("箇月", "カ月", "ヶ月", "ケ月"), "か月"),
    **dict.fromkeys(("カ国", "ヶ国"), "か国"), "人分": "人", "件分": "件",
    "percent": "%", "per cent": "%", "yen": "円", "percentage points": "ポイント",
    "percentage point": "ポイント", "kilometres": "km", "kilometers": "km", "metres": "m", "meters": "m",
    "tonnes": "t", "tons": "t", "hectares": "ha",
}  # fmt: skip
_UNIT = "|".join(
    rf"{re.escape(unit)}(?![A-Za-z])" if unit.isascii() and unit != "%" else re.escape(unit)
    for unit in sorted(_UNITS, key=len, reverse=True)
)
_ENGLISH_UNIT = (
    r"percentage points?|per ?cent|yen|kilomet(?:re|er)s|met(?:re|er)s|tonnes|tons|hectares"
)
_BOUND = r"以上|以下|未満|以内|以降|以前|を?超|まで|から|程度|前後|余り?"
_ERA = "|".join(ERAS)
_YEARS = re.compile(
    rf"(?:(?P<era>{_ERA})\s*(?P<era_year>元|\d{{1,2}}|[{_KANJI}]{{1,3}})\s*(?P<era_unit>年度|年)"
    r"|(?<![A-Za-z])(?P<letter>[RHS])\.?(?P<letter_year>\d{1,2})(?=\s*(?:年|[./]))(?P<letter_unit>年度|年)?)"
)
_FRACTION = re.compile(
    rf"(?P<below>\d+|[{_KANJI}]+)\s*分の\s*(?P<above>\d+|[{_KANJI}]+)"
    rf"|(?P<tenths>\d|[{_KANJI}])割(?P<hundredths>\d|[{_KANJI}])分"
)
_JAPANESE = re.compile(
    rf"(?:約|およそ|おおむね|延べ)?(?P<afternoon>午後)?(?P<number>(?:{_ARABIC}|[{_KANJI}]+)(?:[{_KANJI}]|{_ARABIC})*)"
    rf"\s*(?P<unit>{_UNIT})?(?P<part>半)?(?P<bound>{_BOUND})?",
    re.IGNORECASE,
)
_TIMES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "hundred": 100}
_WORDS = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split()
    )
} | {w: 10 * v for v, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}  # fmt: skip
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_SPELT = re.compile(
    rf"\b(?P<words>(?:{_WORD})(?:[- ](?:{_WORD}))?(?:[ -](?:{'|'.join(_TIMES)}))*)\b"
    rf"(?:\s*(?P<unit>{_ENGLISH_UNIT}))?",
    re.IGNORECASE,
)
_LEAST, _MORE, _LESS, _MOST = "以上", "超", "未満", "以下"
_ENGLISH_BOUNDS = {
    **dict.fromkeys(("at least", "no fewer than", "or over", "or older", "or more", "and over", "and above"), _LEAST),
    **dict.fromkeys(("more than", "over", "above"), _MORE),
    **dict.fromkeys(("less than", "fewer than", "under", "below"), _LESS),
    **dict.fromkeys(("up to", "at most", "or less", "or fewer", "or under", "or younger"), _MOST),
}  # fmt: skip
_BEFORE = (
    r"at least|no fewer than|more than|over|above|less than|fewer than|under|below|up to|at most"
)
_BEHIND = r"or over|or older|or more|and over|and above|or less|or fewer|or under|or younger"
_ENGLISH = re.compile(
    rf"(?:\b(?P<before>{_BEFORE})\s+)?(?<![A-Za-z0-9.,])(?P<money>[$€£¥])?(?P<number>{_ARABIC})"
    rf"(?:\s*(?P<times>{'|'.join(_TIMES)})\b)?(?:\s*(?P<unit>%|{_ENGLISH_UNIT}))?(?P<ordinal>st|nd|rd|th)?"
    rf"(?:\s+(?:(?:years?|people)\s+)?(?P<behind>{_BEHIND})\b)?",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        "january february march april may june july august september october november december".split(),
        1,
    )
}
_MONTH_NAME = re.compile(
    rf"\b(?:(?P<before>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{'|'.join(_MONTHS)})\b"
    r"(?:\s+(?P<after>\d{1,2})(?:st|nd|rd|th)?\b(?!\s*%))?",
    re.IGNORECASE,
)
_ISO = re.compile(r"\b(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b")
_NO_COUNT = re.compile(
    r"^(?:一(?:部|般|層|方|体|環|定|緒|致|括|貫|律|切|番|時的|つひとつ|人一人|人ひとり|人ひとり)|十分|万(?:全|一|が一)|千葉|二次|三者|"
    r"百(?:貨|科)|四半|一同|一歩|一言|一助|一因|一応|一旦|一度)"
)


@dataclass(frozen=True)
class Figure:
    """A number as a value: ``unit`` is its counter in one spelling, empty where there is none.

    ``bound`` says on which side of it (以上, 未満), empty for the number itself; ``text`` is how it
    is written, ``start`` and ``end`` where, in characters of the NFKC text. ``spelt`` figures are in
    letters that may be no number at all (一つ, one).
    """

    value: Fraction
    unit: str
    text: str
    start: int
    end: int
    bound: str = ""
    spelt: bool = False

    @property
    def of_date(self) -> bool:
        """Whether it is a part of a date."""
        return self.unit in DATES


def figures(text: str) -> list[Figure]:
    """All figures of ``text`` in order, none inside another.

    Args:
        text: of any width; offsets are those of its NFKC form.
    """
    plain = unicodedata.normalize("NFKC", text)
    taken = [False] * (len(plain) + 1)
    found: list[Figure] = []
    for read in (_iso, _years, _months, _fractions, _japanese, _english, _spelt):
        for figure in read(plain):
            if not any(taken[figure.start : figure.end]):
                found.append(figure)
        for figure in found:
            taken[figure.start : figure.end] = [True] * (figure.end - figure.start)
    return sorted(found, key=lambda figure: figure.start)


def _iso(text: str) -> Iterator[Figure]:
    for match in _ISO.finditer(text):
        for name, unit in (("year", YEAR), ("month", MONTH), ("day", DAY)):
            span = match.span(name)
            yield Figure(Fraction(int(match[name])), unit, match.group(), *span)


def _years(text: str) -> Iterator[Figure]:
    for match in _YEARS.finditer(text):
        before = ERAS[match["era"]] if match["era"] else ERA_LETTERS[match["letter"]]
        number = match["era_year"] or match["letter_year"]
        year = Fraction(1) if number == "元" else _value(number)
        if year is not None:
            unit = match["era_unit"] or match["letter_unit"] or YEAR
            yield Figure(before + year, unit, match.group(), *match.span())


def _months(text: str) -> Iterator[Figure]:
    for match in _MONTH_NAME.finditer(text):
        if match["month"] == "may":
            continue  # the verb
        month = Fraction(_MONTHS[match["month"].lower()])
        yield Figure(month, MONTH, match["month"], *match.span("month"))
        for name in ("before", "after"):
            if match[name]:
                yield Figure(Fraction(int(match[name])), DAY, match[name], *match.span(name))


def _fractions(text: str) -> Iterator[Figure]:
    for match in _FRACTION.finditer(text):
        if match["tenths"]:
            tenths, hundredths = _value(match["tenths"]), _value(match["hundredths"])
            if tenths is not None and hundredths is not None:
                yield Figure(tenths * 10 + hundredths, "%", match.group(), *match.span())
            continue
        below, above = _value(match["below"]), _value(match["above"])
        if below and above is not None:
            yield Figure(above / below, "", match.group(), *match.span())


def _japanese(text: str) -> Iterator[Figure]:
    for match in _JAPANESE.finditer(text):
        number, unit = match["number"], (match["unit"] or "").lower()
        kanji = number[0] in _KANJI
        if kanji and (_NO_COUNT.match(text[match.start("number") :]) or not unit):
            continue
        if not kanji and not unit and not any(c in _KANJI for c in number):
            continue  # left to English, which knows its own units
        value = _value(number)
        if value is None:
            continue
        if unit == "割":
            value, unit = value * 10, "%"
        if match["part"]:
            value += Fraction(1, 2) * (10 if match["unit"] == "割" else 1)
        if match["afternoon"] and unit == "時" and value < 12:
            value += 12
        bound = _bound(match["bound"])
        unit = _SAME.get(unit, unit)
        yield Figure(value, unit, match.group(), *match.span(), bound, kanji and unit == "つ")


def _bound(words: str | None) -> str:
    """The side of a number; から and まで are ends of a stretch, 程度 none."""
    plain = (words or "").removeprefix("を")
    return plain if plain in ("以上", "以下", "未満", "以内", "超") else ""


def _english(text: str) -> Iterator[Figure]:
    for match in _ENGLISH.finditer(text):
        value = _value(match["number"])
        if value is None:
            continue
        value *= _TIMES.get((match["times"] or "").lower(), 1)
        unit = match["unit"] or {"¥": "円", "$": "ドル", "€": "€", "£": "£"}.get(
            match["money"] or "", ""
        )
        bound = _ENGLISH_BOUNDS.get((match["behind"] or match["before"] or "").lower(), "")
        yield Figure(value, _SAME.get(unit.lower(), unit), match.group(), *match.span(), bound)


def _spelt(text: str) -> Iterator[Figure]:
    for match in _SPELT.finditer(text):
        value, total = 0, 0
        for word in re.split(r"[- ]", match["words"].lower()):
            if word in _TIMES:
                value = max(value, 1) * _TIMES[word]
                total, value = total + value, 0
            else:
                value += _WORDS[word]
        unit = (match["unit"] or "").lower()
        one = match["words"].lower() == "one"
        yield Figure(
            Fraction(total + value), _SAME.get(unit, unit), match.group(), *match.span(), spelt=one
        )


def _value(number: str) -> Fraction | None:
    """The value of a number in digits, kanji or both: 1万2千, 三百二十, 二〇二四, 4.5億; None for none."""
    plain = number.replace(",", "")
    if all(c in _DIGITS for c in plain):
        return Fraction(int("".join(str(_DIGITS[c]) for c in plain)))
    total, section, current = Fraction(0), Fraction(0), None
    for token in re.findall(rf"\d+(?:\.\d+)?|[{_KANJI}]", plain):
        if token[0].isdigit():
            current = Fraction(token)
        elif token in _DIGITS:
            current = (current or 0) * 10 + _DIGITS[token]
        elif token in _SMALL:
            section += (1 if current is None else current) * _SMALL[token]
            current = None
        else:
            section += current or 0
            total += (section or 1) * _LARGE[token]
            section, current = Fraction(0), None
    return total + section + (current or 0)

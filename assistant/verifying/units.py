"""Units of figures: their spellings, and which are multiples of one another."""

from __future__ import annotations

import re
from fractions import Fraction

YEAR, FISCAL_YEAR, MONTH, DAY, HOUR = "年", "年度", "月", "日", "時"
DATES = frozenset({YEAR, FISCAL_YEAR, MONTH, DAY})
"""Units of the parts of a date."""

YEARS = frozenset({YEAR, FISCAL_YEAR})

_SPELLINGS = {
    "年": "", "年度": "", "月": "", "日": "", "時": "", "年間": "ヵ年 か年 カ年 箇年", "年生": "", "年目": "",
    "か月": "箇月 カ月 ヶ月 ケ月 ヵ月 か月間 カ月間 ヶ月間 months month", "日間": "days day", "時間": "hours hour", "分": "分間 minutes minute", "秒": "秒間 seconds",
    "週間": "週 weeks week", "世代": "", "代": "", "円": "yen", "ドル": "dollars", "€": "ユーロ euros", "£": "pounds",
    "割": "", "厘": "", "%": "パーセント percent per-cent", "ポイント": "percentage-points percentage-point points",
    "人": "名 人分 people persons", "世帯": "households", "戸": "", "件": "件分 cases", "回": "回目 times", "度": "", "校": "", "園": "", "台": "", "本": "", "冊": "", "枚": "", "点": "", "館": "",
    "箇所": "か所 カ所 ヶ所 ケ所 ヵ所 個所", "社": "", "団体": "", "施設": "", "地区": "", "地域": "", "区": "", "市町村": "", "市": "", "町": "", "村": "",
    "路線": "", "系統": "", "便": "", "駅": "", "基": "", "棟": "", "室": "", "床": "", "席": "", "組": "", "班": "", "種類": "種", "品目": "", "項目": "", "章": "", "条": "",
    "号": "", "番": "", "丁目": "", "階": "", "歳": "才", "倍": "", "区画": "", "体": "", "箱": "", "袋": "", "株": "", "隻": "", "両": "", "ミリ": "mm", "cm": "センチ センチメートル",
    "km": "キロメートル kilometres kilometers", "kg": "キログラム kilograms", "キロ": "", "m": "メートル metres meters", "t": "トン tonnes tons", "ha": "ヘクタール hectares",
    "m2": "平方メートル 平米", "立方メートル": "m3", "ml": "", "l": "リットル", "kw": "キロワット", "kwh": "キロワット時", "mw": "", "都道府県": "", "都府県": "", "か国": "カ国 ヶ国",
    "自治体": "", "学級": "クラス", "教室": "", "学校": "", "議席": "", "票": "", "通": "", "口": "", "頭": "", "羽": "", "匹": "", "杯": "", "食": "", "単位": "", "語": "", "文字": "",
    "ページ": "頁 pages", "期": "", "次": "", "位": "", "級": "", "段階": "", "巡": "", "周年": "", "人日": "", "つ": "", "個": "", "者": "", "例": "", "名義": "",
}  # fmt: skip
"""Units in the spelling in which they are compared, each with its other spellings."""

CANONICAL = {
    spelling.replace("-", " "): unit
    for unit, others in _SPELLINGS.items()
    for spelling in (unit, *others.split())
}

_MULTIPLES = {
    "時間": (60, "分"), "週間": (7, "日間"), "年間": (12, "か月"), "年": (12, "か月"), "km": (1000, "m"), "t": (1000, "kg"), "ha": (10_000, "m2"), "cm": (10, "ミリ"),
}  # fmt: skip
"""Units that are so many of another."""

_ALIKE = (frozenset({YEAR, FISCAL_YEAR, "年間"}), frozenset({"回", "度"}), frozenset({"キロ", "km", "kg"}), frozenset({"個", "つ", "箇所", "点"}), frozenset({"世帯", "戸"}), frozenset({"区", "地区", "地域"}), frozenset({"社", "者", "団体"}))  # fmt: skip
"""Units that are said for one another."""


def pattern(*, japanese: bool) -> str:
    """A regular expression of the spellings of units, longest first."""
    spellings = [
        s
        for s in CANONICAL
        if (s.isascii() and s.replace(" ", "").isalpha() and len(s) > 2) != japanese
    ]
    found = []
    for spelling in sorted(spellings, key=len, reverse=True):
        latin = spelling.isascii() and spelling.isalnum()
        plain = re.escape(spelling).replace(r"per\ cent", "per ?cent")
        found.append(plain + (r"(?![A-Za-z])" if latin else ""))
    return "|".join(found)


def agree(one: str, other: str) -> bool:
    """Whether two units may be one; none agrees with any."""
    return not one or not other or one == other or any({one, other} <= alike for alike in _ALIKE)


def in_smaller(value: Fraction, unit: str) -> tuple[Fraction, str]:
    """A length of time, way or weight in the smallest unit that it is compared in."""
    if unit in YEARS and value > 100:
        return value, unit
    times, smaller = _MULTIPLES.get(unit, (1, unit))
    return value * times, smaller

"""What lists of people say by a mark or a number before the name.

◎河野　敏行　　○真鍋　佐知子　（◎委員長　○副委員長）
※氏名の前の○印は欠席
１番　百瀬　澄江　　２番　小日向　武
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ingest.offices import split_label
from ingest.text import halfwidth

ABSENT = "欠席"
_MARK = "[◎○●◯◇◆□■△▲×✕☆★※]"
_LEGEND = re.compile(
    rf"(?P<mark>{_MARK})[印]?\s*(?:[:：=＝]|は|が)?\s*(?P<means>副?委員長|副?会長|副?座長|副?部会長|副?議長|欠席)"
)
_SEATED = re.compile(r"(?<![\d第])(\d{1,3})\s*番\s*(\S+(?:\s*\S+)?)")
_NOTED = re.compile(r"([^、,()]{2,30}?)\s*(?:\((?!欠席)[^()]*\)\s*)*\(欠席[^()]*\)")
_LISTED_ABSENT = re.compile(r"[（(]欠席(?:者|委員)?[\s　:：]+(?P<who>[^（）()]+)[）)]")
_REACH = 16
"""Characters behind a mark in which the marked name stands."""


def legend(values: Iterable[str]) -> dict[str, str]:
    """What marks before names mean, where a line says so: an office, or that somebody was absent."""
    return {
        match["mark"]: match["means"]
        for value in values
        for match in _LEGEND.finditer(halfwidth(value))
    }


def spelled_out(value: str, marks: Mapping[str, str]) -> str:
    """A line with each mark replaced by the office that it means, and the legend left out."""
    if not marks:
        return value
    plain = re.sub(rf"[（(]?\s*(?:{_LEGEND.pattern}[\s　、,]*)+[）)]?", "", halfwidth(value))
    for mark, means in marks.items():
        plain = plain.replace(mark, "、" if means == ABSENT else f"、{means} ")
    return plain


def absent(values: Iterable[str], marks: Mapping[str, str]) -> list[str]:
    """The words behind each mark that means absence, and before （欠席）, without white space."""
    found = []
    for value in values:
        for match in _NOTED.finditer(halfwidth(value)):
            words = match.group(1).split()
            found += ["".join(words[-2:]), *words[-1:]]
        for mark in (mark for mark, means in marks.items() if means == ABSENT):
            for part in halfwidth(value).split(mark)[1:]:
                found.append(re.sub(r"\s+", "", part[:_REACH]))
    return found


def without_absent(value: str) -> tuple[str, list[str]]:
    """A line without the bracket that lists who is absent, and those: 林委員（欠席　小林委員）."""
    found: list[str] = []

    def taken(match: re.Match[str]) -> str:
        named = [split_label(part.strip()) for part in re.split("[、，,・]", match["who"])]
        if not all(one.name and one.office for one in named):
            return match.group()
        found.extend(f"{one.office}　{one.name}" for one in named)
        return ""

    return _LISTED_ABSENT.sub(taken, value), found


def seats(values: Iterable[str]) -> dict[int, str]:
    """The words behind each number of a seat, without white space."""
    return {
        int(match.group(1)): re.sub(r"\s+", "", match.group(2))
        for value in values
        for match in _SEATED.finditer(halfwidth(value))
    }

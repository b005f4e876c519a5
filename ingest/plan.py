"""Plans and other texts without speakers -> Record: sections by headings, with heading paths.

Headings are those that the format marks (a style, larger type, Markdown), and in plain text those
of Japanese plans: 第1章, 第1節, 1-1, 1., 【1】, (1), ①, ア.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.dates import find_date, find_year
from ingest.frontmatter import front_matter
from ingest.mentions import all_mentions
from ingest.text import Line, trim
from ingest.types import Document, Kind, Record, Section

_ATX = re.compile(r"^\s{0,3}(?P<marks>#{1,6})\s+(?P<title>\S.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^\s{0,3}(?:={3,}|-{3,})\s*$")
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_N = "[0-9０-９一二三四五六七八九十]"
# Level of plain-text headings, outermost first; Markdown levels are those of its marks.
_PLAIN_LEVELS: tuple[tuple[int, re.Pattern[str]], ...] = (
    (1, re.compile(rf"^第\s*{_N}{{1,3}}\s*[章編部](?:[\s　:：].*|$)|^(?:Chapter|Part|Appendix)\s+\S+|^(?:資料編|付録|附録|巻末資料|参考資料|用語集|用語解説)$", re.I)),
    (2, re.compile(rf"^第\s*{_N}{{1,3}}\s*[節款](?:[\s　:：].*|$)|^Section\s+\S+", re.I)),
    (4, re.compile(r"^[0-9０-９]{1,2}[-－‐.．][0-9０-９]{1,2}(?:[-－‐.．][0-9０-９]{1,2})?[.．]?[\s　]+\S")),
    (3, re.compile(r"^[0-9０-９]{1,2}(?:[.．、][\s　]*|[\s　]+)[^\s0-9０-９]")),
    (3, re.compile(r"^[【〔［\[][0-9０-９]{1,2}[】〕］\]][\s　]*\S")),
    (3, re.compile(r"^[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩIVX]{1,4}[.．、\s　]+\S")),
    (5, re.compile(r"^[（(][0-9０-９]{1,2}[）)][\s　]*\S")),
    (6, re.compile(r"^[①-⑳][\s　]*\S")),
    (7, re.compile(r"^(?:[（(][ア-ンｱ-ﾝ][）)][\s　]*|[ア-ンｱ-ﾝ](?:[.．、][\s　]*|[\s　]+))\S")),
)  # fmt: skip
_BELOW = 10
"""Levels of plain-text headings begin here where the format has headings of its own."""

_HEADING_LIMIT = 60
"""Characters of a plain-text heading; a longer numbered line is an item of a list."""


_OPENING = 600
"""Characters at the beginning, and at the end, in which a plan says who made it and when."""

_ISSUER = re.compile(
    r"^[ 　]*(?:(?:発行者?|策定者?|編集・発行|作成|issued by|published by)[ 　]*[:：][ 　]*(?P<named>\S[^\n]{1,40}?)"
    r"|(?P<alone>[^\s\d（()）、。]{1,10}(?:市|町|村|区|県|府|都|道|省|庁|教育委員会|協議会|審議会)))[ 　]*$",
    re.MULTILINE | re.IGNORECASE,
)


@dataclass(frozen=True)
class _Heading:
    level: int
    title: str
    start: int


def parse_plan(document: Document, all_lines: Sequence[Line]) -> Record:
    """Read ``document`` by its headings.

    Args:
        document: the text.
        all_lines: its lines (:func:`ingest.text.lines`).
    """
    headings = _headings(document, all_lines)
    given, _ = front_matter(document.text)
    return Record(
        document=document,
        kind=Kind.PLAN,
        title=given.get("title") or _title(all_lines, headings),
        date=find_date(given.get("date", "")) or find_date(document.text[:_OPENING]),
        place=None,
        attendees=(),
        agenda=(),
        handouts=(),
        turns=(),
        sections=tuple(_sections(document.text, headings)),
        labels=(),
        mentions=all_mentions(document.text, (), [(0, len(document.text))], ()),
        issuer=_issuer(document.text),
        year=find_year(document.text[:_OPENING]),
    )


def _issuer(text: str) -> str | None:
    """Who publishes the plan: a line of its own at the beginning or at the end."""
    for part in (text[:_OPENING], text[-_OPENING:]):
        if match := _ISSUER.search(part):
            return match["named"] or match["alone"]
    return None


def _headings(document: Document, all_lines: Sequence[Line]) -> list[_Heading]:
    marked = list(_format_headings(document)) or list(_markdown_headings(all_lines))
    # A title alone does not divide a text; numbered lines below it may.
    title_alone = len(marked) == 1 and not document.text[: marked[0].start].strip()
    if marked and not document.headings and not title_alone:
        return marked
    known = {heading.start for heading in marked}
    found = list(marked)
    for position, line in enumerate(all_lines):
        level = _plain_level(line)
        start = line.start + len(line.text) - len(line.text.lstrip())
        if level and start not in known and _stands_free(all_lines, position, known):
            # Below the headings of a format its numbered ones are the smaller ones.
            found.append(_Heading(level + _BELOW * bool(marked), line.text.strip(), line.start))
    return sorted(found, key=lambda heading: heading.start)


def _format_headings(document: Document) -> Iterator[_Heading]:
    for heading in document.headings:
        yield _Heading(heading.level, document.text[heading.start : heading.end], heading.start)


def _markdown_headings(all_lines: Sequence[Line]) -> list[_Heading]:
    found, fenced = [], False
    for position, line in enumerate(all_lines):
        if _FENCE.match(line.text):
            fenced = not fenced
        elif fenced:
            continue
        elif match := _ATX.match(line.text):
            found.append(_Heading(len(match["marks"]), match["title"].strip("*"), line.start))
        elif level := _underlined(all_lines, position):
            found.append(_Heading(level, line.text.strip().strip("*"), line.start))
    return found


def _underlined(all_lines: Sequence[Line], position: int) -> int | None:
    """The level of a line that heads by the line drawn under it: === 1, --- 2."""
    text = all_lines[position].text.strip()
    apart = position == 0 or all_lines[position - 1].blank
    if not text or not apart or text[0] in "|-=>*+#" or len(text) > _HEADING_LIMIT:
        return None
    under = all_lines[position + 1].text if position + 1 < len(all_lines) else ""
    return (1 if "=" in under else 2) if _UNDERLINE.match(under) else None


def _plain_level(line: Line) -> int | None:
    text = line.text.strip()
    if not text or len(text) > _HEADING_LIMIT or text.endswith(("。", "、", ".", ",", "；")):
        return None
    return next((level for level, pattern in _PLAIN_LEVELS if pattern.match(text)), None)


def _stands_free(all_lines: Sequence[Line], position: int, known: set[int]) -> bool:
    """Whether a numbered line is a heading: text that is no list item follows it.

    Three items of a list in a row are no three headings.
    """
    level = _plain_level(all_lines[position])
    after = next((line for line in all_lines[position + 1 :] if not line.blank), None)
    if after is None:
        return False
    if after.start in known:
        return True
    following = _plain_level(after)
    return following is None or (level is not None and following > level)


def _title(all_lines: Sequence[Line], headings: Sequence[_Heading]) -> str | None:
    first = next((line for line in all_lines if not line.blank), None)
    if first is None:
        return None
    if headings and headings[0].start == first.start:
        return headings[0].title
    text = first.text.strip()
    return text if len(text) <= _HEADING_LIMIT and not text.endswith("。") else None


def _sections(text: str, headings: Sequence[_Heading]) -> list[Section]:
    sections: list[Section] = []
    above: list[_Heading] = []
    bounds = [heading.start for heading in headings] + [len(text)]
    _append(text, sections, (), 0, bounds[0])
    for heading, end in zip(headings, bounds[1:], strict=True):
        above = [outer for outer in above if outer.level < heading.level] + [heading]
        path = tuple(outer.title for outer in above)
        _append(text, sections, path, heading.start, end)
    return sections


def _append(
    text: str, sections: list[Section], path: tuple[str, ...], start: int, end: int
) -> None:
    first, last = trim(text, start, end)
    if first < last:
        sections.append(Section(len(sections), path, first, last))

"""Where a paragraph goes on with the next line of a page, and how the two are joined."""

from __future__ import annotations

import re

from ingest.text import display_width

_NEW = re.compile(
    r"^\s*(?:[〔【［\[《≪＜〈（(][^〕】］\]》≫＞〉）)]{1,20}[〕】］\]》≫＞〉）)]|[○◯〇◎◆◇●■□・※▲△▼▽★☆•➢◼]|[①-⑳]|"
    r"[0-9０-９]{1,2}(?:[.．](?![0-9０-９])|[)）、])|[0-9０-９]{1,2}[\s　]+[^\s0-9０-９]|"
    r"第[0-9０-９一二三四五六七八九十]+(?:[章節条項編款]|号議案)|[^\s、。「」：:]{1,18}[:：](?!\d\d)|"
    r"(?:議[事題案]|テーマ|論点|日程|報告|協議|審議|案件)(?:事項)?\s*第?\s*[（(0-9０-９①-⑳]|[-*–]\s|[A-Z][\w.'’]*(?: [A-Z][\w.'’]*){0,3}:\s|[ア-ン][\s　.．)）])"
)
"""How a line begins that begins a paragraph: a label, a mark, a number, a heading."""

_FIGURE = re.compile(r"[0-9]{1,4}(?:[.)]?\s|[:,.)])")
_MID_SENTENCE = re.compile(r"[a-z,;]$")
_HYPHENATED = re.compile(r"[a-z]-$")

_WORD = re.compile(
    r"[（「『【〔［《〈(\[]*(?:[\x21-\x7e]+|.)"
    r"[、。，．）」』】〕］》〉！？・：；ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ々ゝ…‥％)\]]*"
)
"""What cannot be parted at the end of a line: a word, or a letter with the marks that go with it."""

_LATIN_SLACK = 0.3
_SLACK = 1.5
"""Heights of the type by which a line may be short of the edge although the next letter had no room:
spaces between kanji and figures are not stretched."""

_BOTH_NARROW = 2
"""Columns of two letters of which none is Japanese."""

_ENDED_SHORT = 1.2
"""Heights of the type; a sentence that ends so far before the edge ends its paragraph."""


def begins_anew(text: str, above: str) -> bool:
    """Whether a line begins a paragraph by its words, wherever the one ``above`` ends."""
    if not _NEW.match(text):
        return False
    # "compared with | 17 on a weekday" is no item of a list.
    return not (_FIGURE.match(text) and _MID_SENTENCE.search(above))


def had_no_room(
    above: str, right: float, text: str, width: float, size: float, bound: float
) -> bool:
    """Whether the first word of a line had no room left on the line above.

    Args:
        above: the words of the line above.
        right: where they end.
        text: the words of the line.
        width: how wide they are.
        size: the size of type.
        bound: the right edge of the column.
    """
    if above.endswith("-"):
        return True
    if above.endswith(("。", "．")) and right < bound - _ENDED_SHORT * size:
        return False
    found = _WORD.match(text)
    word = found.group() if found else text[:1]
    latin = word[:1].isascii()
    # A Latin word needs the space before it as well.
    columns = _columns(word) + (1 if latin else 0)
    needed = columns * width / max(_columns(text), 1)
    slack = _LATIN_SLACK if latin or above[-1:] in "。」）" else _SLACK
    return right + needed > bound - slack * size


def _columns(text: str) -> int:
    """How wide text is, in narrow letters: this encoding takes two bytes for a wide one."""
    return len(text) if text.isascii() else len(text.encode("cp932", "replace"))


def joined(above: str, text: str) -> tuple[str, str]:
    """The line above as it is kept, and what stands between it and the next one."""
    if not text:
        return above, ""
    if above.endswith("-"):
        parted = _HYPHENATED.search(above) and text[:1].islower()
        return (above[:-1] if parted else above), ""
    narrow = display_width(above[-1:] + text[:1]) == _BOTH_NARROW
    return above, " " if narrow else ""

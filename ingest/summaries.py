"""How summaries mark who speaks: Ｑ/Ａ, an arrow, a mark with a legend, the name behind the words.

Ｑ　…                                        （問）…
・加藤委員　…  and below it  →　…
（凡例　◎：会長　○：委員　●：事務局）  and below it  ○…
・…と聞いた。支障は出ないのか。（加藤委員）
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ingest.label_styles import MARKS, Label, Style
from ingest.offices import LABEL_LIMIT, split_label
from ingest.text import Line, fold

ANSWER_LABELS = frozenset("→ ⇒ ➡ a 答 答え 回答 答弁".split())
"""Labels, folded, of a summary's answers: of the side that answers, whoever spoke."""

_WORDS = "Ｑ|Ａ|Q|A|問い?|答え?|質問|質疑|回答|答弁|意見・要望|意見|要望"
_SUMMARY = re.compile(
    rf"\s*(?:[（(【〔\[＜<「]\s*(?P<inner>{_WORDS})(?:[0-9０-９]{{0,2}})\s*[）)】〕\]＞>」][:：]?"
    rf"|(?P<head>{_WORDS})(?:[0-9０-９]{{0,2}})(?:[.．:：]|[ 　\t]+))[ 　\t]*(?=\S)"
)
_ARROW = re.compile(r"\s*(?P<head>[→⇒➡])[ 　\t]*(?=\S)")
_LEGEND = re.compile(
    rf"(?P<mark>[{MARKS}・])\s*(?:印)?\s*(?:[:：=＝…]|は|が)?\s*(?P<who>[^\s、,，）)（({MARKS}]{{1,8}})"
)
_LEGEND_WORD = re.compile(r"凡例|発言者|表記|記号|印は|を示す|[:：=＝]")
_LEGEND_LINES = 80
_FEWEST_MARKS = 2
_BULLET = re.compile(r"\s*(?:[・→⇒➡○●◎◇◆■□▼▽*–-]|[0-9０-９]{1,2}[.．)）])[ 　]*(?=\S)")
_BEHIND = re.compile(
    rf"[（(〔\[](?P<who>[^（）()〔〕\[\]、。]{{1,{LABEL_LIMIT}}})[）)〕\]][。.]?[ 　]*$"
)
_FEWEST_BEHIND = 3
_PARAGRAPH = 8
"""Lines that a paragraph of a summary may take before the name behind it."""


def summary_label(line: Line) -> Label | None:
    """The mark of a question or an answer whose speaker a summary leaves out: Ｑ　…, （答）…."""
    match = _SUMMARY.match(line.text)
    if match is None:
        return None
    start = line.start + len(line.text) - len(line.text.lstrip())
    end = len(match.group().rstrip())
    return Label(match["inner"] or match["head"], start, line.start + end, Style.SUMMARY)


def arrow_label(line: Line) -> Label | None:
    """The arrow before an answer below ・加藤委員　…, where it names nobody."""
    match = _ARROW.match(line.text)
    if match is None:
        return None
    start = line.start + len(line.text) - len(line.text.lstrip())
    return Label(match["head"], start, line.start + match.end("head"), Style.MARK)


def legend(all_lines: Sequence[Line]) -> dict[str, str]:
    """What marks stand for, where a line says so: （凡例　◎：会長　○：委員　●：事務局）."""
    for line in all_lines[:_LEGEND_LINES]:
        if not _LEGEND_WORD.search(line.text):
            continue
        found = {
            match["mark"]: match["who"].rstrip("を示すの発言")
            for match in _LEGEND.finditer(line.text)
            if split_label(match["who"].rstrip("を示すの発言")).office
        }
        if len(found) >= _FEWEST_MARKS:
            return found
    return {}


def legend_label(line: Line, marks: Mapping[str, str]) -> Label | None:
    """The mark that opens a speech, as what the legend says of it; its span is the mark alone."""
    stripped = line.text.lstrip()
    who = marks.get(stripped[:1])
    if who is None or not stripped[1:].strip() or _LEGEND.match(stripped[1:]):
        return None
    start = line.end - len(stripped)
    return Label(who, start, start + 1, Style.LEGEND)


def labels_behind(all_lines: Sequence[Line]) -> dict[int, Label]:
    """The speakers that stand in brackets behind their words, by the start of the words' line.

    Only paragraphs with a bullet count, and only where several end in this way.
    """
    found: dict[int, Label] = {}
    for position, line in enumerate(all_lines):
        if _BULLET.match(line.text):
            label = _label_behind(all_lines, position)
            if label is not None:
                found[line.start] = label
    return found if len(found) >= _FEWEST_BEHIND else {}


def _label_behind(all_lines: Sequence[Line], position: int) -> Label | None:
    for at in range(position, min(position + _PARAGRAPH, len(all_lines))):
        line = all_lines[at]
        if line.blank or (at > position and _BULLET.match(line.text)):
            return None
        match = _BEHIND.search(line.text)
        if match and match.start() + line.start > all_lines[position].start + 1:
            parts = split_label(match["who"])
            if parts.office is None or fold(match["who"]).isdigit():
                return None
            end = line.start + len(line.text.rstrip())
            return Label(match["who"], line.start + match.start(), end, Style.BEHIND)
    return None

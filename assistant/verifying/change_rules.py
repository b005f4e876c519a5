"""Figures that belong together: from one to another, and so many of so many."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from assistant.verifying.figures import Figure, figures
from assistant.verifying.grounds import Grounds, Wrong
from assistant.verifying.types import Fault

_FROM_TO = re.compile(
    r"^(?:だった(?:もの)?|であった(?:もの)?)?(?:から|を|より)[^、。]{0,8}$|^\s*to\s*$|^\s*up from\s*$"
)
_OF_WHICH = re.compile(
    r"^[^、。]{0,8}のうち、?[^、。]{0,12}$|^[^,.]{0,20}, of which\s*$|^(?:\s*\w+){0,3} of (?:the )?$"
)
_BECOMES = re.compile(
    r"とな(?:る|り|った)|にな(?:る|り|った)|必要となっ|に(?:改|変|増|減|延|引|拡|縮|上|下)|へと|\bbecame\b|\bnow\b|\braised to\b|\bcut to\b"
)
_STILL = re.compile(r"現在|現行|今は|目下|これまで|従来|\bcurrently\b|\bat present\b|\bso far\b")
_OF = re.compile(
    r"のうち|中(?:で)?|全|延べ|合計|合わせて|総|\bof\b|\btotal\b|\ball\b|\baltogether\b"
)


def torn_apart(claim: str, ground: Grounds) -> Wrong | None:
    """One figure of a pair told as if it were the other, or None."""
    claimed = {figure.value for figure in figures(claim)}
    for first, second, between in _pairs(ground.quoted):
        one, other = first.value in claimed, second.value in claimed
        if _FROM_TO.match(between):
            if one and not other and _BECOMES.search(claim):
                return _instead(first, second)
            if other and not one and _STILL.search(claim):
                return _instead(second, first)
        if _OF_WHICH.match(between) and one and not other and not _OF.search(claim):
            return _instead(first, second)
    return None


def _pairs(text: str) -> Iterator[tuple[Figure, Figure, str]]:
    """Neighbouring figures of one unit, with what stands between them."""
    for first, second in pairwise(figures(text)):
        if first.value != second.value and (first.unit == second.unit or not second.unit):
            yield first, second, text[first.end : second.start]


def _instead(said: Figure, right: Figure) -> Wrong:
    return Wrong(Fault.FIGURE, f"{said.text} ≠ {right.text}", contradicted=True)

"""The item of the agenda that a chair announces, in records without headings between the speeches."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.dates import arabic
from ingest.text import fold, halfwidth
from ingest.types import AgendaItem

_NUMBERED = re.compile(
    r"(?:(?:議題|議事|案件|協議事項|報告事項|審議事項|日程|次第)\s*の?\s*(?:第\s*)?[(]?\s*(?P<worded>\d{1,2})\s*[)]?"
    r"|[(](?P<bracket>\d{1,2})[)]"
    r"|(?:議案|請願|陳情|報告|認定|諮問|承認|同意|発議)第\s*(?P<bill>\d{1,3}|[一二三四五六七八九十]{1,4})\s*号"
    r"|\bitem\s+(?P<item>\d{1,2})\b)"
    r"[^。.]{0,60}(?:移|入|進|説明|議題|お願い|始め|審査|いたし|move|turn|next)",
    re.IGNORECASE,
)
_TURNS_TO = re.compile(r"移|入り|進|説明|議題|お願い|始め|審査|move on|turn to|next", re.IGNORECASE)
_SHORTEST_TITLE = 5
"""Characters; a shorter title may stand in any sentence."""


class Announcements:
    """Knows the items that no heading marks in the record.

    Args:
        items: those items, in order.
    """

    def __init__(self, items: Iterable[AgendaItem]) -> None:
        self._items = list(items)

    def read(self, words: str) -> str | None:
        """The title of the last item that ``words`` of a chair turn to, or None."""
        if not self._items:
            return None
        plain = halfwidth(words)
        found: tuple[int, str] | None = None
        for match in _NUMBERED.finditer(plain):
            number = match["worded"] or match["bracket"] or match["bill"] or match["item"]
            number = number if number.isdecimal() else arabic(number)
            title = next((i.title for i in self._items if i.number == number), None)
            if title is not None:
                found = match.start(), title
        for sentence in re.finditer(r"[^。\n]+", plain):
            if not _TURNS_TO.search(sentence.group()):
                continue
            for item in self._items:
                named = fold(item.title) in fold(sentence.group())
                if named and len(item.title) >= _SHORTEST_TITLE:
                    found = max(found or (0, ""), (sentence.start(), item.title))
        return found[1] if found else None

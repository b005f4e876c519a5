"""Lists that a plain text sets in columns under a line of headings.

氏　名　　　　役　職　　出　欠
磯貝　　昭　　会　長　　出　席
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.text import display_width, fold

_WORDS = (
    "氏名", "委員名", "委員氏名", "名前", "役職", "役職名", "職名", "職", "区分", "選出区分", "所属", "所属団体",
    "団体名", "所属等", "備考", "出欠", "出席", "出欠席", "摘要", "番号", "No",
)  # fmt: skip
_WORD = "|".join("[ 　]*".join(word) for word in sorted(_WORDS, key=len, reverse=True))
_HEADINGS = re.compile(rf"^[ 　\t]*(?:(?:{_WORD})[・/等]?(?:[ 　\t]+|$)){{2,}}$")
_HEADING = re.compile(rf"(?:{_WORD})(?=[ 　\t]|$)")
_CELL = re.compile(r"[^ 　\t]+")


def rows(lines: Sequence[str]) -> Iterator[dict[str, str]]:
    """Each line below the headings as the cells of its columns, by the folded heading.

    Args:
        lines: with their indentation, for the columns are told by where words begin. Nothing is
            given if none of them is a line of headings.
    """
    at = next((i for i, line in enumerate(lines) if _HEADINGS.match(line)), None)
    if at is None:
        return
    columns = [
        (display_width(lines[at][: match.start()]), fold(match.group()))
        for match in _HEADING.finditer(lines[at])
    ]
    for line in lines[at + 1 :]:
        cells: dict[str, list[str]] = {}
        for match in _CELL.finditer(line):
            begin = display_width(line[: match.start()])
            # A cell may begin a letter before its heading, and the first one anywhere.
            heading = next(
                (h for start, h in reversed(columns) if start <= begin + 2), columns[0][1]
            )
            cells.setdefault(heading, []).append(match.group())
        yield {heading: " ".join(words) for heading, words in cells.items()}

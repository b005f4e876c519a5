"""Speeches in the tables of Markdown: | 発言者 | 発言内容 |, read where they stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.formats.tables import speech_columns
from ingest.text import Line, lines, trim
from ingest.types import Speech

_RULE = re.compile(r"[\s|:-]+")


@dataclass(frozen=True)
class _Row:
    """A row of a table: the spans of its cells, without white space."""

    start: int
    cells: tuple[tuple[int, int], ...]


def speeches(text: str) -> tuple[Speech, ...]:
    """The speeches of all tables of speaker and words.

    The label of a speech spans everything between the words before it and its own: the end of the
    row above and the speaker's cell, bars included.
    """
    found: list[Speech] = []
    for table in _tables(text):
        found += _of_table(text, table)
    return tuple(found)


def _tables(text: str) -> Iterator[list[_Row]]:
    rows: list[_Row] = []
    for line in lines(text):
        if line.text.lstrip().startswith("|") and line.text.rstrip().endswith("|"):
            rows.append(_row(text, line))
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _row(text: str, line: Line) -> _Row:
    bars = [at for at in range(line.start, line.end) if text[at] == "|" and text[at - 1] != "\\"]
    cells = tuple(trim(text, a + 1, b) for a, b in pairwise(bars))
    return _Row(line.start, cells)


def _of_table(text: str, rows: Sequence[_Row]) -> Iterator[Speech]:
    width = min(len(row.cells) for row in rows)
    plain = [[text[slice(*cell)] for cell in row.cells[:width]] for row in rows]
    columns = speech_columns([cells for cells in plain if any(cells)]) if width > 1 else None
    if columns is None or not columns[2]:
        return
    who, what, _ = columns
    last: Speech | None = None
    for row, cells in zip(rows[1:], plain[1:], strict=True):
        if _RULE.fullmatch("".join(cells)) or not cells[what]:
            continue
        start, end = row.cells[what]
        if cells[who] or last is None:
            if last is not None:
                yield last
            label = trim(text, last.end if last else row.start, start)
            last = Speech(label, start, end)
        else:
            last = replace(last, end=end)
    if last is not None:
        yield last

"""A table of a file in the parts that it is meant as: a form above, speeches below it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ingest.formats.builder import DocumentBuilder
from ingest.formats.tables import Repeated, Row, read_table

_REACH = 30
"""Rows within which the heading of the speeches is looked for; forms are shorter."""

_LOOK = 4
"""Rows that show whether speeches begin: a heading, a title over both columns, a speech."""


def write_table(
    builder: DocumentBuilder,
    rows: Sequence[Sequence[str]],
    *,
    header: bool | None = None,
    breaks: Sequence[int] = (),
) -> None:
    """Write a table (:meth:`DocumentBuilder.table`), each of its parts by itself.

    Minutes are often one table: 日時, 場所 and 出席者 in its first rows, 発言者 and 発言内容 below.

    Args:
        builder: what it is written into.
        rows: as for :meth:`DocumentBuilder.table`.
        header: as there; it is of the first part.
        breaks: as there.
    """
    spans = list(_parts(rows))
    for start, end in spans:
        last = end == len(rows)
        builder.table(
            _without_repeated(rows[start:end]),
            header=header if start == 0 else None,
            breaks=[at - start for at in breaks if start <= at and (last or at < end)],
        )


def holds_speeches(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a table, or a part of it below a form, names who said what."""
    return any(
        row.kind is Row.Kind.SPEECH
        for start, end in _parts(rows)
        for row in read_table(_without_repeated(rows[start:end]))
    )


def _parts(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    for at in range(min(len(rows), _REACH)):
        if _begins_speeches(rows[at : at + _LOOK]):
            if at:
                yield 0, at
            yield at, len(rows)
            return
    yield 0, len(rows)


def _begins_speeches(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row heads speeches; one that is a speech itself does not."""
    first = _without_repeated(rows[:1])
    if not first or len([cell for cell in first[0] if cell.strip()]) < 2:
        return False
    kinds = [row.kind for row in islice(read_table(_without_repeated(rows)), _LOOK)]
    return kinds[:1] == [Row.Kind.TEXT] and Row.Kind.SPEECH in kinds


def _without_repeated(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The rows without the columns that only go on with those to their left in every row."""
    width = max(map(len, rows), default=0)
    kept = [
        column
        for column in range(width)
        if column == 0 or not all(_goes_on(row, column) for row in rows)
    ]
    return [[row[column] for column in kept] for row in rows]


def _goes_on(row: Sequence[str], column: int) -> bool:
    return isinstance(row[column], Repeated) and row[column] == row[column - 1]

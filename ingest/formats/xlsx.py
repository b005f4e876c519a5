"""Excel workbooks (.xlsx) by openpyxl: cells as a person sees them, tables with their headings."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.datetime import from_excel

from ingest.formats.builder import DocumentBuilder
from ingest.formats.packed import check_package
from ingest.formats.shown_values import JAPANESE_FORMATS, shown_moment, shown_number
from ingest.formats.table_parts import holds_speeches, write_table
from ingest.formats.tables import Repeated
from ingest.formats.xlsx_parts import count_formulas_without_value, drawn_text, without_vast_ranges
from ingest.types import Document

_PLAIN_NAME = re.compile(
    r"^(?:(?:sheet|シート|議事録|会議録|会議記録|議事要旨|議事概要|minutes)\s*[（(]?\d*[)）]?)$",
    re.IGNORECASE,
)
"""Names that Excel gives, and those that say of minutes that they are minutes."""

_MOST_CELLS = 500_000
"""Filled cells of a sheet that are read; far more is data and no record."""

_MOST_MERGED = 20_000
"""Places of a sheet that merged cells are repeated in."""

_REMARK = re.compile(r"^[（(]?(?:※|＊|\*|注|備考[：:]|出典|資料[：:]|出所)")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How Excel writes a control character, such as the _x000D_ of a line break."""

Cells = dict[tuple[int, int], str]


def extract(data: bytes, name: str, path: Path) -> Document:
    """The visible sheets of a workbook: tables by row, other cells as lines.

    Raises:
        UnreadableError: it is locked, broken or too large.
    """
    check_package(data, path)
    data = without_vast_ranges(data)
    with warnings.catch_warnings():
        # openpyxl warns of what it will not write back: no concern of a reader.
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    builder = DocumentBuilder(name, "xlsx")
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    filled = sum(any(_shown(cell) for cell in sheet._cells.values()) for sheet in sheets)
    for position, sheet in enumerate(sheets, start=1):
        builder.page()
        _sheet(builder, sheet, position, named=filled > 1, drawn=drawn_text(data, sheet))
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        builder.note(f"hidden sheets were left out: {', '.join(hidden)}")
    empty = count_formulas_without_value(data)
    if empty:
        builder.note(
            f"{empty} formulas have no stored value; open the file, save it, and ingest it again"
        )
    return builder.build()


def _sheet(
    builder: DocumentBuilder, sheet: Any, position: int, *, named: bool, drawn: list[str]
) -> None:
    """Write a sheet; ``named`` says that its name is needed to tell it from others."""
    cells, hidden = _cells(sheet)
    if (cells or drawn) and (named or not _PLAIN_NAME.match(sheet.title)):
        builder.heading(sheet.title, 1)
    if len(cells) >= _MOST_CELLS:
        builder.note(f"sheet {position} ({sheet.title}): only {_MOST_CELLS:,} cells were read")
    if hidden:
        builder.note(f"sheet {position} ({sheet.title}): {hidden} hidden cells were left out")
    for block in _blocks(cells):
        _write(builder, block)
    for words in drawn:
        builder.paragraph(words)


def _cells(sheet: Any) -> tuple[Cells, int]:
    """(row, column) -> text of the cells that exist, merged ones in each place; how many are hidden.

    The declared size of a sheet means nothing: one stray cell can make it 17 billion places.
    """
    found: Cells = {}
    rows = {at for at, row in sheet.row_dimensions.items() if row.hidden}
    columns = [
        range(column.min or 0, (column.max or 0) + 1)
        for column in sheet.column_dimensions.values()
        if column.hidden
    ]
    hidden = 0
    for (row, column), cell in sheet._cells.items():
        words = _shown(cell)
        if not words:
            continue
        if row in rows or any(column in span for span in columns):
            hidden += 1
        else:
            found[row, column] = words
        if len(found) >= _MOST_CELLS:
            break
    places = 0
    for merged in sheet.merged_cells.ranges:
        first = found.get((merged.min_row, merged.min_col))
        places += merged.size["rows"] * merged.size["columns"]
        if first is None or places > _MOST_MERGED:
            continue
        for row in range(merged.min_row, merged.max_row + 1):
            for column in range(merged.min_col, merged.max_col + 1):
                found.setdefault((row, column), Repeated(first))
    return found, hidden


def _shown(cell: Any) -> str:
    """A cell's value in the way that its number format shows it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    style = str(cell.number_format or "General")
    if isinstance(value, int | float):
        japanese = JAPANESE_FORMATS.get(cell._style.numFmtId)
        if japanese is None:
            return shown_number(value, style)
        try:
            value, style = from_excel(value, cell.parent.parent.epoch), japanese
        except (OverflowError, ValueError):
            return shown_number(value, "General")
    if isinstance(value, datetime | date | time | timedelta):
        return shown_moment(value, style)
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), str(value)).strip()


def _blocks(cells: Cells) -> Iterator[list[list[str]]]:
    """The filled rows, parted where a row is empty; each block as grids of its own columns."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), words in cells.items():
        rows.setdefault(row, {})[column] = words
    blocks: list[list[dict[int, str]]] = []
    before: int | None = None
    for number in sorted(rows):
        if before is None or number > before + 1:
            blocks.append([])
        blocks[-1].append(rows[number])
        before = number
    for block in _joined(blocks):
        yield from _grids(block)


def _joined(blocks: list[list[dict[int, str]]]) -> Iterator[list[dict[int, str]]]:
    """The blocks, those of speeches together: some set each speech apart by an empty row."""
    open_block: list[dict[int, str]] = []
    columns: set[int] = set()
    for block in blocks:
        filled = {column for row in block for column in row}
        speaks = holds_speeches(_grid(block))
        if columns and not speaks and filled <= columns and set(block[0]) != {min(columns)}:
            open_block += block
            continue
        if open_block:
            yield open_block
        open_block, columns = list(block), filled if speaks else set()
    if open_block:
        yield open_block


def _grids(block: list[dict[int, str]]) -> Iterator[list[list[str]]]:
    """Titles above a table and remarks below it by themselves, and the table."""
    while len(block) > 1 and len(_own(block[0])) == 1 and not _opens_merged(block):
        yield [_own(block[0])]
        block = block[1:]
    remarks: list[list[str]] = []
    while len(block) > 1 and len(_own(block[-1])) == 1 and _REMARK.match(_own(block[-1])[0]):
        remarks.insert(0, _own(block[-1]))
        block = block[:-1]
    yield _grid(block)
    for remark in remarks:
        yield [remark]


def _grid(block: list[dict[int, str]]) -> list[list[str]]:
    """The rows with only the columns that they fill."""
    columns = sorted({column for row in block for column in row})
    kept = [c for c in columns if any(c in row and not _across(row, c) for row in block)]
    return [[row.get(column, "") for column in kept or columns[:1]] for row in block]


def _own(row: dict[int, str]) -> list[str]:
    return [words for _, words in sorted(row.items()) if not isinstance(words, Repeated)]


def _opens_merged(block: list[dict[int, str]]) -> bool:
    """Whether the only cell of the first row goes on in the row below: then it is no title."""
    return any(
        isinstance(words, Repeated) and block[0].get(column) == words
        for column, words in block[1].items()
    )


def _across(row: dict[int, str], column: int) -> bool:
    """Whether a cell only goes on with the merged one to its left."""
    return isinstance(row[column], Repeated) and row.get(column - 1) == row[column]


def _write(builder: DocumentBuilder, grid: list[list[str]]) -> None:
    single = all(len([cell for cell in row if cell]) <= 1 for row in grid)
    if single or (len(grid) == 1 and len(grid[0]) < 3):
        for row in grid:
            builder.paragraph("　".join(dict.fromkeys(cell for cell in row if cell)))
    else:
        write_table(builder, grid)

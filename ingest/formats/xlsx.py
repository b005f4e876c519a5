"""Excel workbooks (.xlsx) by openpyxl: cells as a person sees them, tables with their headings."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from ingest.formats.builder import DocumentBuilder
from ingest.formats.packed import check_package
from ingest.formats.tables import Repeated
from ingest.types import Document

_DEFAULT_NAME = re.compile(r"^(?:sheet|シート)\s*\d*$", re.IGNORECASE)
_MOST_CELLS = 500_000
"""Filled cells of a sheet that are read; far more is data and no record."""

_MOST_MERGED = 20_000
Cells = dict[tuple[int, int], str]


def extract(data: bytes, name: str, path: Path) -> Document:
    """The visible sheets of a workbook: tables by row, other cells as lines.

    Raises:
        UnreadableError: it is locked, broken or too large.
    """
    check_package(data, path)
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    builder = DocumentBuilder(name, "xlsx")
    sheets = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    for position, sheet in enumerate(sheets, start=1):
        builder.page()
        if not _DEFAULT_NAME.match(sheet.title):
            builder.heading(sheet.title, 1)
        cells = _cells(sheet)
        if len(cells) >= _MOST_CELLS:
            builder.note(f"sheet {position} ({sheet.title}): only {_MOST_CELLS:,} cells were read")
        for block in _blocks(cells):
            _write(builder, block)
    hidden = [sheet.title for sheet in values.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        builder.note(f"hidden sheets were left out: {', '.join(hidden)}")
    empty = _formulas_without_value(data, values)
    if empty:
        builder.note(
            f"{empty} formulas have no stored value; open the file, save it, and ingest it again"
        )
    return builder.build()


def _cells(sheet: Any) -> Cells:
    """(row, column) -> text of the cells that exist; merged ones in each of their places.

    The declared size of a sheet means nothing: one stray cell can make it 17 billion places.
    """
    found: Cells = {}
    for (row, column), cell in sheet._cells.items():
        words = _shown(cell)
        if words:
            found[row, column] = words
        if len(found) >= _MOST_CELLS:
            break
    places = 0
    for merged in sheet.merged_cells.ranges:
        first = found.get((merged.min_row, merged.min_col))
        size = merged.size["rows"] * merged.size["columns"]
        places += size
        if first is None or places > _MOST_MERGED:
            continue
        for row in range(merged.min_row, merged.max_row + 1):
            for column in range(merged.min_col, merged.max_col + 1):
                found.setdefault((row, column), Repeated(first))
    return found


def _shown(cell: Any) -> str:
    """A cell's value in the way that its number format shows it."""
    value, style = cell.value, str(cell.number_format or "General")
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date | time):
        return _moment(value, style)
    if isinstance(value, int | float):
        return _number(value, style)
    return str(value).strip()


def _moment(value: datetime | date | time, style: str) -> str:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    clock = ""
    if isinstance(value, datetime) and (value.hour or value.minute):
        clock = value.strftime(" %H:%M")
    if any(sign in style for sign in ("年", "[$-411]", "ggg", "[$-ja")):
        return f"{value.year}年{value.month}月{value.day}日{clock}"
    return f"{value.year:04}-{value.month:02}-{value.day:02}{clock}"


def _number(value: int | float, style: str) -> str:
    first = style.split(";")[0]
    decimals = re.search(r"[0#?]\.([0?]+)", first)
    places = len(decimals.group(1)) if decimals else 0
    if "%" in first:
        return f"{value * 100:.{places}f}%"
    plain = re.sub(r"\"[^\"]*\"|\\.|\[[^\]]*\]", "", first)
    if re.search(r"[#0],[#0]", plain):
        return f"{value:,.{places}f}"
    if decimals:
        return f"{value:.{places}f}"
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _blocks(cells: Cells) -> Iterator[list[list[str]]]:
    """The filled rows, parted where a row is empty; each block as a grid of its own columns."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), words in cells.items():
        rows.setdefault(row, {})[column] = words
    block: list[dict[int, str]] = []
    before: int | None = None
    for number in sorted(rows):
        if before is not None and number > before + 1:
            yield from _grids(block)
            block = []
        block.append(rows[number])
        before = number
    yield from _grids(block)


def _grids(block: list[dict[int, str]]) -> Iterator[list[list[str]]]:
    """The rows of a block with only the columns that it fills; titles above a table by themselves."""
    while block and len(_own(block[0])) == 1 and len(block) > 1:
        yield [_own(block[0])]
        block = block[1:]
    if not block:
        return
    columns = sorted({column for row in block for column, words in row.items() if words})
    kept = [c for c in columns if any(c in row and not _across(row, c) for row in block)]
    yield [[row.get(column, "") for column in kept or columns[:1]] for row in block]


def _own(row: dict[int, str]) -> list[str]:
    return [words for _, words in sorted(row.items()) if not isinstance(words, Repeated)]


def _across(row: dict[int, str], column: int) -> bool:
    """Whether a cell only goes on with the merged one to its left."""
    return isinstance(row[column], Repeated) and row.get(column - 1) == row[column]


def _write(builder: DocumentBuilder, grid: list[list[str]]) -> None:
    single = all(len([cell for cell in row if cell]) <= 1 for row in grid)
    if single or (len(grid) == 1 and len(grid[0]) < 3):
        for row in grid:
            builder.paragraph("　".join(dict.fromkeys(cell for cell in row if cell)))
    else:
        builder.table(grid)


def _formulas_without_value(data: bytes, values: Any) -> int:
    """How many formulas have no value stored with them (the file was never opened in Excel)."""
    if b"<f" not in _sheets_xml(data):
        return 0
    formulas = openpyxl.load_workbook(io.BytesIO(data))
    count = 0
    for sheet in formulas.worksheets:
        shown = values[sheet.title]
        for place, cell in list(sheet._cells.items())[:_MOST_CELLS]:
            held = shown._cells.get(place)
            if cell.data_type == "f" and (held is None or held.value is None):
                count += 1
    return count


def _sheets_xml(data: bytes) -> bytes:

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        return b"".join(package.read(name) for name in names)

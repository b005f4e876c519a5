"""Tables as committees use them: speeches by row, forms of name and value, and rows under headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from ingest.header import field_named
from ingest.offices import names_office
from ingest.text import fold

_SPEAKER = frozenset(
    {
        "発言者", "発言者名", "氏名", "委員", "委員名", "話者", "発言委員", "発言者氏名", "名前", "質問者", "発言者職氏名",
        "speaker", "name", "who", "member",
    }
)  # fmt: skip
_WORDS = frozenset(
    {
        "発言内容", "発言", "内容", "発言要旨", "議事", "議事内容", "会議内容", "要旨", "意見", "発言の要旨", "発言の内容",
        "議事の内容", "審議内容", "議事要旨", "発言概要", "意見等", "ご意見", "御意見", "主な発言", "意見内容", "発言事項",
        "審議経過", "会議経過", "議事の経過",
        "remarks", "content", "words", "text", "what", "statement", "comment", "comments", "transcript",
        "said",
    }
)  # fmt: skip
_SPEAKERS_SHARE = 0.6
"""Share of first cells that name an office, above which a table of two columns holds speeches."""

_HEADING_LIMIT = 24
"""Characters; a longer first cell is content and heads no column."""


_FIGURE = re.compile(
    r"^[-+△▲約]*[\d,.]+(?:%|円|千円|万円|億円|人|件|年|月|日|台|回|校|か所|箇所|点|名|団体|施設)*$"
)


class Repeated(str):
    """The text of a cell that spans several, in each of its places but the first."""

    __slots__ = ()


@dataclass(frozen=True)
class Row:
    """A line of the text that a table becomes: its words, and for a speech its speaker.

    ``at`` is the position of the table's row that it comes from.
    """

    class Kind(Enum):
        """What the row is; MORE goes on with the speech above."""

        TEXT = auto()
        SPEECH = auto()
        MORE = auto()

    kind: Kind
    text: str
    speaker: str = ""
    at: int = 0


def read_table(
    rows: Sequence[Sequence[str]], header: bool | None = None, *, goes_on: bool = False
) -> Iterator[Row]:
    """The lines of a table.

    Two columns of speaker and words (with or without a heading) become speeches; forms
    (日時 | 令和6年…) become ``日時：令和6年…``; any other row keeps its headings.

    Args:
        rows: the cells' texts, as many in each row.
        header: whether the first row heads the columns; None where the format does not say.
        goes_on: whether it goes on with the speeches of the table above, under the same heading.
    """
    places = [at for at, row in enumerate(rows) if any(cell.strip() for cell in row)]
    filled = [[_stripped(cell) for cell in rows[at]] for at in places]
    if not filled:
        return
    columns = speech_columns(filled)
    if columns is not None:
        found = _speeches(filled, *columns, begun=goes_on)
    elif header is not True and _is_form(filled):
        found = ((at, Row(Row.Kind.TEXT, _form_line(row))) for at, row in enumerate(filled))
    else:
        found = _plain(filled, header)
    for at, line in found:
        yield replace(line, at=places[at])


def _stripped(cell: str) -> str:
    return Repeated(cell.strip()) if isinstance(cell, Repeated) else cell.strip()


def speech_columns(rows: Sequence[Sequence[str]]) -> tuple[int, int, bool] | None:
    """(column of speakers, column of words, whether a heading says so), or None for other tables.

    Args:
        rows: the cells' texts, as many in each row, none of the rows empty.
    """
    names = [fold(cell) for cell in rows[0]]
    for at, name in enumerate(names):
        if name in _SPEAKER:
            words = next((i for i in range(at + 1, len(names)) if names[i] in _WORDS), None)
            if words is not None:
                return at, words, True
    if len(rows[0]) == 2 and len(rows) > 1:
        firsts = [row[0] for row in rows if row[0]]
        speakers = sum(names_office(cell) for cell in firsts)
        if firsts and speakers >= _SPEAKERS_SHARE * len(firsts) and _holds_sentences(rows):
            return 0, 1, False
    return None


def _holds_sentences(rows: Sequence[Sequence[str]]) -> bool:
    return sum(row[1].rstrip().endswith(("。", ".", "？", "?")) for row in rows) * 2 >= len(rows)


def _speeches(
    rows: Sequence[Sequence[str]], who: int, what: int, headed: bool, *, begun: bool
) -> Iterator[tuple[int, Row]]:
    if headed and not begun:
        yield 0, Row(Row.Kind.TEXT, _joined(rows[0]))
    for position, row in enumerate(rows):
        if headed and (position == 0 or list(row) == list(rows[0])):
            continue
        others = [
            cell
            for at, cell in enumerate(row)
            if at not in (who, what) and cell and not isinstance(cell, Repeated)
        ]
        speaker, words = row[who], row[what]
        if len(set(filter(None, row))) == 1 and (not speaker or speaker == words):
            # One cell over all columns is a heading between the speeches.
            kind = Row.Kind.MORE if begun and not speaker else Row.Kind.TEXT
            yield position, Row(kind, next(filter(None, row)))
            begun = begun and not speaker
        elif speaker and not (begun and isinstance(speaker, Repeated)):
            for cell in others:
                if not cell.isdigit():
                    yield position, Row(Row.Kind.TEXT, cell)
            yield position, Row(Row.Kind.SPEECH, words, speaker)
            begun = True
        else:
            yield position, Row(Row.Kind.MORE if begun else Row.Kind.TEXT, words)


def _is_form(rows: Sequence[Sequence[str]]) -> bool:
    """Whether each row is a name and its value: the names are those of a header of minutes."""
    if len(rows[0]) < 2:
        return False
    firsts = [row[0] for row in rows if row[0]]
    known = sum(field_named(cell) is not None for cell in firsts)
    return bool(firsts) and known * 2 >= len(firsts) and field_named(firsts[0]) is not None


def _form_line(row: Sequence[str]) -> str:
    name, *values = row
    value = "　".join(dict.fromkeys(cell for cell in values if cell and cell != name))
    return f"{name}：{value}" if name and value else name or value


def _plain(rows: Sequence[Sequence[str]], header: bool | None) -> Iterator[tuple[int, Row]]:
    headed = header if header is not None else _has_heading(rows)
    names = [" ".join(cell.split()) for cell in rows[0]] if headed else [""] * len(rows[0])
    if headed:
        yield 0, Row(Row.Kind.TEXT, _joined(rows[0]))
    for position, row in enumerate(rows):
        if headed and position == 0:
            continue
        cells = [
            f"{name}：{_one_line(cell)}" if name and name != cell else _one_line(cell)
            for name, cell in zip(names, row, strict=False)
            if cell
        ]
        cells = list(dict.fromkeys(cells))
        text = f"| {' | '.join(cells)} |" if len(row) > 1 else "".join(cells)
        yield position, Row(Row.Kind.TEXT, text)


def _has_heading(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row heads the columns: short distinct words over every column, no figures."""
    first = rows[0]
    if len(rows) < 2 or len(first) < 2 or len(set(first)) == 1:
        return False
    filled = [cell for cell in first if cell]
    return len(filled) >= len(first) - 1 and all(
        len(cell) <= _HEADING_LIMIT and not cell.endswith("。") and not _is_figure(cell)
        for cell in filled
    )


def _is_figure(cell: str) -> bool:
    plain = fold(cell)
    return bool(_FIGURE.match(plain)) and not plain.endswith("年度")


def _joined(row: Sequence[str]) -> str:
    return "| " + " | ".join(dict.fromkeys(_one_line(cell) for cell in row if cell)) + " |"


def _one_line(cell: str) -> str:
    return " ".join(cell.split("\n"))

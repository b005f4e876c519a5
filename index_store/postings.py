"""How often each passage holds a word, where SQLite's own BM25 does not do.

That one counts all passages. Where some are hidden (:mod:`index_store.visible_words`), how rare a
word is must be told by the others alone, so the figures are drawn from the full-text tables: each
once, for however many views there are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

CONTEXT_WEIGHT = 0.4
"""Weight of a word in the context against one in the passage itself."""

K1, B = 1.2, 0.75
"""The constants of FTS5's BM25."""

TOKENIZE = "tokenize = 'unicode61 remove_diacritics 0'"
"""How the full-text tables divide what :func:`index_store.words.words` has cut already."""

Table = Literal["terms", "topics"]

_WEIGHTS: Mapping[Table, Mapping[str, float]] = {
    "terms": {"text": 1.0, "context": CONTEXT_WEIGHT},
    "topics": {"topic": 1.0},
}
_LENGTHS = (
    "SELECT p.rowid, p.source, terms.sz, topics.sz FROM passages p "
    "LEFT JOIN terms_docsize terms ON terms.id = p.rowid "
    "LEFT JOIN topics_docsize topics ON topics.id = p.rowid"
)
_MOST = 4_000_000
"""Figures that are kept, of 16 bytes each; then all are drawn anew."""

Numbers = NDArray[np.int64]
Weights = NDArray[np.float64]


@dataclass(frozen=True)
class Posting:
    """The rows that hold a word, ascending, and how often each: its columns' weights count."""

    rows: Numbers
    weights: Weights


@dataclass(frozen=True)
class Rows:
    """What the rows of the word index are, by row number; numbers that no row has hold -1.

    ``source`` is the place of a row's document in ``sources``, ``lengths`` its words by table.
    """

    sources: tuple[str, ...]
    source: Numbers
    lengths: Mapping[Table, Numbers]


@dataclass
class _Drawn:
    """What has been drawn of one state of the file."""

    state: tuple[int, int] | None = None
    rows: Rows | None = None
    postings: dict[tuple[Table, str], Posting] = field(default_factory=dict)
    held: int = 0


class Postings:
    """The figures of a word index, kept until it changes.

    Args:
        read: gives the rows of a statement with its values.
        state: gives another value after every change of the file.
    """

    def __init__(
        self, read: Callable[..., list[Any]], state: Callable[[], tuple[int, int]]
    ) -> None:
        self._read = read
        self._state = state
        self._drawn = _Drawn()
        self._prepared = False

    def rows(self) -> Rows:
        """What each row is; the same object until the file changes."""
        drawn = self._fresh()
        if drawn.rows is None:
            drawn.rows = _rows(self._read(_LENGTHS))
        return drawn.rows

    def of(self, table: Table, word: str) -> Posting:
        """The rows of a table that hold a word.

        Args:
            table: that of the passages and their contexts, or that of their topics.
            word: as :func:`index_store.words.words` gives it.
        """
        drawn = self._fresh()
        key = table, word
        if key not in drawn.postings:
            posting = self._draw(table, _tokens(word))
            if drawn.held + len(posting.rows) > _MOST:
                drawn.postings, drawn.held = {}, 0
            drawn.postings[key] = posting
            drawn.held += len(posting.rows)
        return drawn.postings[key]

    def _fresh(self) -> _Drawn:
        if not self._prepared:
            for table in _WEIGHTS:
                self._read(
                    f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{table}_words "
                    f"USING fts5vocab (main, {table}, instance)"
                )
            self._prepared = True
        state = self._state()
        if self._drawn.state != state:
            self._drawn = _Drawn(state)
        return self._drawn

    def _draw(self, table: Table, tokens: Sequence[str]) -> Posting:
        if len(tokens) == 1:
            weight = " ".join(f"WHEN '{c}' THEN {w}" for c, w in _WEIGHTS[table].items())
            return _posting(
                self._read(
                    f"SELECT doc, sum(CASE col {weight} END) FROM temp.{table}_words "
                    "WHERE term = ? GROUP BY doc",
                    tokens,
                )
            )
        statement = f'SELECT doc, col, "offset" FROM temp.{table}_words WHERE term = ?'
        places: set[tuple[int, str, int]] | None = None
        for behind, token in enumerate(tokens):
            found = {(doc, col, at - behind) for doc, col, at in self._read(statement, [token])}
            places = found if places is None else places & found
        weights: dict[int, float] = {}
        for doc, col, _ in sorted(places or ()):
            weights[doc] = weights.get(doc, 0.0) + _WEIGHTS[table][col]
        return _posting(weights.items())


def _posting(found: Iterable[tuple[int, float]]) -> Posting:
    held = sorted(found)
    return Posting(
        np.array([row for row, _ in held], dtype=np.int64),
        np.array([weight for _, weight in held], dtype=np.float64),
    )


def _rows(found: Sequence[tuple[int, str, bytes | None, bytes | None]]) -> Rows:
    sources = {source: at for at, source in enumerate(dict.fromkeys(row[1] for row in found))}
    size = max((row[0] for row in found), default=-1) + 1
    source, terms, topics = (np.full(size, -1, dtype=np.int64) for _ in range(3))
    numbers = np.array([row[0] for row in found], dtype=np.int64)
    source[numbers] = [sources[row[1]] for row in found]
    terms[numbers] = [_length(row[2]) for row in found]
    topics[numbers] = [_length(row[3]) for row in found]
    return Rows(tuple(sources), source, {"terms": terms, "topics": topics})


@lru_cache(maxsize=10_000)
def _length(sizes: bytes | None) -> int:
    """The words of a row: FTS5 keeps one variable-length integer for each of its columns."""
    if sizes is None:
        return -1
    total = value = 0
    for byte in sizes:
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            total += value
            value = 0
    return total


@lru_cache(maxsize=10_000)
def _tokens(word: str) -> tuple[str, ...]:
    """What the tables divide a word into: 3.5 is 3 and 5, one behind the other."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE cut USING fts5 (word, {TOKENIZE})")
        connection.execute("CREATE VIRTUAL TABLE parts USING fts5vocab (cut, instance)")
        connection.execute("INSERT INTO cut VALUES (?)", [word.replace('"', "")])
        parts = connection.execute('SELECT term FROM parts ORDER BY "offset"')
        return tuple(term for (term,) in parts)

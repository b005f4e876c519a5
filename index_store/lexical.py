"""The lexical side: BM25 over words, in a SQLite file that can always be rebuilt from Chroma.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009);
SQLite's FTS5 computes it with k1 = 1.2 and b = 0.75.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

from index_store.errors import StoreError
from index_store.filters import Filters
from index_store.postings import CONTEXT_WEIGHT, K1, TOKENIZE, Postings, Table
from index_store.types import StoredPassage
from index_store.words import words

SCHEMA_VERSION = 3
"""Raised when tables or the cutting of words change; an older file is then built anew."""

_SCHEMA = f"""
CREATE TABLE documents (source TEXT PRIMARY KEY, version TEXT NOT NULL);
CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    document TEXT NOT NULL, speaker TEXT, person TEXT, role TEXT, turn INTEGER
);
CREATE INDEX passages_source ON passages (source);
CREATE INDEX passages_speaker ON passages (document, speaker);
CREATE VIRTUAL TABLE terms USING fts5 (text, context, {TOKENIZE});
CREATE VIRTUAL TABLE topics USING fts5 (topic, {TOKENIZE});
"""


_SCORED: dict[Table, str] = {
    "terms": f"SELECT p.id, bm25(terms, 1.0, {CONTEXT_WEIGHT}) AS score FROM terms "
    "JOIN passages p ON p.rowid = terms.rowid WHERE terms MATCH ?",
    "topics": "SELECT p.id, bm25(topics) AS score FROM topics "
    "JOIN passages p ON p.rowid = topics.rowid WHERE topics MATCH ?",
}
# The plus keeps SQLite from running the whole MATCH anew for each of these rows.
_LEADING = "AND +terms.rowid IN (SELECT rowid FROM terms WHERE terms MATCH ?)"
_OF_IDS = (
    "AND +{table}.rowid IN "
    "(SELECT rowid FROM passages WHERE id IN (SELECT value FROM json_each(?)))"
)
_SATURATED = K1 + 1
"""What BM25 gives at most for a word, times its rarity."""
_ENOUGH = 4
"""Times the passages wanted that the first words should promise."""
_USUAL = 0.25
"""Share of what a passage could come to that the last one found has as a rule; a first guess."""


@dataclass(frozen=True)
class Spoken:
    """Somebody who speaks in a document: the label as printed, who it is, and in how many passages."""

    document: str
    speaker: str
    person: str | None
    role: str | None
    passages: int


@dataclass
class _Counted:
    """How many passages hold a word, as of a state of the file."""

    state: tuple[int, int] | None = None
    total: int = 0
    passages: dict[str, int] = field(default_factory=dict)


class LexicalIndex:
    """Passages by their words.

    Args:
        path: the SQLite file; it is made, and made anew when it is of an older version.

    Raises:
        StoreError: the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._counted = _Counted()
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            raise self._failure(error) from error
        self.postings = Postings(self._rows, self._state)

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = self._connect()
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError:
            # Damaged: everything in it comes from Chroma and is brought back by sync.
            version = -1
        if version == SCHEMA_VERSION:
            return connection
        connection.close()
        for leftover in (self._path, *self._path.parent.glob(self._path.name + "-*")):
            leftover.unlink(missing_ok=True)
        connection = self._connect()
        with connection:
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        return connection

    def _connect(self) -> sqlite3.Connection:
        # Slack answers from several threads; the retriever serialises the use of the connection.
        return sqlite3.connect(self._path, timeout=30, check_same_thread=False)

    def _failure(self, error: sqlite3.Error) -> StoreError:
        return StoreError(
            f"{self._path}: the word index cannot be used ({error}); mend: check permission and "
            "space, or remove this file (it is rebuilt from the store)"
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def versions(self) -> dict[str, str]:
        """Source -> version of every document that is indexed here."""
        return dict(self._connection.execute("SELECT source, version FROM documents"))

    def behind(self, wanted: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """(sources to add or renew, sources to remove) to get to ``wanted`` versions."""
        here = self.versions()
        renew = [source for source, version in wanted.items() if here.get(source) != version]
        return renew, [source for source in here if source not in wanted]

    def replace(self, source: str, version: str, passages: Iterable[StoredPassage]) -> None:
        """Put a document's passages in the place of those it had, in one transaction.

        Raises:
            StoreError: the file cannot be written.
        """
        rows = [(passage, _terms(passage)) for passage in passages]
        try:
            with self._connection as connection:
                self._delete(source)
                for passage, (text, context, topic) in rows:
                    place = passage.place
                    said = (place.document, place.speaker, place.person, place.role, place.turn)
                    cursor = connection.execute(
                        "INSERT INTO passages (id, source, document, speaker, person, role, turn) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (passage.id, source, *said),
                    )
                    connection.execute(
                        "INSERT INTO terms (rowid, text, context) VALUES (?, ?, ?)",
                        (cursor.lastrowid, text, context),
                    )
                    if topic:
                        connection.execute(
                            "INSERT INTO topics (rowid, topic) VALUES (?, ?)",
                            (cursor.lastrowid, topic),
                        )
                connection.execute("INSERT INTO documents VALUES (?, ?)", (source, version))
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def remove(self, source: str) -> None:
        """Take a document's passages out.

        Raises:
            StoreError: the file cannot be written.
        """
        try:
            with self._connection:
                self._delete(source)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _delete(self, source: str) -> None:
        chosen = "SELECT rowid FROM passages WHERE source = ?"
        for table in ("terms", "topics"):
            self._connection.execute(f"DELETE FROM {table} WHERE rowid IN ({chosen})", (source,))
        self._connection.execute("DELETE FROM passages WHERE source = ?", (source,))
        self._connection.execute("DELETE FROM documents WHERE source = ?", (source,))

    def search(
        self, query: Sequence[str], limit: int, filters: Filters | None = None
    ) -> dict[str, float]:
        """The best passages by words: id -> BM25 score, best first, at most ``limit``.

        Args:
            query: words as :func:`index_store.words.words` gives them.
            limit: the number of passages.
            filters: what the search is narrowed to.
        """
        frequencies, total = self.document_frequencies(query)
        rarest = sorted((word for word, n in frequencies.items() if n), key=frequencies.__getitem__)
        held = [frequencies[word] for word in rarest]
        most = [_most(n, total) for n in held]
        leading = max(_promising(held, _ENOUGH * limit), _needed(most, _USUAL * sum(most)))
        while True:
            # What more than half of all passages hold adds nothing that could be seen.
            said = [w for at, w in enumerate(rarest) if at < leading or 2 * held[at] < total]
            found = self._best(said, leading, limit, filters or Filters())
            # A passage without any of the leading words cannot come to what the others come to.
            needed = _needed(most, min(found.values()) if len(found) == limit else 0.0)
            if needed <= leading:
                return found
            leading = needed

    def _best(
        self, query: Sequence[str], leading: int, limit: int, filters: Filters
    ) -> dict[str, float]:
        """The best passages among those with one of the first ``leading`` words."""
        narrowed, values = condition(filters)
        if leading < len(query):
            narrowed = f"{_LEADING} {narrowed}"
            values = [_any_of(query[:leading]), *values]
        rows = self._match("terms", query, f"{narrowed} ORDER BY score LIMIT ?", [*values, limit])
        return {identifier: -score for identifier, score in rows}

    def ids_of(self, filters: Filters, limit: int) -> list[str]:
        """The ids of passages that fit ``filters``, at most ``limit``; nothing ranks them."""
        narrowed, values = condition(filters)
        statement = f"SELECT p.id FROM passages p WHERE 1 {narrowed} LIMIT ?"
        return [identifier for (identifier,) in self._rows(statement, [*values, limit])]

    def scores(self, query: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """BM25 of the given passages that share a word with ``query``: id -> score."""
        frequencies, total = self.document_frequencies(query)
        # The others add nothing that could be seen, and are in most passages.
        telling = [word for word, n in frequencies.items() if 2 * n < total] or query
        return self._of("terms", telling, ids)

    def topic_scores(self, query: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """BM25 of the topics of the given passages, of those that share a word: id -> score."""
        return self._of("topics", query, ids)

    def _of(self, table: Table, query: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """BM25 of the given passages that share a word with ``query``: id -> score."""
        rows = self._match(table, query, _OF_IDS.format(table=table), [listed(ids)])
        return {identifier: -score for identifier, score in rows}

    def _match(
        self, table: Table, query: Sequence[str], rest: str, values: Sequence[str | int]
    ) -> list[tuple[str, float]]:
        if not query:
            return []
        return self._rows(f"{_SCORED[table]} {rest}", [_any_of(query), *values])

    def _rows(self, statement: str, values: Sequence[str | int] = ()) -> list[Any]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def speakers(self) -> list[Spoken]:
        """Everybody who speaks, once for each document and label."""
        rows = self._connection.execute(
            "SELECT document, speaker, max(person), max(role), count(*) FROM passages "
            "WHERE speaker IS NOT NULL GROUP BY document, speaker"
        )
        return [Spoken(*row) for row in rows]

    def speakers_of(self, document: str, turns: Sequence[int]) -> set[str]:
        """The labels of those who speak in some turns of a document."""
        rows = self._connection.execute(
            "SELECT DISTINCT speaker FROM passages WHERE document = ? "
            "AND turn IN (SELECT value FROM json_each(?))",
            [document, listed(turns)],
        )
        return {label for (label,) in rows if label}

    def ids_of_turns(self, document: str, turns: Sequence[int]) -> list[str]:
        """The ids of the passages of some turns of a document, in order."""
        rows = self._connection.execute(
            "SELECT id FROM passages WHERE document = ? "
            "AND turn IN (SELECT value FROM json_each(?)) ORDER BY turn, rowid",
            [document, listed(turns)],
        )
        return [identifier for (identifier,) in rows]

    def document_frequencies(self, query: Sequence[str]) -> tuple[dict[str, int], int]:
        """(word -> number of passages that hold it in text or context, number of passages)."""
        counted = self._counted
        state = self._state()
        if counted.state != state:
            ((total,),) = self._rows("SELECT count(*) FROM passages")
            counted = self._counted = _Counted(state, total)
        for word in query:
            if word not in counted.passages:
                statement = "SELECT count(*) FROM terms WHERE terms MATCH ?"
                ((counted.passages[word],),) = self._rows(statement, [_any_of([word])])
        return {word: counted.passages[word] for word in query}, counted.total

    def _state(self) -> tuple[int, int]:
        """Another value after every change, by this process or another one."""
        ((version,),) = self._rows("PRAGMA data_version")
        return version, self._connection.total_changes


def _terms(passage: StoredPassage) -> tuple[str, str, str]:
    """The words of a passage, of its context, and of its topic, parted by spaces."""
    text, context, topic = map(words, (passage.text, passage.context, passage.topic))
    return " ".join(text), " ".join(context), " ".join(topic)


def condition(filters: Filters) -> tuple[str, list[str]]:
    """The condition on passages, and its values; as JSON, for SQLite takes only so many values."""
    conditions, values = [], []
    if filters.documents is not None:
        conditions.append("p.document IN (SELECT value FROM json_each(?))")
        values.append(listed(sorted(filters.documents)))
    if filters.speakers is not None:
        conditions.append(
            "(p.document, p.speaker) IN (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))"
        )
        values.append(listed(sorted(filters.speakers)))
    return "".join(f" AND {condition}" for condition in conditions), values


def listed(values: Sequence[object]) -> str:
    """Values as JSON, for ``json_each``."""
    return json.dumps(values, ensure_ascii=False)


def _any_of(query: Iterable[str]) -> str:
    """The expression that matches passages with any of the words."""
    return " OR ".join('"' + word.replace('"', "") + '"' for word in dict.fromkeys(query))


def _most(frequency: int, total: int) -> float:
    """What a word that ``frequency`` of ``total`` passages hold adds to a score at most."""
    rarity = math.log((total - frequency + 0.5) / (frequency + 0.5))
    # As FTS5: a word that more than half of all hold counts next to nothing, not less.
    return _SATURATED * (rarity if rarity > 0 else 1e-6)


def _promising(frequencies: Sequence[int], enough: int) -> int:
    """How many of the first words promise ``enough`` passages together."""
    promised = list(accumulate(frequencies))
    return next((n for n, held in enumerate(promised, start=1) if held >= enough), len(promised))


def _needed(most: Sequence[float], score: float) -> int:
    """How many of the first words there must be for the others not to come to ``score``."""
    return next((n for n in range(len(most)) if sum(most[n:]) < score), len(most))

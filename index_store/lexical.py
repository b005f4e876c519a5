"""The lexical side: BM25 over words, in a SQLite file that can always be rebuilt from Chroma.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009);
SQLite's FTS5 computes it with k1 = 1.2 and b = 0.75.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index_store.errors import StoreError
from index_store.filters import Filters
from index_store.types import StoredPassage
from index_store.words import words

SCHEMA_VERSION = 2
"""Raised when tables or the cutting of words change; an older file is then built anew."""

CONTEXT_WEIGHT = 0.4
"""Weight of a word in the context against one in the passage itself."""

_SCHEMA = """
CREATE TABLE documents (source TEXT PRIMARY KEY, version TEXT NOT NULL);
CREATE TABLE passages (
    rowid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
    document TEXT NOT NULL, speaker TEXT, person TEXT, role TEXT, turn INTEGER
);
CREATE INDEX passages_source ON passages (source);
CREATE INDEX passages_speaker ON passages (document, speaker);
CREATE VIRTUAL TABLE terms USING fts5 (text, context, tokenize = 'unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE topics USING fts5 (topic, tokenize = 'unicode61 remove_diacritics 0');
"""


_PASSAGES = (
    f"SELECT p.id, bm25(terms, 1.0, {CONTEXT_WEIGHT}) AS score FROM terms "
    "JOIN passages p ON p.rowid = terms.rowid WHERE terms MATCH ?"
)
_TOPICS = (
    "SELECT p.id, bm25(topics) AS score FROM topics "
    "JOIN passages p ON p.rowid = topics.rowid WHERE topics MATCH ?"
)


@dataclass(frozen=True)
class Spoken:
    """Somebody who speaks in a document: the label as printed, who it is, and in how many passages."""

    document: str
    speaker: str
    person: str | None
    role: str | None
    passages: int


class LexicalIndex:
    """Passages by their words.

    Args:
        path: the SQLite file; it is made, and made anew when it is of an older version.

    Raises:
        StoreError: the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            raise self._failure(error) from error

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
        condition, values = _condition(filters or Filters())
        rows = self._match(
            _PASSAGES, query, f"{condition} ORDER BY score LIMIT ?", [*values, limit]
        )
        return {identifier: -score for identifier, score in rows}

    def scores(self, query: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """BM25 of the given passages that share a word with ``query``: id -> score."""
        marks = ",".join("?" * len(ids))
        rows = self._match(_PASSAGES, query, f"AND p.id IN ({marks})", list(ids))
        return {identifier: -score for identifier, score in rows}

    def topic_scores(self, query: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        """BM25 of the topics of the given passages, of those that share a word: id -> score."""
        marks = ",".join("?" * len(ids))
        rows = self._match(_TOPICS, query, f"AND p.id IN ({marks})", list(ids))
        return {identifier: -score for identifier, score in rows}

    def _match(
        self, scored: str, query: Sequence[str], rest: str, values: Sequence[str | int]
    ) -> list[tuple[str, float]]:
        if not query:
            return []
        expression = " OR ".join('"' + word.replace('"', "") + '"' for word in dict.fromkeys(query))
        try:
            return self._connection.execute(f"{scored} {rest}", [expression, *values]).fetchall()
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
        marks = ",".join("?" * len(turns))
        rows = self._connection.execute(
            f"SELECT DISTINCT speaker FROM passages WHERE document = ? AND turn IN ({marks})",
            [document, *turns],
        )
        return {label for (label,) in rows if label}

    def ids_of_turns(self, document: str, turns: Sequence[int]) -> list[str]:
        """The ids of the passages of some turns of a document, in order."""
        marks = ",".join("?" * len(turns))
        rows = self._connection.execute(
            f"SELECT id FROM passages WHERE document = ? AND turn IN ({marks}) ORDER BY turn, rowid",
            [document, *turns],
        )
        return [identifier for (identifier,) in rows]

    def document_frequencies(self, query: Sequence[str]) -> tuple[dict[str, int], int]:
        """(word -> number of passages that hold it in text or context, number of passages)."""
        total = self._connection.execute("SELECT count(*) FROM passages").fetchone()[0]
        found = {}
        for word in dict.fromkeys(query):
            match = '"' + word.replace('"', "") + '"'
            counted = self._connection.execute(
                "SELECT count(*) FROM terms WHERE terms MATCH ?", [match]
            )
            found[word] = counted.fetchone()[0]
        return found, total


def _terms(passage: StoredPassage) -> tuple[str, str, str]:
    """The words of a passage, of its context, and of its topic, parted by spaces."""
    text, context, topic = map(words, (passage.text, passage.context, passage.topic))
    return " ".join(text), " ".join(context), " ".join(topic)


def _condition(filters: Filters) -> tuple[str, list[str]]:
    """The condition on passages, and its values."""
    conditions, values = [], []
    if filters.documents is not None:
        conditions.append(f"p.document IN ({','.join('?' * len(filters.documents))})")
        values += sorted(filters.documents)
    if filters.speakers is not None:
        pairs = sorted(filters.speakers)
        conditions.append(
            f"(p.document, p.speaker) IN (VALUES {','.join(['(?, ?)'] * len(pairs))})"
        )
        values += [value for pair in pairs for value in pair]
        if not pairs:
            conditions[-1] = "0"
    return "".join(f" AND {condition}" for condition in conditions), values

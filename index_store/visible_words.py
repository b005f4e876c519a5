"""The word index of a view: as if it had never been given what is hidden.

A word's rarity, the usual length of a passage, who speaks: all of it is told by the visible documents
alone, so that nothing about a hidden one can be read off scores and refusals.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index_store.filters import Filters
from index_store.lexical import LexicalIndex, Spoken, condition, listed
from index_store.postings import K1, B, Numbers, Rows, Table, Weights
from index_store.visible import VisibleStore

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class _Seen:
    """Which rows are visible, as of a state of the word index and of the documents."""

    rows: Rows
    changes: int
    mask: Mask


class VisibleWords(LexicalIndex):
    """The words of the passages of visible documents.

    Args:
        whole: the word index of all; whoever opened it closes it.
        store: what is visible.
    """

    def __init__(self, whole: LexicalIndex, store: VisibleStore) -> None:
        # Nothing is opened: what the base class does not do by itself is done below.
        self._whole = whole
        self._store = store
        self._path = whole._path
        self._connection = whole._connection
        self.postings = whole.postings
        self._kept: _Seen | None = None

    def close(self) -> None:
        """Nothing: the whole index has the file."""

    def _seen(self) -> _Seen:
        rows, changes = self.postings.rows(), self._store.changes
        kept = self._kept
        if kept is None or kept.rows is not rows or kept.changes != changes:
            documents = self._store.documents
            # The last one is for the numbers that no row has.
            visible = np.array([*(source in documents for source in rows.sources), False])
            kept = self._kept = _Seen(rows, changes, visible[rows.source])
        return kept

    def document_frequencies(self, query: Sequence[str]) -> tuple[dict[str, int], int]:
        """(word -> number of visible passages that hold it, number of visible passages)."""
        mask = self._seen().mask
        counts = {
            word: int(np.count_nonzero(mask[self.postings.of("terms", word).rows]))
            for word in query
        }
        return counts, int(np.count_nonzero(mask))

    def _best(
        self, query: Sequence[str], leading: int, limit: int, filters: Filters
    ) -> dict[str, float]:
        if not self._store.hides:
            return self._whole._best(query, leading, limit, filters)
        scores, matched = self._scored("terms", query)
        if leading < len(query):
            matched &= self._holding("terms", query[:leading])
        if filters:
            fitting = np.zeros_like(matched)
            fitting[self._fitting(filters)] = True
            matched &= fitting
        rows = np.flatnonzero(matched)
        best = rows[np.lexsort((rows, -scores[rows]))][:limit]
        names = self._ids(best)
        return {names[row]: float(scores[row]) for row in best.tolist() if row in names}

    def _of(self, table: Table, query: Sequence[str], ids: Sequence[str]) -> dict[str, float]:
        if not self._store.hides:
            return self._whole._of(table, query, ids)
        scores, matched = self._scored(table, query)
        statement = (
            "SELECT rowid, id FROM passages WHERE id IN (SELECT value FROM json_each(?)) "
            "ORDER BY rowid"
        )
        found = self._rows(statement, [listed(ids)])
        return {name: float(scores[row]) for row, name in found if matched[row]}

    def _scored(self, table: Table, query: Sequence[str]) -> tuple[Weights, Mask]:
        """(BM25 as FTS5 has it, whether any of the words is there), of each visible row."""
        seen = self._seen()
        lengths = seen.rows.lengths[table]
        counted = seen.mask & (lengths >= 0)
        total = int(np.count_nonzero(counted))
        usual = float(lengths[counted].sum()) / max(total, 1)
        scores, matched = np.zeros(len(lengths)), np.zeros(len(lengths), dtype=np.bool_)
        for word in dict.fromkeys(query):
            posting = self.postings.of(table, word)
            visible = counted[posting.rows]
            rows, held = posting.rows[visible], posting.weights[visible]
            long = 1 - B + B * lengths[rows] / max(usual, 1e-12)
            scores[rows] += _rarity(len(rows), total) * held * (K1 + 1) / (held + K1 * long)
            matched[rows] = True
        return scores, matched

    def _holding(self, table: Table, query: Iterable[str]) -> Mask:
        """Whether a row, visible or not, holds any of the words."""
        holding = np.zeros(len(self._seen().mask), dtype=np.bool_)
        for word in query:
            holding[self.postings.of(table, word).rows] = True
        return holding

    def _fitting(self, filters: Filters) -> Numbers:
        narrowed, values = condition(filters)
        found = self._rows(f"SELECT p.rowid FROM passages p WHERE 1 {narrowed}", values)
        return np.array([row for (row,) in found], dtype=np.int64)

    def _ids(self, rows: Numbers) -> dict[int, str]:
        statement = "SELECT rowid, id FROM passages WHERE rowid IN (SELECT value FROM json_each(?))"
        return dict(self._rows(statement, [listed(rows.tolist())]))

    def ids_of(self, filters: Filters, limit: int) -> list[str]:
        """The ids of visible passages that fit ``filters``, at most ``limit``; nothing ranks them."""
        mask = self._seen().mask
        if filters:
            rows = self._fitting(filters)
            rows = rows[mask[rows]]
        else:
            rows = np.flatnonzero(mask)
        return list(self._ids(rows[:limit]).values())

    def speakers(self) -> list[Spoken]:
        """Everybody who speaks in a visible document, once for each document and label."""
        rows = self._rows(
            "SELECT source, document, speaker, max(person), max(role), count(*) FROM passages "
            "WHERE speaker IS NOT NULL GROUP BY document, speaker, source"
        )
        documents = self._store.documents
        together: dict[tuple[str, str], Spoken] = {}
        for source, *said in rows:
            if source in documents:
                spoken = Spoken(*said)
                key = spoken.document, spoken.speaker
                together[key] = _both(together[key], spoken) if key in together else spoken
        return list(together.values())

    def speakers_of(self, document: str, turns: Sequence[int]) -> set[str]:
        """The labels of those who speak in some turns of a visible document."""
        return {label for _, label in self._turns(document, turns) if label}

    def ids_of_turns(self, document: str, turns: Sequence[int]) -> list[str]:
        """The ids of the passages of some turns of a visible document, in order."""
        return [identifier for identifier, _ in self._turns(document, turns)]

    def _turns(self, document: str, turns: Sequence[int]) -> Iterator[tuple[str, str | None]]:
        """(id, speaker) of each visible passage; a hidden document may have the same name."""
        documents = self._store.documents
        rows = self._rows(
            "SELECT source, id, speaker FROM passages WHERE document = ? "
            "AND turn IN (SELECT value FROM json_each(?)) ORDER BY turn, rowid",
            [document, listed(turns)],
        )
        return ((name, speaker) for source, name, speaker in rows if source in documents)


def _rarity(frequency: int, total: int) -> float:
    """The weight of a word as FTS5 has it: next to nothing where more than half hold it."""
    weight = math.log((total - frequency + 0.5) / (frequency + 0.5))
    return weight if weight > 0 else 1e-6


def _both(one: Spoken, other: Spoken) -> Spoken:
    """The same label in two documents of one name."""
    return Spoken(
        one.document,
        one.speaker,
        max(filter(None, (one.person, other.person)), default=None),
        max(filter(None, (one.role, other.role)), default=None),
        one.passages + other.passages,
    )

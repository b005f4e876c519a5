"""What is compared: ways of ranking passages, each behind the same small interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

from assistant.engine import Engine
from assistant.evaluation.errors import MissingSystemError, OptionError
from assistant.evaluation.questions import Span
from index_store.filters import Filters
from index_store.fusion import Fusion
from index_store.index import Index
from index_store.reader.reading import reader_for
from index_store.retriever import Query, Retriever
from index_store.types import StoredPassage

DEPTH = 100
"""Passages that a system ranks for each question: as many as the engine is given."""


class SystemName(StrEnum):
    """The systems that ``--compare`` knows; ``reader`` is ours, ``hybrid`` ours without the reader."""

    WORDS = "words"
    DENSE = "dense"
    RRF = "rrf"
    ZSCORE = "zscore"
    HYBRID = "hybrid"
    READER = "reader"
    NAIVE = "naive"


@dataclass(frozen=True)
class Found:
    """A passage or chunk that a system holds.

    ``unit`` names the turn or section that it is part of, or the chunk itself where it may hold
    several. ``speaker`` is None where nobody or more than one person speaks.
    """

    id: str
    text: str
    span: Span
    unit: str
    speaker: str | None = None
    line: int | None = None


OURS = (SystemName.READER, SystemName.HYBRID)
"""The systems that read a question as the engine does, the better one first."""


class System(Protocol):
    """Ranks passages for a question."""

    name: SystemName

    def search(self, question: str, document: str | None, k: int) -> Sequence[Found]:
        """The ``k`` best passages, best first, of one document or (None) of all."""
        ...

    def held(self) -> Sequence[Found]:
        """All passages that could be found."""
        ...


def parse_names(text: str) -> list[SystemName]:
    """The systems that ``words,dense,…`` names, each once.

    Raises:
        OptionError: there is no such system.
    """
    names = []
    for word in dict.fromkeys(part.strip() for part in text.split(",") if part.strip()):
        if word not in set(SystemName):
            raise OptionError(
                f"--compare {word}: no such system; mend: name some of {','.join(SystemName)}"
            )
        names.append(SystemName(word))
    return names


def open_systems(
    names: Sequence[SystemName], index: Index, held: Sequence[StoredPassage], max_bytes: int
) -> list[System]:
    """The systems over what ``index`` holds.

    Args:
        names: which ones.
        index: the index; the naive one reads the same files anew.
        held: all passages of the index.
        max_bytes: the largest file that the naive one reads.

    Raises:
        MissingSystemError: the naive one lacks its packages or the files, or there is no reader.
    """
    found = [found_passage(passage) for passage in held]
    systems: list[System] = []
    for name in names:
        if name is SystemName.NAIVE:
            # Only here: it needs packages that nothing else needs.
            from assistant.evaluation.naive import NaiveSystem

            systems.append(NaiveSystem.from_index(index, max_bytes))
        else:
            systems.append(FusedSystem(index, name, found))
    return systems


class FusedSystem:
    """Our index, ranked in one of its ways.

    Args:
        index: the index.
        name: the way.
        held: all of its passages.

    Raises:
        MissingSystemError: it is that with the reader, and there is none.
    """

    def __init__(self, index: Index, name: SystemName, held: Sequence[Found]) -> None:
        self.name = name
        reader = reader_for(index.embedder) if name is SystemName.READER else None
        if name is SystemName.READER and reader is None:
            raise MissingSystemError(
                f"--compare reader: there is none for the model {index.embedder.name}; "
                "mend: leave it out, or use the bundled model"
            )
        fusion = Fusion.HYBRID if name in OURS else Fusion(name.value)
        self._retriever = Retriever(index, fusion, reader=reader)
        self._held = held
        # Only ours reads the question; the others search for its text.
        self._engine = Engine.from_index(index) if name in OURS else None

    def search(self, question: str, document: str | None, k: int) -> list[Found]:
        """The ``k`` best passages, best first."""
        filters = Filters() if document is None else Filters(documents=frozenset({document}))
        query = self._engine.reading(question).query if self._engine else Query(question)
        query = replace(query, filters=query.filters.both(filters))
        hits = self._retriever.search(query, k)
        return [found_passage(hit.passage) for hit in hits]

    def held(self) -> Sequence[Found]:
        """All passages of the index."""
        return self._held


def all_passages(index: Index) -> list[StoredPassage]:
    """Every passage of the index, document by document."""
    index.sync()
    return [p for source in index.store.documents for p in index.store.passages_of(source)]


def found_passage(passage: StoredPassage) -> Found:
    """A stored passage in the form that is judged."""
    place = passage.place
    part = f"t{place.turn}" if place.turn is not None else f"s{place.section}"
    return Found(
        passage.id,
        passage.text,
        Span(place.document, place.start, place.end),
        f"{place.document}#{part}",
        place.speaker,
        place.line,
    )

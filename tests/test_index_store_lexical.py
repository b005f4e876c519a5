"""The word index: its shortcuts find what BM25 over everything finds."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from index_store.embedding import Embedder
from index_store.filters import Filters
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
from index_store.lexical import CONTEXT_WEIGHT, SCHEMA_VERSION, LexicalIndex
from index_store.types import StoredPassage
from ingest.types import Kind, Place

WORDS = [f"word{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(200)]
"""Words that stemming leaves alone; the first ones are the most frequent."""
WEIGHTS = [1 / rank for rank in range(1, len(WORDS) + 1)]


def passage(document: str, number: int, text: str, context: str = "") -> StoredPassage:
    place = Place(
        document, Kind.MINUTES, None, None, f"s{number % 7}", None, None, None, None, None,
        number, None, 0, len(text), 1,
    )  # fmt: skip
    return StoredPassage(f"{document}#{number}", text, context, place)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "words.sqlite3"


@pytest.fixture
def index(path: Path) -> Iterator[LexicalIndex]:
    """1,500 passages of words by Zipf's law, all of one agenda."""
    chance = random.Random(3)
    opened = LexicalIndex(path)
    for document in range(30):
        said = [
            passage(
                f"d{document}",
                number,
                " ".join(chance.choices(WORDS, WEIGHTS, k=chance.randint(3, 30))),
                f"agenda {chance.choices(WORDS, WEIGHTS)[0]}",
            )
            for number in range(50)
        ]
        opened.replace(f"d{document}", "1", said)
    yield opened
    opened.close()


def bm25(path: Path, query: list[str], limit: int, where: str = "") -> list[float]:
    """The best scores by SQLite's BM25 of every passage that matches."""
    statement = (
        f"SELECT -bm25(terms, 1.0, {CONTEXT_WEIGHT}) AS score FROM terms "
        f"JOIN passages p ON p.rowid = terms.rowid WHERE terms MATCH ? {where} "
        "ORDER BY score DESC LIMIT ?"
    )
    connection = sqlite3.connect(path)
    rows = connection.execute(statement, [" OR ".join(query), limit]).fetchall()
    connection.close()
    return [score for (score,) in rows]


@pytest.mark.parametrize("limit", [1, 5, 100])
@pytest.mark.parametrize("seed", range(8))
def test_the_best_are_those_of_a_search_through_all(
    seed: int, limit: int, index: LexicalIndex, path: Path
) -> None:
    chance = random.Random(seed)
    query = [*chance.sample(WORDS, 4), *chance.sample(WORDS[:10], 3), "agenda", "nowhere"]
    found = index.search(query, limit)
    assert list(found.values()) == pytest.approx(bm25(path, query, limit), abs=1e-4)
    again = index.scores(query, list(found))
    assert again == pytest.approx(found, abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_so_are_those_of_a_narrowed_search(seed: int, index: LexicalIndex, path: Path) -> None:
    query = random.Random(seed).sample(WORDS[:60], 6)
    pairs = frozenset((f"d{n}", "s3") for n in range(5))
    found = index.search(query, 20, Filters(speakers=pairs))
    where = "AND p.speaker = 's3' AND p.document IN ('d0', 'd1', 'd2', 'd3', 'd4')"
    assert list(found.values()) == pytest.approx(bm25(path, query, 20, where), abs=1e-4)
    assert {identifier.split("#")[0] for identifier in found} <= {f"d{n}" for n in range(5)}


def test_a_word_that_all_hold_still_finds(index: LexicalIndex) -> None:
    assert len(index.search(["agenda"], 100)) == 100
    assert set(index.scores(["agenda"], ["d0#1", "d4#9"])) == {"d0#1", "d4#9"}


def test_nothing_is_found_by_words_that_nobody_said(index: LexicalIndex) -> None:
    assert index.search(["nowhere"], 10) == {}
    assert index.search([], 10) == {}
    assert index.scores(["nowhere"], ["d0#1"]) == {}


def test_a_search_narrowed_to_more_than_sqlite_takes_values(index: LexicalIndex) -> None:
    many = frozenset((f"d{n}", f"s{s}") for n in range(30_000) for s in range(2))
    found = index.search([WORDS[0]], 10, Filters(frozenset(f"d{n}" for n in range(40_000)), many))
    assert len(found) == 10
    assert index.search([WORDS[0]], 10, Filters(speakers=frozenset())) == {}
    assert index.search([WORDS[0]], 10, Filters(documents=frozenset())) == {}


def test_a_file_whose_words_were_cut_otherwise_is_emptied_to_be_built_anew(
    index: LexicalIndex, path: Path
) -> None:
    assert index.versions()
    index.close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION - 1}")
    connection.commit()
    connection.close()
    reopened = LexicalIndex(path)
    assert reopened.versions() == {}
    assert reopened.behind({"d1": "1"}) == (["d1"], [])
    reopened.close()


def test_frequencies_follow_changes_here_and_by_another_process(
    index: LexicalIndex, path: Path
) -> None:
    assert index.document_frequencies(["fresh"]) == ({"fresh": 0}, 1500)
    index.replace("new", "1", [passage("new", 0, "fresh words")])
    assert index.document_frequencies(["fresh"]) == ({"fresh": 1}, 1501)
    other = LexicalIndex(path)
    other.replace("newer", "1", [passage("newer", 0, "fresh again")])
    other.close()
    assert index.document_frequencies(["fresh"]) == ({"fresh": 2}, 1502)
    index.remove("new")
    assert index.document_frequencies(["fresh"]) == ({"fresh": 1}, 1501)


def test_an_index_of_another_version_rebuilds_itself(
    settings: IndexSettings, embedder: Embedder, folder: Path
) -> None:
    """The whole way: an index made before the words were cut as now, opened after."""
    query = ["電子"]
    made = Index(settings, embedder)
    Indexer(made).ingest([folder])
    before = made.words.search(query, 10)
    assert before
    made.close()
    connection = sqlite3.connect(settings.lexical_path)
    connection.execute("UPDATE terms SET text = 'otherwise'")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION - 1}")
    connection.commit()
    connection.close()
    again = Index(settings, embedder)
    again.sync()
    assert again.words.search(query, 10) == pytest.approx(before)
    again.close()

"""What the reader's opinion does to a search; which opinion it has is another matter."""

from __future__ import annotations

import math

import pytest

from assistant.engine import Engine
from assistant.types import Answer
from index_store.index import Index
from index_store.retriever import READ, READ_AS, READ_ON, READ_SURELY, READ_WORTH, Retriever
from index_store.types import Hit
from tests.scripted_reader import Scripted

QUESTION = "電子図書の予算はいくらですか"


def test_what_the_reader_is_sure_of_comes_first(filled: Index) -> None:
    without = Retriever(filled).search(QUESTION, 20)
    last = without[READ - 1].passage.text
    reader = Scripted(lambda text: 9.0 if text == last else -9.0)
    hits = Retriever(filled, reader=reader).search(QUESTION, 20)
    assert hits[0].passage.text == last
    worth = READ_WORTH + READ_SURELY / (1 + math.exp(-9.0))
    assert dict(hits[0].boosts)[READ_AS] == pytest.approx(9.0 * worth)
    assert {hit.passage.id for hit in hits} == {hit.passage.id for hit in without}
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)


def test_what_it_ranks_weighs_less_where_nothing_seems_to_answer(filled: Index) -> None:
    reader = Scripted(lambda text: -9.0)
    hits = Retriever(filled, reader=reader).search(QUESTION, 20)
    assert dict(hits[0].boosts)[READ_AS] == pytest.approx(-9.0 * READ_WORTH, rel=0.01)


def test_only_the_best_are_read_where_one_of_them_answers(filled: Index) -> None:
    without = Retriever(filled).search(QUESTION, 20)
    first = without[0].passage.text
    reader = Scripted(lambda text: 1.0 if text == first else -15.0)
    hits = Retriever(filled, reader=reader).search(QUESTION, 20)
    assert len(reader.shown) == READ < len(without)
    assert_read(hits, without, READ)


def test_it_reads_on_where_none_of_the_best_answers(filled: Index) -> None:
    without = Retriever(filled).search(QUESTION, 20)
    further = without[READ].passage.text
    reader = Scripted(lambda text: 9.0 if text == further else -15.0)
    hits = Retriever(filled, reader=reader).search(QUESTION, 20)
    assert hits[0].passage.text == further
    assert len(reader.shown) == READ + READ_ON < len(without)
    assert_read(hits, without, READ + READ_ON)


def assert_read(hits: list[Hit], without: list[Hit], read: int) -> None:
    """The first ``read`` passages, and no others, were read and stay ahead; the rest keep their order."""
    assert [hit.opinion is not None for hit in hits] == [True] * read + [False] * (len(hits) - read)
    assert {h.passage.id for h in hits[:read]} == {h.passage.id for h in without[:read]}
    assert [h.passage.id for h in hits[read:]] == [h.passage.id for h in without[read:]]


def test_a_passage_is_read_with_who_says_it_where(filled: Index) -> None:
    reader = Scripted(lambda text: 0.0)
    Retriever(filled, reader=reader).search(QUESTION, 20)
    header = next(header for header, text in reader.shown if "450万円" in text)
    assert "図書館協議会" in header
    assert "2024-06-12" in header
    assert "図書館長" in header
    assert "電子図書の貸出しはいつ始まるのか" in header


def test_the_reader_is_loaded_ahead(filled: Index) -> None:
    reader = Scripted(lambda text: 0.0)
    Retriever(filled, reader=reader).prepare()
    assert reader.prepared


def test_the_words_that_answer_are_marked_in_the_answer(filled: Index) -> None:
    reader = Scripted(lambda text: 6.0 if "450万円" in text else -6.0)
    outcome = Engine.from_index(filled, passage_reader=reader).ask(QUESTION)
    assert isinstance(outcome, Answer)
    first = outcome.citations[0]
    assert first.highlight is not None
    assert first.quote[slice(*first.highlight)] == "450万円"
    assert "reads" in outcome.parts


def test_a_reader_in_doubt_marks_nothing(filled: Index) -> None:
    reader = Scripted(lambda text: -3.0)
    outcome = Engine.from_index(filled, passage_reader=reader).ask(QUESTION)
    shown = outcome.citations if isinstance(outcome, Answer) else outcome.related
    assert all(citation.highlight is None for citation in shown)


def test_a_claim_is_not_read_as_a_question(filled: Index) -> None:
    reader = Scripted(lambda text: 9.0)
    Engine.from_index(filled, passage_reader=reader).verify(
        "電子図書の初年度の予算は450万円である。"
    )
    assert reader.shown == []

"""Documents of short utterances, and questions for a discussion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index_store.discussion import (
    STRETCH,
    asks_for_discussion,
    discussion_first,
    nearest_stretch,
    smoothed,
)
from index_store.filters import Filters
from index_store.index import Index
from index_store.indexer import Indexer
from index_store.retriever import Query, Retriever
from index_store.types import Hit, StoredPassage
from index_store.windows import (
    FEWEST,
    WINDOW,
    embedded_text,
    embedded_texts,
    is_of_utterances,
)
from ingest.types import Kind, Passage, Place

HARBOUR = [
    "The harbour wall leaks again.",
    "How bad is it?",
    "Water comes in at every high tide.",
    "Who would repair it?",
    "The two builders from the quay.",
    "They want forty thousand for it.",
]
BAKERY = [
    "The bakery asks for longer hours.",
    "Until when?",
    "Until ten in the evening.",
    "The neighbours fear the noise.",
    "Bread is not loud.",
    "The delivery vans are.",
]
TALK = HARBOUR * 12 + BAKERY * 12


def passage(turn: int, text: str, agenda: str | None = None) -> Passage:
    place = Place(
        document="talk.txt", kind=Kind.MINUTES, title=None, date=None, speaker="Ann", person=None,
        role=None, agenda=agenda, heading=None, page=None, turn=turn, section=None,
        start=turn * 100, end=turn * 100 + len(text), line=turn + 1,
    )  # fmt: skip
    return Passage(f"t{turn}.0", text, f"{agenda or ''} Ann".strip(), place)


def hit(identifier: str, score: float) -> Hit:
    place = passage(0, identifier).place
    return Hit(StoredPassage(identifier, identifier, "", place), score, 0.8, 1.0)


@pytest.fixture
def talk(index: Index, tmp_path: Path) -> Index:
    """An index of one meeting of short turns: first the harbour, then the bakery."""
    lines = (f"{'Ann' if n % 2 else 'Ben'}: {text}\n" for n, text in enumerate(TALK))
    (tmp_path / "talk.txt").write_text("".join(lines), encoding="utf-8")
    Indexer(index).ingest([tmp_path / "talk.txt"])
    return index


def test_half_of_the_turns_must_be_short() -> None:
    short, long = [passage(n, "Yes, it is.") for n in range(30)], "x" * 200
    assert is_of_utterances(short)
    assert not is_of_utterances(short[: FEWEST - 1])
    assert is_of_utterances([*short, *(passage(30 + n, long) for n in range(29))])
    assert not is_of_utterances([*short, *(passage(30 + n, long) for n in range(31))])


def test_a_long_turn_of_many_passages_is_not_short() -> None:
    parts = [passage(n // 3, "x" * 50) for n in range(3 * FEWEST)]
    assert not is_of_utterances(parts)


def test_every_utterance_is_in_one_run() -> None:
    passages = [passage(n, f"Sentence number {n}.") for n in range(100)]
    texts, positions = embedded_texts(passages, of_utterances=True)
    assert positions == sorted(positions)
    assert set(positions) == set(range(len(texts)))
    for one, position in zip(passages, positions, strict=True):
        assert f"Ann: {one.text}" in texts[position].split("\n")
    assert all(WINDOW <= len(text) < WINDOW + 100 for text in texts[:-1])


def test_a_run_ends_with_its_item() -> None:
    passages = [passage(n, "Agreed.", "Budget" if n < 5 else "Harbour") for n in range(10)]
    texts, positions = embedded_texts(passages, of_utterances=True)
    assert positions == [0] * 5 + [1] * 5
    assert [text.split("\n")[0] for text in texts] == ["Budget", "Harbour"]


def test_other_documents_are_embedded_passage_by_passage() -> None:
    passages = [passage(n, f"Sentence number {n}.") for n in range(3)]
    texts, positions = embedded_texts(passages, of_utterances=False)
    assert texts == [embedded_text(one) for one in passages]
    assert positions == [0, 1, 2]


def test_smoothing_keeps_a_constant_and_spreads_a_peak() -> None:
    widths = np.full(400, 50.0)
    assert smoothed(np.full(400, 0.3), widths) == pytest.approx(np.full(400, 0.3))
    peak = np.zeros(400)
    peak[200] = 1.0
    spread = smoothed(peak, widths)
    assert abs(int(spread.argmax()) - 200) <= 1
    assert spread[200] > spread[230] > spread[260] > 0


def test_a_long_passage_counts_for_its_length() -> None:
    scores = smoothed(np.array([1.0, 0.0]), np.array([900.0, 100.0]))
    assert scores[0] == pytest.approx(0.9, abs=0.05)


def test_the_stretch_is_where_the_scores_are() -> None:
    scores, widths = np.zeros(300), np.full(300, 100.0)
    scores[100:130] = 1.0
    assert nearest_stretch(scores, widths) == (100, 100 + STRETCH // 100)


def test_a_stretch_is_not_cut_short_by_the_end() -> None:
    scores, widths = np.zeros(100), np.full(100, 100.0)
    scores[-1] = 1.0
    first, last = nearest_stretch(scores, widths)
    assert last == 100
    assert first == 100 - STRETCH // 100
    assert nearest_stretch(np.array([0.1, 0.2]), np.array([10.0, 10.0])) == (0, 2)


def test_the_best_then_the_discussion_then_the_rest() -> None:
    hits = [hit("a", 5.0), hit("b", 4.0), hit("c", 3.0), hit("d", 1.0), hit("e", 0.5)]
    ordered = discussion_first(hits, ["c", "d"])
    assert [one.passage.id for one in ordered] == ["a", "c", "d", "b", "e"]
    scores = [one.score for one in ordered]
    assert scores == sorted(scores, reverse=True)
    assert ordered[3].boosts == (("outside the discussion", -3.0),)
    assert ordered[1].boosts == ()
    assert discussion_first([], ["c"]) == []
    assert discussion_first(hits, []) == hits


@pytest.mark.parametrize(
    "question",
    [
        "What did the group discuss about the remote control?",
        "Summarize the discussion on the budget",
        "What did Marketing think of the prototype?",
        "駐車場の有料化についてどんな議論があった？",
        "図書館の移転の経緯を教えてください",
        "給食費についてどのような意見が出ましたか",
    ],
)
def test_questions_for_a_discussion(question: str) -> None:
    assert asks_for_discussion(question)


@pytest.mark.parametrize(
    "question",
    [
        "運賃はいくらですか",
        "有料化を議論したのはいつですか",
        "この案に反対の意見を言ったのは誰ですか",
        "Who suggested the new logo?",
        "How many people agreed?",
        "電子図書館の登録者は何人ですか",
    ],
)
def test_questions_for_a_fact(question: str) -> None:
    assert not asks_for_discussion(question)


def test_utterances_of_a_run_share_a_vector_and_show_one_turn(talk: Index) -> None:
    (source,) = talk.store.documents
    assert talk.store.documents[source].of_utterances
    ids, texts, vectors = talk.store.turns_of(source)
    assert texts == TALK
    assert len(set(ids)) == len(TALK)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TALK)), abs=1e-5)
    assert len(np.unique(vectors.round(5), axis=0)) < len(TALK) / 4


def test_the_discussion_is_found_in_utterances(talk: Index) -> None:
    hits = Retriever(talk).search("What was said about the bakery's hours and noise?", 60)
    turns = [one.passage.place.turn or 0 for one in hits]
    assert sum(turn >= len(HARBOUR) * 12 for turn in turns) > 50
    scores = [one.score for one in hits]
    assert scores == sorted(scores, reverse=True)
    assert len({one.passage.id for one in hits}) == len(hits)


def test_the_best_passage_stays_first(talk: Index) -> None:
    hits = Retriever(talk).search("Which builders are from the quay?", 5)
    assert hits[0].passage.text == "The two builders from the quay."


def test_facts_of_ordinary_minutes_rank_as_before(filled: Index) -> None:
    assert not any(row.of_utterances for row in filled.store.documents.values())
    hits = Retriever(filled).search("電子図書の登録者は何人ですか", 50)
    assert not any(name == "outside the discussion" for one in hits for name, _ in one.boosts)


def test_somebodys_words_alone_are_not_widened(talk: Index) -> None:
    query = Query(
        "What did Ann say about bread?", Filters(speakers=frozenset({("talk.txt", "Ann")}))
    )
    assert {one.passage.place.speaker for one in Retriever(talk).search(query, 100)} == {"Ann"}

"""Questions in another language than the records, with the real model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index_store.crossing import Crossing, is_foreign
from index_store.embedding import Embedder
from index_store.index import Index
from index_store.indexer import Indexer
from index_store.retriever import Retriever

RECORDS = """令和6年度 第1回 入江町環境審議会 会議録

1 日時 令和6年5月9日
2 出席者 河野明委員、坂井純委員、水野課長

3 議事

○水野課長　昨年度に集めた家庭ごみは4,120トンであった。前の年より3パーセント少ない。

○河野委員　港の清掃には何人が参加したのか。

○水野課長　港の清掃には高校生を含めて86人が参加した。

○坂井委員　収集車の運転手が足りないと聞く。

○水野課長　運転手は3人足りず、会社に頼んで補っている。
"""


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many people helped to clean up the harbour?", "86人"),
        ("How many tons of household waste were collected?", "4,120トン"),
        ("How many drivers are missing?", "3人足りず"),
    ],
)
def test_english_questions_find_japanese_words(
    question: str, words: str, index: Index, tmp_path: Path
) -> None:
    (tmp_path / "minutes.txt").write_text(RECORDS, encoding="utf-8")
    Indexer(index).ingest([tmp_path / "minutes.txt"])
    found = Retriever(index).search(question, 3)
    assert any(words in hit.passage.text for hit in found)


def test_what_all_questions_share_is_taken_away(embedder: Embedder) -> None:
    question = "How many people helped to clean up the harbour?"
    vector = embedder.embed_query(question)
    beyond, length = Crossing(embedder).beyond(question, vector)
    other = embedder.embed_query("When does the library open on Sundays?")
    assert np.linalg.norm(beyond) == pytest.approx(1.0, abs=1e-5)
    assert 0 < length < 1
    assert beyond @ other < vector @ other


def test_cosines_of_one_language_stay_as_they_are(embedder: Embedder) -> None:
    question = "港の清掃には何人が参加したか"
    asked = embedder.embed_query(question)
    texts = ["港の清掃には86人が参加した。", "運転手は3人足りない。"]
    vectors = embedder.embed_queries(texts)
    cosines = Crossing(embedder).cosines(question, asked, texts, vectors)
    assert np.allclose(cosines, vectors @ asked)


def test_cosines_across_languages_stand_at_one_level(embedder: Embedder) -> None:
    question = "How many people helped to clean up the harbour?"
    asked = embedder.embed_query(question)
    texts = ["The library opens at nine.", "港の清掃には86人が参加した。", "次回は6月に開く。"]
    cosines = Crossing(embedder).cosines(question, asked, texts, embedder.embed_queries(texts))
    assert cosines.argmax() == 1


@pytest.mark.parametrize(
    ("question", "text", "foreign"),
    [
        ("港の清掃は", "86人が参加した。", False),
        ("港の清掃は", "Eighty-six people.", True),
        ("harbour", "86人が参加した。", True),
        ("harbour", "86 people", False),
    ],
)
def test_languages_are_told_apart_by_script(question: str, text: str, foreign: bool) -> None:
    assert is_foreign(question, text) is foreign

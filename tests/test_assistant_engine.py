"""Questions over a small committee, with the real model, store and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.contract import outcome_json
from assistant.engine import Engine
from assistant.types import Answer, NotFound, Outcome
from index_store.errors import EmptyIndexError
from index_store.index import Index


@pytest.fixture
def engine(filled: Index) -> Engine:
    return Engine.from_index(filled)


def quotes(outcome: Outcome) -> str:
    assert isinstance(outcome, Answer), outcome.text
    return "\n".join(citation.quote for citation in outcome.citations)


@pytest.mark.parametrize(
    ("question", "speaker", "words"),
    [
        ("夜間の来館者は何人でしたか？", "図書館長", "延べ312人"),
        ("電子図書の貸出しはいつから始まりますか", "図書館長", "令和6年10月1日"),
        ("電子図書の初年度の予算はいくらですか", "図書館長", "450万円"),
        ("原田委員は電子図書について何を質問しましたか", "原田委員", "いつ始まるのか"),
        ("高齢者の操作について講習会を求めたのは誰ですか", "原田委員", "講習会を開いてほしい"),
        ("移動図書館の巡回箇所は何か所にしますか", None, "18か所"),
        ("会長には誰が選ばれましたか", None, "会長を原委員"),
        ("第1回の会議はいつ開かれましたか", None, "令和6年（2024年）6月12日"),
    ],
)
def test_quotes_the_words_and_their_speaker(
    question: str, speaker: str | None, words: str, engine: Engine, folder: Path
) -> None:
    outcome = engine.ask(question)
    assert words in quotes(outcome)
    assert isinstance(outcome, Answer)
    right = next(citation for citation in outcome.citations if words in citation.quote)
    assert right.place.speaker == speaker
    for citation in (*outcome.citations, *outcome.related):
        text = (folder / citation.place.document).read_text(encoding="utf-8")
        assert text[citation.place.start : citation.place.end] == citation.quote
        assert text.count("\n", 0, citation.place.start) + 1 == citation.place.line


def test_each_sentence_says_whose_words_it_quotes(engine: Engine) -> None:
    outcome = engine.ask("電子図書の初年度の予算はいくらですか")
    assert isinstance(outcome, Answer)
    for sentence in outcome.sentences:
        (number,) = sentence.citations
        citation = outcome.citations[number - 1]
        assert citation.quote in sentence.text
        assert (citation.place.speaker or citation.place.heading or "") in sentence.text
    assert outcome.text.count("[1]") == 1


def test_the_frame_has_the_language_of_the_question(engine: Engine) -> None:
    outcome = engine.ask("電子図書 book lending: when does it start?")
    assert outcome.language == "ja"
    english = engine.ask("ebook 1,204")
    assert english.language == "en"


@pytest.mark.parametrize(
    "question",
    [
        "学校給食の無償化はどうなりましたか",
        "空港アクセス鉄道の延伸計画を教えて",
        "What was decided about the airport railway?",
        "電子図書の利用者の満足度は何パーセントですか",
        "森田委員は何を発言しましたか",
    ],
    ids=["other topic", "other topic 2", "English", "figure not stated", "nobody of that name"],
)
def test_says_when_the_records_hold_no_answer(question: str, engine: Engine) -> None:
    outcome = engine.ask(question)
    assert isinstance(outcome, NotFound), outcome.text
    assert outcome.related, "what comes closest is shown"
    assert outcome_json(outcome)["status"] == "not_found"
    assert outcome_json(outcome)["citations"] == outcome_json(outcome)["sentences"] == []


def test_a_member_who_was_there_and_said_nothing_of_it(engine: Engine) -> None:
    outcome = engine.ask("五十嵐委員の発言を見せて")
    assert quotes(outcome) == "異議なし。"


def test_asking_before_anything_is_ingested(index: Index) -> None:
    engine = Engine.from_index(index)
    with pytest.raises(EmptyIndexError, match="minutes ingest"):
        engine.ask("何か決まりましたか")


def test_the_same_question_has_the_same_answer(engine: Engine) -> None:
    first, second = (outcome_json(engine.ask("来館者は何人か")) for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_the_json_contract(engine: Engine) -> None:
    shape = outcome_json(engine.ask("夜間の来館者は何人でしたか？"))
    assert list(shape) == [
        "question", "status", "answer", "sentences", "citations", "related", "seconds",
    ]  # fmt: skip
    assert shape["status"] == "answered"
    needed = {
        "n", "speaker", "person", "role", "quote", "document", "title", "date", "agenda",
        "heading", "page", "turn", "start", "end", "passage",
    }  # fmt: skip
    assert all(needed <= set(citation) for citation in shape["citations"] + shape["related"])
    first = shape["citations"][0]
    assert (first["document"], first["date"], first["role"]) == (
        "first.txt",
        "2024-06-12",
        "図書館長",
    )
    assert (first["person"], first["agenda"]) == (None, "開館時間の延長について")
    assert set(shape["seconds"]) == {"search", "answer", "total"}

"""Questions over a small committee, with the real model, store and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.contract import outcome_json
from assistant.engine import Engine
from assistant.errors import QuestionError
from assistant.types import Answer, NotFound, Outcome, Reason
from assistant.verifying.types import Verdict
from index_store.errors import EmptyIndexError
from index_store.index import Index
from index_store.indexer import Indexer
from index_store.queries import Narrowing
from ingest.text import fold


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
        "question", "status", "reason", "answer", "sentences", "citations", "related",
        "confidence", "parts", "seconds", "writing",
    ]  # fmt: skip
    assert shape["status"] == "answered"
    assert shape["reason"] is None
    assert 0.5 <= shape["confidence"] <= 1
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


@pytest.mark.parametrize(
    ("question", "reason", "word"),
    [
        ("水道料金の改定率を教えて", Reason.TOPIC, "見つかりません"),
        ("夜間の来館者の満足度は何パーセントですか", Reason.FACT, "数値"),
        ("森下委員は第2回で何と言いましたか", Reason.ABSENT, "森下委員"),
        ("佐藤委員は開館時間をどう考えていますか", Reason.PERSON, "佐藤委員"),
        ("建築課長は開館時間についてどう説明しましたか", Reason.PERSON, "建築課長"),
        ("原委員長は第9回の会議で何と言いましたか", Reason.MEETING, "第9回"),
    ],
)
def test_says_why_there_is_no_answer(
    question: str, reason: Reason, word: str, engine: Engine
) -> None:
    outcome = engine.ask(question)
    assert isinstance(outcome, NotFound), outcome.text
    assert outcome.reason is reason
    assert word in outcome.message


def test_who_was_listed_as_absent_is_told_so(index: Index, tmp_path: Path) -> None:
    minutes = (
        "令和6年度 第1回 入江町環境審議会 会議録\n\n1 日時 令和6年5月9日\n"
        "2 出席者 河野明委員、坂井純委員\n3 欠席者 滝口光委員\n\n4 議事\n\n"
        "○河野委員　ごみの収集を週3回に増やせないか。\n\n○坂井委員　費用が心配である。\n"
    )
    (tmp_path / "minutes.txt").write_text(minutes, encoding="utf-8")
    Indexer(index).ingest([tmp_path / "minutes.txt"])
    outcome = Engine.from_index(index).ask("滝口委員はごみの収集について何と言いましたか")
    assert isinstance(outcome, NotFound)
    assert outcome.reason is Reason.ABSENT
    assert "欠席" in outcome.message


def test_what_a_question_takes_for_granted_is_checked(index: Index, tmp_path: Path) -> None:
    minutes = (
        "令和6年度 第1回 入江町環境審議会 会議録\n\n1 日時 令和6年5月9日\n"
        "2 出席者 河野明委員、坂井純委員\n\n4 議事\n\n"
        "○河野委員　ごみの収集を週3回に増やすことに、私は賛成である。\n\n"
        "○坂井委員　費用が心配である。収集車の運転手も足りない。\n"
    )
    (tmp_path / "minutes.txt").write_text(minutes, encoding="utf-8")
    Indexer(index).ingest([tmp_path / "minutes.txt"])
    outcome = Engine.from_index(index).ask("河野委員がごみの収集を増やすことに反対した理由は？")
    assert isinstance(outcome, NotFound)
    assert outcome.reason is Reason.PREMISE
    assert "賛成である" in outcome.related[0].quote


def test_a_kind_of_member_is_nobody(engine: Engine) -> None:
    """A name that no family bears asks for no person, so the topic decides."""
    outcome = engine.ask("運営委員は電子図書の登録者を何人と言いましたか")
    assert "1,204人" in quotes(outcome)


@pytest.mark.parametrize(
    ("question", "heading", "words"),
    [
        ("第2回はどこで開かれましたか", "場所", "視聴覚室"),
        ("第1回の会議の場所は？", "場 所", "第2会議室"),
        ("第1回の次第を教えて", "次 第", "電子図書の導入について"),
        ("第2回の出席者は誰ですか", "出席者", "原田健"),
        ("第2回の会長は誰ですか", "出席者", "会長 原聡子"),
        ("Where was the November 2024 meeting held?", "場所", "視聴覚室"),
    ],
)
def test_the_head_of_the_minutes_answers(
    question: str, heading: str, words: str, engine: Engine
) -> None:
    outcome = engine.ask(question)
    assert isinstance(outcome, Answer), outcome.text
    assert words in outcome.citations[0].quote
    assert fold(outcome.citations[0].place.heading or "").endswith(fold(heading))
    assert len(outcome.citations) == 1


def test_a_figure_is_asked_for_and_only_figures_are_quoted(engine: Engine) -> None:
    outcome = engine.ask("電子図書の登録者は何人ですか")
    assert isinstance(outcome, Answer)
    assert all(any(c.isdigit() for c in citation.quote) for citation in outcome.citations)


def test_who_said_it_is_answered_with_the_speaker(engine: Engine) -> None:
    outcome = engine.ask("高齢者には操作が難しいと言ったのは誰ですか")
    assert isinstance(outcome, Answer)
    assert outcome.sentences[0].text.startswith("述べたのは原田委員（原田健）です")


def test_a_recorder_of_one_question_takes_the_place_of_the_engines(filled: Index) -> None:
    usual: list[Outcome] = []
    engine = Engine.from_index(filled, record=lambda outcome, hits: usual.append(outcome))
    of_this: list[Outcome] = []
    asked = engine.ask(
        "夜間の来館者は何人でしたか", record=lambda outcome, hits: of_this.append(outcome)
    )
    assert (usual, of_this) == ([], [asked])
    asked = engine.ask("夜間の来館者は何人でしたか")
    assert (usual, len(of_this)) == ([asked], 1)


def test_an_engine_checks_claims(engine: Engine) -> None:
    assert (
        engine.verify("試行した4月の平日夜間の来館者は延べ312人である。").verdict
        is Verdict.SUPPORTED
    )
    claim = "電子図書の初年度の予算は450万円を見込んでいる。"
    assert engine.verify(claim).verdict is Verdict.SUPPORTED
    others = engine.verify(claim, Narrowing(speaker="森下委員"))
    assert others.verdict is Verdict.NOT_IN_RECORD
    with pytest.raises(QuestionError):
        engine.verify(" ")

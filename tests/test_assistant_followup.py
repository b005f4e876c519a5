"""Questions behind others, over the example records, with the real model, store and words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.contract import outcome_json
from assistant.conversation import KEPT, Conversation, Exchanged
from assistant.engine import Engine
from assistant.followup import remembered, understand
from assistant.hints import Hints, hinted
from assistant.referring import Relation, refers, topics_of
from assistant.standalone import with_topic
from assistant.types import Answer, NotFound, Outcome
from index_store.bundled_model import BUNDLED_NAME
from index_store.embedding import Embedder
from index_store.index import Index, IndexSettings
from index_store.indexer import Indexer
from index_store.phrases import noun_phrases
from index_store.types import Hit

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, embedder: Embedder
) -> Iterator[Engine]:
    """An engine over the examples."""
    data = tmp_path_factory.mktemp("examples")
    index = Index(IndexSettings(data=data, model=BUNDLED_NAME, cache=cache), embedder)
    Indexer(index).ingest([EXAMPLES])
    yield Engine.from_index(index)
    index.close()


def asked(engine: Engine, *questions: str) -> tuple[Outcome, Exchanged]:
    """The outcome of the last of some questions of one conversation, and what is kept of it."""
    conversation = engine.asked_before(questions)
    last = conversation.last
    assert last is not None
    return last.outcome, last


def places(outcome: Outcome) -> list[tuple[str, int | None]]:
    """Where an outcome's words stand, answered or closest."""
    used = outcome.citations if isinstance(outcome, Answer) else outcome.related
    return [(citation.place.document, citation.place.turn) for citation in used]


FIRST, SECOND, THIRD, FOURTH = (
    "2024-05-koutsu-1.txt",
    "2024-09-koutsu-2.txt",
    "2025-02-koutsu-3.txt",
    "2025-06-koutsu-1.md",
)


@pytest.mark.parametrize(
    ("questions", "understood", "place"),
    [
        (
            ("外国籍の住民への案内を求めたのは誰ですか", "それに対する市の回答は？"),
            "外国籍の住民への案内について、三宅委員の発言に対する市の回答は？",
            (SECOND, 14),
        ),
        (
            ("うみねこ号の運賃はいくらですか？", "誰がそれを質問したの？"),
            "誰がうみねこ号の運賃を質問したの？",
            (FIRST, 13),
        ),
        (
            ("自動運転バスの事故の責任は誰が負いますか", "それを聞いたのは誰？"),
            "自動運転バスの事故の責任を聞いたのは誰？",
            (THIRD, 16),
        ),
        (
            ("運転士の定員について説明したのは誰？", "市は何と答えた？"),
            "運転士の定員について、黒川委員の発言に市は何と答えた？",
            (FIRST, 6),
        ),
        (
            ("自動運転バスは雪の日はどうしますか", "それは誰の発言？"),
            "自動運転バス、雪の日は誰の発言？",
            (THIRD, 15),
        ),
        (
            ("外国籍の住民への案内を求めたのは誰ですか", "いつの会議ですか"),
            "令和６年度 第２回 澄浦市地域公共交通会議はいつ開かれましたか",
            (SECOND, None),
        ),
        (
            ("自動運転バスは雪の日はどうしますか", "その会議はどこで開かれましたか"),
            "令和6年度 第3回 澄浦市地域公共交通会議はどこで開かれましたか",
            (THIRD, None),
        ),
        (
            ("昨年度の路線バスの利用者は何人でしたか", "その理由は？"),
            "昨年度の路線バスの利用者の理由は？",
            (FIRST, 2),
        ),
        (
            ("昨年度の路線バスの利用者は何人でしたか", "その前の年は？"),
            "令和4年度の路線バスの利用者は何人でしたか",
            ("transport-plan.md", None),
        ),
        (
            ("第1回の会議で大槻委員はデマンド交通について何と言いましたか", "第3回では？"),
            "第3回で大槻委員はデマンド交通について何と言いましたか",
            (THIRD, 9),
        ),
        (
            ("第3回で大槻委員はうみねこ号の見直しについて何と言いましたか", "原副会長は？"),
            "第3回で原副会長はうみねこ号の見直しについて何と言いましたか",
            (THIRD, 8),
        ),
        (
            ("うみねこ号の運賃はいくらですか？", "誰が質問したの？", "その委員はほかに何を聞きましたか"),
            "原田委員はほかに何を聞きましたか",
            (FIRST, 1),
        ),
        (
            ("うみねこ号の実証運行の事業費はいくら", "そのうち国の補助は？"),
            "うみねこ号の実証運行の事業費について、そのうち国の補助は？",
            (FIRST, 15),
        ),
        (
            ("車内の映像は何日で消されますか", "それに対する意見は？"),
            "車内の映像に対する意見は？",
            (FOURTH, 13),
        ),
        (
            ("When will the app be available in English?", "Who asked for it?"),
            "About app, available, English: Who asked for it?",
            ("2024-11-residents.md", 6),
        ),
    ],
)  # fmt: skip
def test_conversations(
    questions: Sequence[str], understood: str, place: tuple[str, int | None], engine: Engine
) -> None:
    outcome, kept = asked(engine, *questions)
    assert kept.understood == outcome.understood == understood
    assert outcome.question == kept.asked == questions[-1]
    assert place in places(outcome)


def test_a_chain_of_follow_ups_keeps_its_thread(engine: Engine) -> None:
    questions = [
        "外国籍の住民への案内を求めたのは誰ですか",
        "それに対する市の回答は？",
        "それはいつの会議ですか",
        "その委員はほかに何と言った？",
    ]
    outcome, kept = asked(engine, *questions)
    assert kept.understood == "三宅委員はほかに何と言った？"
    # What was cited in this conversation is not said again, and nobody else is heard.
    assert (SECOND, 13) not in places(outcome)
    used = outcome.citations if isinstance(outcome, Answer) else outcome.related
    assert {citation.place.speaker for citation in used} == {"三宅委員"}


def test_another_topic_is_not_touched_by_the_one_before(engine: Engine) -> None:
    question = "ところで、屋根があるバス停は何か所ですか"
    behind, kept = asked(engine, "自動運転バスの事故の責任は誰が負いますか", question)
    alone, _ = asked(engine, question)
    assert (kept.understood, behind.understood) == (question, None)
    assert {**outcome_json(behind), "seconds": 0} == {**outcome_json(alone), "seconds": 0}


def test_behind_a_question_without_an_answer_its_topic_goes_on() -> None:
    question = "小学校の給食費は無償になりますか"
    first = remembered(
        question,
        understand(question, [], lambda document, turns: []),
        NotFound(question, "ja", "見つかりませんでした。"),
        None,
    )
    assert first.about == ()
    second = understand("それはいつから？", [first], lambda document, turns: [])
    assert second.text == "小学校の給食費、無償はいつから？"


def test_the_contract_says_how_it_was_understood_only_where_it_was_changed(engine: Engine) -> None:
    conversation = Conversation()
    first = outcome_json(engine.ask("うみねこ号の運賃はいくらですか？", conversation))
    second = outcome_json(engine.ask("誰がそれを質問したの？", conversation))
    assert "understood" not in first
    assert second["understood"] == "誰がうみねこ号の運賃を質問したの？"
    assert second["question"] == "誰がそれを質問したの？"


def test_a_search_takes_what_was_asked_before_and_leaves_it(engine: Engine) -> None:
    before = engine.asked_before(["うみねこ号の運賃はいくらですか？"])
    hits = engine.search("誰がそれを質問したの？", 5, conversation=before)
    assert [hit.passage.place.turn for hit in hits] == [13]
    assert len(before.exchanged) == 1


def test_a_conversation_forgets_the_oldest(engine: Engine) -> None:
    _, kept = asked(engine, "うみねこ号の運賃はいくらですか？")
    conversation = Conversation()
    for _ in range(KEPT + 5):
        conversation.add(kept)
    assert len(conversation.exchanged) == KEPT


@pytest.mark.parametrize(
    "question",
    [
        "委員それぞれの意見を教えて",
        "その他の議題で話し合われた最終便の件は",
        "これまでの路線バスの利用者数は何人ですか",
        "これから整備するバス停の屋根は何か所ですか",
        "この市の路線バスは何系統ですか",
        "では、うみねこ号の運賃はいくらですか",
        "ちなみにバス停の屋根は何か所ありますか",
        "うみねこ号はいつ始まり、その車両は何台ですか",
        "駐車場の料金は？",
        "副会長は誰ですか",
        "第2回の会議はいつ開かれましたか",
        "マンホールトイレ 何基",
        "Which language would help most besides English?",
        "Who said that the stop names are only in kanji?",
        "When the app is released, will it support Vietnamese?",
    ],
)
def test_stands_alone(question: str) -> None:
    assert refers(question) is None


@pytest.mark.parametrize(
    ("question", "relation"),
    [
        ("いつ？", Relation.TOPIC),
        ("理由は？", Relation.TOPIC),
        ("その理由は？", Relation.TOPIC),
        ("じゃあ、予算は？", Relation.TOPIC),
        ("先ほどの件はどうなりましたか", Relation.TOPIC),
        ("誰がそれを質問したの？", Relation.ASKER),
        ("どんな質問への答えですか", Relation.ASKER),
        ("事務局はどう答えた？", Relation.REPLY),
        ("市は？", Relation.REPLY),
        ("それを提案したのは誰", Relation.PROPOSED),
        ("誰が言った？", Relation.SAID),
        ("いつの会議？", Relation.MEETING),
        ("その会議で決まったことは？", Relation.MEETING),
        ("彼女は？", Relation.PERSON),
        ("その委員はほかに何と言った？", Relation.PERSON),
        ("森委員は？", Relation.SWAP),
        ("では、第2回では？", Relation.SWAP),
        ("山手地区だったら？", Relation.SWAP),
        ("中3だけだったら？", Relation.SWAP),
        ("翌年度は？", Relation.SWAP),
        ("Who asked that?", Relation.ASKER),
        ("How did they reply?", Relation.REPLY),
        ("What else did she say?", Relation.PERSON),
        ("What about Ms. Nguyen?", Relation.SWAP),
        ("Why?", Relation.TOPIC),
    ],
)
def test_refers_back(question: str, relation: Relation) -> None:
    reference = refers(question)
    assert reference is not None
    assert reference.relation is relation


def test_the_first_question_of_a_conversation_is_as_it_is() -> None:
    understood = understand("それはいつ？", [], lambda document, turns: [])
    assert (understood.text, understood.changed) == ("それはいつ？", False)


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("それはいつ?", "夜間開館はいつ?"),
        ("その理由は?", "夜間開館の理由は?"),
        ("その件はどうなった?", "夜間開館はどうなった?"),
        ("いつ?", "夜間開館について、いつ?"),
        ("なぜそうなったの?", "夜間開館について、なぜそうなったの?"),
    ],
)
def test_written_out(question: str, written: str) -> None:
    assert with_topic(question, "夜間開館") == written


def test_phrases_and_what_of_them_is_a_topic() -> None:
    question = "第2回の会議で原委員は図書館への行き方と駐車場の料金について何点質問しましたか"
    assert "駐車場の料金" in noun_phrases(question)
    assert topics_of(question) == ["図書館", "駐車場の料金"]
    assert noun_phrases("何台の車両が、結局") == ["車両"]


def test_hints_lift_what_is_close_and_leave_out_what_was_cited(engine: Engine) -> None:
    hits = engine.search("自動運転バス", 20)
    near = next(hit.passage.place for hit in hits if hit.passage.place.document == FOURTH)
    lifted = hinted(hits, Hints(near=(near,)))

    def of(found: Sequence[Hit]) -> dict[str, Hit]:
        return {hit.passage.id: hit for hit in found}

    for identifier, hit in of(lifted).items():
        gain = hit.score - of(hits)[identifier].score
        assert (gain > 0) == (hit.passage.place.document == FOURTH)
    assert lifted == sorted(lifted, key=lambda hit: -hit.score)
    assert near.turn is not None
    left = hinted(hits, Hints(left_out=frozenset({(FOURTH, near.turn)})))
    assert 0 < len(hits) - len(left) < 3

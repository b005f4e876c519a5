from __future__ import annotations

import pytest

from assistant.errors import QuestionError
from assistant.question import MAX_CHARACTERS, Asked, read_question, states


@pytest.mark.parametrize(
    ("text", "asked", "counter"),
    [
        ("返納は何件ありましたか？", Asked.NUMBER, "件"),
        ("来館者は何人だったのか", Asked.NUMBER, "人"),
        ("取得率は何パーセントですか", Asked.PERCENTAGE, None),
        ("満足度の割合はどのくらい？", Asked.PERCENTAGE, None),
        ("手数料はいくらかかる？", Asked.AMOUNT, None),
        ("How much does it cost?", Asked.AMOUNT, None),
        ("貸出しはいつ始まるのか", Asked.DATE, None),
        ("When does it start?", Asked.DATE, None),
        ("How many visitors came?", Asked.NUMBER, None),
        ("そう言ったのは誰ですか", Asked.PERSON, None),
        ("Who said so?", Asked.PERSON, None),
        ("原委員は何を質問しましたか", Asked.QUESTION, None),
        ("開館時間の延長について", Asked.ANYTHING, None),
    ],
)
def test_reads_what_is_asked(text: str, asked: Asked, counter: str | None) -> None:
    question = read_question(text)
    assert (question.asked, question.counter) == (asked, counter)


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("原委員は何と言いましたか", ("原委員",)),
        ("会長はどう評価している？", ("会長",)),
        ("副会長の意見", ("副会長",)),
        ("都市計画課長の説明と森下委員の意見", ("都市計画課長", "森下委員")),
        ("委員会は何を決めた？", ()),
        ("各委員の意見", ()),
        ("委員は何と言っていますか", ()),
    ],
)
def test_reads_who_is_named(text: str, speakers: tuple[str, ...]) -> None:
    assert read_question(text).speakers == speakers


@pytest.mark.parametrize(
    ("question", "sentence", "stated"),
    [
        ("何人来た？", "延べ312人である。", True),
        ("何人来た？", "延べ312件である。", False),
        ("何名来た？", "三百人が来た。", True),
        ("何パーセント？", "取得率は１２．５％である。", True),
        ("何パーセント？", "取得者は増加している。", False),
        ("いくらかかる？", "1,000円の手数料が必要。", True),
        ("いくらかかる？", "手数料が必要。", False),
        ("いつ始まる？", "令和6年10月1日から。", True),
        ("いつ始まる？", "検討中である。", False),
        ("When does it start?", "It starts in October.", True),
        ("どう考えるか", "検討中である。", True),
        ("満足度は何パーセントですか", "課題は利用率", False),
    ],
)
def test_whether_a_sentence_states_it(question: str, sentence: str, stated: bool) -> None:
    assert states(read_question(question), sentence) is stated


@pytest.mark.parametrize("text", ["", "   ", "\u3000", "？", "\x00", "…！？"])
def test_an_empty_question_is_one_line(text: str) -> None:
    with pytest.raises(QuestionError, match="empty; mend:"):
        read_question(text)


def test_a_question_that_is_a_document() -> None:
    with pytest.raises(QuestionError, match="10,000 characters"):
        read_question("あ" * 10_000)
    assert read_question("あ" * MAX_CHARACTERS).language == "ja"


def test_control_characters_do_no_harm() -> None:
    assert read_question("開館\x00時間\x1b[31mは？\n").text == "開館 時間 [31mは？"


def test_language() -> None:
    assert read_question("When does it open?").language == "en"
    assert read_question("ＯＫ？").language == "en"
    assert read_question("いつ?").language == "ja"

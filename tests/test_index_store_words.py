from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_store.words import asked_words, topic_words, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("打合せと打ち合わせ", ["打ち合わせ", "打ち合わせ"]),
        ("ＤＸの推進", ["dx", "推進"]),
        ("１，０００円の手数料", ["1000", "円", "手数", "料"]),
        ("AIと生成AIをRPAへ", ["ai", "生成", "ai", "rpa"]),
        ("The committees discussed libraries", ["committe", "discuss", "librari"]),
        ("ﾊﾟｿｺﾝ", ["パソコン"]),
        ("", []),
        ("、。！？", []),
    ],
)
def test_cuts_by_script(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_width_never_matters() -> None:
    assert words("ＣｈａｔＧＰＴを２５件") == words("ChatGPTを25件")


def test_japanese_is_not_cut_at_spaces_only() -> None:
    assert "図書館" in words("図書館の開館時間は延長されたか") or {"図書", "館"} <= set(
        words("図書館の開館時間は延長されたか")
    )


def test_topic_leaves_out_words_that_only_ask() -> None:
    assert topic_words("返納は何件ありましたか？") == ["返納"]
    assert topic_words("Who said that the library should open late?") == ["librari", "open", "late"]


def test_texts_longer_than_the_tokenizer_takes() -> None:
    assert len(words("図書" * 30_000)) >= 30_000


@pytest.mark.parametrize(
    "spellings",
    [
        "チャットＧＰＴ ChatGPT チャットGPT CHATGPT チャットジーピーティー",
        "サーバー サーバ ｻｰﾊﾞｰ",
        "コンピューター コンピュータ",
        "ヴァイオリン バイオリン",
        "フォーマティヴ フォーマティブ",
        "ウェブ ウエブ",
        "キャッシュレス キヤツシユレス",
        "ボランティア ボランテイア",
        "インターフェース インタフェース インターフェイス",
        "Wi-Fi WiFi wifi ワイファイ",
    ],
)
def test_one_word_in_several_spellings(spellings: str) -> None:
    assert len({tuple(words(f"{spelling}の利用")) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("latin", "katakana"),
    [
        ("Web", "ウェブ"),
        ("Slack", "スラック"),
        ("ZOOM", "ズーム"),
        ("YouTube", "ユーチューブ"),
        ("Google", "グーグル"),
        ("application", "アプリケーション"),
        ("Workshop", "ワークショップ"),
        ("data", "データ"),
    ],
)
def test_a_latin_word_among_japanese_is_its_katakana_too(latin: str, katakana: str) -> None:
    assert set(words(f"{katakana}を使う")) < set(words(f"{latin}を使う"))
    assert asked_words(f"{latin}を使う") == asked_words(f"{katakana}を使う")
    assert topic_words(f"{latin}について教えて") == topic_words(f"{katakana}について教えて")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LINE", "生産ライン"),
        ("スイカ", "Suicaで"),
        ("シャツ", "シャツター"),
        ("コート", "コード"),
        ("ビル", "ビール"),
        ("パート", "パド"),
        ("テスト", "テキスト"),
        ("ヒヤリング", "ピアリング"),
    ],
)
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert words(one)
    assert not set(words(one)) & set(words(other))


def test_what_is_spelled_out_stays_latin_and_so_does_english() -> None:
    assert words("AIとSDGsとRPAの活用") == ["ai", "sdgs", "rpa", "活用"]
    assert words("The library has data") == ["librari", "data"]


def test_threads_cut_at_the_same_time() -> None:
    """SudachiPy refuses a tokenizer that another thread is using."""
    texts = ["図書館の開館時間を延長する" * 300] * 16
    with ThreadPoolExecutor(4) as threads:
        assert len({tuple(found) for found in threads.map(words, texts)}) == 1


@given(st.text())
def test_any_text_is_cut(text: str) -> None:
    assert all(word and not word.isspace() for word in words(text))

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index_store.words import topic_words, words


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


def test_threads_cut_at_the_same_time() -> None:
    """SudachiPy refuses a tokenizer that another thread is using."""
    texts = ["図書館の開館時間を延長する" * 300] * 16
    with ThreadPoolExecutor(4) as threads:
        assert len({tuple(found) for found in threads.map(words, texts)}) == 1


@given(st.text())
def test_any_text_is_cut(text: str) -> None:
    assert all(word and not word.isspace() for word in words(text))

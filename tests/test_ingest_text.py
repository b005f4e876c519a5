from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import find_date
from ingest.exchanges import is_question
from ingest.text import display_width, fold, lines, sentences


def cut(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("はい。そうです。", ["はい。", "そうです。"]),
        ("「はい。そうです。」と答えた。次へ。", ["「はい。そうです。」と答えた。", "次へ。"]),
        ("本当か？そうだ！", ["本当か？", "そうだ！"]),
        ("一行目\n二行目", ["一行目", "二行目"]),
        (
            "Yes. It costs 1.5 yen. Mr. Sato agreed.",
            ["Yes.", "It costs 1.5 yen.", "Mr. Sato agreed."],
        ),
        (
            "25件。返納理由は「不安。」といったもの。",
            ["25件。", "返納理由は「不安。」といったもの。"],
        ),
        ("括弧（開いたまま。\n次の行。", ["括弧（開いたまま。", "次の行。"]),
        ("  \n\n ", []),
        (
            "This line of the minutes is wrapped at the width of\nthe page. Next.",
            ["This line of the minutes is wrapped at the width of\nthe page.", "Next."],
        ),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    if "wrapped" in text:
        text = text.replace("wrapped at", "wrapped by its printer at")
        expected = [e.replace("wrapped at", "wrapped by its printer at") for e in expected]
    assert cut(text) == expected


@given(st.text(alphabet="あ。」「（）\n\r ?？a.!Ｂ、", max_size=200))
def test_sentences_cover_everything_once(text: str) -> None:
    spans = sentences(text)
    assert all(a < b <= c for (a, b), (c, _) in pairwise(spans))
    outside = "".join(text[a:b] for a, b in zip([0] + [b for _, b in spans], [a for a, _ in spans] + [len(text)], strict=True))  # fmt: skip
    assert not outside.strip()
    assert all(text[a:b] == text[a:b].strip() for a, b in spans)


@given(st.text(alphabet="ab\r\n　", max_size=60))
def test_lines_keep_offsets(text: str) -> None:
    found = list(lines(text))
    assert all(text[line.start : line.end] == line.text for line in found)
    assert [line.text for line in found] == [part.rstrip("\r\n") for part in text.splitlines()]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和5年（2023年）7月31日（月） 午前10時から", date(2023, 7, 31)),
        ("令和５年７月３１日", date(2023, 7, 31)),
        ("令和元年 5月 1日", date(2019, 5, 1)),
        ("平成３０年１２月３日", date(2018, 12, 3)),
        ("2024年4月1日", date(2024, 4, 1)),
        ("2024/04/01", date(2024, 4, 1)),
        ("2024-04-01", date(2024, 4, 1)),
        ("R6.4.1", date(2024, 4, 1)),
        ("November 20, 2024", date(2024, 11, 20)),
        ("20th of November 2024", date(2024, 11, 20)),
        ("令和6年度 第1回", None),
        ("2024年13月40日", None),
        ("電話 096-328-2035", None),
    ],
)
def test_dates(text: str, day: date | None) -> None:
    assert find_date(text) == day


@pytest.mark.parametrize(
    ("sentence", "asks"),
    [
        ("どのように行っているか。", True),
        ("市民向けの説明や公表の想定は。", True),
        ("考えがあれば教えてほしい。", True),
        ("二点お尋ねしたい。", True),
        ("Which language would help?", True),
        ("検討する。", False),
        ("異議なし。", False),
    ],
)
def test_questions(sentence: str, asks: bool) -> None:
    assert is_question(sentence) is asks


def test_fold_and_width() -> None:
    assert fold("チャット ＧＰＴ　２") == "チャットgpt2"
    assert display_width("図書a") == 5

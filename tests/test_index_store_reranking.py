"""Real cross-encoders, tiny and with weights of chance, made here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sentence_transformers import CrossEncoder
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    BertTokenizer,
    PreTrainedModel,
)
from typer.testing import CliRunner

from assistant.cli import app
from assistant.config import load_settings
from assistant.engine import Engine
from index_store.errors import ModelError
from index_store.index import Index
from index_store.reranking import CrossEncoderReranker
from index_store.retriever import RERANKED

QUESTION = "電子図書の貸出しはいつから始まりますか"


def save(folder: Path, kind: type[PreTrainedModel], labels: int = 1) -> str:
    """A model of chance with a vocabulary of single characters, as a folder."""
    import torch

    folder.mkdir()
    letters = sorted(set("電子図書館の貸出は始予算年月日令和開講習異議円万人利用者委員0123456789"))
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    (folder / "vocab.txt").write_text("\n".join([*marks, *letters]), encoding="utf-8")
    BertTokenizer(str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(marks) + len(letters),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=128,
        initializer_range=0.8,
        num_labels=labels,
    )
    kind(config).save_pretrained(folder)
    return str(folder)


@pytest.fixture
def model(tmp_path: Path) -> str:
    return save(tmp_path / "cross", BertForSequenceClassification)


def test_scores_are_the_models_own(model: str) -> None:
    passages = ["電子図書は令和6年10月1日から始める。", "異議なし。", "講習会を開いてほしい。"]
    alone = CrossEncoder(model).predict([(QUESTION, passage) for passage in passages])
    scores = CrossEncoderReranker(model).scores(QUESTION, passages)
    assert scores == pytest.approx(alone.tolist(), abs=1e-5)
    assert len(set(scores)) == 3
    assert CrossEncoderReranker(model).scores(QUESTION, []) == []


def test_its_scores_change_the_order(model: str, filled: Index) -> None:
    plain = Engine.from_index(filled).search(QUESTION, 20)
    again = Engine.from_index(filled, reranker=CrossEncoderReranker(model)).search(QUESTION, 20)
    assert all(hit.rerank is None for hit in plain)
    assert {hit.passage.id for hit in plain} == {hit.passage.id for hit in again}
    assert [hit.passage.id for hit in plain] != [hit.passage.id for hit in again]
    own = {hit.passage.id: hit.score for hit in plain}
    looked_at = again[:RERANKED]
    both = [
        z + y
        for z, y in zip(
            standardised([hit.rerank or 0.0 for hit in looked_at]),
            standardised([own[hit.passage.id] for hit in looked_at]),
            strict=True,
        )
    ]
    assert both == sorted(both, reverse=True)


def standardised(values: Sequence[float]) -> list[float]:
    mean = sum(values) / len(values)
    deviation = (sum((v - mean) ** 2 for v in values) / len(values)) ** 0.5
    return [(v - mean) / deviation for v in values]


def test_the_setting_reaches_search_and_is_explained(
    model: str, filled: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINUTES_RERANKER", model)
    monkeypatch.setenv("MINUTES_CACHE", str(filled.settings.cache))
    data = ["--data", str(filled.settings.data), QUESTION]
    printed = CliRunner().invoke(app, ["search", "--json", *data])
    assert printed.exit_code == 0, printed.stderr
    hits = json.loads(printed.stdout)["hits"]
    expected = CrossEncoderReranker(model).scores(QUESTION, [hit["text"] for hit in hits])
    assert [hit["rerank"] for hit in hits] == pytest.approx(expected, abs=1e-3)
    explained = CliRunner().invoke(app, ["search", "--explain", *data])
    assert f"cross-encoder {hits[0]['rerank']:.3f}" in explained.stdout


def test_without_one_nothing_is_said_of_it(filled: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINUTES_CACHE", str(filled.settings.cache))
    assert load_settings().reranker is None
    data = ["--data", str(filled.settings.data), QUESTION]
    hits = json.loads(CliRunner().invoke(app, ["search", "--json", *data]).stdout)["hits"]
    assert {hit["rerank"] for hit in hits} == {None}
    assert "cross-encoder" not in CliRunner().invoke(app, ["search", "--explain", *data]).stdout


def test_a_missing_model_is_told_in_a_line(
    tmp_path: Path, filled: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = str(tmp_path / "nowhere")
    with pytest.raises(ModelError) as failure:
        CrossEncoderReranker(missing).scores(QUESTION, ["異議なし。"])
    assert str(failure.value).startswith(f"{missing}: the cross-encoder cannot be loaded (")
    assert "mend: name a sentence-transformers cross-encoder" in str(failure.value)
    assert "\n" not in str(failure.value)

    monkeypatch.setenv("MINUTES_RERANKER", missing)
    monkeypatch.setenv("MINUTES_CACHE", str(filled.settings.cache))
    done = CliRunner().invoke(app, ["ask", "--data", str(filled.settings.data), QUESTION])
    assert done.exit_code == 1
    assert "the cross-encoder cannot be loaded" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_name_is_not_fetched_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("looked at a network"))
    with pytest.raises(ModelError, match="cannot be loaded"):
        CrossEncoderReranker("nobody/such-a-reranker").scores(QUESTION, ["異議なし。"])


def test_what_is_no_cross_encoder_is_refused(tmp_path: Path) -> None:
    plain = save(tmp_path / "plain", BertModel)
    with pytest.raises(ModelError, match="no trained head"):
        CrossEncoderReranker(plain).scores(QUESTION, ["異議なし。"])
    classes = save(tmp_path / "classes", BertForSequenceClassification, labels=3)
    with pytest.raises(ModelError, match="3 classes"):
        CrossEncoderReranker(classes).scores(QUESTION, ["異議なし。"])

"""A second look at the best passages, by any cross-encoder of sentence-transformers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from index_store.embedding import quiet
from index_store.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

BATCH = 8
"""Pairs scored at once; a retriever has a few dozen of them."""

_MEND = "name a sentence-transformers cross-encoder that is on this machine, by folder"


class CrossEncoderReranker:
    """Scores question and passage read together; see :class:`index_store.retriever.Reranker`.

    The model is loaded when it is first used, and never fetched where ``HF_HUB_OFFLINE`` is 1.

    Args:
        name: a cross-encoder by name or folder.
    """

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def model(self) -> CrossEncoder:
        """The loaded model.

        Raises:
            ModelError: it is not there, cannot be loaded, or is no cross-encoder.
        """
        try:
            with quiet():
                model = _load(self.name)
        except Exception as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise self._failure(f"cannot be loaded ({lines[0]})") from error
        if model.num_labels != 1:
            raise self._failure(f"sorts into {model.num_labels} classes instead of scoring")
        if _head_is_new(model):
            raise self._failure("has no trained head for scoring; it is no cross-encoder")
        return model

    def scores(self, question: str, passages: Sequence[str]) -> list[float]:
        """The model's score for each passage, in order; higher is better.

        Raises:
            ModelError: the model cannot be loaded.
        """
        pairs = [(question, passage) for passage in passages]
        if not pairs:
            return []
        found = self.model.predict(pairs, batch_size=BATCH, show_progress_bar=False)
        return [float(score) for score in found]

    def _failure(self, what: str) -> ModelError:
        return ModelError(f"{self.name}: the cross-encoder {what}; mend: {_MEND}, or set none")


def _load(name: str) -> CrossEncoder:
    from sentence_transformers import CrossEncoder

    model: CrossEncoder = CrossEncoder(
        name, local_files_only=os.environ.get("HF_HUB_OFFLINE") == "1"
    )
    return model


def _head_is_new(model: CrossEncoder) -> bool:
    """Whether the scoring layer was not in the files: it is then random, and nobody is told."""
    inner = getattr(model[0], "model", None)
    saved = getattr(getattr(inner, "config", None), "architectures", None) or []
    made = type(inner).__name__
    return made.endswith("ForSequenceClassification") and bool(saved) and made not in saved

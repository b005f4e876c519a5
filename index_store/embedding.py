"""Texts -> vectors, with any sentence-transformers model."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index_store.bundled_model import BUNDLED_NAME, bundled_model_folder, faster_dtype
from index_store.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

STEP = 128
"""Texts between two reports of progress."""

BATCH_CHARACTERS = 2_500
"""Characters a batch: what a batch computes should stay in the processor's cache."""

LARGEST_BATCH = 32
"""Texts a batch at most; more short ones gain nothing."""


class Embedder:
    """An embedding model, loaded when it is first used.

    Args:
        name: ``bundled:multilingual-e5-small``, or a sentence-transformers model by name or folder.
        cache: the folder in which the bundled model is kept.
        announce: told in a line when the model has to be prepared first.
    """

    def __init__(
        self, name: str, cache: Path, announce: Callable[[str], None] | None = None
    ) -> None:
        self.name = name
        self._cache = cache
        self._announce = announce
        # The retriever and the answerer ask for the same question.
        self._kept_query = lru_cache(maxsize=64)(self._embed_query)

    @cached_property
    def model(self) -> SentenceTransformer:
        """The loaded model.

        Raises:
            ModelError: it is not there or cannot be loaded.
        """
        bundled = self.name == BUNDLED_NAME
        folder = str(bundled_model_folder(self._cache, self._announce)) if bundled else self.name
        try:
            with quiet():
                return _load(folder, bundled=bundled)
        except Exception as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error)
            mend = (
                f"remove {folder} and try again"
                if bundled
                else "name a sentence-transformers model that is on this machine, by folder"
            )
            raise ModelError(
                f"{folder}: the embedding model cannot be loaded ({reason}); mend: {mend}"
            ) from error

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self.model.get_embedding_dimension() or 0)

    def embed_query(self, text: str) -> Vectors:
        """One question -> unit vector of shape [dimension]; the last ones are kept."""
        return self._kept_query(text)

    def forget_queries(self) -> None:
        """Forget the last questions, so that the next one is embedded anew (fair timings)."""
        self._kept_query.cache_clear()

    def _embed_query(self, text: str) -> Vectors:
        vector: Vectors = self._unit(self.model.encode_query([text], show_progress_bar=False))[0]
        return vector

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Short texts, compared with each other -> unit vectors of shape [len(texts), dimension]."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._unit(
            self.model.encode_query(
                list(texts), batch_size=_batch_size(texts), show_progress_bar=False
            )
        )

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> Vectors:
        """Passages -> unit vectors of shape [len(texts), dimension], in the order of ``texts``.

        Args:
            texts: what is embedded, context included.
            progress: called with the number of texts done, now and then.
        """
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for begin in range(0, len(order), STEP):
            chosen = order[begin : begin + STEP]
            part = [texts[i] for i in chosen]
            vectors[chosen] = self._unit(
                self.model.encode_document(
                    part, batch_size=_batch_size(part), show_progress_bar=False
                )
            )
            if progress:
                progress(len(chosen))
        return vectors

    @staticmethod
    def _unit(vectors: Any) -> Vectors:
        # bfloat16 rounds the length of a vector; cosine is meant, so make it exact.
        plain = np.asarray(vectors, dtype=np.float32)
        lengths = np.linalg.norm(plain, axis=-1, keepdims=True)
        unit: Vectors = plain / np.maximum(lengths, 1e-12)
        return unit


def _batch_size(texts: Sequence[str]) -> int:
    longest = max(1, *map(len, texts)) if texts else 1
    return max(1, min(LARGEST_BATCH, BATCH_CHARACTERS // longest))


def _load(folder: str, *, bundled: bool) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    # Only of the bundled model is it known that bfloat16 does it no harm.
    return SentenceTransformer(
        folder,
        local_files_only=bundled or os.environ.get("HF_HUB_OFFLINE") == "1",
        model_kwargs={"dtype": faster_dtype() if bundled else "auto"},
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the loading libraries' progress bars and notes off the user's terminal."""
    from transformers.utils import logging as transformers_logging

    loud = logging.getLogger("sentence_transformers")
    level = loud.level
    loud.setLevel(logging.ERROR)
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        loud.setLevel(level)

"""The reader: question and passages -> how surely each answers, and with which words.

Without its weights, or with another embedding model than the bundled one, there is none, and
everything works without.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index_store.bundled_model import BUNDLED_NAME
from index_store.reader.calibration import Calibration
from index_store.reader.header import header_of
from index_store.types import Opinion, StoredPassage

if TYPE_CHECKING:
    from index_store.embedding import Embedder
    from index_store.reader.network import ReaderNetwork
    from index_store.reader.pieces import Pieces

WEIGHTS = "weights.safetensors"
"""The file of the package that holds what was learnt."""


class PassageReader(Protocol):
    """Reads question and passage together."""

    def prepare(self) -> None:
        """Load what the first question would otherwise wait for."""
        ...

    def read(self, question: str, passages: Sequence[StoredPassage]) -> list[Opinion]:
        """An opinion on each passage, in order."""
        ...

    def read_texts(self, question: str, shown: Sequence[tuple[str, str]]) -> list[Opinion]:
        """An opinion on each pair of header and text, in order."""
        ...


class Reader:
    """The reader that comes with the package; its network is loaded when it is first used.

    Args:
        embedder: of the bundled model, whose lower layers the reader shares.
        weights: the file with what was learnt; that of the package if None.

    Raises:
        ModelError: when first used, if the weights cannot be read.
    """

    def __init__(self, embedder: Embedder, weights: Path | None = None) -> None:
        self._embedder = embedder
        self._weights = weights

    @cached_property
    def _loaded(self) -> tuple[ReaderNetwork, Pieces, Calibration]:
        from index_store.reader.differences import read_differences
        from index_store.reader.network import ReaderNetwork
        from index_store.reader.pieces import Pieces, PlainTokenizer

        if self._weights is not None:
            learnt, told = read_differences(self._weights)
        else:
            with as_file(files("index_store.reader").joinpath(WEIGHTS)) as path:
                learnt, told = read_differences(path)
        first: Any = self._embedder.model[0]
        network = ReaderNetwork(first.auto_model)
        network.add(learnt)
        network.eval()
        return (
            network,
            Pieces(PlainTokenizer(first.tokenizer)),
            Calibration.read(told["calibration"]),
        )

    def prepare(self) -> None:
        """Load the network, ahead of the first question."""
        self.read_texts("", [("", "。")])

    def read(self, question: str, passages: Sequence[StoredPassage]) -> list[Opinion]:
        """An opinion on each passage, in order.

        Args:
            question: as it is understood.
            passages: at most a few dozen; all are read at once.
        """
        return self.read_texts(question, [(header_of(p), p.text) for p in passages])

    def read_texts(self, question: str, shown: Sequence[tuple[str, str]]) -> list[Opinion]:
        """An opinion on each text with its header (see :func:`header_of`), in order."""
        from index_store.reader.scoring import scored

        if not shown:
            return []
        network, pieces, calibration = self._loaded
        found = []
        for one in scored(network, [pieces.seen(question, *parts) for parts in shown]):
            odds = calibration.odds(one.answers, one.ahead)
            strength = calibration.strength(one.answers, one.ahead)
            found.append(Opinion(odds, 1.0 / (1.0 + math.exp(-odds)), strength, one.span))
        return found


def has_weights() -> bool:
    """Whether the package carries a reader."""
    return files("index_store.reader").joinpath(WEIGHTS).is_file()


def reader_for(embedder: Embedder, *, wanted: bool = True) -> Reader | None:
    """The package's reader, where it is wanted, there, and fits the embedding model."""
    fits = embedder.name == BUNDLED_NAME and has_weights()
    return Reader(embedder) if wanted and fits else None

"""Settings -> the engine, for every surface alike."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from assistant.config import Settings
from assistant.engine import Engine, Recorder
from index_store.index import Index
from index_store.reader.reading import reader_for
from index_store.reranking import CrossEncoderReranker

if TYPE_CHECKING:
    from assistant.engine import WriterOf
    from index_store.reader.reading import Reader


class EngineMaker:
    """Makes engines over an index and its views; they share what is loaded.

    Args:
        settings: of everything.
        index: whose embedding model the reader stands on.
        writes: whether the language model of the settings writes, if one is set.

    Raises:
        ConfigurationError: the language model cannot be opened.
    """

    def __init__(self, settings: Settings, index: Index, *, writes: bool = True) -> None:
        self._settings = settings
        self._writer = _writer(settings) if writes else None
        self._reranker = CrossEncoderReranker(settings.reranker) if settings.reranker else None
        self._reader: Reader | None = reader_for(index.embedder, wanted=settings.reader)

    def engine(
        self,
        index: Index,
        record: Recorder | None = None,
        lock: threading.RLock | None = None,
    ) -> Engine:
        """An engine over an index or a view of it; see :meth:`assistant.engine.Engine.from_index`."""
        return self._over(index, lock, record, self._writer)

    def quoting(self, index: Index, lock: threading.RLock) -> Engine:
        """An engine that answers with quotes and logs nothing, whatever is set."""
        return self._over(index, lock)

    def _over(
        self,
        index: Index,
        lock: threading.RLock | None,
        record: Recorder | None = None,
        writer: WriterOf | None = None,
    ) -> Engine:
        return Engine.from_index(
            index,
            self._settings.sentences,
            self._settings.language,
            self._reranker,
            record=record,
            writer=writer,
            lock=lock,
            passage_reader=self._reader,
        )


def _writer(settings: Settings) -> WriterOf | None:
    if not settings.llm:
        return None
    from assistant.writing.opening import writer_of

    return writer_of(settings)

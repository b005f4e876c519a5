"""Settings -> the answerer that writes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from assistant.config import Settings
from assistant.quoting import QuotingAnswerer
from assistant.verifying.checker import ClaimChecker
from assistant.writing.prompts import Prompts
from assistant.writing.providers import ModelSettings, open_model
from assistant.writing.writer import WriterSettings, WritingAnswerer
from index_store.index import Index
from index_store.retriever import Retriever

if TYPE_CHECKING:
    from assistant.engine import WriterOf


def writer_of(settings: Settings) -> WriterOf | None:
    """What makes the answerer that writes; None where no model is set.

    Raises:
        ConfigurationError: the model's adapter is not installed, or its server names no model.
    """
    if not settings.llm:
        return None
    opened = open_model(model_settings(settings))
    limits = WriterSettings(
        limit=settings.llm_sentences,
        seconds=settings.llm_seconds,
        context=settings.llm_context,
        trusted=settings.llm_trusted,
        rewrite=settings.llm_rewrite,
    )
    prompts = Prompts(settings.prompts.expanduser() if settings.prompts else None)

    def made(
        index: Index, retriever: Retriever, quoting: QuotingAnswerer, lock: threading.RLock
    ) -> WritingAnswerer:
        checker = ClaimChecker(index.embedder, index.words)
        return WritingAnswerer(opened, checker, quoting, retriever.turns, prompts, limits, lock)

    return made


def model_settings(settings: Settings) -> ModelSettings:
    """Which model the settings mean; one must be set."""
    key = settings.llm_key.get_secret_value() if settings.llm_key else ""
    return ModelSettings(
        settings.llm or "", settings.llm_url, key, settings.llm_seconds, settings.llm_context
    )

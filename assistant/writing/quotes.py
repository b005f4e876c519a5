"""Quotes that a model does not give, or translates."""

from __future__ import annotations

import re

from assistant.verifying.figures import figures
from index_store.words import words
from ingest.text import sentences


def best_words(text: str, claim: str) -> str:
    """The sentence of a passage that shares most words with a claim; empty where none does."""
    wanted = set(words(claim))
    spans = sentences(text)
    best = max(spans, key=lambda span: len(wanted & set(words(text[slice(*span)]))), default=None)
    if best is None or not wanted & set(words(text[slice(*best)])):
        return ""
    return text[slice(*best)]


def is_plain(text: str) -> bool:
    """Whether a text holds no address, link, image or markup: it is shown as it stands."""
    return _MARKUP.search(text) is None


_MARKUP = re.compile(r"https?:|www\.|\]\s*\(|</?[a-z!][^>]*>|```|<\|", re.IGNORECASE)


def same_figures(translation: str, quote: str) -> bool:
    """Whether a translation has exactly the figures of the words that it translates, by value."""
    values = [{figure.value for figure in figures(text) if not figure.spelt} for text in (translation, quote)]  # fmt: skip
    return values[0] == values[1]

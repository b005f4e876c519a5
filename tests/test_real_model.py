"""A small part of ``make test-llm``: the real weak model, and what it may never do.

The whole run (``python -m benchmarks.real_model``) takes half an hour and is read by a person.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import load_settings
from assistant.engine import Engine
from assistant.types import Answer
from assistant.writing.opening import writer_of
from index_store.index import Index
from tests.weak_model import weak_model

QUESTIONS = ("夜間の来館者は何人でしたか？", "図書館の駐車場は何台分ありますか")
PATIENCE = 60.0
"""Seconds for an answer; what is not written by then is quoted."""


@pytest.fixture(scope="module")
def address() -> object:
    pytest.importorskip("xllamacpp")
    with weak_model() as served:
        yield served


def test_every_question_gets_an_outcome_that_the_record_bears_out(
    address: str, filled: Index, folder: Path
) -> None:
    settings = load_settings(
        llm=address, llm_context=2_048, llm_seconds=PATIENCE, llm_rewrite=False
    )
    engine = Engine.from_index(filled, writer=writer_of(settings))
    for question in QUESTIONS:
        outcome = engine.ask(question)
        assert outcome.text
        assert outcome.writing is not None
        assert outcome.writing.model == "weak-model.gguf"
        assert outcome.writing.shown or outcome.writing.note
        if not isinstance(outcome, Answer):
            continue
        for citation in outcome.citations:
            text = (folder / citation.place.document).read_text(encoding="utf-8")
            assert text[citation.place.start : citation.place.end] == citation.quote
        shown = {claim.text for claim in outcome.writing.claims if claim.citation is not None}
        if outcome.writing.shown:
            assert {sentence.text for sentence in outcome.sentences} == shown

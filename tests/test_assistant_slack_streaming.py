"""Answers of a language model in Slack: streamed as they are checked, whole in the end in any case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from assistant.engine import Engine
from assistant.slack.engines import MakeEngine
from assistant.writing.opening import writer_of
from index_store.index import Index
from tests.llm_server import LLMServer, Reply
from tests.slack_bot import COUNCIL, Scene, scene
from tests.slack_library import library
from tests.written import (
    BUDGET,
    BUDGET_CLAIM,
    BUDGET_WORDS,
    START_CLAIM,
    START_WORDS,
    says,
    settings_of,
)

__all__ = ["library"]

TWO = says((BUDGET_CLAIM, BUDGET_WORDS), (START_CLAIM, START_WORDS))


def writing(server: LLMServer) -> MakeEngine:
    """Makes engines whose answers a model writes."""
    writer = writer_of(settings_of(server))
    return lambda view, lock: Engine.from_index(view, writer=writer, lock=lock)


@contextmanager
def written(library: Index, tmp_path: Path, script: Any = TWO, **more: Any) -> Iterator[Scene]:
    with LLMServer(script) as server, scene(library, tmp_path, make=writing(server)) as at:
        for name, value in more.items():
            setattr(at.world, name, value)
        yield at
        assert at.slack.refused == []
        assert at.world.unfinished() == []


def whole(at: Scene, thread: str) -> str:
    """The one answer of a thread, with both sentences and their sources."""
    shown = at.answer(COUNCIL, thread).shown()
    for part in (BUDGET_CLAIM[:-1], START_CLAIM[:-1], "[1]", "[2]", "図書館長", "出典", BUDGET_WORDS, START_WORDS):  # fmt: skip
        assert part in shown
    return shown


def test_is_streamed_sentence_by_sentence(library: Index, tmp_path: Path) -> None:
    with written(library, tmp_path) as at:
        thread = at.mention(BUDGET)
        shown = whole(at, thread)
        methods = [call.method for call in at.world.calls if call.method.startswith("chat.")]
        assert methods == ["chat.startStream", "chat.appendStream", "chat.stopStream"]
        (answer,) = at.answers(COUNCIL, thread)
        assert answer.stream == "stopped"
        assert answer.recipient == "U0STAFF"
        assert answer.metadata is not None
        assert shown.count(BUDGET_CLAIM[:-1]) == 1, "what was streamed is not said again"
        assert "言語モデル" in shown


def test_a_sentence_is_shown_before_the_answer_has_ended(library: Index, tmp_path: Path) -> None:
    with written(library, tmp_path) as at:
        at.world.fail_next("chat.appendStream", delay=0.5)
        thread = at.mention(BUDGET)
        at.world.wait_for(lambda: at.world.called("chat.startStream", ok=True))
        assert at.world.unfinished()[0].streamed[0].startswith("電子図書の初年度")
        whole(at, thread)


def test_in_a_direct_message(library: Index, tmp_path: Path) -> None:
    with written(library, tmp_path) as at:
        thread = at.write(BUDGET, "D0STAFF")
        assert at.answer("D0STAFF", thread).stream == "stopped"


@pytest.mark.parametrize(
    "fault",
    [
        {"method": "chat.startStream", "error": "method_not_supported_for_channel_type"},
        {"method": "chat.startStream", "error": "missing_scope"},
        {"method": "chat.startStream", "status": 429, "retry_after": 30},
        {"method": "chat.startStream", "status": 500},
        {"method": "chat.startStream", "drop": True},
        {"method": "chat.startStream", "drop": True, "after": True},
        {"method": "chat.appendStream", "error": "message_not_in_streaming_state"},
        {"method": "chat.appendStream", "drop": True},
        {"method": "chat.appendStream", "status": 429, "retry_after": 30},
        {"method": "chat.stopStream", "error": "message_not_in_streaming_state"},
        {"method": "chat.stopStream", "error": "invalid_blocks"},
        {"method": "chat.stopStream", "drop": True, "after": True},
        {"method": "chat.stopStream", "status": 503},
        {"method": "assistant.threads.setStatus", "error": "missing_scope"},
        {"method": "assistant.threads.setStatus", "drop": True},
    ],
    ids=lambda fault: " ".join(map(str, fault.values())),
)
def test_is_whole_whatever_becomes_of_the_stream(
    library: Index, tmp_path: Path, fault: dict[str, Any]
) -> None:
    with written(library, tmp_path) as at:
        at.world.fail_next(fault.pop("method"), **fault)
        whole(at, at.mention(BUDGET))


def test_a_stream_that_expired_is_updated(library: Index, tmp_path: Path) -> None:
    with written(library, tmp_path, stream_expires_after=0.0) as at:
        thread = at.mention(BUDGET)
        whole(at, thread)
        (answer,) = at.answers(COUNCIL, thread)
        assert answer.edits


def test_what_fails_the_check_never_appears(library: Index, tmp_path: Path) -> None:
    false = "電子図書の初年度の予算は999万円を見込んでいる。"
    with written(library, tmp_path, says((false, BUDGET_WORDS), (START_CLAIM, START_WORDS))) as at:
        thread = at.mention(BUDGET)
        at.answer(COUNCIL, thread)
        assert "999" not in str([sight.text for sight in at.world.sights])


def test_a_model_that_fails_leaves_quotes_and_a_line(library: Index, tmp_path: Path) -> None:
    with written(library, tmp_path, lambda request: Reply.out_of_quota()) as at:
        shown = at.ask(BUDGET).shown()
        assert "「初年度の予算は450万円を見込んでいる。」" in shown
        assert "言語モデルが要求を受け付けませんでした" in shown
        assert at.world.called("chat.startStream") == []


def test_markup_of_a_sentence_is_taken_literally(library: Index, tmp_path: Path) -> None:
    with written(library, tmp_path) as at:
        thread = at.mention("電子図書の初年度の予算は*いくら*ですか <!channel>")
        assert "<!" not in whole(at, thread)

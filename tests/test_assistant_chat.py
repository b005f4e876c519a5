"""The chat, line by line, over a small committee; and the command as it is piped into."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assistant.chat import Chat, Reply, history, history_file, run, typed
from assistant.cli import app
from assistant.engine import Engine
from index_store.index import Index
from ingest.text import display_width

ASKED = "夜間の来館者は何人でしたか？"


@pytest.fixture
def chat(filled: Index) -> Chat:
    return Chat(Engine.from_index(filled), dim=lambda line: f"<{line}>")


def talk(chat: Chat, *lines: str) -> tuple[list[str], list[str]]:
    """What a chat shows for some lines, a text for each reply, and what it complains of."""
    shown: list[str] = []
    complaints: list[str] = []

    def show(reply: Reply) -> None:
        shown.append("\n".join(reply.lines(60)))

    assert run(chat, lines, show, complaints.append) == len(complaints)
    return shown, complaints


def test_a_conversation(chat: Chat) -> None:
    shown, complaints = talk(
        chat, ASKED, "", "誰がそれを質問したの？", "/sources", "/context 1", "/new", "/help"
    )
    answer, followed, sources, context, new, told = shown
    assert complaints == []
    assert "延べ312人" in answer.replace("\n", "")
    assert "→" not in answer
    assert followed.startswith("<→ ")
    assert "原田委員" in followed
    assert sources.startswith("  [1] 原田委員")
    assert "first.txt:" in sources
    assert [line[:3] for line in context.split("\n") if line.startswith("[")] == ["[1]"]
    assert "延べ312人" in context
    assert new == "a new conversation"
    assert "/context N" in told
    assert all(display_width(line) <= 62 for text in shown for line in text.split("\n"))


def test_errors_are_a_line_each_and_the_chat_goes_on(chat: Chat) -> None:
    shown, complaints = talk(
        chat, "/sources", "/nonsense", "？？", ASKED, "/context 9", "/context 1 2", "/sources"
    )
    assert len(shown) == 2
    assert [line.split(":")[0] for line in complaints] == [
        "nothing has been asked yet; mend",
        "/nonsense",
        "the question is empty; mend",
        "/context 9",
        "/context 1 2",
    ]
    assert all("\n" not in line for line in complaints)


def test_words_that_stand_in_no_turn_have_no_turns_around(chat: Chat) -> None:
    _, complaints = talk(chat, "移動図書館の巡回箇所は何か所にしますか", "/context 1")
    assert len(complaints) == 1
    assert "stand in no turn" in complaints[0]
    assert "plan.md" in complaints[0]


def test_control_c_clears_the_line_and_control_d_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    keys: Iterator[object] = iter(["一行目", KeyboardInterrupt(), "二行目", EOFError()])

    def press(prompt: str) -> str:
        assert prompt == "? "
        key = next(keys)
        if isinstance(key, BaseException):
            raise key
        return str(key)

    monkeypatch.setattr("builtins.input", press)
    assert list(typed("? ")) == ["一行目", "二行目"]


def test_what_is_typed_is_kept_for_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readline = pytest.importorskip("readline")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = history_file()
    with history(file):
        readline.clear_history()
        readline.add_history("夜間の来館者は？")
    assert "夜間の来館者は？" in file.read_text(encoding="utf-8")
    assert file.stat().st_mode & 0o077 == 0
    readline.clear_history()
    with history(file):
        assert readline.get_history_item(1) == "夜間の来館者は？"
    with history(file / "no" / "folder"):
        assert readline.get_current_history_length() == 1


def test_piped_each_line_gives_one_object(
    filled: Index, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINUTES_CACHE", str(cache))
    monkeypatch.setenv("MINUTES_DATA", str(filled.settings.data))
    lines = f"{ASKED}\n誰がそれを質問したの？\n/nope\n/context 1\n"
    done = CliRunner().invoke(app, ["chat", "--json"], input=lines)
    first, second, wrong, context = map(json.loads, done.stdout.splitlines())
    assert done.exit_code == 1
    assert done.stderr.strip() == "minutes: /nope: no such command; mend: see /help"
    assert "understood" not in first
    assert second["understood"].endswith("質問したの？")
    assert wrong["error"].startswith("/nope")
    assert [turn["turn"] for turn in context["turns"]] == [0, 1, 2, 3]

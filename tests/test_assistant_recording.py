"""Written answers at the command line, and what the log keeps of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.cli import app
from assistant.log import AnswerLog, Entry
from assistant.recording import PASSAGES, recorder
from index_store.embedding import Embedder
from index_store.index import Index
from tests.llm_server import LLMServer, Reply, Request
from tests.written import (
    BUDGET,
    BUDGET_CLAIM,
    BUDGET_WORDS,
    START_CLAIM,
    START_WORDS,
    answered,
    claim,
    engine_of,
    good,
    says,
    told,
)

WRONG_CLAIM = BUDGET_CLAIM.replace("450", "540")
KEY = "test-key"

Minutes = Callable[..., Result]


def mixed(request: Request) -> Reply:
    """A good claim and a bad one; told of the bad one, a good one."""
    if request.number == 0:
        both = claim(request, START_CLAIM, START_WORDS), claim(request, WRONG_CLAIM, BUDGET_WORDS)
        return Reply(told(*both))
    return good(request)


@pytest.fixture
def minutes(
    filled: Index, tmp_path: Path, cache: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> Minutes:
    """Runs the command in this process on the committee's records, with the model that is loaded."""
    filled.close()
    monkeypatch.setattr("index_store.embedding.Embedder", lambda *given: embedder)
    monkeypatch.setenv("MINUTES_CACHE", str(cache))
    monkeypatch.setenv("MINUTES_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("MINUTES_LLM_KEY", KEY)
    monkeypatch.setattr("assistant.writing.calling.FIRST_WAIT", 0.0)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object, stdin: str | None = None) -> Result:
        return CliRunner().invoke(app, [str(a) for a in arguments], input=stdin)

    return run


def entries(data: Path) -> list[Entry]:
    with AnswerLog(f"sqlite:///{data / 'log.sqlite3'}", None) as log:
        return log.entries(20)


# The log


def test_what_is_logged_of_a_written_answer(filled: Index, tmp_path: Path) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    with LLMServer(mixed) as server, AnswerLog(f"sqlite:///{tmp_path / 'log'}", None) as log:
        engine = engine_of(filled, server, recorder(log, "slack", pytest.fail))
        outcome = answered(engine.ask(BUDGET))
        hits = engine.search(BUDGET, 100)
        (entry,) = log.entries(5)
    assert before < entry.asked < datetime.now(UTC) + timedelta(seconds=1)
    assert (entry.surface, entry.question, entry.understood) == ("slack", BUDGET, None)
    assert (entry.status, entry.reason, entry.fallback) == ("answered", None, None)
    assert (entry.answer, entry.language, entry.model) == (outcome.text, "ja", "test-model")
    assert [p.passage for p in entry.passages] == [h.passage.id for h in hits[:PASSAGES]]
    assert entry.passages[0].speaker == "図書館長"
    assert [(c.text, c.verdict, c.fault, c.citation) for c in entry.claims] == [
        (START_CLAIM, "supported", None, 1),
        (WRONG_CLAIM, "contradicted", "figure", None),
        (BUDGET_CLAIM, "supported", None, 2),
    ]
    assert outcome.writing is not None
    assert dict(entry.tokens) == outcome.writing.tokens
    assert entry.tokens["prompt"] > entry.tokens["completion"] > 0
    assert dict(entry.seconds) == outcome.seconds
    assert set(entry.seconds) == {"search", "answer", "total"}
    assert dict(entry.masked) == {}


def test_what_is_logged_where_the_model_fails_and_where_nothing_is_found(
    filled: Index, tmp_path: Path
) -> None:
    with LLMServer([Reply(status=401)]) as server, AnswerLog(f"sqlite:///{tmp_path / 'log'}", None) as log:  # fmt: skip
        engine = engine_of(filled, server, recorder(log, "cli", pytest.fail))
        engine.ask(BUDGET)
        engine.ask("佐藤委員は開館時間をどう考えていますか")
        second, first = log.entries(5)
    assert (first.status, first.model) == ("answered", "test-model")
    assert (first.fallback or "").startswith("言語モデルが要求を受け付けませんでした")
    assert first.claims == ()
    assert (second.status, second.reason, second.model) == ("not_found", "person", None)


def test_a_log_that_fails_is_told_once_and_keeps_nobody_from_an_answer(
    filled: Index, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    complaints: list[str] = []
    with LLMServer(good) as server, AnswerLog(f"sqlite:///{path}", None) as log:
        engine = engine_of(filled, server, recorder(log, "cli", complaints.append))
        with sqlite3.connect(path) as database:
            database.execute("DROP TABLE minutes_log")
        for _ in range(2):
            assert answered(engine.ask(BUDGET)).text
    assert len(complaints) == 1
    assert "\n" not in complaints[0]


# The command


def test_a_written_answer_at_the_command_line(minutes: Minutes, tmp_path: Path) -> None:
    with LLMServer(mixed) as server:
        plain = minutes("ask", BUDGET, "--llm", server.base_url)
        assert plain.exit_code == 0, plain.output
        shown = plain.stdout.replace("\n", "")
        assert f"{START_CLAIM[:-1]} [1]。{BUDGET_CLAIM[:-1]} [2]。" in shown
        assert WRONG_CLAIM not in shown
        assert f"「{BUDGET_WORDS}」" in shown
        assert "first.txt:4" in shown
        assert "文は言語モデル（test-model）が書き" in shown
        assert plain.stderr == ""
        assert len(server.requests) == 2

        quoted = minutes("ask", BUDGET, "--llm", server.base_url, "--no-llm", "--json")
        assert len(server.requests) == 2
        assert json.loads(quoted.stdout)["writing"] is None
        assert json.loads(quoted.stdout)["status"] == "answered"
    second, first = entries(tmp_path / "data")
    assert (first.surface, first.model, len(first.claims)) == ("cli", "test-model", 3)
    assert (second.surface, second.model, second.claims) == ("cli", None, ())
    listed = json.loads(minutes("log", first.id, "--json").stdout)
    assert [c["verdict"] for c in listed["claims"]] == ["supported", "contradicted", "supported"]


def test_json_and_explain(minutes: Minutes, monkeypatch: pytest.MonkeyPatch) -> None:
    with LLMServer(mixed) as server:
        monkeypatch.setenv("MINUTES_LLM", "test-model")
        monkeypatch.setenv("MINUTES_LLM_URL", server.base_url)
        shape = json.loads(minutes("ask", BUDGET, "--json").stdout)
        assert [s["text"] for s in shape["sentences"]] == [START_CLAIM, BUDGET_CLAIM]
        assert [c["fault"] for c in shape["writing"]["claims"]] == [None, "figure", None]
        server.requests.clear()
        told_ = minutes("ask", BUDGET, "--explain").stdout
    assert "written by    test-model" in told_
    assert f"claim         {WRONG_CLAIM}" in told_
    assert "→ contradicted: figure" in told_
    assert f"claim         {START_CLAIM} [1]" in told_
    assert KEY not in told_


def test_a_model_that_fails_is_told_in_one_line_beside_the_quotes(minutes: Minutes) -> None:
    with LLMServer([Reply.bad_gateway()]) as server:
        result = minutes("ask", BUDGET, "--llm", server.base_url)
    assert result.exit_code == 0
    shown = result.stdout.replace("\n", "")
    assert "「初年度の予算は450万円を見込んでいる。」と図書館長が答えています [1]。" in shown
    assert "言語モデルのサーバーに障害があります。記録からの引用でお答えします。" in shown
    assert "<html" not in result.output
    assert KEY not in result.output


@pytest.mark.parametrize(
    ("llm", "said"),
    [
        ("some-model", "no address of a server"),
        ("anthropic:some-model", "minutes-assistant[anthropic]"),
        ("http://127.0.0.1:9/v1", "cannot be listed"),
    ],
)
def test_a_wrong_setting_ends_in_one_line(
    llm: str, said: str, minutes: Minutes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "llama_index.llms.anthropic", None)
    for command in ("ask", "chat"):
        result = minutes(command, *([BUDGET] if command == "ask" else []), "--llm", llm, stdin="")
        assert result.exit_code == 1
        assert result.stdout == ""
        (line,) = result.stderr.strip().splitlines()
        assert said in line
        assert "mend:" in line
        assert KEY not in line


def test_a_broken_prompt_ends_in_one_line(
    minutes: Minutes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "answer.ja.txt").write_text("$nonsense", encoding="utf-8")
    monkeypatch.setenv("MINUTES_PROMPTS", str(tmp_path))
    with LLMServer(good) as server:
        result = minutes("ask", BUDGET, "--llm", server.base_url)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.strip().splitlines()
    assert "answer.ja.txt" in line
    assert "nonsense" in line


def test_a_follow_up_at_the_command_line_is_written_out(
    minutes: Minutes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How it was understood stands in front of the sentences, at a terminal as well."""
    monkeypatch.setattr("assistant.cli_asking._live", lambda whole: not whole)

    def script(request: Request) -> Reply:
        if len(request.messages) == 1:
            return Reply("電子図書の貸出しの予算は？")
        return says((BUDGET_CLAIM, BUDGET_WORDS))(request)

    with LLMServer(script) as server:
        result = minutes(
            "ask", "その予算は？", "--after", "電子図書の貸出しはいつから始まりますか", "--llm", server.base_url
        )  # fmt: skip
        assert [len(r.messages) for r in server.requests][-2:] == [1, 2]
    assert result.stdout.startswith("→ 電子図書の貸出しの予算は？\n")
    assert BUDGET_CLAIM[:-1] in result.stdout.replace("\n", "")


def test_a_chat_is_written_and_logged_as_one(minutes: Minutes, tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        return Reply(BUDGET) if len(request.messages) == 1 else good(request)

    with LLMServer(script) as server:
        result = minutes("chat", "--llm", server.base_url, "--json", stdin=f"{BUDGET}\n/sources\n{BUDGET}\n")  # fmt: skip
    first, sources, second = map(json.loads, result.stdout.splitlines())
    assert first["sentences"][0]["text"] == second["sentences"][0]["text"] == BUDGET_CLAIM
    assert sources["sources"][0]["quote"] == BUDGET_WORDS
    assert [e.surface for e in entries(tmp_path / "data")] == ["chat", "chat"]


def test_sentences_come_one_by_one_at_a_terminal(
    minutes: Minutes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.cli_asking._live", lambda whole: not whole)
    with LLMServer(says((START_CLAIM, START_WORDS), (BUDGET_CLAIM, BUDGET_WORDS))) as server:
        one = minutes("ask", BUDGET, "--llm", server.base_url).stdout.replace("\n", "")
        talk = minutes("chat", "--llm", server.base_url, stdin=BUDGET).stdout.replace("\n", "")
    for shown in (one, talk):
        assert shown.startswith(f"{START_CLAIM[:-1]} [1]。{BUDGET_CLAIM[:-1]} [2]。出典")
        assert shown.count(START_CLAIM[:-1]) == shown.count(BUDGET_CLAIM[:-1]) == 1


def test_the_log_may_be_off_or_out_of_order(
    minutes: Minutes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINUTES_LOG", "off")
    assert minutes("ask", BUDGET).stderr == ""
    assert not (tmp_path / "data" / "log.sqlite3").exists()
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("MINUTES_LOG", str(tmp_path / "file" / "log.sqlite3"))
    with LLMServer(lambda r: Reply(BUDGET) if len(r.messages) == 1 else good(r)) as server:
        result = minutes("chat", "--llm", server.base_url, stdin=f"{BUDGET}\n{BUDGET}\n")
    assert result.exit_code == 0
    assert result.stdout.count("出典") == 2
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("minutes: ")
    assert "log.sqlite3" in line

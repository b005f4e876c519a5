"""Which model writes and what it is told: addresses, keys, prompts, masking, follow-ups."""

from __future__ import annotations

import logging
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage, ChatResponse, MockLLM

from assistant.config import load_settings
from assistant.conversation import Conversation
from assistant.engine import Engine
from assistant.errors import ConfigurationError
from assistant.log import AnswerLog
from assistant.recording import recorder
from assistant.types import Outcome
from assistant.verifying.checker import ClaimChecker
from assistant.writing.opening import writer_of
from assistant.writing.prompts import NAMES, Prompts
from assistant.writing.providers import ModelSettings, Opened, is_local, open_model
from assistant.writing.transport import HangUp
from assistant.writing.writer import WriterSettings, WritingAnswerer
from index_store.embedding import Embedder
from index_store.index import Index
from tests.llm_server import LLMServer, Reply, Request
from tests.written import (
    BUDGET,
    BUDGET_CLAIM,
    BUDGET_WORDS,
    COMMITTEE,
    answered,
    engine_of,
    good,
    index_of,
    quoting,
    sentences,
    settings_of,
    told,
)

PHONE, MAIL, MY_NUMBER = "090-1234-5678", "hanako@example.jp", "1234 5678 9018"
CONTACTS = f"""令和6年度 第4回 青浜市図書館協議会 議事録

1 日 時
令和7年3月5日（水） 午後2時から

2 出席委員
原聡子、原田健

3 議事録

議事（1）団体貸出の申込みについて

〔図書館長〕
団体貸出の申込みは電話{PHONE}又は{MAIL}で受け付ける。窓口では申込書も受け付ける。
"""


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, cache: Path, embedder: Embedder
) -> Iterator[Index]:
    """The committee's records, and minutes with a telephone number and a mail address."""
    files = {**COMMITTEE, "contacts.txt": CONTACTS}
    with index_of(files, tmp_path_factory.mktemp("library"), cache, embedder) as index:
        yield index


# The server and its model


def models(settings: ModelSettings) -> tuple[str, str]:
    """The model that the adapter asks for, and the name that people see."""
    opened = open_model(settings)
    return opened.llm.model, opened.name  # type: ignore[attr-defined]


def test_the_forms_of_the_setting() -> None:
    with LLMServer(good, models=("org/first-model", "second")) as server:
        base = server.base_url
        bare = base.removesuffix("/v1")
        for llm, url, model in [
            ("openai-like:second", base, "second"),
            ("openai-like:second", f"{base}/", "second"),
            ("openai-like:second", bare, "second"),
            ("second", base, "second"),
            ("org/second:7b", base, "org/second:7b"),
            (base, None, "org/first-model"),
            (bare + "/", None, "org/first-model"),
            ("openai-like:", base, "org/first-model"),
            (f" {base} ", "http://127.0.0.1:9/v1", "org/first-model"),
        ]:
            used, shown = models(ModelSettings(llm, url, "test-key"))
            assert used == model
            assert shown == model.rpartition("/")[2]
        assert open_model(ModelSettings("second", base)).local
        assert not server.requests


def test_an_answer_of_the_first_model_of_a_server(library: Index) -> None:
    with LLMServer(good, models=("org/first-model", "second")) as server:
        engine = engine_of(library, server, llm=server.base_url, llm_url=None)
        outcome = answered(engine.ask(BUDGET))
        assert server.requests[0].model == "org/first-model"
    assert outcome.writing is not None
    assert outcome.writing.model == "first-model"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost:8080/v1", True),
        ("http://LOCALHOST/v1", True),
        ("http://llm.localhost:1234", True),
        ("http://127.0.0.1:1", True),
        ("http://127.9.9.9:1", True),
        ("http://[::1]:8080/v1", True),
        ("http://192.168.0.5/v1", False),
        ("http://0.0.0.0:8080", False),
        ("https://api.example.com/v1", False),
        ("https://localhost.example.com/v1", False),
        ("https://127.0.0.1.example.com/v1", False),
        ("https://localhost@example.com/v1", False),
        ("http://host.docker.internal:8080", False),
    ],
)
def test_which_addresses_are_this_machine(url: str, local: bool) -> None:
    assert is_local(url) is local


def wrong(llm: str, url: str | None = None, key: str = "") -> str:
    """The line in which a setting is refused."""
    with pytest.raises(ConfigurationError, match="mend: ") as told_:
        open_model(ModelSettings(llm, url, key))
    assert "\n" not in str(told_.value)
    return str(told_.value)


@pytest.mark.parametrize("provider", ["anthropic", "gemini", "azure", "bedrock"])
def test_an_adapter_that_is_not_installed(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = {"gemini": "google_genai", "azure": "azure_openai", "bedrock": "bedrock_converse"}
    name = f"llama_index.llms.{module.get(provider, provider)}"
    monkeypatch.setitem(sys.modules, name, None)
    assert f"pip install 'minutes-assistant[{provider}]'" in wrong(f"{provider}:some-model")


def test_no_address() -> None:
    assert "llm 'gpt-small': no address of a server" in wrong("gpt-small")
    assert "llm_url" in wrong("openai-like:test-model")


@pytest.mark.parametrize(
    "url",
    ["localhost:8080", "ftp://127.0.0.1/v1", "file:///etc", "http://", "http://[::1", "http://127.0.0.1:port/v1", "http:///v1"],
)  # fmt: skip
def test_an_address_that_is_none(url: str) -> None:
    assert "no address of a server" in wrong("test-model", url)


def test_a_server_that_cannot_be_asked_for_its_models() -> None:
    assert "cannot be listed" in wrong("http://127.0.0.1:9/v1")
    with LLMServer(good, models=()) as server:
        assert "cannot be listed" in wrong(server.base_url, key="test-key")
        line = wrong(server.base_url, key="secret-key-1")
        assert "secret-key-1" not in line


@pytest.mark.parametrize(
    "answer",
    [
        b"HELLO\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<html></h",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"data": [',
        b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"data\":null",
    ],
    ids=["no HTTP", "nothing", "a page", "a list", "half", "null"],
)  # fmt: skip
def test_a_server_of_another_kind(answer: bytes) -> None:
    with answering(answer) as port:
        assert "cannot be listed" in wrong(f"http://127.0.0.1:{port}/v1")


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """The port of a server that gives every connection the same bytes, whatever it is asked."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with listening.accept()[0] as connection:
                connection.recv(65_536)
                connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join(20)


def test_a_proxy_of_the_environment_is_not_asked_for_this_machine(
    library: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with LLMServer(good) as server:
        engine = engine_of(library, server, llm=server.base_url, llm_url=None)
        assert sentences(engine.ask(BUDGET)) == [BUDGET_CLAIM]


def test_the_key_is_never_shown(
    library: Index, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    key = "sk-secret-0123456789"
    seen = []
    with LLMServer(good) as server, caplog.at_level(logging.DEBUG):
        settings = settings_of(server, llm_key=key)
        opened = open_model(ModelSettings("test-model", server.base_url, key))
        seen += [repr(settings), str(settings), repr(opened), settings.model_dump_json()]
        seen += [repr(ModelSettings("test-model", server.base_url, key))]
        outcome = engine_of(library, server, llm_key=key).ask(BUDGET)
        assert server.requests[0].headers["authorization"] == f"Bearer {key}"
        seen += [repr(outcome), quoting(outcome)]
    seen += [caplog.text, *capfd.readouterr()]
    assert not [text for text in seen if key in text]


def test_without_a_key_nobody_elses_is_sent(
    library: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with LLMServer(good, api_key="none") as server:
        engine = engine_of(library, server, llm_key=None)
        assert sentences(engine.ask(BUDGET)) == [BUDGET_CLAIM]
        assert "sk-of-somebody" not in str(server.requests[0].headers)


# Other adapters


class Odd(MockLLM):
    """An adapter that counts up its tokens in each piece, knows no options, and may fail."""

    text: str = ""
    status: int = 0

    def stream_chat(self, messages: Any, **options: Any) -> Any:
        assert not options
        assert all(isinstance(message, ChatMessage) for message in messages)
        if self.status:
            error = RuntimeError("sk-secret <html>")
            error.status_code = self.status  # type: ignore[attr-defined]
            raise error
        for at in range(0, len(self.text), 50):
            piece = self.text[at : at + 50]
            used = {"prompt_tokens": 1_000, "completion_tokens": at + len(piece)}
            yield ChatResponse(message=ChatMessage(content=self.text[: at + 50]), delta=piece, additional_kwargs=used)  # fmt: skip


def through(library: Index, llm: Odd) -> Engine:
    opened = Opened(llm, "odd:model", structured=False, local=False, hang_up=HangUp())

    def made(index: Any, retriever: Any, quoting_: Any, lock: Any) -> WritingAnswerer:
        checker = ClaimChecker(index.embedder, index.words)
        return WritingAnswerer(opened, checker, quoting_, retriever.turns, Prompts(), WriterSettings(seconds=20), lock)  # fmt: skip

    return Engine.from_index(library, writer=made)


def odd(**values: Any) -> Odd:
    made = Odd()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def test_an_adapter_without_structured_output(library: Index) -> None:
    text = told({"claim": BUDGET_CLAIM, "passage": 1, "quote": BUDGET_WORDS, "translation": ""})
    outcome = answered(through(library, odd(text=text)).ask(BUDGET))
    assert sentences(outcome) == [BUDGET_CLAIM]
    assert outcome.writing is not None
    assert outcome.writing.note is None
    assert outcome.writing.tokens == {"prompt": 1_000, "completion": len(text)}


def test_an_adapter_that_fails_in_its_own_way(library: Index) -> None:
    outcome = through(library, odd(status=403)).ask(BUDGET)
    assert quoting(outcome).startswith("言語モデルが要求を受け付けませんでした")
    assert "sk-secret" not in repr(outcome)


# Prompts


def test_a_folder_replaces_prompts(library: Index, tmp_path: Path) -> None:
    (tmp_path / "answer.ja.txt").write_text(
        "短く答える。$limit 文。$$ は円ではない。", encoding="utf-8"
    )
    with LLMServer(good) as server:
        engine = engine_of(library, server, prompts=tmp_path)
        assert sentences(engine.ask(BUDGET)) == [BUDGET_CLAIM]
        assert server.requests[0].texts("system") == ["短く答える。5 文。$ は円ではない。"]
    assert "You read the minutes" in Prompts(tmp_path).filled("answer", "en", limit="5")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_prompts_of_the_package_are_filled(language: Any) -> None:
    for name in NAMES:
        values = {"answer": {"limit": "5"}, "mend": {"failed": "- F"}}
        filled = Prompts().filled(
            name, language, **values.get(name, {"conversation": "C", "question": "Q"})
        )
        assert "$" not in filled
        assert len(filled) > 80


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00bad", "cannot be read"),
        ("文は $limits 個".encode(), "limits"),
        ("文は $ 個".encode(), "$limit"),
    ],
    ids=["no UTF-8", "unknown value", "lone dollar"],
)
def test_a_broken_prompt_is_told_in_one_line(
    content: bytes, said: str, library: Index, tmp_path: Path
) -> None:
    (tmp_path / "answer.ja.txt").write_bytes(content)
    with LLMServer(good) as server:
        engine = engine_of(library, server, prompts=tmp_path)
        with pytest.raises(ConfigurationError, match="mend: ") as told_:
            engine.ask(BUDGET)
        assert not server.requests
    assert said in str(told_.value)
    assert str(tmp_path / "answer.ja.txt") in str(told_.value)
    assert "\n" not in str(told_.value)


# Personal data


GROUP = "団体貸出の申込みはどこで受け付けていますか"
GROUP_WORDS = f"団体貸出の申込みは電話{PHONE}又は{MAIL}で受け付ける。"


def elsewhere(library: Index, server: LLMServer, record: Any = None, **more: Any) -> Engine:
    """An engine whose model is told to be on another machine, as a name of one would."""
    settings = settings_of(server, **more)

    def made(*parts: Any) -> Any:
        writer = writer_of(settings)
        assert writer is not None
        answerer = writer(*parts)
        answerer._opened = replace(answerer._opened, local=False)  # type: ignore[attr-defined]
        return answerer

    return Engine.from_index(library, writer=made, record=record)


def copying(request: Request) -> Reply:
    """A model that copies the sentence on group lending as it is given it."""
    line = next(x for x in request.texts("user")[0].splitlines() if x.startswith("発言: 団体貸出の申込みは電話"))  # fmt: skip
    words = line.removeprefix("発言: ").split("。")[0] + "。"
    n = next(i for i in range(1, 20) if f"[{i}] 図書館長" in request.texts("user")[0].split(line)[0].split("\n\n")[-1])  # fmt: skip
    return Reply(told({"claim": words, "passage": n, "quote": words, "translation": ""}))


def test_personal_data_does_not_leave_this_machine(library: Index, tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    with LLMServer(copying) as server, AnswerLog(f"sqlite:///{path}", None) as log:
        engine = elsewhere(library, server, recorder(log, "cli", pytest.fail))
        outcome = answered(
            engine.ask(f"{GROUP}（折り返し先 080-9999-8888、マイナンバー {MY_NUMBER}）")
        )
        (entry,) = log.entries(5)
        sent = "\n".join(str(request.raw, "utf-8") for request in server.requests)
    for value in (PHONE, MAIL, MY_NUMBER, "080-9999-8888"):
        assert value not in sent
    assert "[[TELEPHONE-1]]" in sent
    assert "[[MAIL-1]]" in sent or "[[EMAIL-1]]" in sent
    assert sentences(outcome) == [GROUP_WORDS]
    assert outcome.citations[0].quote == GROUP_WORDS
    assert "[[" not in outcome.text
    assert outcome.writing is not None
    assert outcome.writing.masked["telephone"] == 2
    assert dict(entry.masked) == outcome.writing.masked
    assert sum(entry.masked.values()) == 4


@pytest.mark.parametrize(
    "script", [copying, lambda request: Reply(told())], ids=["written", "quoted"]
)
def test_what_is_masked_is_counted_in_the_log_without_its_values(
    script: Any, library: Index, tmp_path: Path
) -> None:
    path = tmp_path / "log.sqlite3"
    with LLMServer(script) as server, AnswerLog(f"sqlite:///{path}", None) as log:
        engine = elsewhere(library, server, recorder(log, "cli", pytest.fail))
        outcome = engine.ask(f"{GROUP}（折り返し先 080-9999-8888）")
        (entry,) = log.entries(5)
        held = b"".join(file.read_bytes() for file in tmp_path.glob("log.sqlite3*"))
    assert PHONE in outcome.text, "people see what the record says"
    assert entry.masked["telephone"] == 2
    assert "[[TELEPHONE-" in entry.question
    assert "[[TELEPHONE-" in entry.answer
    for value in (PHONE, MAIL, "080-9999-8888"):
        assert value.encode() not in held


def test_rewriting_and_corrections_are_masked_as_well(library: Index) -> None:
    def script(request: Request) -> Reply:
        if len(request.messages) == 1:
            return Reply(request.texts()[0].rpartition("質問\n")[2].strip())
        bad = f"団体貸出の申込みは電話{PHONE}で100件を受け付けた。"
        return Reply(told({"claim": bad, "passage": 1, "quote": bad, "translation": ""}))

    with LLMServer(script) as server:
        engine = elsewhere(library, server)
        conversation = Conversation()
        engine.ask(GROUP, conversation)
        engine.ask(f"それは{PHONE}でも{MAIL}でもよいですか", conversation)
        assert len(server.requests) >= 4
        ours = [
            m["content"] for r in server.requests for m in r.messages if m["role"] != "assistant"
        ]
    assert not [text for text in ours if PHONE in text or MAIL in text]


@pytest.mark.parametrize("trusted", [True, False])
def test_a_model_here_or_one_that_is_trusted_is_told_all(trusted: bool, library: Index) -> None:
    with LLMServer(copying) as server:
        made = elsewhere if trusted else engine_of
        outcome = answered(made(library, server, llm_trusted=trusted).ask(GROUP))
        assert PHONE in server.requests[0].texts("user")[0]
    assert outcome.writing is not None
    assert outcome.writing.masked == {}
    assert sentences(outcome) == [GROUP_WORDS]


# Follow-ups


def in_turn(
    library: Index, rewritten: str | Reply, *questions: str
) -> tuple[list[Outcome], LLMServer]:
    """The outcomes of a conversation in which the model writes a follow-up out in given words."""

    def script(request: Request) -> Reply:
        if len(request.messages) == 1:
            return rewritten if isinstance(rewritten, Reply) else Reply(rewritten)
        return Reply(told())

    with LLMServer(script) as server:
        engine = engine_of(library, server)
        conversation = Conversation()
        return [engine.ask(question, conversation) for question in questions], server


START = "電子図書の貸出しはいつから始まりますか"
FOLLOWING = "その予算は？"
ALONE = "電子図書の貸出しの予算は？"


def test_a_follow_up_is_made_to_stand_alone(library: Index) -> None:
    (first, second), server = in_turn(library, f"「{ALONE}」\n", START, FOLLOWING)
    assert first.understood is None
    assert second.question == FOLLOWING
    assert second.understood == ALONE
    assert "450万円" in second.text
    asked, rewriting, again = server.requests
    assert len(asked.messages) == 2, "there is nothing before the first question"
    (prompt,) = rewriting.texts()
    assert f"Q: {START}" in prompt
    assert prompt.rstrip().endswith(FOLLOWING)
    assert rewriting.response_format is None
    assert "これまでの会話" in again.texts("user")[0]
    assert again.texts("user")[0].endswith(f"質問: {ALONE}")
    assert BUDGET_WORDS in again.texts("user")[0], "the passages are looked up anew"


def test_each_turn_is_looked_up_afresh(library: Index) -> None:
    outcomes, server = in_turn(
        library,
        "移動図書館の巡回箇所は何か所にしますか",
        START,
        "移動図書館の巡回箇所は何か所にしますか",
    )
    assert "18か所" in server.requests[-1].texts("user")[0]
    assert "18か所" in outcomes[-1].text
    assert outcomes[-1].understood is None


@pytest.mark.parametrize(
    "rewritten",
    [
        "電子図書の貸出しの令和7年度の予算は？",
        "電子図書の貸出しの500万円の予算は？",
        "電子図書の貸出しについて佐藤委員が述べた予算は？",
        "学校給食の予算は？",
        "",
        "電" * 3_000,
        Reply.server_error(),
        Reply(status=401),
        Reply("電子図書", hang_up_after=2),
    ],
    ids=["a year", "a figure", "a name", "a topic", "nothing", "too much", "error", "refused", "cut off"],
)  # fmt: skip
def test_what_a_model_adds_to_a_follow_up_is_refused(
    rewritten: str | Reply, library: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.writing.calling.FIRST_WAIT", 0.0)
    (_, second), _ = in_turn(library, rewritten, START, FOLLOWING)
    by_rules = Engine.from_index(library).asked_before([START, FOLLOWING]).last
    assert by_rules is not None
    assert second.understood == by_rules.outcome.understood
    assert second.understood
    assert second.text == by_rules.outcome.text


def test_settings_of_the_environment_and_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "minutes.toml").write_text('llm = "of-the-file"\nllm_seconds = 5\n')
    assert load_settings().llm == "of-the-file"
    monkeypatch.setenv("MINUTES_LLM", "of-the-environment")
    monkeypatch.setenv("MINUTES_LLM_KEY", "sk-secret")
    settings = load_settings()
    assert (settings.llm, settings.llm_seconds) == ("of-the-environment", 5)
    assert "sk-secret" not in repr(settings)
    assert load_settings(llm="of-the-option").llm == "of-the-option"
    for name, value in [("LLM_SECONDS", "0"), ("LLM_SENTENCES", "0"), ("LLM_CONTEXT", "9")]:
        monkeypatch.setenv(f"MINUTES_{name}", value)
        with pytest.raises(ConfigurationError, match=name.lower()):
            load_settings()
        monkeypatch.delenv(f"MINUTES_{name}")

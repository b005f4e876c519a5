"""The scripted model server, driven through the client that the assistant uses."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
from llama_index.core.llms import ChatMessage, ChatResponse

from .llm_server import Error, LLMServer, Reply, Request, prompt_tokens, strict_problems, tokenize

openai = pytest.importorskip("openai")
OpenAILike = pytest.importorskip("llama_index.llms.openai_like").OpenAILike

TEXT = "令和6年4月の来館者は延べ312人である。"
MESSAGES = [
    ChatMessage(role="system", content="日本語で答える。"),
    ChatMessage(role="user", content="来館者は何人か。"),
]
SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA}}
USER = {"role": "user", "content": "?"}

Client = Callable[..., Any]


@pytest.fixture
def client() -> Iterator[Client]:
    """Makes clients of a server, whose connections end with the test."""
    with ExitStack() as open_clients:

        def make(server: LLMServer, **settings: Any) -> Any:
            http_client = open_clients.enter_context(httpx.Client(trust_env=False))
            return OpenAILike(**{
                "model": "test-model", "api_base": server.base_url, "api_key": "test-key",
                "is_chat_model": True, "context_window": 8192, "max_retries": 0, "timeout": 10,
                "http_client": http_client, **settings,
            })  # fmt: skip

        yield make


@contextmanager
def raw(server: LLMServer) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {server.api_key}"}
    with httpx.Client(base_url=server.base_url, headers=headers, trust_env=False) as http_client:
        yield http_client


def received(stream: Iterator[ChatResponse]) -> tuple[str, Exception | None]:
    """The text that came, and what ended it."""
    text = ""
    try:
        for response in stream:
            text += response.delta or ""
    except Exception as error:
        return text, error
    return text, None


def test_a_chat_is_answered(client: Client) -> None:
    with LLMServer([Reply(TEXT)]) as server:
        response = client(server).chat(MESSAGES, temperature=0)
    assert response.message.content == TEXT
    assert response.raw.choices[0].finish_reason == "stop"
    prompt, completion = 8 + 8 + 2 * 4, len(tokenize(TEXT))
    assert response.additional_kwargs == {
        "prompt_tokens": prompt, "completion_tokens": completion,
        "total_tokens": prompt + completion,
    }  # fmt: skip
    (request,) = server.requests
    assert (request.number, request.model, request.stream) == (0, "test-model", False)
    assert request.temperature == 0
    assert request.texts() == ["日本語で答える。", "来館者は何人か。"]
    assert request.texts("user") == ["来館者は何人か。"]
    assert json.loads(request.raw) == request.fields
    assert request.headers["authorization"] == "Bearer test-key"


def test_a_stream_comes_in_pieces(client: Client) -> None:
    with LLMServer([Reply(TEXT)]) as server:
        responses = list(client(server).stream_chat(MESSAGES))
    assert [response.delta for response in responses] == ["", *tokenize(TEXT), ""]
    assert responses[0].raw.choices[0].delta.role == "assistant"
    assert responses[-1].message.content == TEXT
    assert responses[-1].raw.choices[0].finish_reason == "stop"
    assert responses[-1].raw.usage is None


def test_a_stream_reports_usage_when_asked(client: Client) -> None:
    with LLMServer([Reply(TEXT)]) as server:
        asked = {"stream_options": {"include_usage": True}}
        *_, ended, last = client(server).stream_chat(MESSAGES, **asked)
    assert ended.raw.choices[0].finish_reason == "stop"
    assert last.raw.choices == []
    assert last.additional_kwargs["completion_tokens"] == len(tokenize(TEXT))
    assert last.additional_kwargs["prompt_tokens"] == prompt_tokens(server.requests[0])


def test_events_are_as_the_api_sends_them() -> None:
    with LLMServer([Reply("はい")]) as server, raw(server) as http_client:
        body = {"model": "test-model", "messages": [USER]}
        response = http_client.post("chat/completions", json=body | {"stream": True})
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["transfer-encoding"] == "chunked"
    *events, end = response.text.split("\n\n")
    assert end == ""
    assert events[-1] == "data: [DONE]"
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-1]]
    assert {(chunk["object"], chunk["id"]) for chunk in chunks} == {
        ("chat.completion.chunk", "chatcmpl-0")
    }
    choices = [chunk["choices"][0] for chunk in chunks]
    assert [choice["delta"].get("content") for choice in choices] == ["", "は", "い", None]
    assert [choice["finish_reason"] for choice in choices] == [None, None, None, "stop"]


def test_a_connection_serves_many_requests() -> None:
    # Read to the end: OpenAI's client leaves at [DONE], and so opens a connection for each stream.
    script = [Reply(TEXT), Reply.server_error(), Reply(html=True), Reply(TEXT, no_done=True)]
    body = {"model": "test-model", "messages": [USER]}
    ports = set()
    with LLMServer(script) as server, raw(server) as http_client:
        for extra in ({"stream": True}, {}, {"n": 2}, {}, {"stream": True}, {"stream": True}):
            response = http_client.post("chat/completions", json=body | extra)
            ports.add(response.extensions["network_stream"].get_extra_info("client_addr"))
        http_client.get("nowhere")
        assert http_client.get("models").is_success
    assert len(ports) == 1
    assert [request.number for request in server.requests] == [0, 1, 2, 3, 4, 5]


def test_a_function_scripts_the_replies(client: Client) -> None:
    def script(request: Request) -> Reply:
        return Reply(f"{request.number}: {request.texts('user')[-1]}")

    with LLMServer(script) as server:
        model = client(server)
        assert model.chat(MESSAGES).message.content == "0: 来館者は何人か。"
        assert model.chat(MESSAGES[1:]).message.content == "1: 来館者は何人か。"


def test_a_failing_script_fails_the_test(client: Client) -> None:
    def script(_: Request) -> Reply:
        raise LookupError("no such reply")

    with (
        pytest.raises(LookupError, match="no such reply"),
        LLMServer(script) as server,
        pytest.raises(openai.InternalServerError),
    ):
        client(server).chat(MESSAGES)


def test_a_response_format_is_passed_on(client: Client) -> None:
    with LLMServer([Reply('{"answer": "312人"}')]) as server:
        response = client(server).chat(MESSAGES, response_format=FORMAT)
        text, error = received(client(server).stream_chat(MESSAGES, response_format=FORMAT))
    assert json.loads(response.message.content) == json.loads(text) == {"answer": "312人"}
    assert error is None
    assert [request.response_format for request in server.requests] == [FORMAT, FORMAT]


def test_a_server_without_structured_output(client: Client) -> None:
    with LLMServer([Reply(TEXT)], refuse_response_format=True) as server:
        model = client(server)
        with pytest.raises(openai.BadRequestError, match="response_format is not supported"):
            next(model.stream_chat(MESSAGES, response_format=FORMAT))
        assert model.chat(MESSAGES).message.content == TEXT
    assert [request.response_format for request in server.requests] == [FORMAT, None]
    assert [error.param for error in server.refused] == ["response_format"]


def test_a_reply_is_cut_at_max_tokens(client: Client) -> None:
    with LLMServer([Reply(TEXT)]) as server:
        *_, last = client(server, max_tokens=5).stream_chat(MESSAGES)
        response = client(server).chat(MESSAGES, max_completion_tokens=5)
    assert last.message.content == response.message.content == "".join(tokenize(TEXT)[:5])
    assert last.raw.choices[0].finish_reason == "length"
    assert response.raw.choices[0].finish_reason == "length"


def test_a_reply_is_cut_at_the_context_limit(client: Client) -> None:
    with LLMServer([Reply(TEXT)], context_limit=30) as server:
        response = client(server).chat(MESSAGES)
    assert response.additional_kwargs["total_tokens"] == 30
    assert response.raw.choices[0].finish_reason == "length"


def test_a_filtered_and_an_empty_reply(client: Client) -> None:
    with LLMServer([Reply.filtered("来"), Reply.empty()]) as server:
        *_, last = client(server).stream_chat(MESSAGES)
        assert (last.message.content, last.raw.choices[0].finish_reason) == ("来", "content_filter")
        *_, last = client(server).stream_chat(MESSAGES)
        assert (last.message.content, last.raw.choices[0].finish_reason) == ("", "stop")


@pytest.mark.parametrize(
    ("settings", "error", "code"),
    [
        ({"api_key": "wrong"}, openai.AuthenticationError, "invalid_api_key"),
        ({"model": "another"}, openai.NotFoundError, "model_not_found"),
        ({"max_tokens": 9000}, openai.BadRequestError, "context_length_exceeded"),
    ],
)
def test_requests_that_are_refused(
    client: Client, settings: dict[str, Any], error: type[openai.APIStatusError], code: str
) -> None:
    with LLMServer([Reply(TEXT)]) as server:
        stream = client(server, **settings).stream_chat(MESSAGES)  # nothing is sent yet
        assert not server.requests
        with pytest.raises(error) as raised:
            next(stream)
        with pytest.raises(error):
            client(server, **settings).chat(MESSAGES)
    assert raised.value.code == code
    assert raised.value.request_id == "req_0"
    assert [refused.code for refused in server.refused] == [code, code]


def test_a_long_prompt_is_refused(client: Client) -> None:
    long = [ChatMessage(role="user", content="議" * 8189)]
    with LLMServer([Reply(TEXT)]) as server:
        with pytest.raises(openai.BadRequestError, match="maximum context length is 8192") as error:
            client(server).chat(long)
        assert (error.value.code, error.value.param) == ("context_length_exceeded", "messages")
        server.context_limit = 10_000
        assert client(server).chat(long).message.content == TEXT


@pytest.mark.parametrize(
    ("reply", "error", "code", "retry_after"),
    [
        (Reply.rate_limited(2), openai.RateLimitError, "rate_limit_exceeded", "2"),
        (Reply.out_of_quota(), openai.RateLimitError, "insufficient_quota", None),
        (Reply.server_error(), openai.InternalServerError, None, None),
        (Reply.overloaded(), openai.InternalServerError, None, None),
        (Reply.bad_gateway(), openai.InternalServerError, None, None),
        (Reply(status=403), openai.PermissionDeniedError, None, None),
    ],
)
def test_errors(
    client: Client,
    reply: Reply,
    error: type[openai.APIStatusError],
    code: str | None,
    retry_after: str | None,
) -> None:
    with LLMServer([reply]) as server:
        with pytest.raises(error) as streamed:
            next(client(server).stream_chat(MESSAGES))
        with pytest.raises(error) as raised:
            client(server).chat(MESSAGES)
    for held in (streamed.value, raised.value):
        assert (held.status_code, held.code) == (reply.status, code)
        assert held.response.headers.get("Retry-After") == retry_after
        assert held.response.headers["Content-Type"].startswith(
            "text/html" if reply.html else "application/json"
        )


def test_a_page_instead_of_an_answer(client: Client) -> None:
    with LLMServer([Reply(html=True)]) as server:
        assert list(client(server).stream_chat(MESSAGES)) == []  # the client sees no events in it


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"stall_after": 5}, httpx.ReadTimeout),
        ({"drop_after": 5}, httpx.ReadError),
        ({"hang_up_after": 5}, httpx.RemoteProtocolError),
        ({"malformed_sse_after": 5}, json.JSONDecodeError),
        ({"drop_after": 5, "stall_after": 6}, httpx.ReadError),
    ],
)
def test_faults_in_mid_stream(
    client: Client, fault: dict[str, int], error: type[Exception]
) -> None:
    with LLMServer([Reply(TEXT, **fault), Reply(TEXT)]) as server:
        model = client(server)
        timeout = 0.5 if error is httpx.ReadTimeout else 10
        text, raised = received(model.stream_chat(MESSAGES, timeout=timeout))
        assert text == TEXT[:5]
        assert type(raised) is error
        assert received(model.stream_chat(MESSAGES)) == (TEXT, None)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("stall_after", openai.APITimeoutError),
        ("drop_after", openai.APIConnectionError),
        ("hang_up_after", openai.APIConnectionError),
    ],
)
def test_faults_without_a_stream(client: Client, fault: str, error: type[Exception]) -> None:
    with LLMServer([Reply(TEXT, **{fault: 5}), Reply(TEXT)]) as server:
        model = client(server)
        timeout = 0.5 if error is openai.APITimeoutError else 10
        with pytest.raises(openai.APIConnectionError) as raised:
            model.chat(MESSAGES, timeout=timeout)
        assert type(raised.value) is error
        assert model.chat(MESSAGES).message.content == TEXT


def test_a_fault_beyond_the_text_comes_at_its_end(client: Client) -> None:
    with LLMServer([Reply(TEXT, drop_after=500)]) as server:
        text, error = received(client(server).stream_chat(MESSAGES))
    assert text == TEXT
    assert isinstance(error, httpx.ReadError)


def test_an_error_within_a_stream(client: Client) -> None:
    with LLMServer([Reply(TEXT, error=Error("out of memory", "oom", "server_error"))]) as server:
        text, error = received(client(server).stream_chat(MESSAGES))
    assert text == TEXT
    assert type(error) is openai.APIError
    assert (error.message, error.code) == ("out of memory", "oom")


def test_a_stream_without_its_done(client: Client) -> None:
    with LLMServer([Reply(TEXT, no_done=True)]) as server:
        model = client(server)
        assert received(model.stream_chat(MESSAGES)) == (TEXT, None)
        assert received(model.stream_chat(MESSAGES)) == (TEXT, None)


def test_the_client_retries_what_it_may(client: Client) -> None:
    with LLMServer([Reply.rate_limited(0.05), Reply(TEXT)]) as server:
        text, _ = received(client(server, max_retries=1).stream_chat(MESSAGES))
    assert text == TEXT
    assert [each.headers["x-stainless-retry-count"] for each in server.requests] == ["0", "1"]


def test_the_pace_of_a_stream(client: Client) -> None:
    with LLMServer([Reply("あ" * 11)], tokens_per_second=50, first_token_after=0.1) as server:
        start = time.monotonic()
        times = [time.monotonic() - start for _ in client(server).stream_chat(MESSAGES)]
        assert times[0] >= 0.1
        assert times[-1] >= 0.1 + 10 / 50
        assert times[-1] - times[1] >= 0.02  # not all at the end
        start = time.monotonic()
        client(server).chat(MESSAGES)
        assert time.monotonic() - start >= 0.1 + 11 / 50


def test_a_late_first_token_is_a_timeout(client: Client) -> None:
    with LLMServer([Reply(TEXT)], first_token_after=30) as server:
        with pytest.raises(openai.APITimeoutError):
            next(client(server, timeout=0.2).stream_chat(MESSAGES))
        assert server.wait_for_abandoned().number == 0


def test_a_client_that_leaves_is_noticed(client: Client) -> None:
    responses: list[httpx.Response] = []
    with (
        LLMServer([Reply(TEXT * 50)], tokens_per_second=20) as server,
        httpx.Client(trust_env=False, event_hooks={"response": [responses.append]}) as http_client,
    ):
        stream = client(server, http_client=http_client).stream_chat(MESSAGES)
        assert next(stream).delta == ""
        responses[0].close()
        assert server.wait_for_abandoned() is server.requests[0]
        stream.close()


def test_a_stalled_stream_can_be_ended_from_another_thread(client: Client) -> None:
    # A socket that is closed leaves its reader waiting; one that is shut down wakes it.
    responses: list[httpx.Response] = []
    with (
        LLMServer([Reply(TEXT, stall_after=5)]) as server,
        httpx.Client(trust_env=False, event_hooks={"response": [responses.append]}) as http_client,
    ):
        stream = client(server, http_client=http_client).stream_chat(MESSAGES)
        text = "".join(next(stream).delta for _ in range(4))
        connection = responses[0].extensions["network_stream"].get_extra_info("socket")
        timer = threading.Timer(0.2, connection.shutdown, [socket.SHUT_RDWR])
        timer.start()
        start = time.monotonic()
        rest, error = received(stream)
        timer.join()
        assert time.monotonic() - start < 5
        assert text + rest == TEXT[:5]
        assert isinstance(error, httpx.RemoteProtocolError)
        assert server.wait_for_abandoned().number == 0


def test_closing_is_at_once_and_leaves_nothing(client: Client) -> None:
    threads = threading.active_count()
    with LLMServer([Reply(TEXT, stall_after=3)]) as server:
        streams = [client(server).stream_chat(MESSAGES) for _ in range(3)]
        for stream in streams:
            next(stream)
        idle = socket.create_connection(server._http.server_address)  # which asks nothing
        while len(server._http._connections) < 4:
            time.sleep(0.01)
        start = time.monotonic()
    assert time.monotonic() - start < 2
    assert threading.active_count() == threads
    assert not server._http._connections
    assert server._http.fileno() == -1
    assert not server.abandoned
    for stream in streams:
        assert isinstance(received(stream)[1], httpx.RemoteProtocolError)
    with idle:
        assert idle.recv(1) == b""


def test_closing_does_not_wait_for_the_first_token() -> None:
    body = {"model": "test-model", "messages": [USER]}
    asked: list[Exception] = []

    def ask() -> None:
        with raw(server) as http_client:
            try:
                http_client.post("chat/completions", json=body, timeout=60)
            except httpx.RemoteProtocolError as error:
                asked.append(error)

    with LLMServer([Reply(TEXT)], first_token_after=60) as server:
        thread = threading.Thread(target=ask)
        thread.start()
        while not server.requests:
            time.sleep(0.01)
        start = time.monotonic()
    assert time.monotonic() - start < 2
    thread.join()
    assert len(asked) == 1


def test_the_models_are_listed() -> None:
    with LLMServer([Reply(TEXT)], models=("small", "large")) as server:
        with openai.OpenAI(base_url=server.base_url, api_key="test-key") as api:
            assert [model.id for model in api.models.list()] == ["small", "large"]
        with (
            openai.OpenAI(base_url=server.base_url, api_key="wrong", max_retries=0) as api,
            pytest.raises(openai.AuthenticationError),
        ):
            api.models.list()


def test_other_addresses_and_bodies() -> None:
    with LLMServer([Reply(TEXT)]) as server, raw(server) as http_client:
        assert http_client.post("completions", json={}).status_code == 404
        assert http_client.get("files").status_code == 404
        for sent in ({"content": b"{"}, {"json": []}, {"content": b"{}"}):
            response = http_client.post("chat/completions", **sent)
            assert response.status_code == 400
            assert "could not parse the JSON" in response.json()["error"]["message"]
        del http_client.headers["Authorization"]
        assert http_client.post("chat/completions", json={}).status_code == 401


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"model": None}, "must provide a model"),
        ({"messages": None}, "Missing required parameter: 'messages'"),
        ({"messages": []}, "empty array"),
        ({"messages": "?"}, "Invalid type for 'messages'"),
        ({"messages": ["?"]}, "Invalid type for 'messages[0]'"),
        ({"messages": [USER, {"role": "bot", "content": "?"}]}, "Invalid value: 'bot'"),
        ({"messages": [{"role": "tool", "content": "?"}]}, "must be a response"),
        ({"messages": [{"role": "user"}]}, "Invalid type for 'messages[0].content'"),
        ({"messages": [{"role": "user", "content": []}]}, "messages[0].content"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "messages[0].content"),
        ({"messages": [USER | {"id": 1}]}, "Unknown parameter: 'messages[0].id'"),
        ({"temperature": 2.1}, "'temperature'"),
        ({"temperature": "hot"}, "Invalid type for 'temperature'"),
        ({"temperature": False}, "Invalid type for 'temperature'"),
        ({"max_tokens": 0}, "'max_tokens'"),
        ({"max_completion_tokens": 1.5}, "Invalid type for 'max_completion_tokens'"),
        ({"max_tokens": 1, "max_completion_tokens": 1}, "at the same time"),
        ({"stream": "yes"}, "Invalid type for 'stream'"),
        ({"stream_options": {"include_usage": True}}, "only allowed when 'stream'"),
        ({"stream": True, "stream_options": {"usage": True}}, "stream_options.usage"),
        ({"n": 2}, "one choice"),
        ({"top_k": 3}, "Unrecognized request argument supplied: top_k"),
        ({"top_k": 3, "min_p": 0}, "Unrecognized request arguments supplied: min_p, top_k"),
        ({"response_format": "json"}, "Invalid type for 'response_format'"),
        ({"response_format": {"type": "yaml"}}, "Invalid value: 'yaml'"),
        ({"response_format": {"type": "text", "schema": {}}}, "response_format.schema"),
        ({"response_format": {"type": "json_object"}}, "must contain the word 'json'"),
        ({"response_format": {"type": "json_schema"}}, "json_schema.name"),
        ({"response_format": FORMAT | {"json_schema": {"name": "a"}}}, "json_schema.schema"),
        ({"response_format": FORMAT | {"json_schema": {"name": "a b", "schema": SCHEMA}}}, "^[a-z"),
        (
            {"response_format": FORMAT | {"json_schema": {"name": "a", "schema": {"type": "array"}}}},
            "Invalid schema for response_format 'a'",
        ),
        (
            {
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {
                        "name": "a", "strict": True, "schema": {"type": "object", "properties": {}},
                    },
                }
            },
            "'additionalProperties' must be supplied",
        ),
    ],
)  # fmt: skip
def test_invalid_requests(fields: dict[str, Any], message: str) -> None:
    with LLMServer([Reply(TEXT)]) as server, raw(server) as http_client:
        body = {"model": "test-model", "messages": [USER]} | fields
        response = http_client.post("chat/completions", json=body)
    assert response.status_code == 400
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert error["type"] == "invalid_request_error"
    assert message in error["message"]
    assert [refused.message for refused in server.refused] == [error["message"]]


@pytest.mark.parametrize(
    "fields",
    [
        {"temperature": None, "max_tokens": None, "stream": None, "response_format": None},
        {"temperature": 2, "top_p": 1, "seed": 7, "n": 1, "user": "u", "presence_penalty": -2},
        {"messages": [{"role": "developer", "content": "x", "name": "d"}, USER]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "?"}]}]},
        {"messages": [{"role": "user", "content": "as JSON"}],
         "response_format": {"type": "json_object"}},
        {"response_format": {"type": "text"}},
        {"response_format": {"type": "json_schema",
                             "json_schema": {"name": "a", "schema": SCHEMA, "strict": True}}},
    ],
)  # fmt: skip
def test_valid_requests(fields: dict[str, Any]) -> None:
    with LLMServer([Reply(TEXT)]) as server, raw(server) as http_client:
        body = {"model": "test-model", "messages": [USER]} | fields
        response = http_client.post("chat/completions", json=body)
    assert response.status_code == 200
    assert response.json()["choices"][0]["message"]["content"] == TEXT
    assert not server.refused


def test_a_strict_schema_leaves_nothing_open() -> None:
    open_item = {"type": "object", "properties": {"a": {}}, "additionalProperties": False}
    for name, value in (("items", open_item), ("anyOf", [open_item])):
        schema = SCHEMA | {"properties": {"answer": {name: value}}}
        (problem,) = strict_problems(schema)
        assert "'required' must hold every key" in problem
        assert name in problem
    assert not list(strict_problems(SCHEMA))


def test_tokens() -> None:
    assert tokenize("予算は450万円、the budget\n") == [
        "予", "算", "は", "450", "万", "円", "、", "the ", "budg", "et\n",
    ]  # fmt: skip
    assert tokenize("") == []

"""A local server that speaks OpenAI's chat-completions protocol, limits and faults included.

Sources: https://platform.openai.com/docs/api-reference/chat/create, /chat-streaming and
https://platform.openai.com/docs/guides/error-codes. A request that the API would refuse is
refused with the same error JSON; what the replies are, and how they fail, the script says:

    with LLMServer([Reply("はい。"), Reply.rate_limited()]) as server:
        ...  # a client at server.base_url, with server.api_key and server.models[0]
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

TOKEN = re.compile(r"[\x00-\u024f]{1,4}|.", re.DOTALL)
END = b"0\r\n\r\n"  # of a chunked body
MESSAGE_TOKENS = 4  # what the API adds for the frame of each message
ROLES = ("system", "developer", "user", "assistant")
TOOL_ROLES = ("tool", "function")
SCHEMA_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
# What can be asked of this server. All else is refused, as the API refuses what it does not know.
NUMBERS = {
    "temperature": (0, 2), "top_p": (0, 1), "presence_penalty": (-2, 2),
    "frequency_penalty": (-2, 2),
}  # fmt: skip
INTEGERS = {"max_tokens": 1, "max_completion_tokens": 1, "n": 1, "seed": -(2**63)}
OTHERS = {"model", "messages", "stream", "stream_options", "response_format", "user"}


@dataclass(frozen=True)
class Error:
    """The `error` object of a refusal."""

    message: str
    code: str | None = None
    type: str = "invalid_request_error"
    param: str | None = None

    def json(self) -> dict[str, Any]:
        return {"error": dict(vars(self))}


@dataclass(frozen=True)
class Request:
    """One POST to chat/completions; `number` is its place in `LLMServer.requests`.

    Of a refused request the fields hold what was sent, whatever its type.
    """

    number: int
    raw: bytes
    headers: Mapping[str, str]  # names in lower case
    fields: Mapping[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return self.fields.get("messages", [])

    @property
    def model(self) -> str:
        return self.fields.get("model", "")

    @property
    def stream(self) -> bool:
        return bool(self.fields.get("stream"))

    @property
    def response_format(self) -> dict[str, Any] | None:
        return self.fields.get("response_format")

    @property
    def temperature(self) -> float | None:
        return self.fields.get("temperature")

    @property
    def max_tokens(self) -> int | None:
        return self.fields.get("max_completion_tokens") or self.fields.get("max_tokens")

    @property
    def include_usage(self) -> bool:
        return bool((self.fields.get("stream_options") or {}).get("include_usage"))

    def texts(self, *roles: str) -> list[str]:
        """The text of each message, or of those with these roles."""
        return [
            content_text(message["content"])
            for message in self.messages
            if not roles or message["role"] in roles
        ]


@dataclass(frozen=True)
class Reply:
    """What to answer, and how to fail at it.

    The faults come after that many characters of the text, or at its end when it is shorter. A
    reply that is not streamed stalls, drops or ends before its first byte. An `error` with status
    200 is what some servers send in the midst of a stream.
    """

    text: str = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    error: Error | None = None
    finish_reason: str | None = None
    stall_after: int | None = None  # silence until the client goes or the server closes
    drop_after: int | None = None  # the connection is reset
    hang_up_after: int | None = None  # the connection ends without the end of the body
    malformed_sse_after: int | None = None  # an event that is half an object, then the end
    no_done: bool = False  # the stream ends well, but without [DONE]
    html: bool = False  # a page instead of JSON, as proxies answer

    @classmethod
    def empty(cls) -> Self:
        return cls("")

    @classmethod
    def filtered(cls, text: str = "") -> Self:
        return cls(text, finish_reason="content_filter")

    @classmethod
    def rate_limited(cls, retry_after: float = 1) -> Self:
        message = f"Rate limit reached for requests. Please try again in {retry_after:g}s."
        error = Error(message, "rate_limit_exceeded", "requests")
        return cls(status=429, error=error, headers={"Retry-After": f"{retry_after:g}"})

    @classmethod
    def out_of_quota(cls) -> Self:
        """The 429 that no waiting helps against."""
        message = "You exceeded your current quota, please check your plan and billing details."
        return cls(status=429, error=Error(message, "insufficient_quota", "insufficient_quota"))

    @classmethod
    def server_error(cls) -> Self:
        message = "The server had an error while processing your request. Sorry about that!"
        return cls(status=500, error=Error(message, type="server_error"))

    @classmethod
    def overloaded(cls) -> Self:
        message = "The engine is currently overloaded, please try again later."
        return cls(status=503, error=Error(message, type="server_error"))

    @classmethod
    def bad_gateway(cls) -> Self:
        return cls(status=502, html=True)

    @classmethod
    def refusal(
        cls, message: str, param: str | None = None, code: str | None = None, *, status: int = 400
    ) -> Self:
        return cls(status=status, error=Error(message, code, param=param))


Script = Callable[[Request], Reply] | Sequence[Reply]


def tokenize(text: str) -> list[str]:
    """About a model's tokens: a Japanese character each, or up to four Latin ones."""
    return TOKEN.findall(text)


def content_text(content: str | list[dict[str, Any]]) -> str:
    """The text of a message's content, which may be in parts."""
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def prompt_tokens(request: Request) -> int:
    """The tokens of a valid request's messages."""
    return sum(MESSAGE_TOKENS + len(tokenize(text)) for text in request.texts())


@dataclass
class LLMServer:
    """The server, its settings (which may be changed while it runs), and what it was asked.

    A list of replies serves one valid request each, and the last repeats. An exception of the
    script answers 500 and is raised again when the server closes.
    """

    script: Script
    models: Sequence[str] = ("test-model",)
    api_key: str = "test-key"
    context_limit: int = 8192  # tokens, of prompt and reply together
    tokens_per_second: float | None = None  # None: as fast as can be
    first_token_after: float = 0.0  # seconds, before the headers as well
    refuse_response_format: bool = False
    base_url: str = ""
    requests: list[Request] = field(default_factory=list)
    refused: list[Error] = field(default_factory=list)
    abandoned: list[Request] = field(default_factory=list)  # the client left before the end
    _left: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    _answered: int = 0
    _failure: Exception | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._http = _HTTPServer(self)
        self.base_url = f"http://127.0.0.1:{self._http.server_address[1]}/v1"
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close()
        if self._failure and kind is None:
            raise self._failure

    def close(self) -> None:
        """End every reply, stalled ones too, and all threads and sockets."""
        self._http.shutdown()
        self._thread.join()
        self._http.disconnect()
        self._http.server_close()

    def wait_for_abandoned(self) -> Request:
        """The last request whose client left; waits for the next that does."""
        assert self._left.acquire(timeout=20), "every client waited for its answer"
        return self.abandoned[-1]

    def record(self, raw: bytes, headers: Mapping[str, str], fields: Any) -> Request:
        """Note a request, in order."""
        with self._lock:
            fields = fields if isinstance(fields, dict) else {}
            request = Request(len(self.requests), raw, headers, fields)
            self.requests.append(request)
        return request

    def left(self, request: Request) -> None:
        """Note that nobody waits for the rest."""
        if not self._http.closing:
            self.abandoned.append(request)
            self._left.release()

    def reply(self, request: Request) -> Reply:
        """The reply that the script, or the API's own rules, give to a request."""
        if refusal := self.refusal(request):
            assert refusal.error
            self.refused.append(refusal.error)
            return refusal
        try:
            with self._lock:
                number, self._answered = self._answered, self._answered + 1
            if callable(self.script):
                return self.script(request)
            return self.script[min(number, len(self.script) - 1)]
        except Exception as error:
            self._failure = self._failure or error
            return Reply.server_error()

    def refusal(self, request: Request) -> Reply | None:
        """The error for a request, or None for a good one."""
        rules = (field_error, message_error, format_error)
        if error := next((reply for rule in rules if (reply := rule(request.fields))), None):
            return error
        if request.model not in self.models:
            message = f"The model `{request.model}` does not exist or you do not have access to it."
            return Reply.refusal(message, code="model_not_found", status=404)
        if self.refuse_response_format and request.response_format is not None:
            return Reply.refusal("response_format is not supported", "response_format")
        prompt, completion = prompt_tokens(request), request.max_tokens or 0
        if prompt + completion > self.context_limit:
            return Reply.refusal(
                f"This model's maximum context length is {self.context_limit} tokens. However, you"
                f" requested {prompt + completion} tokens ({prompt} in the messages, {completion}"
                " in the completion). Please reduce the length of the messages or completion.",
                "messages", "context_length_exceeded",
            )  # fmt: skip
        return None

    def key_error(self, authorization: str) -> Error | None:
        """The error for an Authorization header, or None for the right key."""
        if not authorization.startswith("Bearer "):
            return Error("You didn't provide an API key in an Authorization header (Bearer auth).")
        key = authorization.removeprefix("Bearer ")
        if key == self.api_key:
            return None
        return Error(f"Incorrect API key provided: {key[:3]}***.", "invalid_api_key")

    def completion(self, request: Request, reply: Reply) -> tuple[str, str, dict[str, int]]:
        """The text that fits, why it ends, and the usage."""
        prompt = prompt_tokens(request)
        tokens = tokenize(reply.text)
        kept = tokens[: request.max_tokens or self.context_limit - prompt]
        reason = "stop" if len(kept) == len(tokens) else "length"
        usage = {
            "prompt_tokens": prompt,
            "completion_tokens": len(kept),
            "total_tokens": prompt + len(kept),
        }
        return "".join(kept), reply.finish_reason or reason, usage


def field_error(fields: Mapping[str, Any]) -> Reply | None:
    """The error for the plain fields of a request, or None. Optional fields may be null."""
    if unknown := sorted(set(fields) - OTHERS - set(NUMBERS) - set(INTEGERS)):
        plural = "s" if len(unknown) > 1 else ""
        names = ", ".join(unknown)
        return Reply.refusal(f"Unrecognized request argument{plural} supplied: {names}")
    for name, (low, high) in NUMBERS.items():
        value = fields.get(name)
        if value is not None and not _is_number(value, int | float):
            return _invalid_type(name, "a decimal")
        if value is not None and not low <= value <= high:
            return _out_of_range(name, value)
    for name, low in INTEGERS.items():
        value = fields.get(name)
        if value is not None and not _is_number(value, int):
            return _invalid_type(name, "an integer")
        if value is not None and value < low:
            return _out_of_range(name, value)
    for name, kind in {"model": str, "stream": bool, "user": str, "stream_options": dict}.items():
        if fields.get(name) is not None and not isinstance(fields[name], kind):
            return _invalid_type(name, kind.__name__)
    return _combination_error(fields)


def _combination_error(fields: Mapping[str, Any]) -> Reply | None:
    if not fields.get("model"):
        return Reply.refusal("you must provide a model parameter")
    if None not in (fields.get("max_tokens"), fields.get("max_completion_tokens")):
        return Reply.refusal(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            "max_tokens", "invalid_parameter_combination",
        )  # fmt: skip
    if fields.get("stream_options") is not None and not fields.get("stream"):
        message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        return Reply.refusal(message, "stream_options")
    if unknown := set(fields.get("stream_options") or {}) - {"include_usage"}:
        return _unknown(f"stream_options.{unknown.pop()}")
    if fields.get("n") not in (None, 1):
        return Reply.refusal("This server makes one choice.", "n", "unsupported_value")
    return None


def message_error(fields: Mapping[str, Any]) -> Reply | None:
    """The error for the messages, or None."""
    messages = fields.get("messages")
    if messages is None:
        message = "Missing required parameter: 'messages'."
        return Reply.refusal(message, "messages", "missing_required_parameter")
    if not isinstance(messages, list):
        return _invalid_type("messages", "an array of objects")
    if not messages:
        message = "Invalid 'messages': empty array. Expected an array with minimum length 1."
        return Reply.refusal(message, "messages", "empty_array")
    checked = (_one_message_error(f"messages[{at}]", one) for at, one in enumerate(messages))
    return next((error for error in checked if error), None)


def _one_message_error(param: str, message: Any) -> Reply | None:
    if not isinstance(message, dict):
        return _invalid_type(param, "an object")
    role, content = message.get("role"), message.get("content")
    if role in TOOL_ROLES:
        text = f"messages with role '{role}' must be a response to a message with 'tool_calls'."
        return Reply.refusal(text, f"{param}.role")
    if role not in ROLES:
        supported = ", ".join(f"'{each}'" for each in ROLES + TOOL_ROLES)
        text = f"Invalid value: '{role}'. Supported values are: {supported}."
        return Reply.refusal(text, f"{param}.role", "invalid_value")
    if unknown := set(message) - {"role", "content", "name"}:
        return _unknown(f"{param}.{unknown.pop()}")
    if isinstance(content, str):
        return None
    if not isinstance(content, list) or not content:
        return _invalid_type(f"{param}.content", "one of a string or array of objects")
    if not all(_is_text_part(part) for part in content):
        text = f"Invalid value in '{param}.content'. Supported values are: 'text'."
        return Reply.refusal(text, f"{param}.content", "invalid_value")
    return None


def format_error(fields: Mapping[str, Any]) -> Reply | None:
    """The error for `response_format`, or None."""
    wanted = fields.get("response_format")
    if wanted is None:
        return None
    if not isinstance(wanted, dict):
        return _invalid_type("response_format", "an object")
    kind = wanted.get("type")
    if kind not in ("text", "json_object", "json_schema"):
        return Reply.refusal(
            f"Invalid value: '{kind}'. Supported values are: 'text', 'json_object', and"
            " 'json_schema'.", "response_format.type", "invalid_value",
        )  # fmt: skip
    if unknown := set(wanted) - {"type"} - ({"json_schema"} if kind == "json_schema" else set()):
        return _unknown(f"response_format.{unknown.pop()}")
    if kind == "json_object" and "json" not in json.dumps(fields["messages"]).lower():
        return Reply.refusal(
            "'messages' must contain the word 'json' in some form, to use 'response_format' of"
            " type 'json_object'.", "messages",
        )  # fmt: skip
    return _schema_error(wanted.get("json_schema")) if kind == "json_schema" else None


def _schema_error(wanted: Any) -> Reply | None:
    param = "response_format.json_schema"
    held = wanted if isinstance(wanted, dict) else {}
    for name in ("name", "schema"):
        if not held.get(name):
            message = f"Missing required parameter: '{param}.{name}'."
            return Reply.refusal(message, f"{param}.{name}", "missing_required_parameter")
    if not isinstance(held["name"], str) or not SCHEMA_NAME.fullmatch(held["name"]):
        message = f"Invalid '{param}.name': expected a string that matches '^[a-zA-Z0-9_-]+$'."
        return Reply.refusal(message, f"{param}.name", "invalid_value")
    if unknown := set(held) - {"name", "schema", "strict", "description"}:
        return _unknown(f"{param}.{unknown.pop()}")
    if not isinstance(held["schema"], dict):
        return _invalid_type(f"{param}.schema", "an object")
    problem = None
    if held["schema"].get("type") != "object":
        problem = f"schema must be of 'type: \"object\"', got {held['schema'].get('type')!r}."
    elif held.get("strict"):
        problem = next(strict_problems(held["schema"]), None)
    if problem is None:
        return None
    message = f"Invalid schema for response_format '{held['name']}': {problem}"
    return Reply.refusal(message, "response_format", "invalid_json_schema")


def strict_problems(schema: Any, context: tuple[str, ...] = ()) -> Iterable[str]:
    """What structured outputs refuse in a strict schema: objects that leave anything open."""
    if isinstance(schema, list):
        for at, each in enumerate(schema):
            yield from strict_problems(each, (*context, str(at)))
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "object" or "properties" in schema:
        if schema.get("additionalProperties") is not False:
            yield f"In context={context}, 'additionalProperties' must be supplied and be false."
        if set(schema.get("properties", {})) != set(schema.get("required", [])):
            yield f"In context={context}, 'required' must hold every key in properties."
    for name in ("properties", "$defs"):
        for key, value in schema.get(name, {}).items():
            yield from strict_problems(value, (*context, name, key))
    for name in ("items", "anyOf"):
        yield from strict_problems(schema.get(name), (*context, name))


def _is_number(value: Any, kind: Any) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _is_text_part(part: Any) -> bool:
    is_text = isinstance(part, dict) and part.get("type") == "text"
    return is_text and isinstance(part.get("text"), str)


def _invalid_type(param: str, expected: str) -> Reply:
    message = f"Invalid type for '{param}': expected {expected}."
    return Reply.refusal(message, param, "invalid_type")


def _out_of_range(param: str, value: float) -> Reply:
    code = "integer_below_min_value" if param in INTEGERS else "decimal_out_of_range"
    return Reply.refusal(f"Invalid '{param}': {value} is out of range.", param, code)


def _unknown(param: str) -> Reply:
    return Reply.refusal(f"Unknown parameter: '{param}'.", param, "unknown_parameter")


class _HTTPServer(ThreadingHTTPServer):
    """Knows its connections, so that none outlives it."""

    daemon_threads = False  # those are not waited for

    def __init__(self, llm: LLMServer) -> None:
        self.llm = llm
        self.closing = False
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def disconnect(self) -> None:
        """Wake the threads, which all wait for their connection."""
        self.closing = True
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: _HTTPServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else small events wait for the client's delayed ACK

    def handle(self) -> None:
        with suppress(ConnectionError):
            super().handle()

    def do_GET(self) -> None:
        if not self._authorized():
            return
        if self.path != "/v1/models":
            self._send_error(404, Error(f"Invalid URL (GET {self.path})"))
            return
        models = [
            {"id": name, "object": "model", "created": 1718150500, "owned_by": "tests"}
            for name in self.server.llm.models
        ]
        self._send_json(200, {"object": "list", "data": models}, {})

    def do_POST(self) -> None:
        if "Content-Length" not in self.headers:
            self.close_connection = True
            self._send_error(411, Error("A request needs a Content-Length."))
            return
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/v1/chat/completions":
            self._send_error(404, Error(f"Invalid URL (POST {self.path})"))
            return
        try:
            fields = json.loads(raw)
        except ValueError:
            fields = None
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = self.server.llm.record(raw, headers, fields)
        self.request_id = f"req_{request.number}"
        if not self._authorized():
            return
        if not isinstance(fields, dict) or self.headers.get_content_type() != "application/json":
            self._send_error(400, Error("We could not parse the JSON body of your request."))
            return
        try:
            self._answer(request, self.server.llm.reply(request))
        except ConnectionError:
            self.close_connection = True
            self.server.llm.left(request)

    def _authorized(self) -> bool:
        error = self.server.llm.key_error(self.headers.get("Authorization", ""))
        if error:
            self._send_error(401, error)
        return error is None

    def _answer(self, request: Request, reply: Reply) -> None:
        if reply.html:
            title = f"{reply.status} {HTTPStatus(reply.status).phrase}"
            page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
            self._send(reply.status, page.encode(), "text/html", reply.headers)
        elif reply.status != 200:
            error = reply.error or Error(HTTPStatus(reply.status).phrase)
            self._send_json(reply.status, error.json(), reply.headers)
        elif request.stream:
            self._stream(request, reply)
        else:
            self._complete(request, reply)

    def _complete(self, request: Request, reply: Reply) -> None:
        text, reason, usage = self.server.llm.completion(request, reply)
        self._pause(self._due(usage["completion_tokens"]))
        for after in ("stall_after", "drop_after", "hang_up_after"):
            if getattr(reply, after) is not None:
                self._fail(after)
                return
        body = self._head(request, "chat.completion") | {"usage": usage}
        message = {"role": "assistant", "content": text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reason}
        body["choices"] = [choice]
        self._send_json(200, reply.error.json() if reply.error else body, reply.headers)

    def _stream(self, request: Request, reply: Reply) -> None:
        text, reason, usage = self.server.llm.completion(request, reply)
        fault, end = first_fault(reply)
        head = self._head(request, "chat.completion.chunk")
        if request.include_usage:
            head["usage"] = None
        start = time.monotonic()
        self._pause(self._due(0))
        self._send_head(200, "text/event-stream; charset=utf-8", reply.headers)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self._event(head, {"role": "assistant", "content": "", "refusal": None})
        for number, token in enumerate(tokenize(text[:end])):
            self._pause(start + self._due(number) - time.monotonic())
            self._event(head, {"content": token})
        if fault:
            self._fail(fault)
            return
        if reply.error:
            self.wfile.write(chunk(sse(reply.error.json())))
        else:
            self._event(head, {}, reason)
            if request.include_usage:
                self.wfile.write(chunk(sse(head | {"choices": [], "usage": usage})))
        # In one piece: clients leave as soon as they have read [DONE].
        self.wfile.write(chunk("" if reply.no_done else "data: [DONE]\n\n") + END)

    def _head(self, request: Request, kind: str) -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{request.number}", "object": kind, "created": int(time.time()),
            "model": request.model, "service_tier": "default", "system_fingerprint": "fp_tests",
        }  # fmt: skip

    def _due(self, tokens: int) -> float:
        """Seconds from the request to the moment when this many tokens are made."""
        speed = self.server.llm.tokens_per_second
        return self.server.llm.first_token_after + (tokens / speed if speed else 0)

    def _pause(self, seconds: float | None) -> None:
        """Wait; forever when None. Raises ConnectionError as soon as the other side is gone."""
        if seconds is not None and seconds <= 0:
            return
        self.connection.settimeout(seconds)
        try:
            if not self.connection.recv(1, socket.MSG_PEEK):
                raise ConnectionAbortedError
        except TimeoutError:
            pass
        finally:
            self.connection.settimeout(None)

    def _fail(self, fault: str) -> None:
        self.close_connection = True
        if fault == "stall_after":
            self._pause(None)
        elif fault == "malformed_sse_after":
            self.wfile.write(chunk('data: {"id": "chatcmpl-\n\n') + END)
        elif fault == "drop_after":
            # A close that does not linger resets; the reader's hold on the socket ends first.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.rfile.close()
            self.connection.close()

    def _event(
        self, head: dict[str, Any], delta: dict[str, Any], reason: str | None = None
    ) -> None:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
        self.wfile.write(chunk(sse(head | {"choices": [choice]})))

    def _send_error(self, status: int, error: Error) -> None:
        self.server.llm.refused.append(error)
        self._send_json(status, error.json(), {})

    def _send_json(self, status: int, body: dict[str, Any], headers: Mapping[str, str]) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        self._send(status, data, "application/json", headers)

    def _send(self, status: int, data: bytes, kind: str, headers: Mapping[str, str]) -> None:
        self._send_head(status, kind, headers)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)

    def _send_head(self, status: int, kind: str, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        identity = {"x-request-id": getattr(self, "request_id", "req_none")}
        for name, value in ({"Content-Type": kind} | identity | dict(headers)).items():
            self.send_header(name, value)

    def log_message(self, *_: Any) -> None:
        pass


def first_fault(reply: Reply) -> tuple[str | None, int | None]:
    """The fault that comes first in a stream, and after how many characters."""
    names = ("stall_after", "drop_after", "hang_up_after", "malformed_sse_after")
    faults = [(at, name) for name in names if (at := getattr(reply, name)) is not None]
    return min(faults)[::-1] if faults else (None, None)


def sse(data: dict[str, Any]) -> str:
    """One server-sent event."""
    return f"data: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"


def chunk(text: str) -> bytes:
    """One chunk of a body; of no text, none."""
    data = text.encode()
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""

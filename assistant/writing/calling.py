"""Asking a model: pieces as they come, within a time limit, with bounded retries."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.writing.claims import SCHEMA
from assistant.writing.failures import TRIED_AGAIN, Failure, ModelError, understood
from assistant.writing.providers import Opened

if TYPE_CHECKING:
    from llama_index.core.llms import ChatMessage, ChatResponse

TRIES = 3
"""How often a model is asked in all, where a failure may pass."""

FIRST_WAIT = 0.5
"""Seconds before it is asked again; doubled each time."""

LONGEST_WAIT = 10.0
"""Seconds; a server that asks to be left alone for longer is not waited for."""


@dataclass(frozen=True)
class Message:
    """A message of the dialogue with a model: ``role`` is system, user or assistant."""

    role: str
    text: str


@dataclass
class Tokens:
    """What the model counted, summed over requests."""

    prompt: int = 0
    completion: int = 0

    def add(self, prompt: int, completion: int) -> None:
        """Add what one request took."""
        self.prompt += prompt
        self.completion += completion


@dataclass
class Call:
    """One dialogue with a model, within one time limit.

    Args:
        opened: the model.
        deadline: by the monotonic clock, in seconds.
        clock: the monotonic clock.
    """

    opened: Opened
    deadline: float
    clock: Callable[[], float] = time.monotonic
    tokens: Tokens = field(default_factory=Tokens)

    @property
    def left(self) -> float:
        """Seconds until the time limit."""
        return self.deadline - self.clock()

    def pieces(self, messages: Sequence[Message], *, structured: bool = False) -> Iterator[str]:
        """What the model writes, piece by piece.

        A request that fails before its first piece is sent again, a few times, with growing waits.

        Raises:
            ModelError: it failed for good, was cut off, or the time is up.
        """
        wanted = structured and self.opened.structured
        for attempt in range(1, TRIES + 1):
            begun = False
            try:
                for piece in self._once(messages, wanted):
                    begun = True
                    yield piece
                return
            except ModelError as error:
                if wanted and not begun and error.failure is Failure.REFUSED:
                    wanted = False  # the server may not know structured output
                    continue
                if begun or attempt == TRIES or error.failure not in TRIED_AGAIN:
                    raise
                self._wait(error, attempt)

    def _wait(self, error: ModelError, attempt: int) -> None:
        wait = FIRST_WAIT * 2 ** (attempt - 1) if error.wait is None else error.wait
        if wait > min(LONGEST_WAIT, self.left):
            raise error
        time.sleep(wait)

    def _once(self, messages: Sequence[Message], structured: bool) -> Iterator[str]:
        """One request, read in a thread of its own, so that no adapter can outlast the limit."""
        if self.left <= 0:
            raise ModelError(Failure.SLOW)
        arrived: queue.SimpleQueue[ChatResponse | Exception | None] = queue.SimpleQueue()
        given_up = threading.Event()
        reading = threading.Thread(
            target=self._read, args=(messages, structured, arrived, given_up), daemon=True
        )
        reading.start()
        finish, written, used = None, False, (0, 0)
        try:
            while (response := self._next(arrived)) is not None:
                if isinstance(response, Exception):
                    raise understood(response) from response
                used = _used(response) or used
                finish = _finish(response) or finish
                if piece := response.delta:
                    written = True
                    yield piece
        finally:
            given_up.set()
            self.opened.hang_up(reading)
            self.tokens.add(*used)
        if finish in ("length", "max_tokens", "MAX_TOKENS"):
            raise ModelError(Failure.CUT_OFF, str(finish))
        if not written:
            raise ModelError(Failure.EMPTY)
        if finish is None and self.opened.structured:
            raise ModelError(Failure.CUT_OFF, "no end")

    def _next(
        self, arrived: queue.SimpleQueue[ChatResponse | Exception | None]
    ) -> ChatResponse | Exception | None:
        try:
            return arrived.get(timeout=max(0.0, self.left))
        except queue.Empty:
            raise ModelError(Failure.SLOW) from None

    def _read(
        self,
        messages: Sequence[Message],
        structured: bool,
        arrived: queue.SimpleQueue[ChatResponse | Exception | None],
        given_up: threading.Event,
    ) -> None:
        try:
            for response in self.opened.llm.stream_chat(
                _chat(messages), **self._options(structured)
            ):
                if given_up.is_set():
                    return
                arrived.put(response)
            arrived.put(None)
        except Exception as error:  # handed to the reader, whatever it is
            arrived.put(error)

    def _options(self, structured: bool) -> dict[str, Any]:
        if not self.opened.structured:
            return {}
        options: dict[str, Any] = {"stream_options": {"include_usage": True}}
        if structured:
            shape = {"name": "claims", "schema": SCHEMA, "strict": True}
            options["response_format"] = {"type": "json_schema", "json_schema": shape}
        return options


def _used(response: ChatResponse) -> tuple[int, int] | None:
    """The tokens of prompt and completion so far; some servers tell them with each piece."""
    told = response.additional_kwargs
    try:
        used = int(told.get("prompt_tokens") or 0), int(told.get("completion_tokens") or 0)
    except (TypeError, ValueError):
        return None
    return used if any(used) else None


def _chat(messages: Sequence[Message]) -> list[ChatMessage]:
    from llama_index.core.llms import ChatMessage

    return [ChatMessage(role=message.role, content=message.text) for message in messages]


def _finish(response: ChatResponse) -> str | None:
    """Why the model stopped, where the adapter passes it on."""
    choices = getattr(response.raw, "choices", None) or []
    return getattr(choices[0], "finish_reason", None) if choices else None

"""How a language model fails, whatever adapter it is reached by."""

from __future__ import annotations

import re
from enum import StrEnum
from http import HTTPStatus

from assistant.errors import AssistantError


class Failure(StrEnum):
    """What kept a model from answering."""

    UNREACHABLE = "unreachable"
    SLOW = "slow"
    BUSY = "busy"
    """Too many requests, or no quota left."""

    REFUSED = "refused"
    """The key, the model's name or the request is not accepted."""

    BROKEN = "broken"
    """The server failed."""

    EMPTY = "empty"
    MALFORMED = "malformed"
    """Something came that holds no claims."""

    CUT_OFF = "cut_off"
    """The answer stopped in the middle."""

    TOO_LONG = "too_long"
    """Question and passages do not fit into the model's context."""

    UNSUPPORTED = "unsupported"
    """Claims came, and the record bears out none of them."""


TRIED_AGAIN = frozenset({Failure.UNREACHABLE, Failure.BUSY, Failure.BROKEN, Failure.CUT_OFF})
"""Failures that may pass when the model is asked again."""


class ModelError(AssistantError):
    """A language model failed; ``wait`` is how many seconds it asks to be left alone."""

    def __init__(self, failure: Failure, detail: str = "", wait: float | None = None) -> None:
        super().__init__(f"{failure}: {detail}" if detail else str(failure))
        self.failure = failure
        self.wait = wait


def understood(error: Exception) -> ModelError:
    """What an error of an adapter or of the network means.

    Adapters raise their own classes; what they share is a ``status_code``, a ``code`` and names. A
    page of HTML in an error (a proxy's) is never passed on.
    """
    if isinstance(error, ModelError):
        return error
    code, status = getattr(error, "code", None), _status(error)
    detail = " ".join(str(part) for part in (type(error).__name__, status, code) if part)
    if "context_length" in str(code) or _TOO_LONG.search(str(error)):
        return ModelError(Failure.TOO_LONG, detail)
    if code == "insufficient_quota":
        return ModelError(Failure.REFUSED, detail)
    if status is not None:
        return ModelError(_of_status(status), detail, _wait(error))
    return ModelError(_of_kind(error), detail)


def _status(error: Exception) -> int | None:
    """The HTTP status behind an error; Google's errors have it as their code."""
    response = getattr(error, "response", None)
    known = (getattr(error, "status_code", None), getattr(response, "status_code", None), getattr(error, "code", None))  # fmt: skip
    return next((status for status in known if isinstance(status, int)), None)


def _of_status(status: int) -> Failure:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Failure.BUSY
    return Failure.BROKEN if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Failure.REFUSED


def _of_kind(error: Exception) -> Failure:
    """What an error without a status means, by the names of its classes."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if "RateLimitError" in names:
        return Failure.BUSY
    if isinstance(error, TimeoutError) or any("Timeout" in name for name in names):
        return Failure.SLOW
    if names & {"RemoteProtocolError", "ReadError", "IncompleteRead", "ProtocolError"}:
        return Failure.CUT_OFF
    if isinstance(error, OSError) or any("Connect" in name for name in names):
        return Failure.UNREACHABLE
    return Failure.MALFORMED if isinstance(error, ValueError) else Failure.BROKEN


# OpenAI and vLLM; llama.cpp; Anthropic; Google.
_TOO_LONG = re.compile(
    r"context[ _](?:length|size|window)|prompt is too long|token count.{0,40}exceeds", re.IGNORECASE
)


def _wait(error: Exception) -> float | None:
    """The seconds of a Retry-After header, or None."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except (TypeError, ValueError):
        return None

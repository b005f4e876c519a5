"""How a language model fails, whatever adapter it is reached by."""

from __future__ import annotations

import re
from enum import StrEnum

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
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    code = str(getattr(error, "code", None) or "")
    names = {kind.__name__ for kind in type(error).__mro__}
    detail = f"{type(error).__name__}{f' {status}' if status else ''}{f' {code}' if code else ''}"
    if "context_length" in code or _TOO_LONG.search(str(error)):
        return ModelError(Failure.TOO_LONG, detail)
    if code == "insufficient_quota":
        return ModelError(Failure.REFUSED, detail)
    if status == 429 or "RateLimitError" in names:
        return ModelError(Failure.BUSY, detail, _wait(error))
    if isinstance(status, int):
        failure = Failure.BROKEN if status >= 500 else Failure.REFUSED
        return ModelError(failure, detail, _wait(error))
    if isinstance(error, TimeoutError) or any("Timeout" in name for name in names):
        return ModelError(Failure.SLOW, detail)
    if names & {"RemoteProtocolError", "ReadError", "IncompleteRead", "ProtocolError"}:
        return ModelError(Failure.CUT_OFF, detail)
    if isinstance(error, (OSError, ConnectionError)) or any("Connect" in name for name in names):
        return ModelError(Failure.UNREACHABLE, detail)
    if isinstance(error, ValueError):
        return ModelError(Failure.MALFORMED, detail)
    return ModelError(Failure.BROKEN, detail)


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

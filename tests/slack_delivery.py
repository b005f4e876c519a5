"""What Slack sends to an app, and how: the wait for an acknowledgement, and the retries.

``HttpDelivery`` here signs requests to a Request URL; ``SocketDelivery`` in ``slack_sockets`` sends
envelopes over Socket Mode. Both have ``deliver`` and ``again``.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.slack_views import immediate_answer, respond_to_submission
from tests.slack_world import World

EVENT, INTERACTIVE, COMMAND = "events_api", "interactive", "slash_commands"
WAITS = (0.0, 60.0, 300.0)  # before Slack's first, second and third retry
WITHIN = 3.0


@dataclass(frozen=True)
class Attempt:
    """One try: ``status`` is None without an answer, and 200 for an acknowledged envelope."""

    status: int | None
    body: Any
    seconds: float
    retry: int = 0
    error: str = ""
    envelope_id: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def acknowledged(self) -> bool:
        """Whether Slack takes it for delivered."""
        return self.status is not None and 200 <= self.status < 300


@dataclass
class Delivered:
    """All tries at one payload; the last one counts."""

    attempts: list[Attempt]

    @property
    def last(self) -> Attempt:
        """The last try."""
        return self.attempts[-1]

    @property
    def status(self) -> int | None:
        """The status of the last try."""
        return self.last.status

    @property
    def body(self) -> Any:
        """What the acknowledgement said: a dict, a text, or None."""
        return self.last.body

    @property
    def seconds(self) -> float:
        """The seconds until the last try's answer."""
        return self.last.seconds

    @property
    def acknowledged(self) -> bool:
        """Whether the payload arrived at all."""
        return self.last.acknowledged


class Delivery(ABC):
    """Sends payloads; ``waits`` are the seconds before each retry of an event."""

    def __init__(
        self, world: World, waits: Sequence[float] = WAITS, within: float = WITHIN
    ) -> None:
        self.world, self.waits, self.within = world, tuple(waits), within

    @abstractmethod
    def attempt(
        self, payload: dict[str, Any], kind: str = EVENT, retry: int = 0, reason: str = ""
    ) -> Attempt:
        """Send once, without any retry."""

    def deliver(self, payload: dict[str, Any], kind: str | None = None) -> Delivered:
        """Send as Slack does: an event that is not acknowledged in time comes again.

        What an acknowledgement asks for (a modal's next view, the answer to a command) takes
        effect in the world. Interactions and commands are never retried.
        """
        kind = kind or kind_of(payload)
        attempts = [self.attempt(payload, kind)]
        for number, wait in enumerate(self.waits if kind == EVENT else (), start=1):
            last = attempts[-1]
            if last.acknowledged or last.headers.get("x-slack-no-retry") == "1":
                break
            time.sleep(wait)
            attempts.append(self.attempt(payload, kind, number, last.error))
        delivered = Delivered(attempts)
        self._take_effect(payload, kind, delivered)
        return delivered

    def again(
        self, payload: dict[str, Any], retry: int = 1, reason: str = "http_timeout"
    ) -> Attempt:
        """Send an event once more although it was acknowledged: the same event_id."""
        return self.attempt(payload, EVENT, retry, reason)

    def _take_effect(self, payload: dict[str, Any], kind: str, delivered: Delivered) -> None:
        if not delivered.acknowledged:
            if kind != EVENT:
                self._seen_failure(payload)
        elif payload.get("type") == "view_submission":
            view = self.world.views.get(payload["view"]["id"])
            if view:
                body = delivered.body if isinstance(delivered.body, dict) else None
                respond_to_submission(self.world, view, body)
        elif kind == COMMAND and delivered.body:
            immediate_answer(self.world, payload, delivered.body)

    def _seen_failure(self, payload: dict[str, Any]) -> None:
        # A person who pressed or typed something is told by Slack itself that nothing came.
        user = payload.get("user_id") or payload["user"]["id"]
        self.world.saw("slack error", "operation_timeout", user=user)


def kind_of(payload: dict[str, Any]) -> str:
    """How Slack delivers a payload."""
    if "command" in payload:
        return COMMAND
    return EVENT if payload.get("type") in ("event_callback", "url_verification") else INTERACTIVE


def encoded(payload: dict[str, Any], kind: str) -> tuple[str, str]:
    """The body as Slack writes it, and its content type."""
    form = "application/x-www-form-urlencoded"
    if kind == COMMAND:
        return urlencode(payload), form
    text = json.dumps(payload, ensure_ascii=False)
    return (text, "application/json") if kind == EVENT else (urlencode({"payload": text}), form)


def signed(body: str, secret: str, forged: str = "", at: float | None = None) -> dict[str, str]:
    """The signature's headers; ``forged``: wrong, stale, missing, no_timestamp, future, altered."""
    now = time.time() if at is None else at
    stamp = str(int(now + {"stale": -400, "future": 400}.get(forged, 0)))
    key = "f" * 32 if forged == "wrong" else secret
    said = body + " " if forged == "altered" else body
    digest = hmac.new(key.encode(), f"v0:{stamp}:{said}".encode(), hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}
    if forged == "missing":
        return {}
    if forged == "no_timestamp":
        del headers["X-Slack-Request-Timestamp"]
    return headers


class HttpDelivery(Delivery):
    """Posts to an app's Request URL."""

    def __init__(
        self, world: World, url: str, signing_secret: str, waits: Sequence[float] = WAITS,
        within: float = WITHIN,
    ) -> None:  # fmt: skip
        super().__init__(world, waits, within)
        self.url, self.signing_secret = url, signing_secret

    def attempt(
        self, payload: dict[str, Any], kind: str = EVENT, retry: int = 0, reason: str = "",
        forged: str = "",
    ) -> Attempt:  # fmt: skip
        """Post once; ``forged`` spoils the signature (see ``signed``)."""
        body, content_type = encoded(payload, kind)
        headers = {
            "Content-Type": content_type, "Accept": "*/*",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **signed(body, self.signing_secret, forged),
        }  # fmt: skip
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason}
        return self._post(body.encode(), headers, retry)

    def challenge(self) -> Attempt:
        """The question by which Slack verifies a Request URL."""
        return self.attempt({"token": "t", "challenge": "3eZbrw1aBm", "type": "url_verification"})

    def _post(self, body: bytes, headers: dict[str, str], retry: int) -> Attempt:
        place = urlsplit(self.url)
        begun = time.monotonic()
        connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=self.within
        )
        try:
            connection.request("POST", place.path or "/", body, headers)
            response = connection.getresponse()
            said = _read(response)
            spent = time.monotonic() - begun
            error = "" if 200 <= response.status < 300 else "http_error"
            held = {name.lower(): value for name, value in response.getheaders()}
            return Attempt(response.status, said, spent, retry, error, headers=held)
        except TimeoutError:
            return Attempt(None, None, time.monotonic() - begun, retry, "http_timeout")
        except (OSError, http.client.HTTPException):
            return Attempt(None, None, time.monotonic() - begun, retry, "connection_failed")
        finally:
            connection.close()


def _read(response: http.client.HTTPResponse) -> Any:
    text = response.read().decode()
    if not text:
        return None
    if (response.getheader("Content-Type") or "").startswith("application/json"):
        return json.loads(text)
    return text

"""Socket Mode: a connection to Slack that is kept, watched, and replaced when it is deaf."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from assistant.errors import ConfigurationError
from assistant.slack.arrivals import Arrivals
from assistant.slack.people import told

log = logging.getLogger(__name__)

PING = 5.0
"""Seconds between pings to Slack."""

_DEAF = 3
"""Pings without an answer after which a connection is replaced."""

CONCURRENCY = 10
"""Threads that take events: each does no more than write a question down."""


class _Counted(SocketModeHandler):
    """A handler whose events are counted while they are taken."""

    def __init__(self, arrivals: Arrivals, *settings: Any, **more: Any) -> None:
        super().__init__(*settings, **more)
        self._arrivals = arrivals

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        """Take an event."""
        with self._arrivals.arriving():
            super().handle(client, req)


class SocketMode:
    """A connection to Slack.

    Args:
        app: the Bolt app.
        token: the app-level token (xapp-…).
        web: a client for the address of the connection.
        replaced: told when a connection is replaced.
        arrivals: told of each event while it is taken.
        ping: seconds between pings.
    """

    def __init__(
        self,
        app: App,
        token: str,
        web: WebClient,
        replaced: Callable[[], None],
        arrivals: Arrivals,
        ping: float = PING,
    ) -> None:
        logger = logging.getLogger("slack_sdk.socket_mode")
        self._handler = _Counted(
            arrivals, app, token, logger, web, ping_interval=ping, concurrency=CONCURRENCY
        )
        self._client = self._handler.client
        self._client.on_message_listeners.append(self._heard)
        self._replaced = replaced
        self._ping = ping
        self._last = time.monotonic()
        self._watching = threading.Event()
        self._watch = threading.Thread(target=self._watched, name="socket-watch", daemon=True)

    def connect(self) -> None:
        """Connect, and keep connected.

        Raises:
            ConfigurationError: Slack refuses the token, or cannot be reached.
        """
        try:
            self._handler.connect()  # type: ignore[no-untyped-call]
        except SlackApiError as error:
            self.close()
            raise ConfigurationError(
                f"SLACK_APP_TOKEN: Slack refuses the token ({told(error)}); mend: make an "
                "app-level token with the scope connections:write"
            ) from error
        except OSError as error:
            self.close()
            raise ConfigurationError(
                f"{self._client.web_client.base_url}: Slack cannot be reached ({error}); "
                "mend: check the network"
            ) from error
        self._last = time.monotonic()
        self._watch.start()

    @property
    def is_heard(self) -> bool:
        """Whether Slack was heard of a short while ago."""
        return self._client.is_connected() and self._silent() <= self._ping * _DEAF

    def _heard(self, message: str) -> None:
        self._last = time.monotonic()

    def _silent(self) -> float:
        """Seconds since Slack sent a message, a ping or the answer to one."""
        session = self._client.current_session
        pong = session.last_ping_pong_time if session is not None else None
        since_pong = time.time() - pong if pong is not None else float("inf")
        return min(time.monotonic() - self._last, since_pong)

    def _watched(self) -> None:
        """Replace the connection when nothing is heard on it, though it looks open."""
        while not self._watching.wait(self._ping):
            if self._silent() <= self._ping * _DEAF:
                continue
            log.warning("the socket is deaf for %.0f s; it is replaced", self._silent())
            self._last = time.monotonic()
            self._replaced()
            try:
                self._client.connect_to_new_endpoint(force=True)
            except (SlackClientError, OSError) as error:
                log.warning("no new socket: %s", told(error))
            except Exception:
                log.exception("no new socket")

    def close(self) -> None:
        """Close the connection and all threads of it.

        slack_sdk looks at the socket before it takes the lock on it: when Slack hangs up at the same
        moment, its reading thread has closed the socket by then and ``close`` fails halfway. By the
        second time the socket is known to be gone, and the rest is closed.
        """
        self._watching.set()
        try:
            self._handler.close()  # type: ignore[no-untyped-call]
        except AttributeError:
            self._handler.close()  # type: ignore[no-untyped-call]

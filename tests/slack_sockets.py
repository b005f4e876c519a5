"""Socket Mode: a WebSocket server to which the app's processes connect.

Each payload goes to one of the connections; one that is not acknowledged in time comes again, with
a new envelope, perhaps over another. Connections can be dropped, told to go, or go deaf.
"""

from __future__ import annotations

import contextlib
import json
import logging
import socket
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.frames import Opcode
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from tests.slack_delivery import COMMAND, EVENT, WAITS, WITHIN, Attempt, Delivery
from tests.slack_world import APP_ID, World

CONNECTIONS = 10
_QUIET = logging.getLogger("tests.slack_sockets")
_QUIET.setLevel(logging.CRITICAL)


class Socket:
    """One connection of the app."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.opened = time.monotonic()
        self.deaf = False
        self.leaving = False
        self.pongs = 0
        self.sent: list[dict[str, Any]] = []
        # The library answers pings by itself, in the protocol: a deaf socket must not.
        self._send_frame = connection.protocol.send_frame
        connection.protocol.send_frame = self._frame  # type: ignore[method-assign]

    def _frame(self, frame: Any) -> None:
        if not self.deaf:
            self.pongs += frame.opcode is Opcode.PONG
            self._send_frame(frame)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message, which a deaf connection swallows."""
        if "envelope_id" in message:
            self.sent.append(message)
        with contextlib.suppress(ConnectionClosed, OSError):
            self.connection.send(json.dumps(message, ensure_ascii=False))

    def drop(self) -> None:
        """Cut the connection without a word."""
        self.leaving = True
        with contextlib.suppress(OSError):
            self.connection.socket.shutdown(socket.SHUT_RDWR)


class SocketDelivery(Delivery):
    """Delivers over Socket Mode; use it as a context manager, before the app starts."""

    def __init__(
        self, world: World, waits: Sequence[float] = WAITS, within: float = WITHIN,
        ping_interval: float | None = 0.5,
    ) -> None:  # fmt: skip
        super().__init__(world, waits, within)
        self.sockets: list[Socket] = []
        self.opened = 0  # connections ever
        self.late: list[str] = []  # envelopes acknowledged after their time
        self._acks: dict[str, tuple[float, Any]] = {}
        self._waiting: set[str] = set()
        self._change = threading.Condition()
        self._tickets: set[str] = set()
        self._closing = threading.Event()
        self._turn = 0
        self._server = serve(
            self._talk, "127.0.0.1", 0, process_request=self._admit, compression=None,
            ping_interval=ping_interval, ping_timeout=None, close_timeout=1, logger=_QUIET,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> SocketDelivery:
        self._thread.start()
        self.world.websocket_url = self.new_url
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        for one in list(self.sockets):
            one.drop()
        self._server.shutdown()
        self._thread.join(20)

    def new_url(self) -> str:
        """An address for one connection, as apps.connections.open gives it."""
        ticket = uuid.uuid4().hex
        with self._change:
            self._tickets.add(ticket)
        port = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/link/?ticket={ticket}&app_id={APP_ID}"

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        with self._change:
            if ticket in self._tickets:
                self._tickets.remove(ticket)
                return None
        return connection.respond(403, "the ticket is used or unknown\n")

    def _talk(self, connection: ServerConnection) -> None:
        one = Socket(connection)
        with self._change:
            full = len(self.sockets) >= CONNECTIONS
            if not full:
                self.sockets.append(one)
                self.opened += 1
                self._change.notify_all()
        if full:
            one.send(_farewell("too_many_websockets"))
            return
        hello = {
            "type": "hello", "num_connections": len(self.sockets),
            "debug_info": {
                "host": "applink-1", "build_number": 1, "approximate_connection_time": 18_060,
            },
            "connection_info": {"app_id": APP_ID},
        }  # fmt: skip
        one.send(hello)
        try:
            with contextlib.suppress(ConnectionClosed, OSError):
                for raw in connection:
                    self._acknowledged(json.loads(raw))
        finally:
            with self._change:
                self.sockets.remove(one)
                self._change.notify_all()

    def _acknowledged(self, message: dict[str, Any]) -> None:
        envelope_id = message.get("envelope_id", "")
        with self._change:
            if envelope_id in self._waiting:
                self._acks[envelope_id] = (time.monotonic(), message.get("payload"))
            else:
                self.late.append(envelope_id)
            self._change.notify_all()

    def wait_connected(self, count: int = 1, timeout: float = 20.0) -> None:
        """Wait until so many connections are open (and not told to go)."""
        with self._change:
            good = self._change.wait_for(lambda: len(self._open()) >= count, timeout)
        assert good, f"{len(self._open())} of {count} connections"

    def wait_opened(self, count: int, timeout: float = 30.0) -> None:
        """Wait until so many connections were ever opened: a reconnection counts."""
        with self._change:
            good = self._change.wait_for(lambda: self.opened >= count, timeout)
        assert good, f"{self.opened} of {count} connections ever"

    def _open(self) -> list[Socket]:
        return [one for one in self.sockets if not one.leaving]

    def attempt(
        self, payload: dict[str, Any], kind: str = EVENT, retry: int = 0, reason: str = "",
        to: Socket | None = None,
    ) -> Attempt:  # fmt: skip
        """Send one envelope, over one connection."""
        envelope_id, begun = str(uuid.uuid4()), time.monotonic()
        with self._change:
            held = [to] if to else self._open()
            if not held:
                return Attempt(None, None, 0.0, retry, "no_connection", envelope_id)
            self._turn += 1
            one = held[self._turn % len(held)]
            self._waiting.add(envelope_id)
        one.send(_envelope(envelope_id, payload, kind, retry, reason))
        with self._change:
            self._change.wait_for(lambda: envelope_id in self._acks, self.within)
            self._waiting.discard(envelope_id)
            if envelope_id not in self._acks:
                return Attempt(None, None, self.within, retry, "timeout", envelope_id)
            at, body = self._acks.pop(envelope_id)
        return Attempt(200, body, at - begun, retry, envelope_id=envelope_id)

    def disconnect(
        self, reason: str = "refresh_requested", which: Socket | None = None,
        close_after: float | None = None,
    ) -> None:  # fmt: skip
        """Tell connections (or one) that they will be closed, and close them after a while.

        ``warning`` comes some seconds ahead, and the connection still gets events.
        """
        for one in [which] if which else self._open():
            one.send(_farewell(reason))
            one.leaving = reason != "warning"
            if close_after is not None:
                timer = threading.Timer(close_after, one.drop)
                timer.daemon = True
                timer.start()

    def drop(self) -> None:
        """Cut every connection."""
        for one in self._open():
            one.drop()

    def drop_every(self, seconds: float) -> None:
        """Cut every connection again and again, until the delivery is closed."""

        def go() -> None:
            while not self._closing.wait(seconds):
                self.drop()

        threading.Thread(target=go, daemon=True).start()

    def deafen(self, which: Socket | None = None, deaf: bool = True) -> None:
        """Let connections stay open and silent: no events, no answers to pings.

        The SDK's own client finds this only on a connection that has answered a ping before
        (``Socket.pongs``); one that is deaf from the start it keeps for ever.
        """
        for one in [which] if which else self._open():
            one.deaf = deaf


def _farewell(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}


def _envelope(
    envelope_id: str, payload: dict[str, Any], kind: str, retry: int, reason: str
) -> dict[str, Any]:
    answers = kind == COMMAND or payload.get("type") == "view_submission"
    made = {
        "envelope_id": envelope_id, "type": kind, "accepts_response_payload": answers,
        "payload": payload,
    }  # fmt: skip
    return made | ({"retry_attempt": retry, "retry_reason": reason} if kind == EVENT else {})

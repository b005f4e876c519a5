"""A local server that speaks Slack's Web API and refuses what Slack would refuse.

``with running() as slack:`` serves ``slack.url`` for a real WebClient; ``slack.world`` holds what
was asked and what stands in the channels. ``python -m tests.slack_server`` runs it for people.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from slack_sdk import WebClient

from tests import slack_chat, slack_oauth, slack_people, slack_views
from tests.slack_limits import message_error, texts
from tests.slack_methods import Refusal, Violation, answer
from tests.slack_payloads import Payloads
from tests.slack_records import Call, Fault
from tests.slack_sockets import SocketDelivery
from tests.slack_world import World

# Importing the modules has registered their methods.
SERVED = (slack_chat, slack_oauth, slack_people, slack_views)
Answered = tuple[int, dict[str, Any], dict[str, str]]  # status, body, headers
__all__ = ["SlackServer", "message_error", "running", "texts"]


class SlackServer:
    """A running server and its world."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.url = ""
        self.errors: dict[str, str] = {}
        self.rate_limit_next = 0
        self.posted = threading.Semaphore(0)
        self.printing = False

    @property
    def refused(self) -> list[str]:
        """What broke a limit or a rule of Slack."""
        return self.world.refused

    @property
    def websocket_url(self) -> Any:
        """Where apps.connections.open leads."""
        return self.world.websocket_url

    @websocket_url.setter
    def websocket_url(self, url: Any) -> None:
        self.world.websocket_url = url

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        """The calls in order; of the posts, those that were accepted."""
        return [
            (call.method, call.arguments)
            for call in list(self.world.calls)
            if call.ok or call.method != "chat.postMessage"
        ]

    def client(self, token: str = "xoxb-test", **more: Any) -> WebClient:
        """A real WebClient of this server."""
        return WebClient(token=token, base_url=self.url, **more)

    def messages(self) -> list[dict[str, Any]]:
        """The arguments of the posts that were accepted."""
        return [call.arguments for call in self.world.called("chat.postMessage", ok=True)]

    def wait_for_message(self) -> dict[str, Any]:
        """The next accepted post."""
        assert self.posted.acquire(timeout=20), f"nothing posted; {self.world.summary()}"
        return self.messages()[-1]

    def due(self, method: str) -> Fault | None:
        """The fault that the next call of a method meets."""
        if method in self.errors:
            return Fault(method, self.errors[method], 200, 0, None, False, 0.0, False)
        if method == "chat.postMessage" and self.rate_limit_next:
            self.rate_limit_next -= 1
            return Fault(method, "ratelimited", 429, 0, 0, False, 0.0, False)
        return self.world.take_fault(method)

    def handle(self, name: str, arguments: dict[str, Any], token: str, headers: Any) -> Answered:
        """One call's status, body and headers; ConnectionError where there is to be no answer."""
        world = self.world
        held = world.tokens.get(token)
        call = Call(world.now(), name, arguments, held.team_id if held else None)
        with world.lock:
            world.calls.append(call)
            fault = self.due(name)
        if fault and fault.delay:
            time.sleep(fault.delay)
        done = None
        fails = fault is not None and bool(fault.error or fault.drop or fault.status != 200)
        if fault is None or fault.after or not fails:
            done = self._done(call, token, headers)
        if fault is not None and fails:
            return self._failed(call, fault)
        assert done is not None
        return done

    def _done(self, call: Call, token: str, headers: Any) -> Answered:
        world = self.world
        status, more, body = 200, dict[str, str](), dict[str, Any]()
        try:
            body, more = answer(world, call.method, call.arguments, token, headers)
        except Refusal as refusal:
            status, more = refusal.status, refusal.headers
            body = {"ok": False, "error": refusal.error, **refusal.more}
            if isinstance(refusal, Violation):
                world.refused.append(f"{call.method}: {refusal.problem}")
        with world.lock:
            call.error, call.answer, call.status = body.get("error", ""), body, status
            if call.ok and call.method == "chat.postMessage":
                self.posted.release()
            world.notify()
        if self.printing:
            said = json.dumps(call.arguments, ensure_ascii=False)
            print(f"{call.method}: {call.error or 'ok'}  {said[:400]}", flush=True)
        return status, body, more

    def _failed(self, call: Call, fault: Fault) -> Answered:
        error = fault.error or "internal_error"
        if not fault.after:
            call.status, call.error = fault.status, "dropped" if fault.drop else error
        self.world.notify()
        if fault.drop:
            raise ConnectionAbortedError
        wait = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
        status = 429 if error == "ratelimited" else fault.status
        return status, {"ok": False, "error": error}, wait


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True
    slack: SlackServer

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is no fault."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        path = urlsplit(self.path)
        slack = self.server.slack
        if "/actions/" in path.path:
            key = path.path.rsplit("/", 1)[-1]
            status, said = slack_views.use_response_url(slack.world, key, json.loads(raw))
            self._respond(status, said.encode(), {"Content-Type": "text/plain"})
            return
        try:
            arguments = dict(parse_qsl(path.query)) | self._body(raw)
            token = self.headers.get("Authorization", "").removeprefix("Bearer ").strip()
            token = arguments.pop("token", None) or token
            name = path.path.rsplit("/", 1)[-1]
            status, body, more = slack.handle(name, arguments, token, self.headers)
        except ConnectionAbortedError:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            return
        except ValueError:
            status, body, more = 200, {"ok": False, "error": "invalid_json"}, {}
        kind = {"Content-Type": "application/json; charset=utf-8"}
        self._respond(status, json.dumps(body).encode(), kind | more)

    def _body(self, raw: str) -> dict[str, Any]:
        if self.headers.get("Content-Type", "").startswith("application/json"):
            held = json.loads(raw or "{}")
            return held if isinstance(held, dict) else {}
        return dict(parse_qsl(raw, keep_blank_values=True))

    def _respond(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def running(world: World | None = None, port: int = 0) -> Iterator[SlackServer]:
    """Run the server, on a free port of this machine."""
    slack = SlackServer(world)
    with _Server(("127.0.0.1", port), _Handler) as server:
        server.slack = slack
        slack.url = slack.world.base_url = f"http://127.0.0.1:{server.server_address[1]}/api/"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield slack
        finally:
            server.shutdown()
            thread.join()


def main() -> None:
    """Run the server for people: what arrives is printed, what is typed mentions the bot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8999)
    with running(port=parser.parse_args().port) as slack, SocketDelivery(slack.world) as sockets:
        slack.printing = True
        print(f"Web API: {slack.url}  bot token: xoxb-test  app token: xapp-test (Socket Mode)")
        say = Payloads(slack.world)
        with contextlib.suppress(KeyboardInterrupt):
            for line in filter(str.strip, sys.stdin):
                sent = sockets.attempt(say.app_mention("U0STAFF", line.strip(), "C0COUNCIL"))
                print(f"mention: {sent.error or f'acknowledged in {sent.seconds:.2f} s'}")
            threading.Event().wait()


if __name__ == "__main__":
    main()

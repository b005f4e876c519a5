"""A local server that speaks the part of Slack's Web API that the bot uses, limits included.

Sources: https://docs.slack.dev/reference/methods/chat.postMessage and
https://docs.slack.dev/reference/block-kit/blocks. A message that Slack would refuse is refused.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

BLOCKS = 50
MESSAGE = 13_200
SECTION = 3_000
FALLBACK = 40_000
TYPES = {"rich_text", "divider", "context", "section", "header", "markdown", "actions"}


@dataclass
class SlackServer:
    """What the server was asked, and how it is to misbehave."""

    url: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    rate_limit_next: int = 0
    errors: dict[str, str] = field(default_factory=dict)
    websocket_url: str = ""
    posted: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def messages(self) -> list[dict[str, Any]]:
        """The messages that were accepted."""
        return [arguments for method, arguments in self.calls if method == "chat.postMessage"]

    def wait_for_message(self) -> dict[str, Any]:
        """The next accepted message."""
        assert self.posted.acquire(timeout=20), "no message was posted"
        return self.messages()[-1]

    def answer(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The response to one call."""
        if method in self.errors:
            return {"ok": False, "error": self.errors[method]}
        if method == "auth.test":
            return {
                "ok": True, "url": "https://example.slack.com/", "team": "青浜市", "user": "minutes",
                "team_id": "T0AOHAMA", "user_id": "U0BOT", "bot_id": "B0BOT",
            }  # fmt: skip
        if method == "apps.connections.open":
            return {"ok": True, "url": self.websocket_url}
        if method == "assistant.threads.setStatus":
            needed = {"channel_id", "thread_ts", "status"}
            return (
                {"ok": True}
                if needed <= set(arguments)
                else {"ok": False, "error": "invalid_arguments"}
            )
        if method == "chat.postMessage":
            if error := message_error(arguments):
                self.refused.append(error)
                return {"ok": False, "error": error}
            self.calls.append((method, arguments))
            self.posted.release()
            return {"ok": True, "channel": arguments["channel"], "ts": "1718150500.000200"}
        return {"ok": False, "error": "unknown_method"}


def message_error(message: dict[str, Any]) -> str | None:
    """The error that Slack gives for a message, or None for a good one."""
    blocks = message.get("blocks", [])
    if not message.get("channel"):
        return "channel_not_found"
    if not message.get("text") and not blocks:
        return "no_text"
    if len(message.get("text", "")) > FALLBACK:
        return "msg_too_long"
    if len(blocks) > BLOCKS:
        return "invalid_blocks"
    if sum(len(text) for block in blocks for text in texts(block)) > MESSAGE:
        return "msg_blocks_too_long"
    return next((error for block in blocks if (error := block_error(block))), None)


def block_error(block: dict[str, Any]) -> str | None:
    """The error for one block, or None."""
    if block.get("type") not in TYPES:
        return "invalid_blocks"
    if block["type"] == "context" and not 1 <= len(block["elements"]) <= 10:
        return "invalid_blocks"
    if block["type"] == "rich_text" and not block["elements"]:
        return "invalid_blocks"
    held = list(texts(block))
    if any(not text for text in held) or any(len(text) > SECTION for text in held):
        return "invalid_blocks"
    return None


def texts(node: Any) -> Iterator[str]:
    """All texts within a block."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "text" and isinstance(value, str):
                yield value
            else:
                yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)


@contextmanager
def running() -> Iterator[SlackServer]:
    """Run the server on a free port of this machine."""
    slack = SlackServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            if self.headers.get("Content-Type", "").startswith("application/json"):
                arguments = json.loads(raw or "{}")
            else:
                arguments = {key: values[0] for key, values in parse_qs(raw).items()}
                if "blocks" in arguments:
                    arguments["blocks"] = json.loads(arguments["blocks"])
            method = self.path.rsplit("/", 1)[-1]
            if method != "chat.postMessage":
                slack.calls.append((method, arguments))
            if slack.rate_limit_next and method == "chat.postMessage":
                slack.rate_limit_next -= 1
                self._respond(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "0"})
            else:
                self._respond(200, slack.answer(method, arguments), {})

        def _respond(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        slack.url = f"http://127.0.0.1:{server.server_address[1]}/api/"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield slack
        finally:
            server.shutdown()
            thread.join()

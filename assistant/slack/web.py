"""What is served over HTTP: Slack's signed requests, and health and counts for those who run the bot."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cheroot import wsgi

from assistant.errors import ConfigurationError
from assistant.slack.arrivals import Arrivals

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

THREADS = 16
"""Requests that are taken at once; each does no more than write a question down."""

_BACKLOG = 256
_SILENT = 5
"""Seconds for which a connection may be silent. A proxy in front keeps slow ones away."""

_LARGEST, _HEADERS = 1024 * 1024, 32 * 1024
"""Bytes of a request and of its head; Slack sends less."""

_SHUTDOWN = 10
"""Seconds that requests under way have when the server stops."""


class WebServer:
    """A server for one application.

    Args:
        application: what it serves.
        port: where; 0 takes a free one.
        host: of which address; all by default.
        option: the option that chose the port, for an error.

    Raises:
        ConfigurationError: the port is taken.
    """

    def __init__(
        self, application: WSGIApplication, port: int, host: str = "", option: str = "--http"
    ) -> None:
        self._server = wsgi.Server(
            (host or "0.0.0.0", port),  # noqa: S104  # Slack calls from outside
            application,
            numthreads=THREADS,
            request_queue_size=_BACKLOG,
            shutdown_timeout=_SHUTDOWN,
            timeout=_SILENT,
        )
        self._server.max_request_body_size = _LARGEST
        self._server.max_request_header_size = _HEADERS
        self._server.error_log = _logged  # type: ignore[method-assign]  # as cheroot wants it
        try:
            self._server.prepare()
        except OSError as error:
            raise ConfigurationError(
                f"port {port}: cannot be opened ({error.strerror or error}); "
                f"mend: choose another with {option}"
            ) from error
        self._thread = threading.Thread(target=self._server.serve, name="web", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.bind_addr[1])

    def start(self) -> None:
        """Serve."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests under way, and stop."""
        self._server.stop()
        if self._thread.is_alive():
            self._thread.join(_SHUTDOWN)


def counted(application: WSGIApplication, arrivals: Arrivals) -> WSGIApplication:
    """An application whose requests are counted while they are answered."""

    def answered(environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        with arrivals.arriving():
            return application(environ, respond)

    return answered


def monitor(healthy: Callable[[], dict[str, bool]], counts: Callable[[], bytes]) -> WSGIApplication:
    """An application with ``/health`` and ``/metrics``.

    Args:
        healthy: the parts, each with whether it works.
        counts: all counts, as Prometheus reads them.
    """

    def application(environ: WSGIEnvironment, respond: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        status, kind, body = "404 Not Found", "text/plain; charset=utf-8", b"not found\n"
        if path == "/metrics":
            status, kind, body = "200 OK", "text/plain; version=0.0.4; charset=utf-8", counts()
        elif path == "/health":
            parts = healthy()
            well = all(parts.values())
            status = "200 OK" if well else "503 Service Unavailable"
            kind = "application/json"
            body = json.dumps({"status": "ok" if well else "failing", **parts}).encode()
        respond(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [body]

    return application


def _logged(msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
    log.log(max(level, logging.WARNING), "%s", msg, exc_info=traceback)

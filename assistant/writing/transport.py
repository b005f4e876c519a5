"""The connection to a model's server, which can be hung up from another thread."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx


class HangUp:
    """Ends the request that is running, so that the server stops writing for nobody.

    The client that reads wakes with a protocol error. Without a response there is nothing to end;
    the read timeout of the client does that.
    """

    def __init__(self) -> None:
        self._response: httpx.Response | None = None

    def keep(self, response: httpx.Response) -> None:
        """Remember the response that has begun."""
        self._response = response

    def __call__(self) -> None:
        """End it. Closing alone would not wake a thread that is blocked in reading."""
        response, self._response = self._response, None
        stream = response.extensions.get("network_stream") if response is not None else None
        if stream is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(stream.get_extra_info("socket"), socket.SHUT_RDWR)


def client(seconds: float, hang_up: HangUp, *, trust_env: bool) -> httpx.Client:
    """An HTTP client.

    Args:
        seconds: between two reads at most.
        hang_up: told of each response.
        trust_env: whether proxies of the environment are used; never for this machine.
    """
    import httpx

    return httpx.Client(
        timeout=httpx.Timeout(seconds, connect=min(seconds, 10.0)),
        event_hooks={"response": [hang_up.keep]},
        trust_env=trust_env,
    )

"""The connection to a model's server, which can be hung up from another thread."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import httpx


class HangUp:
    """Ends a request that is running, so that the server stops writing for nobody.

    Several may run at once, each in a thread of its own, by which they are told apart. The client
    that reads wakes with a protocol error. Without a response there is nothing to end; the read
    timeout of the client does that.
    """

    def __init__(self) -> None:
        # By thread, not by its number: that is given again when a thread has ended.
        self._responses: WeakKeyDictionary[threading.Thread, httpx.Response] = WeakKeyDictionary()

    def keep(self, response: httpx.Response) -> None:
        """Remember the response that has begun in this thread."""
        self._responses[threading.current_thread()] = response

    def __call__(self, thread: threading.Thread) -> None:
        """End that of a thread. Closing alone would not wake it where it is blocked in reading."""
        response = self._responses.pop(thread, None)
        if response is None or response.is_closed:  # its connection may serve another one by now
            return
        stream = response.extensions.get("network_stream")
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

"""Events that were taken already: Slack sends an event again when it doubts its arrival."""

from __future__ import annotations

import threading
from collections import OrderedDict


class Seen:
    """Remembers the last keys; safe to use from several threads.

    Args:
        limit: number of keys that are kept. Slack's last retry comes after five minutes.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._keys: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def first(self, *keys: str) -> bool:
        """Whether none of ``keys`` was given before; they all count as given from now on."""
        with self._lock:
            new = not any(key in self._keys for key in keys)
            for key in keys:
                self._keys[key] = None
                self._keys.move_to_end(key)
            while len(self._keys) > self._limit:
                self._keys.popitem(last=False)
        return new

"""What is arriving now: Slack waits three seconds for its acknowledgement, an asker waits longer.

Python runs one thread at a time. Workers that begin while many events arrive would keep them from being
acknowledged, so they hold back for a moment.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

HELD = 0.5
"""Seconds for which a worker holds back at most, however much arrives."""


class Arrivals:
    """Counts the events that are being taken."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    @contextmanager
    def arriving(self) -> Iterator[None]:
        """An event is being taken while the block runs."""
        with self._changed:
            self._count += 1
        try:
            yield
        finally:
            with self._changed:
                self._count -= 1
                if not self._count:
                    self._changed.notify_all()

    def quiet(self, seconds: float = HELD) -> None:
        """Wait until nothing is arriving, for ``seconds`` at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._count, seconds)

"""Memory that is given back to the system.

What many threads allocate and free leaves gaps that glibc keeps: Python's own memory stays as it is, and
the process grows by some 20 KiB a question all the same. Asked to, it gives them back.
Source: https://man7.org/linux/man-pages/man3/malloc_trim.3.html.
"""

from __future__ import annotations

import ctypes
import itertools

EVERY = 200
"""Questions between two times."""


class Tidied:
    """Gives memory back now and then."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def done(self) -> None:
        """A question was answered."""
        if next(self._count) % EVERY == 0:
            give_back()


def give_back() -> bool:
    """Give back what is free; False where the C library has no such call."""
    try:
        library = ctypes.CDLL("libc.so.6")
        library.malloc_trim(0)
    except (OSError, AttributeError):
        return False
    return True

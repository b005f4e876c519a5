"""SudachiPy's dictionary, loaded once, and a tokenizer for each thread."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer

_of_thread = threading.local()


def tokenizer() -> Tokenizer:
    """This thread's tokenizer: one of SudachiPy's cannot be used by two threads at a time."""
    if not hasattr(_of_thread, "tokenizer"):
        from sudachipy import SplitMode

        _of_thread.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    found: Tokenizer = _of_thread.tokenizer
    return found


@cache
def _dictionary() -> Dictionary:
    from sudachipy import Dictionary

    return Dictionary()

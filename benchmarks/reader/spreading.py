"""Work on an index, done by as many processes as there are cores."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TypeVar

import torch
from rich.console import Console
from rich.progress import track as _track

from index_store.index import Index, IndexSettings

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE = 25
"""Things that a process is given at once."""

_opened: Index | None = None
"""The index, in a process of :func:`spread`."""


def track(things: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """The things one by one, with progress shown."""
    yield from _track(things, what, total, console=Console(stderr=True))


def spread(
    things: Sequence[T], work: Callable[[Index, T], R], index: Index, what: str
) -> Iterator[R]:
    """What ``work`` makes of each thing, in order, with progress shown.

    Args:
        things: what is worked on; they go to another process, and what is made comes back.
        work: a function of a module; it is given the index as its process has opened it.
        index: in a folder; nobody may write to it meanwhile.
        what: a word for the progress.
    """
    # A fork of a process with threads (Chroma, torch) may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        os.cpu_count(),
        mp_context=context,
        initializer=_open,
        initargs=(index.settings,),
    ) as pool:
        made = pool.map(partial(_with_index, work), things, chunksize=AT_ONCE)
        yield from track(made, what, len(things))


def _open(settings: IndexSettings) -> None:
    global _opened
    torch.set_num_threads(1)
    _opened = Index(settings)


def _with_index(work: Callable[[Index, T], R], thing: T) -> R:
    assert _opened is not None
    return work(_opened, thing)

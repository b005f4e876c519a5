"""One writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index_store.errors import BusyError, StoreError


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the right to write to the index whose data lies in ``folder``.

    The operating system frees it when the process ends, however it ends.

    Raises:
        BusyError: another process holds it.
        StoreError: the lock file cannot be made.
    """
    from filelock import FileLock, Timeout

    path = folder / "ingest.lock"
    lock = FileLock(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(
            f"{folder}: another process is writing to this index; mend: wait until it has ended"
        ) from error
    except OSError as error:
        raise StoreError(
            f"{folder}: the data folder cannot be written ({error.strerror}); "
            "mend: give write permission, or set --data to another folder"
        ) from error
    try:
        yield
    finally:
        lock.release()

"""Progress of long work, on stderr: a moving line at a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index_store.indexer import Progress


@contextmanager
def ingest_progress() -> Iterator[Callable[[Progress], None]]:
    """Show how far an ingest is; the value is to be called with each step."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[passages]:,} passages"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("loading the model", total=None, passages=0)

        def show(progress: Progress) -> None:
            bar.update(
                task,
                description=progress.file,
                completed=progress.files_done,
                total=progress.files_total,
                passages=progress.passages_done,
            )

        yield show

"""What ``minutes questions`` does: drafts from an index, or sets from public data."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from assistant.evaluation.drafting import drafts
from assistant.evaluation.errors import OptionError, RunError
from assistant.evaluation.poliinfo import write_poliinfo
from assistant.evaluation.qmsum import write_qmsum
from index_store.index import Index

ADAPTERS: dict[str, Callable[[Path, Path], list[Path]]] = {
    "poliinfo": write_poliinfo,
    "qmsum": write_qmsum,
}


def draft_lines(index: Index) -> list[str]:
    """A starter question set over ``index``, one JSON object a line.

    Raises:
        IndexStoreError: the index is empty or cannot be read.
    """
    return [json.dumps(row, ensure_ascii=False) for row in drafts(index)]


def adapted(name: str, source: Path | None, folder: Path | None) -> list[Path]:
    """Write records and question sets from public data; the paths of the sets.

    Args:
        name: ``poliinfo`` or ``qmsum``.
        source: the data as it was published.
        folder: where ``records/`` and the sets are written.

    Raises:
        OptionError: there is no such adapter, or an option is missing.
        SourceDataError: the data is not what the adapter reads.
        RunError: the folder cannot be written.
    """
    if name not in ADAPTERS:
        raise OptionError(f"--from {name}: no such data; mend: name one of {', '.join(ADAPTERS)}")
    if source is None or folder is None:
        missing = "--source PATH" if source is None else "--to FOLDER"
        raise OptionError(f"--from {name}: {missing} is missing; mend: add it")
    try:
        return ADAPTERS[name](source, folder)
    except OSError as error:
        raise RunError(
            f"{error.filename or folder}: cannot be written ({error.strerror}); "
            "mend: check folder and permission"
        ) from error

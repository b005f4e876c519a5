"""What the commands share: their options, settings, how results and failures are printed.

Results go to stdout, everything else to stderr. Exit status: 0 for a result (also "not found"),
1 for a failure, 2 for wrong usage. Nothing heavy is imported here.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.engine import Engine, Recorder
    from index_store.index import Index
    from index_store.queries import Narrowing

Data = Annotated[Path | None, typer.Option("--data", help="Folder of the index.")]
Server = Annotated[
    str | None, typer.Option("--server", help="Address of a Chroma server, as http://host:8000.")
]
Model = Annotated[str | None, typer.Option("--model", help="Embedding model, by name or folder.")]
Llm = Annotated[
    str | None,
    typer.Option(
        "--llm", help="Language model that writes: PROVIDER:MODEL, a model's name, or an address."
    ),
]
NoLlm = Annotated[bool, typer.Option("--no-llm", help="Answer with quotes, whatever is set.")]
After = Annotated[
    list[str] | None,
    typer.Option("--after", help="A question asked before this one; repeat it for more, in order."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

Speaker = Annotated[
    str | None, typer.Option("--speaker", help="Only words of this person, label or office.")
]
Since = Annotated[
    str | None, typer.Option("--since", help="Only meetings from this day on, as 2024-06-01.")
]
Until = Annotated[str | None, typer.Option("--until", help="Only meetings up to this day.")]
Meeting = Annotated[
    str | None, typer.Option("--meeting", help="Only meetings with this in their title.")
]
Within = Annotated[
    str | None, typer.Option("--document", help="Only documents with this in name or title.")
]

_INTERRUPTED = 130


def load(
    data: Path | None = None,
    server: str | None = None,
    model: str | None = None,
    llm: str | None = None,
) -> Settings:
    """The settings, those options that are given before environment and file.

    Raises:
        ConfigurationError: a setting is wrong.
    """
    from assistant.config import load_settings

    return load_settings(data=data, server=server, model=model, llm=llm)


def open_index(settings: Settings) -> Index:
    """The index of the settings; preparing a model is noted on stderr."""
    from index_store.embedding import Embedder
    from index_store.index import Index

    return Index(settings.index, Embedder(settings.model, settings.index.cache, note))


def open_engine(settings: Settings, surface: str | None = None, *, writes: bool = True) -> Engine:
    """The engine over the index of the settings.

    Args:
        settings: of everything.
        surface: where people ask, for the log; None logs nothing.
        writes: whether the language model of the settings writes, if one is set.
    """
    from assistant.opening import EngineMaker

    index = open_index(settings)
    maker = EngineMaker(settings, index, writes=writes)
    return maker.engine(index, _recorder(settings, surface) if surface else None)


def _recorder(settings: Settings, surface: str) -> Recorder | None:
    """What writes the log of the settings; None where it is off or cannot be opened."""
    from assistant.log import LogError, log_of
    from assistant.recording import recorder

    try:
        log = log_of(settings)
    except LogError as error:
        complain(str(error))  # nobody is kept from an answer by it
        return None
    return recorder(log, surface, complain) if log is not None else None


def narrowing_of(
    speaker: str | None,
    since: str | None,
    until: str | None,
    meeting: str | None,
    document: str | None,
) -> Narrowing:
    """What a search is narrowed to by the options.

    Raises:
        QuestionError: a day is none.
    """
    from index_store.queries import Narrowing

    return Narrowing(speaker, _day("--since", since), _day("--until", until), meeting, document)


def _day(option: str, text: str | None) -> date | None:
    """The day that an option gives, in any way in which minutes write one.

    Raises:
        QuestionError: it is none.
    """
    from assistant.errors import QuestionError
    from ingest.dates import find_date

    if text is None:
        return None
    day = find_date(text)
    if day is None:
        raise QuestionError(
            f"{option} {text}: no day; mend: write it as 2024-06-01 or 令和6年6月1日"
        )
    return day


def width() -> int:
    """Columns that output is wrapped to: those of the terminal, within reason."""
    return min(max(shutil.get_terminal_size((88, 24)).columns, 40), 100)


def show_result(result: dict[str, Any] | Iterable[str]) -> None:
    """Print one JSON object, or lines."""
    if isinstance(result, dict):
        typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    for line in result:
        typer.echo(line)


def complain(message: str) -> None:
    """Print a failure on one line."""
    note(" ".join(message.split()))


def note(message: str) -> None:
    """Print a line on stderr."""
    typer.echo(f"minutes: {message}", err=True)


@contextmanager
def failures() -> Iterator[None]:
    """Turn every known error into one line on stderr and the right exit status."""
    from assistant.errors import AssistantError, QuestionError
    from index_store.errors import IndexStoreError
    from ingest.errors import IngestError

    try:
        yield
    except QuestionError as error:
        complain(str(error))
        raise typer.Exit(2) from None
    except (AssistantError, IndexStoreError, IngestError) as error:
        complain(str(error))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        complain("stopped; what is stored is intact")
        raise typer.Exit(_INTERRUPTED) from None
    except BrokenPipeError:
        # The reader of a pipe (head) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None

"""The command that shows what was asked, and what people think of the answers: ``minutes log``."""

from __future__ import annotations

import json
import re
import sys
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli_shared import AsJson, Data, complain, failures, load, note, show_result, width

if TYPE_CHECKING:
    from assistant.config import Settings
    from assistant.log import AnswerLog, Entry, Opinion, Status

_LISTED = 20
"""Entries that are listed where nobody says how many."""

_DAYS = re.compile(r"(\d{1,5})\s*d(?:ays?)?")


class _Status(StrEnum):
    """What became of a question (:data:`assistant.log.Status`)."""

    ANSWERED = "answered"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    FAILED = "failed"


class _Feedback(StrEnum):
    """What somebody thinks of an answer (:data:`assistant.log.Opinion`)."""

    UP = "up"
    DOWN = "down"
    PERSON = "person"
    ANY = "any"


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command()(log)


def log(
    reference: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Show this entry in full.", show_default=False),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="Most entries: 20, all of them with --export."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Only what was asked from this day on, as 2024-06-01 or 30d."),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Only what was asked up to this day.")
    ] = None,
    status: Annotated[
        _Status | None, typer.Option("--status", help="Only questions with this outcome.")
    ] = None,
    containing: Annotated[
        str | None,
        typer.Option("--containing", help="Only with these words in question or answer."),
    ] = None,
    feedback: Annotated[
        _Feedback | None,
        typer.Option("--feedback", help="Only with this vote, or with a person asked for."),
    ] = None,
    export: Annotated[
        Path | None,
        typer.Option("--export", help="Write those with feedback there, for minutes eval."),
    ] = None,
    forget: Annotated[
        str | None,
        typer.Option("--forget", help="Delete what was asked before this day, as 30d."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Delete, or write over a file, without asking.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show what was asked and answered, newest first, export what was voted on, or delete what is old."""
    with failures():
        first, last = _start("--since", since), _start("--until", until)
        before = _start("--forget", forget)
        _alone(export, reference, forget)
        with _opened(load(data)) as opened:
            if before is not None:
                _forget(opened, before, ask=not yes and sys.stdin.isatty(), as_json=as_json)
                return
            if reference is not None:
                _show(opened, reference, as_json=as_json)
                return
            end = last and _day_after(last)
            of: Status | None = status.value if status else None
            thought: Opinion | None = feedback.value if feedback else None
            if export is None:
                entries = opened.entries(limit or _LISTED, first, end, of, containing, thought)
                _list(entries, as_json=as_json)
                return
            entries = opened.entries(limit, first, end, of, containing, thought or "any")
            _export(entries, export, over=yes, as_json=as_json)


def _alone(export: Path | None, reference: str | None, forget: str | None) -> None:
    """See that a command exports, or does something else.

    Raises:
        QuestionError: it is told to do both.
    """
    from assistant.errors import QuestionError

    if export is not None and (reference is not None or forget is not None):
        other = "--forget" if forget is not None else "an ID"
        raise QuestionError(f"--export {export}: not with {other}; mend: leave one of them out")


def _list(entries: list[Entry], *, as_json: bool) -> None:
    from assistant.log.entry import entry_json
    from assistant.log.shown import log_lines

    listed = {"entries": [entry_json(entry) for entry in entries]}
    show_result(listed if as_json else log_lines(entries, width()))


def _export(entries: list[Entry], path: Path, *, over: bool, as_json: bool) -> None:
    """Write a question set of what was voted on, and say how many rows it has.

    Raises:
        LogError: the file is there already, perhaps with somebody's work in it.
        RunError: it cannot be written.
    """
    from assistant.evaluation.runs import write
    from assistant.evaluation.voting import voted_rows
    from assistant.log import LogError

    if path.exists() and not over:
        raise LogError(f"{path}: is there already; mend: name another file, or add --yes")
    rows = voted_rows(entries)
    if rows:
        write(path, "".join(json.dumps(one.row, ensure_ascii=False) + "\n" for one in rows))
    open_ = sum(not one.settled for one in rows)
    if as_json:
        show_result({"exported": len(rows), "to_settle": open_})
    if not rows:
        note("no feedback to export; nothing was written")
    else:
        questions = f"{len(rows):,} {'question' if len(rows) == 1 else 'questions'}"
        note(f"{questions} in {path}; {open_:,} to be settled first, see 'check' in each")


def _opened(settings: Settings) -> AnswerLog:
    """The log of the settings.

    Raises:
        LogError: it is off, or cannot be opened.
    """
    from assistant.log import LogError, log_of

    opened = log_of(settings)
    if opened is None:
        raise LogError("the log is off; mend: take the setting log out, or set it to a path")
    return opened


def _show(opened: AnswerLog, reference: str, *, as_json: bool) -> None:
    """Print one entry.

    Raises:
        LogError: there is none of this reference.
    """
    from assistant.log import LogError
    from assistant.log.entry import entry_json
    from assistant.log.shown import entry_lines

    entry = opened.entry(reference.strip().lower())
    if entry is None:
        raise LogError(
            f"{opened.address}: no entry {reference}; mend: minutes log lists those that are kept"
        )
    show_result(entry_json(entry) if as_json else entry_lines(entry, width()))


def _forget(opened: AnswerLog, before: datetime, *, ask: bool, as_json: bool) -> None:
    """Delete what was asked before a time, after saying how many entries that are."""
    count = opened.older(before)
    told = f"{count:,} {'entry' if count == 1 else 'entries'} from before {before:%Y-%m-%d}"
    if ask and count and not typer.confirm(f"Delete {told}?", err=True):
        complain("nothing was deleted")
        return
    if not as_json:
        show_result([f"deleting {told}"])
    gone = opened.forget(before)
    show_result({"deleted": gone} if as_json else [f"{gone:,} deleted"])


def _start(option: str, text: str | None) -> datetime | None:
    """When the day of an option begins, here: a date, or days before today (30d).

    Raises:
        QuestionError: it is no day.
    """
    from assistant.errors import QuestionError
    from ingest.dates import find_date

    if text is None:
        return None
    if days := _DAYS.fullmatch(text.strip()):
        try:
            day = datetime.now().date() - timedelta(days=int(days[1]))
        except OverflowError:
            day = None
    else:
        day = find_date(text)
    if day is None:
        raise QuestionError(f"{option} {text}: no day; mend: write it as 2024-06-01 or 30d")
    return datetime(day.year, day.month, day.day).astimezone()


def _day_after(start: datetime) -> datetime:
    """When the next day begins; a day on which the clock changes has not 24 hours."""
    following = start.date() + timedelta(days=1)
    return datetime(following.year, following.month, following.day).astimezone()

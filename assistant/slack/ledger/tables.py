"""The tables of the ledger, and jobs as their rows."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    and_,
    or_,
    select,
)
from sqlalchemy import Text as LongText

from assistant.database import Schema, Utc, version_table
from assistant.slack.ledger.errors import LedgerError
from assistant.slack.ledger.types import Asked, Done, Job
from ingest.text import fold

_METADATA = MetaData()

SCHEMA = Schema(
    _METADATA,
    version_table("minutes_slack_schema", _METADATA),
    version=1,
    name="ledger",
    error=LedgerError,
    instead="set the ledger to another address",
    # An event is acknowledged once its job is written: that must be quick, and Slack sends it
    # again where the power went.
    synchronous="NORMAL",
)

JOBS = Table(
    "minutes_slack_job",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("text", LongText, nullable=False),
    # What tells that two people asked the same; empty for a claim.
    Column("folded", LongText, nullable=False),
    Column("team", String(64), nullable=False),
    Column("enterprise", String(64)),
    Column("user", String(64), nullable=False),
    Column("user_team", String(64)),
    Column("channel", String(64), nullable=False),
    Column("ts", String(64), nullable=False),
    Column("thread", String(64), nullable=False),
    Column("place", String(16), nullable=False),
    Column("external", Boolean, nullable=False),
    Column("view", String(64)),
    Column("at", Utc, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    # Attempts that ended in order; in the others whoever worked on it died.
    Column("returned", Integer, nullable=False, default=0),
    Column("owner", String(255), index=True),
    Column("leased", Utc),
    Column("message", String(64)),
    Column("streaming", Boolean, nullable=False, default=False),
    Column("posting", Boolean, nullable=False, default=False),
    # None until it ended.
    Column("state", String(16), index=True),
    Column("closed", Utc),
    Column("documents", JSON),
    Column("exchanged", LongText),
    Index("ix_minutes_slack_job_thread", "team", "channel", "thread"),
    Index("ix_minutes_slack_job_user", "team", "user"),
    # Numbers are never given again: the order of asking is theirs.
    sqlite_autoincrement=True,
)

KEYS = Table(
    "minutes_slack_key",
    _METADATA,
    Column("key", String(255), primary_key=True),
    Column("at", Utc, nullable=False, index=True),
)

THREADS = Table(
    "minutes_slack_thread",
    _METADATA,
    Column("team", String(64), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("thread", String(64), primary_key=True),
    Column("last", String(64)),
    Column("at", Utc, nullable=False, index=True),
)

_ASKED = tuple(field.name for field in fields(Asked))


def same_question(text: str) -> str:
    """A question as it is compared with others: folded, without question marks at its end."""
    return fold(text).rstrip("?")


def job_row(id: str, asked: Asked, at: datetime) -> dict[str, Any]:  # noqa: A002
    """The values of the row of a new job."""
    folded = same_question(asked.text) if asked.kind == "question" else ""
    return {"id": id, "at": at, "folded": folded, **asdict(asked)}


def job_of(row: RowMapping) -> Job:
    """The job that a row holds."""
    flags = bool(row["streaming"]), bool(row["posting"])
    crashes = max(0, row["attempts"] - 1 - row["returned"])
    return Job(row["id"], _asked(row), row["at"], row["attempts"], row["message"], *flags, crashes)


def done_of(row: RowMapping) -> Done:
    """The job that ended which a row holds."""
    documents = frozenset(row["documents"] or ())
    told = documents, row["exchanged"], row["message"]
    return Done(row["id"], _asked(row), row["state"], row["at"], *told)


def _asked(row: RowMapping) -> Asked:
    return Asked(**{name: row[name] for name in _ASKED})


def in_thread(table: Table, team: str, channel: str, thread: str) -> ColumnElement[bool]:
    """That a row of ``table`` is of this thread."""
    of = table.c
    return and_(of.team == team, of.channel == channel, of.thread == thread)


def waits(now: datetime) -> ColumnElement[bool]:
    """That a job did not end, and nobody works on it at ``now``."""
    return and_(JOBS.c.state.is_(None), or_(JOBS.c.leased.is_(None), JOBS.c.leased <= now))


def is_next(now: datetime) -> ColumnElement[bool]:
    """That it is the turn of a job that waits: what was asked before it in its thread ended.

    Nor may somebody work on a later one: in databases that write several rows at once a later
    number may be seen earlier.
    """
    other = JOBS.alias()
    before = and_(
        other.c.state.is_(None),
        other.c.place != "modal",
        _in_thread_of(other),
        or_(
            other.c.number < JOBS.c.number,
            and_(other.c.number > JOBS.c.number, other.c.leased > now),
        ),
    )
    blocked = select(other.c.number).where(before).correlate(JOBS).exists()
    return and_(waits(now), or_(JOBS.c.place == "modal", ~blocked))


def _in_thread_of(other: Any) -> ColumnElement[bool]:
    """That a row of an alias of the jobs is of the same thread as the job."""
    return and_(*(other.c[name] == JOBS.c[name] for name in ("team", "channel", "thread")))

"""The tables of the log, and entries as their rows. This module imports SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    MetaData,
    RowMapping,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy import Text as LongText

from assistant.database import Schema, Utc, version_table
from assistant.log.entry import (
    Entry,
    Feedback,
    LoggedCitation,
    LoggedClaim,
    LoggedPassage,
    entry_json,
)
from assistant.log.errors import LogError

SCHEMA_VERSION = 2
"""Raised when the tables change; an older program then refuses the database."""


METADATA = MetaData()

SCHEMA = Schema(
    METADATA,
    version_table("minutes_log_schema", METADATA),
    SCHEMA_VERSION,
    name="log",
    error=LogError,
    instead="set log to a path, another address, or off",
)

ENTRIES = Table(
    "minutes_log",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("asked", Utc, nullable=False, index=True),
    Column("surface", String(32), nullable=False),
    Column("question", LongText, nullable=False),
    Column("understood", LongText),
    Column("status", String(32), nullable=False),
    Column("reason", LongText),
    Column("answer", LongText, nullable=False),
    Column("language", String(16), nullable=False),
    Column("model", String(255)),
    Column("fallback", LongText),
    Column("passages", JSON, nullable=False),
    Column("claims", JSON, nullable=False),
    Column("seconds", JSON, nullable=False),
    Column("tokens", JSON, nullable=False),
    Column("masked", JSON, nullable=False),
    Column("conversation", String(255)),
    # Since version 2.
    Column("citations", JSON),
)

FEEDBACK = Table(
    "minutes_log_feedback",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("entry", String(64), nullable=False),
    Column("user", String(64), nullable=False),
    Column("vote", String(8)),
    Column("reason", LongText),
    Column("needs_person", Boolean, nullable=False, default=False),
    Column("at", Utc, nullable=False),
    UniqueConstraint("entry", "user", name="uq_minutes_log_feedback"),
)


def row_of(entry: Entry) -> dict[str, Any]:
    """An entry as the values of its row; feedback has rows of its own."""
    row = {**entry_json(entry), "asked": entry.asked}
    del row["feedback"]
    return row


def entry_of(row: RowMapping, feedback: Iterable[RowMapping] = ()) -> Entry:
    """The entry that a row holds, with the rows of its feedback."""
    values = {name: value for name, value in row.items() if name != "number"}
    values["passages"] = tuple(LoggedPassage(**passage) for passage in row["passages"])
    values["claims"] = tuple(LoggedClaim(**claim) for claim in row["claims"])
    values["citations"] = tuple(LoggedCitation(**cited) for cited in row["citations"] or ())
    values["feedback"] = tuple(_feedback_of(given) for given in feedback)
    return Entry(**values)


def _feedback_of(row: RowMapping) -> Feedback:
    person = bool(row["needs_person"])
    return Feedback(row["user"], row["vote"], row["reason"], person, row["at"])

"""The tables of the log, and entries as their rows. This module imports SQLAlchemy."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, Column, DateTime, Dialect, Integer, MetaData, RowMapping, String, Table
from sqlalchemy import Text as LongText
from sqlalchemy.types import TypeDecorator

from assistant.log.entry import Entry, LoggedClaim, LoggedPassage, entry_json

SCHEMA_VERSION = 1
"""Raised when the tables change; an older program then refuses the database."""


class Utc(TypeDecorator[datetime]):
    """A time in UTC; databases without time zones (SQLite) keep it without, and it comes back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """An aware time of any zone, as the same time in UTC, without zone."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """A time of a row, aware."""
        return value and value.replace(tzinfo=UTC)


METADATA = MetaData()

SCHEMA = Table(
    "minutes_log_schema",
    METADATA,
    # One row; its key keeps two programs that make the tables at once from writing it twice.
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
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
)


def row_of(entry: Entry) -> dict[str, Any]:
    """An entry as the values of its row."""
    return {**entry_json(entry), "asked": entry.asked}


def entry_of(row: RowMapping) -> Entry:
    """The entry that a row holds."""
    values = {name: value for name, value in row.items() if name != "number"}
    values["passages"] = tuple(LoggedPassage(**passage) for passage in row["passages"])
    values["claims"] = tuple(LoggedClaim(**claim) for claim in row["claims"])
    return Entry(**values)

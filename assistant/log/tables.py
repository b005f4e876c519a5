"""The tables of the log, and entries as their rows. This module imports SQLAlchemy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Column, Integer, MetaData, RowMapping, String, Table
from sqlalchemy import Text as LongText

from assistant.database import Schema, Utc, version_table
from assistant.log.entry import Entry, LoggedClaim, LoggedPassage, entry_json
from assistant.log.errors import LogError

SCHEMA_VERSION = 1
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

"""Feedback in the log's tables: kept, read with its entries, and looked for. Imports SQLAlchemy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, case, null, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import ColumnElement

from assistant.log.entry import Entry, Vote
from assistant.log.tables import ENTRIES, FEEDBACK, entry_of

_AT_ONCE = 500
"""Entries whose feedback is looked for with one statement; databases bound their parameters."""


def voted(vote: Vote | None, reason: str | None) -> dict[str, Any]:
    """What a vote changes: a vote that is given again keeps the reason given with it."""
    of = FEEDBACK.c
    same = of.vote.is_(None) if vote is None else of.vote == vote
    return {"vote": vote, "reason": reason or case((same, of.reason), else_=null())}


def keep(
    connection: Connection, entry: str, user: str, at: datetime, changes: dict[str, Any]
) -> bool:
    """Keep what somebody thinks of an entry; False where there is no such entry."""
    if connection.execute(select(ENTRIES.c.id).where(ENTRIES.c.id == entry)).first() is None:
        return False
    of = FEEDBACK.c
    known = FEEDBACK.update().where(of.entry == entry, of.user == user).values(**changes, at=at)
    if connection.execute(known).rowcount:
        return True
    fresh = {name: value for name, value in changes.items() if not isinstance(value, ColumnElement)}
    try:
        # Outside SQLite the same person's other click may come between.
        with connection.begin_nested():
            connection.execute(FEEDBACK.insert().values(entry=entry, user=user, at=at, **fresh))
    except IntegrityError:
        connection.execute(known)
    return True


def has(opinion: str) -> ColumnElement[bool]:
    """That somebody thinks so of an entry: up, down, person, or any of these."""
    of = FEEDBACK.c
    wanted = {
        "up": of.vote == "up",
        "down": of.vote == "down",
        "person": of.needs_person,
        "any": or_(of.vote.is_not(None), of.needs_person),
    }
    return select(of.number).where(and_(of.entry == ENTRIES.c.id, wanted[opinion])).exists()


def with_feedback(connection: Connection, rows: Sequence[RowMapping]) -> list[Entry]:
    """The entries of rows, each with its feedback."""
    given: dict[str, list[RowMapping]] = {}
    ids = [row["id"] for row in rows]
    for start in range(0, len(ids), _AT_ONCE):
        of_these = FEEDBACK.select().where(FEEDBACK.c.entry.in_(ids[start : start + _AT_ONCE]))
        for row in connection.execute(of_these.order_by(FEEDBACK.c.number)).mappings():
            given.setdefault(row["entry"], []).append(row)
    return [entry_of(row, given.get(row["id"], ())) for row in rows]


def forget(connection: Connection, before: datetime) -> None:
    """Delete the feedback on entries that were asked before a time."""
    old = select(ENTRIES.c.id).where(ENTRIES.c.asked < before)
    connection.execute(FEEDBACK.delete().where(FEEDBACK.c.entry.in_(old)))

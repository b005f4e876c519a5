"""The log's database: SQLite in a file of one's own by default, any that SQLAlchemy knows by address.

Every failure is a :class:`~assistant.log.errors.LogError` in one line, without the password of the address and without
the words of an entry. Several threads and several processes may use one log at the same time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from assistant.log.entry import Entry, Status, Vote

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from assistant.config import Settings

FILE_NAME = "log.sqlite3"
"""Name of the log in the data folder."""

OFF = "off"
"""The setting under which nothing is kept."""

Opinion = Literal["up", "down", "person", "any"]
"""What somebody thinks of an answer: a vote that stands, a person asked for, or any of these."""

_SWEEP = timedelta(hours=1)
"""Between two looks for entries that are too old."""


def _now() -> datetime:
    return datetime.now(UTC)


class AnswerLog:
    """The log at an address.

    Args:
        url: a SQLAlchemy address, as ``sqlite:////var/lib/minutes/log.sqlite3``; the file and its
            folder are made, readable by their owner only. Tables are made where they are missing.
        keep_days: entries older than this many days are deleted, on opening and then at most once
            an hour when one is added; None or 0 keeps them for ever.
        clock: gives the time, aware.

    Raises:
        LogError: the address is wrong, its driver is missing, the database cannot be opened, or a
            newer program wrote it.
    """

    def __init__(
        self, url: str, keep_days: int | None, clock: Callable[[], datetime] = _now
    ) -> None:
        from assistant.database import Database
        from assistant.log.tables import SCHEMA

        self._keep = timedelta(days=keep_days) if keep_days else None
        self._clock = clock
        self._sweeping = threading.Lock()
        self._database = Database(url, SCHEMA)
        try:
            self._database.prepare()
            self._swept = clock()
            self._forget_old(self._swept)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def address(self) -> str:
        """Where the log is, without user and password."""
        return self._database.address

    def add(self, entry: Entry) -> None:
        """Keep an entry, without its feedback.

        Raises:
            LogError: it cannot be written, or its id is taken.
        """
        from assistant.log.tables import ENTRIES, row_of

        with self._database.writing() as connection:
            connection.execute(ENTRIES.insert().values(**row_of(entry)))
        now = self._clock()
        with self._sweeping:
            due = now - self._swept >= _SWEEP
            if due:
                self._swept = now
        if due:
            self._forget_old(now)

    def vote(
        self,
        entry: str,
        user: str,
        vote: Vote | None,
        reason: str | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Keep what somebody thinks of an answer; their last vote counts.

        Args:
            entry: the reference of the entry.
            user: the id of the person, as a Slack user id.
            vote: for or against it, None where it is taken back.
            reason: what they wrote with it. Without one, that of the same vote before stays; that of
                another vote goes.
            at: when; now by default.

        Returns:
            Whether there is such an entry.

        Raises:
            LogError: the log cannot be written.
        """
        from assistant.log import voting

        return self._keep_feedback(entry, user, voting.voted(vote, reason), at)

    def needs_person(self, entry: str, user: str, at: datetime | None = None) -> bool:
        """Keep that somebody asked for a person to answer; their vote stays.

        Returns:
            Whether there is such an entry.

        Raises:
            LogError: the log cannot be written.
        """
        return self._keep_feedback(entry, user, {"needs_person": True}, at)

    def entries(
        self,
        limit: int | None,
        since: datetime | None = None,
        until: datetime | None = None,
        status: Status | None = None,
        containing: str | None = None,
        feedback: Opinion | None = None,
    ) -> list[Entry]:
        """The newest ``limit`` entries, newest first.

        Args:
            limit: most entries; None is all.
            since: only those asked at this time or later.
            until: only those asked before this time.
            status: only those with this status.
            containing: only those with this in the question, as asked or understood, or the answer.
            feedback: only those of which somebody thinks so.

        Raises:
            LogError: the log cannot be read.
        """
        from assistant.log import voting
        from assistant.log.tables import ENTRIES

        of = ENTRIES.c
        wanted: list[ColumnElement[bool]] = []
        if since is not None:
            wanted.append(of.asked >= since)
        if until is not None:
            wanted.append(of.asked < until)
        if status is not None:
            wanted.append(of.status == status)
        if containing:
            looked_at = (of.question, of.understood, of.answer)
            held = [column.icontains(containing, autoescape=True) for column in looked_at]
            wanted.append(held[0] | held[1] | held[2])
        if feedback is not None:
            wanted.append(voting.has(feedback))
        newest = ENTRIES.select().where(*wanted).order_by(of.asked.desc(), of.number.desc())
        with self._database.reading() as connection:
            rows = connection.execute(newest.limit(limit)).mappings().all()
            return voting.with_feedback(connection, rows)

    def entry(self, id: str) -> Entry | None:  # noqa: A002  # what it is everywhere else
        """The entry of a reference, or None.

        Raises:
            LogError: the log cannot be read.
        """
        from assistant.log.tables import ENTRIES
        from assistant.log.voting import with_feedback

        of_id = ENTRIES.select().where(ENTRIES.c.id == id)
        with self._database.reading() as connection:
            rows = connection.execute(of_id).mappings().all()
            return next(iter(with_feedback(connection, rows)), None)

    def older(self, before: datetime) -> int:
        """How many entries were asked before a time.

        Raises:
            LogError: the log cannot be read.
        """
        from sqlalchemy import func, select

        from assistant.log.tables import ENTRIES

        count = select(func.count()).select_from(ENTRIES).where(ENTRIES.c.asked < before)
        with self._database.reading() as connection:
            return connection.execute(count).scalar_one()

    def forget(self, before: datetime) -> int:
        """Delete the entries asked before a time with their feedback, and say how many they were.

        Raises:
            LogError: they cannot be deleted.
        """
        from assistant.log import voting
        from assistant.log.tables import ENTRIES

        with self._database.writing() as connection:
            voting.forget(connection, before)
            gone = connection.execute(ENTRIES.delete().where(ENTRIES.c.asked < before)).rowcount
        if gone:
            self._database.wipe()
        return gone

    def close(self) -> None:
        """Give the connections back; the log must not be used after."""
        self._database.close()

    def _keep_feedback(
        self, entry: str, user: str, changes: dict[str, Any], at: datetime | None
    ) -> bool:
        from assistant.log import voting

        with self._database.writing() as connection:
            return voting.keep(connection, entry, user, at or self._clock(), changes)

    def _forget_old(self, now: datetime) -> None:
        if self._keep is not None:
            self.forget(now - self._keep)


def log_of(settings: Settings) -> AnswerLog | None:
    """The log of the settings, or None where it is off.

    The setting is an address of SQLAlchemy, the path of a SQLite file, or ``off``; without it the
    log is a file in the data folder.

    Raises:
        LogError: it cannot be opened.
    """
    named = settings.log
    if named is not None and named.strip().lower() == OFF:
        return None
    if named and "://" in named:
        return AnswerLog(named, settings.log_days)
    from sqlalchemy import URL

    path = Path(named).expanduser() if named else settings.data.expanduser() / FILE_NAME
    url = URL.create("sqlite", database=str(path.absolute()))
    return AnswerLog(url.render_as_string(hide_password=False), settings.log_days)

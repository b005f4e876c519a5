"""The ledger: every question asked in Slack, until it ended, and for a while after.

A question is written before Slack is told that it arrived, so none is lost; it is worked on by
whoever claims it, for as long as the lease holds, so none is worked on twice; and it is closed once,
so it has one end whatever happens. Several threads and several processes use one ledger; those on
several machines must have clocks that agree to within a fraction of a lease.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine, Update, func, select
from sqlalchemy.exc import IntegrityError

from assistant.database import Database
from assistant.log.entry import new_id
from assistant.slack.ledger.tables import (
    JOBS,
    KEYS,
    SCHEMA,
    THREADS,
    done_of,
    in_thread,
    is_next,
    job_of,
    job_row,
    waits,
)
from assistant.slack.ledger.types import Asked, Done, Job, Popular, State, Thread, Where

_SWEEP = timedelta(hours=1)
"""Between two looks for what is too old."""

_KEYS_KEPT = timedelta(days=1)
"""How long a key is kept at least; Slack sends an event again for minutes, some for hours."""


def _now() -> datetime:
    return datetime.now(UTC)


class Ledger:
    """The ledger at an address.

    Args:
        url: a SQLAlchemy address, as ``sqlite:////var/lib/minutes/slack.sqlite3``; the file and its
            folder are made, readable by their owner only. Tables are made where they are missing.
        keep_days: what ended is deleted after so many days, on opening and then at most once an
            hour when something is asked; 0 keeps it for ever.
        clock: gives the time, aware.

    Raises:
        LedgerError: the address is wrong, its driver is missing, the database cannot be opened, or
            a newer program wrote it. All methods raise it where the database fails.
    """

    def __init__(self, url: str, keep_days: int, clock: Callable[[], datetime] = _now) -> None:
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
        self.dispose()

    @property
    def address(self) -> str:
        """Where the ledger is, without user and password."""
        return self._database.address

    @property
    def engine(self) -> Engine:
        """The connections, for tables of others in the same database."""
        return self._database.engine

    # A question, from its arrival to its end

    def take(self, keys: Sequence[str], asked: Asked) -> str | None:
        """Write down what was asked, unless it is known already.

        Args:
            keys: what tells that it is the same: the id of the event, its channel with its ts.
            asked: what was asked.

        Returns:
            The id of the job, or None if any of the keys was taken before.
        """
        now, id = self._clock(), new_id()  # noqa: A001
        with self._database.writing() as connection:
            if not _taken(connection, keys, now):
                return None
            connection.execute(JOBS.insert().values(**job_row(id, asked, now)))
            if asked.place != "modal":
                _join(connection, asked, now)
        self._sweep(now)
        return id

    def claim(self, owner: str, seconds: float) -> Job | None:
        """The oldest job whose turn it is, leased to ``owner``; None where there is none.

        A job waits until it is claimed, and again when its lease ended. Within a thread what was asked
        first comes first; what is shown in a window waits for nobody.
        """
        now = self._clock()
        first = select(JOBS.c.number).where(is_next(now)).order_by(JOBS.c.number).limit(1)
        leased = JOBS.update().values(
            owner=owner, leased=now + timedelta(seconds=seconds), attempts=JOBS.c.attempts + 1
        )
        # Most looks find nothing, and must not keep writers waiting.
        with self._database.reading() as connection:
            number = connection.execute(first).scalar()
        while number is not None:
            with self._database.writing() as connection:
                number = connection.execute(first).scalar()
                of_number = JOBS.c.number == number
                # Outside SQLite somebody else may have been quicker.
                if connection.execute(leased.where(of_number, waits(now))).rowcount == 1:
                    row = connection.execute(JOBS.select().where(of_number)).mappings().one()
                    return job_of(row)
        return None

    def extend(self, owner: str, seconds: float) -> None:
        """Lease what ``owner`` holds for ``seconds`` from now."""
        until = self._clock() + timedelta(seconds=seconds)
        held = JOBS.update().where(JOBS.c.owner == owner, JOBS.c.state.is_(None))
        with self._database.writing() as connection:
            connection.execute(held.values(leased=until))

    def release(self, owner: str) -> int:
        """Give back what ``owner`` holds and did not end, and say how many jobs that are."""
        held = JOBS.update().where(JOBS.c.owner == owner, JOBS.c.state.is_(None))
        with self._database.writing() as connection:
            back = held.values(owner=None, leased=None, returned=JOBS.c.returned + 1)
            return connection.execute(back).rowcount

    def postpone(self, id: str, attempt: int, seconds: float) -> None:  # noqa: A002
        """Give a job back that did not end; nobody takes it up again for ``seconds``.

        Args:
            id: of the job.
            attempt: which one it was; nothing changes if somebody else has taken the job over.
            seconds: from now on.
        """
        until = self._clock() + timedelta(seconds=seconds)
        with self._database.writing() as connection:
            back = _held(id, attempt).values(returned=JOBS.c.returned + 1)
            connection.execute(back.values(owner=None, leased=until))

    def once(self, *keys: str) -> bool:
        """Whether none of the keys was taken before; they all count as taken from now on."""
        with self._database.writing() as connection:
            return _taken(connection, keys, self._clock())

    def undo(self, *keys: str) -> None:
        """Let keys count as not taken: what they stood for was not done."""
        with self._database.writing() as connection:
            connection.execute(KEYS.delete().where(KEYS.c.key.in_(keys)))

    def posting(self, id: str, attempt: int) -> bool:  # noqa: A002
        """Note that a message is about to be posted for a job.

        Args:
            id: of the job.
            attempt: which one it is (:attr:`Job.attempts`).

        Returns:
            Whether it may be; False if somebody else has taken the job over, or it ended.
        """
        with self._database.writing() as connection:
            return connection.execute(_held(id, attempt).values(posting=True)).rowcount == 1

    def opened(self, id: str, ts: str, *, streaming: bool) -> None:  # noqa: A002
        """Note that the message ``ts`` shows a job, and whether it was opened as a stream."""
        shown = {"message": ts, "streaming": streaming, "posting": False}
        with self._database.writing() as connection:
            connection.execute(JOBS.update().where(JOBS.c.id == id).values(**shown))

    def close(
        self,
        id: str,  # noqa: A002
        attempt: int,
        state: State,
        *,
        documents: frozenset[str] = frozenset(),
        exchanged: str | None = None,
        place: Where | None = None,
    ) -> bool:
        """Note how a job ended.

        Args:
            id: of the job.
            attempt: which one it is (:attr:`Job.attempts`).
            state: how it ended.
            documents: the sources of all documents that were cited or shown.
            exchanged: what :func:`assistant.conversation_json.dumped` made of it.
            place: the kind of room, where it is known better by now.

        Returns:
            Whether it ended so; False if it had ended before, is not known, or somebody else has taken
            it over: then nothing changes.
        """
        ended = {
            "state": state,
            "closed": self._clock(),
            "documents": sorted(documents),
            "exchanged": exchanged,
            "owner": None,
            "leased": None,
            **({"place": place} if place else {}),
        }
        with self._database.writing() as connection:
            return connection.execute(_held(id, attempt).values(**ended)).rowcount == 1

    def done(self, id: str) -> Done | None:  # noqa: A002
        """The job of an id, or None if it did not end or is not known (any more)."""
        of_id = JOBS.select().where(JOBS.c.id == id, JOBS.c.state.is_not(None))
        with self._database.reading() as connection:
            row = connection.execute(of_id).mappings().first()
            return None if row is None else done_of(row)

    def waiting(self) -> int:
        """How many jobs did not end yet."""
        unfinished = select(func.count()).select_from(JOBS).where(JOBS.c.state.is_(None))
        with self._database.reading() as connection:
            return connection.execute(unfinished).scalar_one()

    # Threads

    def exchanges(self, team: str, channel: str, thread: str, limit: int = 20) -> list[Done]:
        """The last ``limit`` questions of a thread that ended with an exchange, oldest first."""
        last = (
            JOBS.select()
            .where(in_thread(JOBS, team, channel, thread), JOBS.c.place != "modal")
            .where(JOBS.c.state.is_not(None), JOBS.c.exchanged.is_not(None))
            .order_by(JOBS.c.number.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [done_of(row) for row in connection.execute(last).mappings()][::-1]

    def joined(self, team: str, channel: str, thread: str) -> Thread | None:
        """A thread, or None where nothing of it was ever asked (or it is forgotten)."""
        row_of = THREADS.select().where(in_thread(THREADS, team, channel, thread))
        with self._database.reading() as connection:
            row = connection.execute(row_of).mappings().first()
            return None if row is None else Thread(row["last"])

    def said(self, team: str, channel: str, thread: str, user: str | None) -> None:
        """Note who spoke last in a thread, None for the bot; another thread is left alone."""
        known = THREADS.update().where(in_thread(THREADS, team, channel, thread))
        with self._database.writing() as connection:
            connection.execute(known.values(last=user, at=self._clock()))

    # People

    def recent(self, team: str, user: str, limit: int) -> list[Done]:
        """The last ``limit`` questions of a user that ended, newest first."""
        theirs = (
            JOBS.select()
            .where(JOBS.c.team == team, JOBS.c.user == user, JOBS.c.kind == "question")
            .where(JOBS.c.state.is_not(None))
            .order_by(JOBS.c.number.desc())
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [done_of(row) for row in connection.execute(theirs).mappings()]

    def most_asked(self, team: str, limit: int, since: datetime) -> list[Popular]:
        """What at least two people asked in public channels and got answered, most asked first.

        Args:
            team: whose channels.
            limit: most questions.
            since: only what was asked at this time or later.
        """
        of = JOBS.c
        askers, last = func.count(of.user.distinct()), func.max(of.number)
        groups = (
            select(askers.label("askers"), last.label("last"))
            .where(of.team == team, of.place == "channel", of.external.is_(False))
            .where(of.kind == "question", of.state == "answered", of.at >= since, of.folded != "")
            .group_by(of.folded)
            .having(askers >= 2)
            .order_by(askers.desc(), last.desc())
            .limit(limit)
        ).subquery()
        rows = (
            select(of.id, of.text, groups.c.askers, of.documents)
            .join(groups, of.number == groups.c.last)
            .order_by(groups.c.askers.desc(), groups.c.last.desc())
        )
        with self._database.reading() as connection:
            return [
                Popular(row.id, row.text, row.askers, frozenset(row.documents or ()))
                for row in connection.execute(rows)
            ]

    # What is kept

    def forget(self, before: datetime) -> int:
        """Delete what was asked before a time and ended, and say how many jobs that were.

        Keys of the time before, and threads in which nothing was said since, go with them; keys are
        kept for a day at least.
        """
        keys = min(before, self._clock() - _KEYS_KEPT)
        ended = JOBS.delete().where(JOBS.c.at < before, JOBS.c.state.is_not(None))
        with self._database.writing() as connection:
            gone = connection.execute(ended).rowcount
            rest = connection.execute(KEYS.delete().where(KEYS.c.at < keys)).rowcount
            rest += connection.execute(THREADS.delete().where(THREADS.c.at < before)).rowcount
        if gone or rest:
            self._database.wipe()
        return gone

    def dispose(self) -> None:
        """Give the connections back; the ledger must not be used after."""
        self._database.close()

    def _sweep(self, now: datetime) -> None:
        with self._sweeping:
            due = now - self._swept >= _SWEEP
            if due:
                self._swept = now
        if due:
            self._forget_old(now)

    def _forget_old(self, now: datetime) -> None:
        if self._keep is not None:
            self.forget(now - self._keep)


def _held(id: str, attempt: int) -> Update:  # noqa: A002
    """An update of a job, as long as it did not end and nobody took it over since an attempt."""
    unfinished = JOBS.c.id == id, JOBS.c.attempts == attempt, JOBS.c.state.is_(None)
    return JOBS.update().where(*unfinished)


def _taken(connection: Connection, keys: Sequence[str], now: datetime) -> bool:
    """Take all ``keys``, or none and say so."""
    # In one order: two that take the same keys wait for each other, and not for ever.
    wanted = sorted(set(keys))
    if not wanted:
        return True
    known = select(KEYS.c.key).where(KEYS.c.key.in_(wanted)).limit(1)
    if connection.execute(known).first() is not None:
        return False
    try:
        # Outside SQLite another process may take one between the look and this.
        with connection.begin_nested():
            connection.execute(KEYS.insert().values([{"key": key, "at": now} for key in wanted]))
    except IntegrityError:
        return False
    return True


def _join(connection: Connection, asked: Asked, now: datetime) -> None:
    """Note that the bot takes part in the thread, in which the asker spoke last."""
    spoke = {"last": asked.user, "at": now}
    where = asked.team, asked.channel, asked.thread
    known = THREADS.update().where(in_thread(THREADS, *where)).values(**spoke)
    if connection.execute(known).rowcount:
        return
    names = dict(zip(("team", "channel", "thread"), where, strict=True))
    try:
        with connection.begin_nested():
            connection.execute(THREADS.insert().values(**names, **spoke))
    except IntegrityError:
        connection.execute(known)

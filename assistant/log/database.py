"""A database by its address: opened, its tables made, each failure in one line without secrets.

This module imports SQLAlchemy; :mod:`assistant.log.store` imports it when a log is opened.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)

from assistant.log.errors import LogError
from assistant.log.tables import METADATA, SCHEMA, SCHEMA_VERSION

_BUSY = 30
"""Seconds that a writer waits for another one in SQLite."""

_TRIES, _PAUSE = 6, 0.2
"""Times the tables are looked for and made, and seconds between: another program may make them."""

_PATIENCE = 1
"""Seconds that clearing the journal waits for others."""

_WRITING = "minutes_log_writing"
"""Name of the option under which a connection says that its transaction will write."""


class Database:
    """The database at an address; its connections may be used by several threads.

    Raises:
        LogError: the address is wrong, or its driver is missing.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        # What SQLAlchemy says of a wrong address may quote it, with its password.
        except (SQLAlchemyError, ValueError):
            raise LogError(
                "log: its address cannot be read; mend: write it as sqlite:////folder/log.sqlite3, "
                "postgresql+psycopg://user:password@host/database, a path, or off"
            ) from None
        self._sqlite = self._url.get_backend_name() == "sqlite"
        self.address = _address(self._url)
        with self._told():
            self._engine = self._opened()

    def prepare(self) -> None:
        """Make the tables where they are missing.

        Raises:
            LogError: the database cannot be opened, or a newer program wrote it.
        """
        if not self._sqlite:
            # A wrong password is tried once, not as often as the tables.
            with self._told(), self._engine.connect():
                pass
        for left in reversed(range(_TRIES)):
            with self._told():
                try:
                    with self._transaction(writing=True) as connection:
                        self._make_tables(connection)
                    return
                except (IntegrityError, OperationalError, ProgrammingError):
                    if not left:
                        raise
                    time.sleep(_PAUSE)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a transaction that only reads."""
        with self._told(), self._transaction(writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that writes; it is committed at the end."""
        with self._told(), self._transaction(writing=True) as connection:
            yield connection

    def wipe(self) -> None:
        """Have what was deleted gone from SQLite's journal too; a busy database does it later."""
        if not self._sqlite:
            return
        with self._told(), self._engine.connect() as connection:
            driver = connection.connection.cursor()
            with suppress(sqlite3.OperationalError):
                driver.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            driver.execute(f"PRAGMA busy_timeout = {_BUSY * 1000}")
            driver.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _opened(self) -> Engine:
        made = partial(
            create_engine,
            self._url,
            hide_parameters=True,
            json_serializer=partial(json.dumps, ensure_ascii=False),
        )
        if not self._sqlite:
            return made(pool_pre_ping=True)
        if self._url.database and not self._url.database.startswith(("file:", ":")):
            _make_file(Path(self._url.database))
        engine = made(connect_args={"timeout": _BUSY})
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            connection = connection.execution_options(**{_WRITING: writing})
            with connection.begin():
                yield connection

    def _make_tables(self, connection: Connection) -> None:
        version = None
        if inspect(connection).has_table(SCHEMA.name):
            version = connection.execute(SCHEMA.select()).mappings().first()
        if version is not None and version["version"] > SCHEMA_VERSION:
            raise LogError(
                f"{self.address}: a newer version wrote this log (its tables are version "
                f"{version['version']}, this program knows {SCHEMA_VERSION}); mend: update "
                "minutes-assistant, or set log to another address"
            )
        METADATA.create_all(connection)
        if version is None:
            connection.execute(SCHEMA.insert().values(id=1, version=SCHEMA_VERSION))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn every failure of SQLAlchemy, its driver or the file system into a LogError."""
        try:
            yield
        except ImportError as error:
            raise LogError(
                f"{self.address}: {self._unsecret(error)}; mend: install the driver of this "
                "database, or set log to another address"
            ) from None
        except IntegrityError as error:
            raise LogError(
                f"{self.address}: {self._unsecret(error)}; mend: give each entry an id of its own"
            ) from None
        except (SQLAlchemyError, OSError, TypeError, ValueError) as error:
            raise LogError(
                f"{self.address}: the log cannot be used ({self._unsecret(error)}); mend: see to "
                "the database, or set log to another address or to off"
            ) from None

    def _unsecret(self, error: Exception) -> str:
        """The first line of what a driver says, without statements, values and password."""
        said = error.orig if isinstance(error, DBAPIError) else error
        text = (str(said).strip().splitlines() or [type(said).__name__])[0]
        host = self._url.host or ""
        secrets = [str(self._url.password or ""), *map(str, self._url.query.values())]
        for secret in (*secrets, host[: host.rfind("@") + 1]):
            if secret:
                text = text.replace(secret, "***")
        return text


def _address(url: URL) -> str:
    """The address to show: no user, no password, no options.

    An @ that is not escaped in a password leaves its end before the host.
    """
    host = (url.host or "").rsplit("@", 1)[-1]
    return URL.create(
        url.drivername, host=host or None, port=url.port, database=url.database
    ).render_as_string()


def _make_file(path: Path) -> None:
    """Make the file of a log, for its owner only; questions are people's words."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        # Not opened: closing it would free this process's locks. Another owner's stays as it is.
        with suppress(PermissionError):
            path.chmod(0o600)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    # Transactions begin below: the driver would begin them late, and then fail instead of waiting.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

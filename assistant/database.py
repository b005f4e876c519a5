"""A database by its address: opened, its tables made, each failure in one line without secrets.

The answer log and the ledger of the Slack bot are kept in such databases. This module imports
SQLAlchemy; what must start quickly imports it when a database is opened.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import (
    URL,
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    inspect,
    make_url,
)
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.schema import CreateColumn
from sqlalchemy.types import TypeDecorator

from assistant.errors import AssistantError

_BUSY = 30
"""Seconds that a writer waits for another one in SQLite."""

_TRIES, _PAUSE = 6, 0.2
"""Times the tables are looked for and made, and seconds between: another program may make them."""

_PATIENCE = 1
"""Seconds that clearing the journal waits for others."""

_WRITING = "minutes_writing"
"""Name of the option under which a connection says that its transaction will write."""

_OPENING = threading.Lock()
# A file made and closed while this process has it open elsewhere would free SQLite's locks on it.


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


def version_table(name: str, metadata: MetaData) -> Table:
    """The table that holds the version of the tables of ``metadata``, in one row."""
    return Table(
        name,
        metadata,
        # Its key keeps two programs that make the tables at once from writing it twice.
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("version", Integer, nullable=False),
    )


@dataclass(frozen=True)
class Schema:
    """What is kept in a database, and how failures speak of it.

    ``versions`` is the table of :func:`version_table`. ``version`` is raised when tables are added,
    or columns that may be empty: an older database is then brought up to date, and an older program
    refuses a newer one. ``name`` stands in messages (log), every one of which is an ``error``;
    ``instead`` is what else can be done where the database cannot be used. ``synchronous`` is
    SQLite's: NORMAL keeps what was committed when the program is killed, FULL when the power
    goes as well, at the price of waiting for the disk.
    """

    metadata: MetaData
    versions: Table
    version: int
    name: str
    error: type[AssistantError]
    instead: str
    synchronous: Literal["FULL", "NORMAL"] = "FULL"


class Database:
    """The database at an address; its connections may be used by several threads.

    Args:
        url: an address of SQLAlchemy; the file of SQLite and its folder are made, readable by
            their owner only.
        schema: what is kept there.

    Raises:
        AssistantError: the schema's ``error``: the address is wrong, or its driver is missing.
    """

    def __init__(self, url: str, schema: Schema) -> None:
        self._schema = schema
        try:
            self._url = make_url(url)
        # What SQLAlchemy says of a wrong address may quote it, with its password.
        except (SQLAlchemyError, ValueError):
            raise schema.error(
                f"{schema.name}: its address cannot be read; mend: write it as "
                f"sqlite:////folder/{schema.name}.sqlite3 or "
                f"postgresql+psycopg://user:password@host/database, or {schema.instead}"
            ) from None
        self._sqlite = self._url.get_backend_name() == "sqlite"
        # SQLite lets writers wait by sleeping, the longer the more often: here they queue instead.
        self._turn = threading.Lock()
        self.address = _address(self._url)
        with self._told():
            self._engine = self._opened()

    def prepare(self) -> None:
        """Make what is missing of the tables.

        Raises:
            AssistantError: the schema's ``error``: the database cannot be opened, or a newer
                program wrote it.
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

    @property
    def engine(self) -> Engine:
        """The connections, for tables of others here; their transactions wait for other writers."""
        return self._engine.execution_options(**{_WRITING: True})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection in a transaction that only reads."""
        with self._told(), self._transaction(writing=False) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a transaction that writes; it is committed at the end.

        In SQLite nobody else writes meanwhile, so what was read in it stays true.
        """
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
            json_serializer=_json,
        )
        if not self._sqlite:
            return made(pool_pre_ping=True)
        if self._url.database and not self._url.database.startswith(("file:", ":")):
            with _OPENING:
                _make_file(Path(self._url.database))
        engine = made(connect_args={"timeout": _BUSY})
        event.listen(engine, "connect", partial(_prepare_sqlite, self._schema.synchronous))
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[Connection]:
        turn = self._turn if writing and self._sqlite else nullcontext()
        with turn, self._engine.connect() as connection:
            connection = connection.execution_options(**{_WRITING: writing})
            with connection.begin():
                yield connection

    def _make_tables(self, connection: Connection) -> None:
        schema, kept = self._schema, None
        if inspect(connection).has_table(schema.versions.name):
            row = connection.execute(schema.versions.select()).mappings().first()
            kept = None if row is None else int(row["version"])
        if kept is not None and kept > schema.version:
            raise schema.error(
                f"{self.address}: a newer version wrote this {schema.name} (its tables are version "
                f"{kept}, this program knows {schema.version}); mend: update "
                f"minutes-assistant, or {schema.instead}"
            )
        if kept is not None and kept < schema.version:
            _add_columns(connection, schema.metadata)
            connection.execute(schema.versions.update().values(version=schema.version))
        schema.metadata.create_all(connection)
        if kept is None:
            connection.execute(schema.versions.insert().values(id=1, version=schema.version))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn every failure of SQLAlchemy, its driver or the file system into the one error."""
        schema = self._schema
        try:
            yield
        except ImportError as error:
            raise schema.error(
                f"{self.address}: {self._unsecret(error)}; mend: install the driver of this "
                f"database, or {schema.instead}"
            ) from None
        except IntegrityError as error:
            raise schema.error(
                f"{self.address}: {self._unsecret(error)}; mend: give each entry an id of its own"
            ) from None
        except (SQLAlchemyError, OSError, TypeError, ValueError) as error:
            raise schema.error(
                f"{self.address}: the {schema.name} cannot be used ({self._unsecret(error)}); "
                f"mend: see to the database, or {schema.instead}"
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


def _add_columns(connection: Connection, metadata: MetaData) -> None:
    """Add the columns that tables of an earlier version lack; they may be empty."""
    looked_at, dialect = inspect(connection), connection.dialect
    for table in metadata.sorted_tables:
        if not looked_at.has_table(table.name):
            continue
        held = {column["name"] for column in looked_at.get_columns(table.name)}
        name = dialect.identifier_preparer.format_table(table)
        for column in table.columns:
            if column.name not in held:
                added = CreateColumn(column).compile(dialect=dialect)
                connection.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {added}")


def _json(value: Any) -> str:
    """JSON to be read by hand; names of files that are no UTF-8 are escaped."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
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
    """Make the file of a database, for its owner only; questions are people's words."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        # Not opened: closing it would free this process's locks. Another owner's stays as it is.
        with suppress(PermissionError):
            path.chmod(0o600)


def _prepare_sqlite(synchronous: str, connection: Any, _: Any) -> None:
    # Transactions begin below: the driver would begin them late, and then fail instead of waiting.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute(f"PRAGMA synchronous = {synchronous}")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

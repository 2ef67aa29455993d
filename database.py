"""The database: declarative base, engine, session scope. Plain SQLAlchemy, no Flask.

SQLite (WAL) is the embedded default, PostgreSQL the larger one.
The schema is made by ``migrations/`` alone; nothing here creates a table.
"""

import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Select,
    create_engine,
    event,
    func,
    make_url,
    select,
)
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
LOCK_WAIT_MS = 5_000
STATEMENT_TIMEOUT_MS = 10_000
QUERIES_PREPARED = 128


class Base(DeclarativeBase):
    """The base of every table; constraints are named, so that migrations can find them."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC on every database. Naive datetimes are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  (SQLAlchemy passes it)
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def utc_now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


class Database:
    """One database with its connection pool. Its lifetime is that of the process."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.engine = make_engine(address)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._readers = SqliteReaders(self.engine) if _is_sqlite_file(self.engine) else None
        # one statement needs no BEGIN and no ROLLBACK
        self._reading = self.engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error."""
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def turn(self, number: int, *, seconds: float) -> Iterator[Session]:
        """One transaction that waits until no other process has a turn of this number.

        The database itself is the lock: it is there, and ours to write, wherever the transaction
        can be written at all, while a lock file may belong to somebody else. SQLite has one turn
        for all who write, so it is to be short. Raises ``OperationalError`` after ``seconds``.
        """
        with self.session() as session:
            if self.engine.name == "sqlite":
                _take_sqlite(session, milliseconds=int(seconds * 1000))
            else:
                _take_postgresql(session, number, milliseconds=int(seconds * 1000))
            yield session

    def rows(self, query: "Select[Any]", parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """What one query of plain columns finds now; a list of names is no parameter of it."""
        if self._readers is not None:
            try:
                return self._readers.rows(query, parameters)
            except sqlite3.Error:
                pass  # asked again below, where errors are those that callers know
        with self._reading.connect() as connection:
            return connection.execute(query, parameters).all()

    def close(self) -> None:
        """Give every connection back."""
        if self._readers is not None:
            self._readers.close()
        self.engine.dispose()


class SqliteReaders:
    """Connections that ask SQLite without what a pool, a session and a result do around it.

    A search looks ten entries up in the database: SQLite answers in a fifth of the time that the
    machinery takes. Nothing is kept but connections: each query sees all that is committed, and
    leaves no transaction open.
    """

    def __init__(self, engine: Engine) -> None:
        self._path = engine.url.database or ""
        self._idle: deque[sqlite3.Connection] = deque()
        self._prepared = lru_cache(QUERIES_PREPARED)(lambda query: Prepared(query, engine.dialect))

    def rows(self, query: "Select[Any]", parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """See ``Database.rows``. Raises ``sqlite3.Error``, and then forgets the connection."""
        prepared: Prepared = self._prepared(query)
        connection = self._take()
        try:
            found = connection.execute(prepared.text, prepared.filled(parameters)).fetchall()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        return found

    def close(self) -> None:
        """Close those that nobody asks at the moment."""
        while self._idle:
            self._idle.pop().close()

    def _take(self) -> sqlite3.Connection:
        try:
            return self._idle.pop()
        except IndexError:
            fresh = sqlite3.connect(
                self._path,
                timeout=LOCK_WAIT_MS / 1000,
                isolation_level=None,
                check_same_thread=False,  # one thread at a time has it
            )
            fresh.execute("PRAGMA query_only=ON")
            return fresh


class Prepared:
    """A query as the driver takes it: its text, and its parameters in their order."""

    def __init__(self, query: "Select[Any]", dialect: Dialect) -> None:
        compiled = query.compile(dialect=dialect)
        self.text = str(compiled)
        self._fixed = compiled.params
        self._order: Sequence[str] = getattr(compiled, "positiontup", None) or ()
        kinds = {name: bind.type.dialect_impl(dialect) for name, bind in _binds(compiled)}
        written = {name: kind.bind_processor(dialect) for name, kind in kinds.items()}
        self._written = {name: write for name, write in written.items() if write is not None}

    def filled(self, parameters: Mapping[str, Any]) -> list[Any]:
        """The values of all parameters, each as the database writes it."""
        values = {**self._fixed, **parameters}
        for name, write in self._written.items():
            values[name] = write(values[name])
        return [values[name] for name in self._order]


def make_engine(address: str) -> Engine:
    """The engine for an address, with what each database needs to behave under load."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(
            url, connect_args={"timeout": LOCK_WAIT_MS / 1000}, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    options = f"-c statement_timeout={STATEMENT_TIMEOUT_MS}"
    connect_args = {"connect_timeout": 3, "options": options}
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_timeout=3,
        connect_args=connect_args,
        hide_parameters=True,  # a parameter may be what somebody asked
    )


def _take_sqlite(session: Session, *, milliseconds: int) -> None:
    connection = session.connection()
    connection.exec_driver_sql(f"PRAGMA busy_timeout={milliseconds}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")


def _take_postgresql(session: Session, number: int, *, milliseconds: int) -> None:
    wait = func.set_config("statement_timeout", str(milliseconds), True)
    session.execute(select(wait))
    session.execute(select(func.pg_advisory_xact_lock(number)))
    after = func.set_config("statement_timeout", str(STATEMENT_TIMEOUT_MS), True)
    session.execute(select(after))


def _is_sqlite_file(engine: Engine) -> bool:
    """Whether every connection sees the same database; one in memory belongs to its connection."""
    is_file = engine.url.database not in (None, "", ":memory:") and not engine.url.query
    return engine.name == "sqlite" and is_file


def _binds(compiled: Any) -> Iterable[tuple[str, BindParameter[Any]]]:
    binds: Mapping[str, BindParameter[Any]] = compiled.binds
    return binds.items()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={LOCK_WAIT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

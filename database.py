"""The database: declarative base, engine, session scope. Plain SQLAlchemy, no Flask.

SQLite (WAL) is the embedded default, PostgreSQL the larger one.
The schema is made by ``migrations/`` alone; nothing here creates a table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, MetaData, create_engine, event, make_url
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

    @contextmanager
    def session(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error."""
        with self._sessions() as session, session.begin():
            yield session

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


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

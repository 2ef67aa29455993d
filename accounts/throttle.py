"""Failed attempts to get in, counted in the database so that every worker sees them.

Counted by account, by address and together; after a few free ones each failure makes the next
attempt wait longer. An unknown account is counted like a known one. What is stored is a keyed
hash, not the account or the address.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts.errors import TooManyAttempts
from accounts.tables import AttemptRow
from database import Database

WINDOW = timedelta(minutes=15)
LOCK = 0x6461_7765_6E01
"""The number by which PostgreSQL knows the lock of this table: any, but always the same."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How many failures are free, and the longest wait in seconds after many more."""

    free: int
    longest: int

    def wait_seconds(self, failures: int) -> float:
        """Seconds from the last failure until the next attempt counts; doubles each time."""
        if failures < self.free:
            return 0.0
        return min(float(self.longest), 2.0 ** min(failures - self.free + 1, 30))


RULES = {
    "account": Rule(free=5, longest=900),
    "address": Rule(free=20, longest=900),
    "all": Rule(free=300, longest=10),
}


class Throttle:
    """Counts the attempts of one installation; ``key`` is secret."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    def begin(self, *, account: str, address: str, now: datetime) -> tuple[int, ...]:
        """Count an attempt before it is tried, and return its rows for ``forgive``.

        Raises ``TooManyAttempts``; an attempt that has to wait is not counted.
        """
        keys = self._keys(account, address)
        with self._database.session() as session:
            own = _insert(session, keys.values(), now)
            wait = max(_wait(session, RULES[kind], key, now, own) for kind, key in keys.items())
            if wait > 0:
                raise TooManyAttempts(ceil(wait))
            session.execute(delete(AttemptRow).where(AttemptRow.at < now - WINDOW))
            return own

    def forgive(self, rows: tuple[int, ...], *, account: str) -> None:
        """The attempt was right: it does not count, nor do the account's earlier failures."""
        key = self._hash("account", account)
        with self._database.session() as session:
            was_right = AttemptRow.id.in_(rows) | (AttemptRow.key == key)
            session.execute(delete(AttemptRow).where(was_right))

    def _keys(self, account: str, address: str) -> dict[str, str]:
        values = {"account": account, "address": address, "all": ""}
        return {kind: self._hash(kind, value) for kind, value in values.items()}

    def _hash(self, kind: str, value: str) -> str:
        text = f"{kind}:{value.strip().casefold()}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, text, "sha256").hex()


def _insert(session: Session, keys: Iterable[str], now: datetime) -> tuple[int, ...]:
    """Insert the rows of an attempt before the others are counted: attempts at the same moment
    come one after the other, so that none is counted past.

    In SQLite the first write of a transaction holds off all other writers; PostgreSQL has to be
    told.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    rows = [AttemptRow(key=key, at=now) for key in keys]
    session.add_all(rows)
    session.flush()
    return tuple(row.id for row in rows)


def _wait(session: Session, rule: Rule, key: str, now: datetime, own: tuple[int, ...]) -> float:
    query = select(func.count(), func.max(AttemptRow.at)).where(
        AttemptRow.key == key, AttemptRow.at > now - WINDOW, AttemptRow.id.not_in(own)
    )
    failures, last = session.execute(query).one()
    if failures == 0:
        return 0.0
    return rule.wait_seconds(failures) - (now - last).total_seconds()

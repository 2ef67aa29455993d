"""The search log: one row per search at a door, without anything that names a person.

Promises that a search is never slowed or broken by its log: when the database is locked, full or
away, the row is dropped and counted.
Refuses to store the asker: the session is a keyed hash that changes every day (UTC).
"""

import hmac
import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from database import Database, utc_now
from insights.redaction import redact
from insights.signals import Signal
from insights.tables import SearchRow, SignalRow
from insights.wording import LONGEST, wording_of
from kb.disclosure import Audience
from search.text import clean_lines

LOCK_WAIT_SECONDS = 0.15
HITS_KEPT = 5

logger = logging.getLogger(__name__)


class SearchedHit(Protocol):
    """What the log needs of a hit."""

    @property
    def slug(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def confidence(self) -> float: ...


class Searched(Protocol):
    """What the log needs of a search's result (``search.results.Result`` has it)."""

    @property
    def query(self) -> str: ...
    @property
    def lang(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def hits(self) -> Sequence[SearchedHit]: ...
    @property
    def generation(self) -> str: ...


class SearchLog:
    """Writes searches and what was done with them. ``key`` keeps sessions unguessable."""

    def __init__(
        self, database: Database, key: str, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.dropped = 0
        self._key = key.encode()
        self._clock = clock
        self._engine = _impatient(database)

    def record(
        self,
        result: Searched,
        *,
        channel: str,
        audience: Audience,
        asker: str,
        is_bot: bool = False,
        is_staff: bool = False,
    ) -> str:
        """Store one search; its id, also when it could not be stored."""
        search_id = uuid.uuid4().hex
        text = redact(result.query)[:LONGEST]
        row = SearchRow(
            id=search_id,
            at=self._clock(),
            text=text,
            wording=wording_of(text),
            lang=result.lang,
            channel=channel,
            level=int(audience.clearance),
            outcome=str(result.outcome),
            mode=str(result.mode),
            confidence=float(result.confidence),
            hits=[_kept(hit) for hit in result.hits[:HITS_KEPT]],
            generation=result.generation,
            session=self._session(asker),
            is_bot=is_bot,
            is_staff=is_staff,
        )
        self._write(lambda session: session.add(row))
        return search_id

    def signal(self, search_id: str, kind: str, slug: str = "", reason: str = "") -> None:
        """Store what the asker did with a search, once. Unknown searches and kinds are ignored."""
        if kind not in list(Signal):
            return
        self._write(lambda session: self._add_signal(session, search_id, kind, slug, reason))

    def close(self) -> None:
        """Give every connection back."""
        self._engine.dispose()

    def _add_signal(
        self, session: Session, search_id: str, kind: str, slug: str, reason: str
    ) -> None:
        if session.get(SearchRow, search_id[:32]) is None:
            return
        said = redact(clean_lines(reason))[:LONGEST]
        same = select(SignalRow).filter_by(search_id=search_id, kind=kind, slug=slug[:120])
        known = session.scalars(same).first()
        if known is not None:  # a page loaded twice is one click; a reason may follow its vote
            known.reason = known.reason or said
            return
        session.add(
            SignalRow(
                search_id=search_id, at=self._clock(), kind=kind, slug=slug[:120], reason=said
            )
        )

    def _write(self, change: Callable[[Session], None]) -> None:
        try:
            with Session(self._engine) as session, session.begin():
                change(session)
        except SQLAlchemyError as error:
            self.dropped += 1
            # only the kind of error: its text may quote the statement, and with it the question
            logger.warning("search log row dropped: %s", type(error).__name__)

    def _session(self, asker: str) -> str:
        seed = f"{self._clock().date().isoformat()}\n{asker}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, seed, "sha256").hexdigest()[:32]


def _kept(hit: SearchedHit) -> dict[str, Any]:
    return {"slug": hit.slug, "lang": hit.lang, "confidence": round(float(hit.confidence), 4)}


def _impatient(database: Database) -> Engine:
    """Connections of the log's own, which give up where a page's would wait for the lock."""
    url = make_url(database.address)
    if url.get_backend_name() == "sqlite":
        return create_engine(url, connect_args={"timeout": LOCK_WAIT_SECONDS})
    wait = int(LOCK_WAIT_SECONDS * 1000)
    options = f"-c lock_timeout={wait} -c statement_timeout={4 * wait}"
    connect_args = {"connect_timeout": 1, "options": options}
    return create_engine(
        url, pool_size=2, pool_timeout=LOCK_WAIT_SECONDS, connect_args=connect_args
    )

"""From the log to intents: reads the searches that are new, and writes the intents they belong to.

Promises that the table says after each run what ``insights.intents`` says of the whole log: a
session that was touched is read again from its beginning and its intents are written anew, so a
run may be repeated, or cut short, without harm. Two at once: the second finds the watermark moved
and leaves the work to the first. Each part is written in one short transaction, so that the log,
which waits for nobody, loses nothing meanwhile.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, union
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database import Database
from insights.intents import Alike, Asked, Intent, Said, intents_of
from insights.rewording import are_reworded
from insights.tables import SearchRow, SignalRow
from insights.watermarks import claim, reached
from insights.work_tables import IntentRow

STEP = "intents"
OVERLAP = timedelta(minutes=2)
"""A row may be committed a little after the moment that stands in it."""
SEARCHES_AT_ONCE = 1_500
SESSIONS_AT_ONCE = 400
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

_SEARCH = (
    SearchRow.id,
    SearchRow.at,
    SearchRow.session,
    SearchRow.text,
    SearchRow.wording,
    SearchRow.lang,
    SearchRow.level,
    SearchRow.channel,
    SearchRow.outcome,
    SearchRow.mode,
    SearchRow.confidence,
    SearchRow.hits,
)
_NO_REASON = {"reason": "", "reason_slug": "", "reason_gap": 0.0}


JudgeOf = Callable[[Sequence[Asked]], Alike]


def _by_letters(searches: Sequence[Asked]) -> Alike:  # noqa: ARG001 (letters need no preparing)
    return are_reworded


def take_in(database: Database, *, now: datetime, judge: JudgeOf = _by_letters) -> int:
    """Bring the intents up to ``now``; how many were written. ``judge`` gives, for some searches,
    who says whether two of their wordings are alike."""
    written = 0
    while True:
        with database.session() as session:
            since = reached(session, STEP)
            until = _end_of_part(session, since, now)
            sessions = _touched(session, since, until)
            searches = list(_searches(session, sessions))
        intents = intents_of(searches, alike=judge(searches))
        if not _write(database, intents, sessions, since=since, until=until):
            return written
        written += len(intents)
        if until >= now:
            return written


def _end_of_part(session: Session, since: datetime | None, now: datetime) -> datetime:
    """``now``, or earlier where more has been asked than is read at once."""
    query = select(SearchRow.at).where(SearchRow.at > (since or BEGINNING), SearchRow.at <= now)
    last = session.scalar(query.order_by(SearchRow.at).offset(SEARCHES_AT_ONCE).limit(1))
    return last or now


def _touched(session: Session, since: datetime | None, until: datetime) -> list[str]:
    """Sessions in which something was asked or said in this part."""
    begin = (since or BEGINNING) - OVERLAP
    asked = select(SearchRow.session).where(SearchRow.at > begin, SearchRow.at <= until)
    said = (
        select(SearchRow.session)
        .join(SignalRow, SignalRow.search_id == SearchRow.id)
        .where(SignalRow.at > begin, SignalRow.at <= until)
    )
    return sorted(session.scalars(union(asked, said)))


def _searches(session: Session, sessions: Sequence[str]) -> Iterator[Asked]:
    for at in range(0, len(sessions), SESSIONS_AT_ONCE):
        chosen = SearchRow.session.in_(sessions[at : at + SESSIONS_AT_ONCE])
        counts = (SearchRow.is_bot.is_(False), SearchRow.is_staff.is_(False))
        said = _signals(session, select(SearchRow.id).where(chosen, *counts))
        for row in session.execute(select(*_SEARCH).where(chosen, *counts)).mappings():
            yield _asked(row, said.get(row["id"], ()))


def _signals(session: Session, searches: Any) -> Mapping[str, tuple[Said, ...]]:
    query = (
        select(SignalRow.search_id, SignalRow.at, SignalRow.kind, SignalRow.slug)
        .where(SignalRow.search_id.in_(searches))
        .order_by(SignalRow.at, SignalRow.id)
    )
    found: dict[str, tuple[Said, ...]] = {}
    for search_id, at, kind, slug in session.execute(query):
        found[search_id] = (*found.get(search_id, ()), Said(at, kind, slug))
    return found


def _asked(row: Mapping[Any, Any], said: tuple[Said, ...]) -> Asked:
    values = {name: value for name, value in row.items() if name != "hits"}
    return Asked(**values, shown=tuple(hit["slug"] for hit in row["hits"]), said=said)


def _write(
    database: Database,
    intents: Sequence[Intent],
    sessions: Sequence[str],
    *,
    since: datetime | None,
    until: datetime,
) -> bool:
    """Put these in place of what the sessions had; ``False`` where another run was faster."""
    try:
        with database.session() as session:
            if not claim(session, STEP, since=since, until=until):
                return False
            rows = _with_reasons(session, intents)
            for at in range(0, len(sessions), SESSIONS_AT_ONCE):
                chosen = sessions[at : at + SESSIONS_AT_ONCE]
                session.execute(delete(IntentRow).where(IntentRow.session.in_(chosen)))
            if rows:
                session.execute(insert(IntentRow), rows)
    except IntegrityError:
        return False
    return True


def _with_reasons(session: Session, intents: Sequence[Intent]) -> list[dict[str, Any]]:
    """The rows to be written; one that is missed as before keeps the reason it was given."""
    known: dict[str, Any] = {}
    for at in range(0, len(intents), SESSIONS_AT_ONCE):
        ids = [intent.id for intent in intents[at : at + SESSIONS_AT_ONCE]]
        query = select(IntentRow).where(IntentRow.id.in_(ids), IntentRow.reason != "")
        known |= {row.id: row for row in session.scalars(query)}
    return [_row(intent, known.get(intent.id)) for intent in intents]


def _row(intent: Intent, before: IntentRow | None) -> dict[str, Any]:
    is_same = before is not None and intent.cause and before.wording == intent.wording
    kept = {name: getattr(before, name) for name in _NO_REASON} if is_same else _NO_REASON
    return asdict(intent) | kept

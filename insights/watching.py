"""The watch over a cluster that an entry answers: it comes back when its misses go on."""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database import Database
from insights.closing import CLOSED_SHARE, Verdict, latest, prove
from insights.cluster_actions import reopen
from insights.cluster_record import Hand
from insights.clusters import Status
from insights.work_tables import ClusterRow, IntentRow, MemberRow
from search.engine import SearchEngine

REOPENED_BY = 2
"""Sessions that must miss again, at least, before a watched cluster comes back."""
COMPARED = timedelta(days=14)
"""The span before the proof that says how many missed it while nothing answered it."""
BY_WATCHING = "missed again"


def watch(database: Database, *, engine: SearchEngine, now: datetime) -> int:
    """Look after watched clusters: those missed again come back, those whose time is over without
    are closed. How many changed. A step of the digest."""
    changed = 0
    with database.session() as session:
        watched = select(ClusterRow).where(ClusterRow.status == Status.WATCHED.value)
        for row in session.scalars(watched).all():
            changed += _look_after(session, engine, row, now)
    return changed


def missed_since(
    session: Session, cluster: int, *, since: datetime, until: datetime | None = None
) -> int:
    """Sessions that missed a cluster's questions after a moment, up to ``until`` where given."""
    query = (
        select(func.count(func.distinct(IntentRow.session)))
        .join(MemberRow, MemberRow.wording == IntentRow.wording)
        .where(MemberRow.cluster_id == cluster, IntentRow.cause != "", IntentRow.at > since)
    )
    if until is not None:
        query = query.where(IntentRow.at <= until)
    return session.scalar(query) or 0


def reopened_by(session: Session, cluster: int, *, begun: datetime) -> int:
    """Sessions from which on the misses of a watched cluster go on: more than a proof lets pass.

    What hundreds asked is mistyped by a few of them, whatever is written.
    """
    before = missed_since(session, cluster, since=begun - COMPARED, until=begun)
    return max(REOPENED_BY, ceil((1 - CLOSED_SHARE) * before))


def _look_after(session: Session, engine: SearchEngine, row: ClusterRow, now: datetime) -> bool:
    proof = latest(session, row.id)
    begun = proof.at if proof is not None else row.changed_at
    if missed_since(session, row.id, since=begun) >= reopened_by(session, row.id, begun=begun):
        reopen(session, row.id, hand=Hand(None, now), note=BY_WATCHING)
        return True
    if row.watched_until is not None and row.watched_until <= now:
        found = prove(session, engine, cluster=row.id, now=now)
        if found is not None and found.verdict is Verdict.NOT:
            reopen(session, row.id, hand=Hand(None, now), note=BY_WATCHING)
        else:
            row.status, row.changed_at = Status.CLOSED.value, now
        return True
    return False

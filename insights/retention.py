"""How long what people asked is kept, and how one person's words are erased (trust R04).

What is made of what was asked goes with it: intents, wordings in clusters, proposals. What stays
is the shop's own record: decisions, the history of entries, judged queries, and clusters that were
answered or dismissed, without their wordings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete, or_, select
from sqlalchemy.orm import Session

from insights.addresses import left_with
from insights.batches import batches
from insights.clusters import Status
from insights.tables import QuestionRow, SearchRow, SignalRow
from insights.work_tables import (
    ClusterActionRow,
    ClusterRow,
    IntentRow,
    MemberRow,
    ProposalRow,
    VectorRow,
)

UNDECIDED = (Status.OPEN.value, Status.MERGED.value)
"""Clusters that nobody has answered: without wordings they say nothing."""


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows of each kind are gone. ``wordings`` were in clusters."""

    searches: int
    signals: int
    questions: int
    intents: int = 0
    wordings: int = 0
    proposals: int = 0


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows of one person are gone."""

    questions: int
    searches: int
    intents: int


def purge(session: Session, *, before: datetime) -> Purged:
    """Delete searches, what was done with them, what was made of them, and left questions, all
    from before a moment; letters go with their questions.
    """
    old_searches = select(SearchRow.id).where(SearchRow.at < before)
    old_signals = delete(SignalRow).where(
        or_(SignalRow.search_id.in_(old_searches), SignalRow.at < before)
    )
    old_proposals = delete(ProposalRow).where(
        ProposalRow.at < before, ProposalRow.decided_at.is_(None)
    )
    signals = _count(session, old_signals)
    searches = _count(session, delete(SearchRow).where(SearchRow.at < before))
    intents = _count(session, delete(IntentRow).where(IntentRow.at < before))
    session.execute(delete(ClusterActionRow).where(ClusterActionRow.at < before))
    session.execute(delete(VectorRow).where(VectorRow.at < before))
    return Purged(
        searches=searches,
        signals=signals,
        questions=_count(session, delete(QuestionRow).where(QuestionRow.at < before)),
        intents=intents,
        wordings=_forget_wordings(session),
        proposals=_count(session, old_proposals),
    )


def erase_address(session: Session, email: str) -> Erased:
    """Delete every question that was left with this address, and all that was asked in the
    sessions in which they were left."""
    own = left_with(session, email)
    joined = select(QuestionRow.search_id).where(own, QuestionRow.search_id.is_not(None))
    query = select(SearchRow.session).where(SearchRow.id.in_(joined)).distinct()
    sessions = session.scalars(query).all()
    questions = _count(session, delete(QuestionRow).where(own))
    searches, intents = _erase_sessions(session, sessions)
    _forget_wordings(session)
    return Erased(questions, searches, intents)


def _erase_sessions(session: Session, sessions: Sequence[str]) -> tuple[int, int]:
    own = SearchRow.session.in_(sessions)
    searches = select(SearchRow.id).where(own)
    session.execute(delete(SignalRow).where(SignalRow.search_id.in_(searches)))
    gone = _count(session, delete(SearchRow).where(own))
    return gone, _count(session, delete(IntentRow).where(IntentRow.session.in_(sessions)))


def _forget_wordings(session: Session) -> int:
    """Take wordings that nobody has asked any more out of their clusters, and delete clusters
    that are left without any and that nobody had decided about."""
    asked = select(IntentRow.id).where(IntentRow.wording == MemberRow.wording).exists()
    query = select(MemberRow.wording, MemberRow.cluster_id).where(~asked)
    orphans = session.execute(query).all()
    for some in batches([row.wording for row in orphans]):
        session.execute(delete(MemberRow).where(MemberRow.wording.in_(some)))
    members = select(MemberRow.wording).where(MemberRow.cluster_id == ClusterRow.id).exists()
    touched = sorted({row.cluster_id for row in orphans})
    for numbers in batches(touched):
        empty = ClusterRow.id.in_(numbers) & ClusterRow.status.in_(UNDECIDED) & ~members
        session.execute(delete(ClusterRow).where(empty))
    return len(orphans)


def _count(session: Session, statement: Delete) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount

"""Phrasings that behaviour proposes: first worded so, reworded, and then this entry was accepted.

Promises to propose only what at least three sessions agree on, once: what an editor accepted or
rejected does not come back, and what the entry says already is not proposed.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from insights.wording import wording_of
from insights.work_tables import IntentRow, ProposalRow
from kb.disclosure import Status
from kb.header import MAX_LINE
from kb.tables import EntryRow
from search.text import query_language

LEAST_SESSIONS = 3
SHORTEST = 2
_TOKEN = re.compile(r"<[a-zA-Z]{2,10}>")


class ProposalStatus(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


def propose(session: Session, *, now: datetime, least: int = LEAST_SESSIONS) -> int:
    """Write the proposals that the intents give rise to and bring open ones up to date; how many
    are new. ``least`` is the number of sessions that must agree."""
    known = {(row.wording, row.slug): row for row in session.scalars(select(ProposalRow))}
    entries = _ways_to_ask(session)
    added = 0
    for wording, slug, sessions in _agreed(session, least):
        row = known.get((wording, slug))
        if row is not None:
            row.sessions = max(row.sessions, sessions)
        elif slug in entries and _is_new(wording, entries[slug]):
            session.add(_proposal(wording, slug, sessions, now))
            added += 1
    return added


def open_proposals(session: Session, *, limit: int) -> Sequence[ProposalRow]:
    """Proposals that wait, most sessions first; none whose entry has the wording by now."""
    query = select(ProposalRow).where(ProposalRow.status == ProposalStatus.OPEN.value)
    query = query.order_by(ProposalRow.sessions.desc(), ProposalRow.id)
    entries = _ways_to_ask(session)
    found = [
        row
        for row in session.scalars(query)
        if row.slug in entries and _is_new(row.wording, entries[row.slug])
    ]
    return found[:limit]


def decide_proposal(
    session: Session,
    number: int,
    status: ProposalStatus,
    *,
    at: datetime,
    person_id: int | None,
) -> ProposalRow | None:
    """Accept or reject a proposal, or open it again; None where there is none of that number."""
    row = session.get(ProposalRow, number)
    if row is None:
        return None
    row.status = status.value
    row.decided_at = None if status is ProposalStatus.OPEN else at
    row.person_id = person_id
    return row


def _agreed(session: Session, least: int) -> Sequence[tuple[str, str, int]]:
    """First wording, accepted entry and number of sessions, where enough of them agree."""
    sessions = func.count(distinct(IntentRow.session))
    query = (
        select(IntentRow.first, IntentRow.accepted, sessions)
        .where(IntentRow.accepted != "", IntentRow.first != IntentRow.wording)
        .group_by(IntentRow.first, IntentRow.accepted)
        .having(sessions >= least)
        .order_by(sessions.desc(), IntentRow.first)
    )
    return [(first, slug, count) for first, slug, count in session.execute(query)]


def _ways_to_ask(session: Session) -> dict[str, set[str]]:
    """The wordings of each published entry, in all its languages."""
    query = select(EntryRow.slug, EntryRow.question, EntryRow.alternates)
    found: dict[str, set[str]] = {}
    for slug, question, alternates in session.execute(
        query.where(EntryRow.status == Status.PUBLISHED.value)
    ):
        found.setdefault(slug, set()).update(map(wording_of, (question, *alternates)))
    return found


def _is_new(wording: str, ways: set[str]) -> bool:
    text = _TOKEN.sub("", wording).strip()
    return SHORTEST <= len(text) == len(wording) <= MAX_LINE and wording_of(wording) not in ways


def _proposal(wording: str, slug: str, sessions: int, now: datetime) -> ProposalRow:
    return ProposalRow(
        wording=wording,
        text=wording,
        slug=slug,
        lang=query_language(wording),
        sessions=sessions,
        status=ProposalStatus.OPEN.value,
        at=now,
    )

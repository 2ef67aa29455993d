"""The record of what was done to clusters, with what undoing each action needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from insights.batches import batches
from insights.clusters import Status
from insights.titles import TITLE_LONGEST
from insights.work_tables import ClusterActionRow, ClusterRow, MemberRow

_KEPT = ("title", "named_by_hand", "status", "assigned_to", "merged_into", "slug")


class Done(StrEnum):
    """What was done to a cluster."""

    MERGED = "merged"
    SPLIT = "split"
    RENAMED = "renamed"
    ASSIGNED = "assigned"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who does something, and when."""

    person_id: int | None
    at: datetime


def remember(
    session: Session,
    done: Done,
    row: ClusterRow,
    *,
    hand: Hand,
    others: Sequence[ClusterRow] = (),
    made: ClusterRow | None = None,
    moved: Sequence[str] = (),
    note: str = "",
) -> None:
    """Put an action on record before it is done: ``others`` are further clusters that it changes,
    ``made`` is a new one, ``moved`` are wordings that change their cluster."""
    before: dict[str, Any] = {
        "clusters": {str(one.id): _values(one) for one in (row, *others)},
        "members": _homes(session, moved),
        "made": made.id if made is not None else None,
    }
    action = ClusterActionRow(
        at=hand.at,
        person_id=hand.person_id,
        action=done.value,
        cluster_id=row.id,
        note=note[:TITLE_LONGEST],
        before=before,
    )
    session.add(action)


def bring_back(session: Session, action: ClusterActionRow) -> None:
    """Make clusters and members what they were before an action; a cluster it made goes under."""
    for number, values in action.before["clusters"].items():
        row = session.get(ClusterRow, int(number))
        for name, value in values.items() if row else ():
            setattr(row, name, _moment(value) if name == "watched_until" else value)
    for wording, (number, by_hand) in action.before["members"].items():
        member = session.get(MemberRow, wording)
        if member is not None:
            member.cluster_id, member.by_hand = number, by_hand
    made = session.get(ClusterRow, action.before["made"] or 0)
    if made is not None:
        made.status, made.merged_into = Status.MERGED.value, action.cluster_id
        session.flush()
        joined = update(MemberRow).where(MemberRow.cluster_id == made.id)
        session.execute(joined.values(cluster_id=action.cluster_id))
    session.flush()


def touched(action: ClusterActionRow) -> list[int]:
    """The clusters that an action changed or made."""
    numbers = [int(number) for number in action.before["clusters"]]
    made = action.before["made"]
    return [*numbers, made] if made else numbers


def is_latest(session: Session, action: ClusterActionRow) -> bool:
    """Whether nothing was done since to any of the clusters that an action touched."""
    later = select(ClusterActionRow).where(
        ClusterActionRow.id > action.id, ClusterActionRow.undone_at.is_(None)
    )
    own = set(touched(action))
    return not any(own & set(touched(one)) for one in session.scalars(later))


def history(session: Session, number: int, *, limit: int = 50) -> Sequence[ClusterActionRow]:
    """What was done to a cluster, newest first."""
    query = (
        select(ClusterActionRow)
        .where(ClusterActionRow.cluster_id == number)
        .order_by(ClusterActionRow.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def latest_of(session: Session, person_id: int | None) -> ClusterActionRow | None:
    """The last thing that a person did, where it can be undone."""
    query = (
        select(ClusterActionRow)
        .where(ClusterActionRow.person_id == person_id, ClusterActionRow.undone_at.is_(None))
        .order_by(ClusterActionRow.id.desc())
        .limit(1)
    )
    action = session.scalar(query)
    return action if action is not None and is_latest(session, action) else None


def _values(row: ClusterRow) -> dict[str, Any]:
    watched = row.watched_until.isoformat() if row.watched_until else None
    return {name: getattr(row, name) for name in _KEPT} | {"watched_until": watched}


def _moment(raw: str | None) -> datetime | None:
    return datetime.fromisoformat(raw) if raw else None


def _homes(session: Session, wordings: Sequence[str]) -> dict[str, tuple[int, bool]]:
    found: dict[str, tuple[int, bool]] = {}
    for batch in batches(wordings):
        query = select(MemberRow.wording, MemberRow.cluster_id, MemberRow.by_hand)
        for row in session.execute(query.where(MemberRow.wording.in_(batch))):
            found[row.wording] = (row.cluster_id, row.by_hand)
    return found

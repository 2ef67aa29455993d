"""The clusters of misses in a period, as an editor works through them.

Counts intents, not searches, and only those still open: what an editor decided about a wording
holds here as it does on the list of wordings (``insights.misses``).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from insights.batches import batches
from insights.clusters import Status
from insights.decisions import Action, latest_decisions
from insights.priority import ANSWERS_AT, Benefit
from insights.work_tables import ClusterRow, IntentRow, MemberRow

TREND_DAYS = 14


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster in a period. ``trend`` counts its misses per day up to the last one of the
    period, decided ones included; ``fresh`` counts intents since the last visit."""

    id: int
    title: str
    keywords: tuple[str, ...]
    status: str
    slug: str
    assigned_to: int | None
    wordings: int
    intents: int
    sessions: int
    fresh: int
    is_new: bool
    first_at: datetime
    last_at: datetime
    trend: tuple[int, ...]
    langs: tuple[str, ...]
    channels: tuple[str, ...]
    levels: tuple[int, ...]
    reason: str
    reason_slug: str
    reason_share: float
    benefit: Benefit

    @property
    def lang(self) -> str:
        """The language it was asked in most."""
        return self.langs[0]

    @property
    def level(self) -> int:
        """The lowest clearance it was asked at."""
        return min(self.levels)


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording of a cluster in a period, with what was decided about it."""

    wording: str
    text: str
    lang: str
    intents: int
    sessions: int
    last_at: datetime
    likeness: float
    decision: str


@dataclass(slots=True)
class _Tally:
    intents: int = 0
    closable: int = 0
    fresh: int = 0
    sessions: set[str] = field(default_factory=set)
    wordings: set[str] = field(default_factory=set)
    moments: list[datetime] = field(default_factory=list)
    langs: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    levels: Counter[int] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)


def queue(
    session: Session,
    *,
    since: datetime,
    until: datetime,
    minutes_each: float,
    status: Status = Status.OPEN,
    seen: datetime | None = None,
    number: int | None = None,
) -> list[Cluster]:
    """The clusters of a status with misses in the period, the greatest benefit first."""
    begin = min(since, until - timedelta(days=TREND_DAYS))
    tallies: dict[int, _Tally] = {}
    days: dict[int, Counter[date]] = {}
    for row in session.execute(_misses(begin, until, status, number)):
        days.setdefault(row.cluster_id, Counter())[row.at.astimezone().date()] += 1
        if row.at >= since and (status is not Status.OPEN or row.is_open):
            _count(tallies.setdefault(row.cluster_id, _Tally()), row, seen)
    rows = _rows(session, list(tallies))
    last, span = until.astimezone().date(), (until.astimezone().date() - begin.astimezone().date())
    spread = [last - timedelta(days=back) for back in range(span.days, -1, -1)]
    found = [
        _cluster(rows[one], tally, [days[one][day] for day in spread], minutes_each, seen)
        for one, tally in tallies.items()
    ]
    return sorted(found, key=lambda each: (-each.benefit.minutes, -each.intents, each.id))


def wordings_of(
    session: Session, number: int, *, since: datetime, until: datetime
) -> list[Wording]:
    """The wordings of a cluster, the most asked first; those not asked in the period come last."""
    decided = latest_decisions().subquery()
    query = (
        select(
            MemberRow.wording,
            MemberRow.likeness,
            func.coalesce(decided.c.action, "").label("decision"),
            func.count(IntentRow.id).label("intents"),
            func.count(func.distinct(IntentRow.session)).label("sessions"),
            func.max(IntentRow.at).label("last_at"),
            func.max(IntentRow.text).label("text"),
            func.max(IntentRow.lang).label("lang"),
        )
        .outerjoin(
            IntentRow,
            and_(
                IntentRow.wording == MemberRow.wording,
                IntentRow.cause != "",
                IntentRow.at >= since,
                IntentRow.at < until,
            ),
        )
        .outerjoin(decided, decided.c.wording == MemberRow.wording)
        .where(MemberRow.cluster_id == number)
        .group_by(MemberRow.wording, MemberRow.likeness, decided.c.action)
    )
    found = [_wording(row, since) for row in session.execute(query)]
    return sorted(found, key=lambda one: (-one.intents, -one.likeness, one.wording))


def count_by_status(session: Session) -> dict[str, int]:
    """How many clusters there are of each status, whatever the period."""
    query = select(ClusterRow.status, func.count().label("clusters")).group_by(ClusterRow.status)
    return {row.status: row.clusters for row in session.execute(query)}


def _misses(begin: datetime, until: datetime, status: Status, number: int | None) -> Any:
    decided = latest_decisions().subquery()
    query = (
        select(
            MemberRow.cluster_id,
            MemberRow.likeness,
            IntentRow.wording,
            IntentRow.session,
            IntentRow.at,
            IntentRow.lang,
            IntentRow.level,
            IntentRow.channel,
            IntentRow.reason,
            IntentRow.reason_slug,
            _is_open(decided.c.action, decided.c.at).label("is_open"),
        )
        .join(MemberRow, MemberRow.wording == IntentRow.wording)
        .join(ClusterRow, ClusterRow.id == MemberRow.cluster_id)
        .outerjoin(decided, decided.c.wording == IntentRow.wording)
        .where(IntentRow.cause != "", IntentRow.at >= begin, IntentRow.at < until)
    )
    if number is not None:
        return query.where(ClusterRow.id == number)
    return query.where(ClusterRow.status == status)


def _is_open(action: ColumnElement[str], at: ColumnElement[datetime]) -> ColumnElement[bool]:
    answered = action.in_((Action.ENTRY.value, Action.PHRASING.value))
    return or_(action.is_(None), action == Action.REOPENED.value, and_(answered, IntentRow.at > at))


def _count(tally: _Tally, row: Any, seen: datetime | None) -> None:
    tally.intents += 1
    tally.closable += row.likeness >= ANSWERS_AT
    tally.fresh += seen is not None and row.at > seen
    tally.sessions.add(row.session)
    tally.wordings.add(row.wording)
    tally.moments.append(row.at)
    tally.langs[row.lang] += 1
    tally.channels[row.channel] += 1
    tally.levels[row.level] += 1
    tally.reasons[row.reason, row.reason_slug] += 1


def _rows(session: Session, numbers: Sequence[int]) -> dict[int, ClusterRow]:
    found: dict[int, ClusterRow] = {}
    for batch in batches(numbers):
        query = select(ClusterRow).where(ClusterRow.id.in_(batch))
        found |= {row.id: row for row in session.scalars(query)}
    return found


def _cluster(
    row: ClusterRow,
    tally: _Tally,
    trend: Sequence[int],
    minutes_each: float,
    seen: datetime | None,
) -> Cluster:
    reason, slug, count = _dominant(tally.reasons)
    return Cluster(
        id=row.id,
        title=row.title,
        keywords=tuple(row.keywords),
        status=row.status,
        slug=row.slug,
        assigned_to=row.assigned_to,
        wordings=len(tally.wordings),
        intents=tally.intents,
        sessions=len(tally.sessions),
        fresh=tally.fresh,
        is_new=seen is not None and row.created_at > seen,
        first_at=min(tally.moments),
        last_at=max(tally.moments),
        trend=tuple(trend),
        langs=_most_first(tally.langs),
        channels=_most_first(tally.channels),
        levels=tuple(sorted(tally.levels)),
        reason=reason,
        reason_slug=slug,
        reason_share=count / tally.intents,
        benefit=Benefit(tally.intents, tally.closable, minutes_each),
    )


def _dominant(reasons: Counter[tuple[str, str]]) -> tuple[str, str, int]:
    """The reason of most intents, the entry named most with it, and how many have the reason."""
    totals: Counter[str] = Counter()
    for (reason, _slug), count in reasons.items():
        totals[reason] += count
    reason = max(totals, key=lambda one: (bool(one), totals[one], one))
    slugs = Counter({slug: count for (one, slug), count in reasons.items() if one == reason})
    return reason, slugs.most_common(1)[0][0], totals[reason]


def _most_first(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(key for key, _count in counts.most_common())


def _wording(row: Any, since: datetime) -> Wording:
    return Wording(
        wording=row.wording,
        text=row.text or row.wording,
        lang=row.lang or "",
        intents=row.intents,
        sessions=row.sessions,
        last_at=row.last_at or since,
        likeness=row.likeness,
        decision=row.decision,
    )

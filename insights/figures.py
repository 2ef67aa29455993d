"""The figures of a period: how much was asked, what became of it, and which entries carried it.

Everything counts intents (``insights.intents``): one person who wants one thing once. Staff, bots
and searches without vectors are in none of it. Closing times are of the period as a whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlalchemy import ColumnElement, case, distinct, func, literal_column, or_, select
from sqlalchemy.orm import Session

from insights.intents import ANSWERED
from insights.work_tables import ClosureRow, ClusterRow, IntentRow
from kb.tables import EntryRow
from kb.topic_views import with_descendants

CLOSED = "closed"
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Filters:
    """What the figures are narrowed to; empty and ``None`` mean everything. ``topic`` holds the
    topics below it too."""

    topic: str = ""
    lang: str = ""
    channel: str = ""
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a period. ``answered``, ``suggested`` and ``missed`` make up ``intents``."""

    searches: int = 0
    intents: int = 0
    answered: int = 0
    missed: int = 0
    accepted: int = 0
    contacted: int = 0

    @property
    def suggested(self) -> int:
        """Intents that were offered something and lodged no complaint."""
        return self.intents - self.answered - self.missed

    def share(self, count: int) -> float | None:
        """``count`` of all intents, 0…1; None of nothing."""
        return count / self.intents if self.intents else None


@dataclass(frozen=True, slots=True)
class Day:
    """What became of the intents of one day."""

    day: date
    answered: int = 0
    suggested: int = 0
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A wording, how many intents and sessions had it, and the entry that stood first."""

    text: str
    lang: str
    intents: int
    sessions: int
    slug: str


@dataclass(frozen=True, slots=True)
class Load:
    """An entry, the intents that ended at it, how many of them were accepted, and the share of
    all such intents that it and the entries before it carry."""

    slug: str
    intents: int
    accepted: int
    carried: float


@dataclass(frozen=True, slots=True)
class Closing:
    """A cluster of misses that was closed, and the days that took."""

    title: str
    slug: str
    opened_at: datetime
    closed_at: datetime

    @property
    def days(self) -> float:
        """From the cluster's first day to the proof that it is closed."""
        return (self.closed_at - self.opened_at) / timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period; ``before`` are the sums of an equal span right before it."""

    totals: Totals
    before: Totals
    days: tuple[Day, ...]
    questions: tuple[Asked, ...]
    misses: tuple[Asked, ...]
    load: tuple[Load, ...]
    closings: tuple[Closing, ...]

    @property
    def closing_days(self) -> float | None:
        """The median of days to close; None where nothing was closed."""
        return median(one.days for one in self.closings) if self.closings else None


def figures(
    session: Session, *, since: datetime, until: datetime, filters: Filters, limit: int = SHOWN
) -> Figures:
    """The figures from ``since`` up to, not with, ``until``. Days are those of the server."""
    wanted = _wanted(session, filters)
    period = [*wanted, IntentRow.at >= since, IntentRow.at < until]
    before = [*wanted, IntentRow.at >= since - (until - since), IntentRow.at < since]
    return Figures(
        totals=_totals(session, period),
        before=_totals(session, before),
        days=_days(session, period, since, until),
        questions=_asked(session, [*period, IntentRow.cause == ""], limit),
        misses=_asked(session, [*period, IntentRow.cause != ""], limit),
        load=_load(session, [*period, IntentRow.cause == ""], limit),
        closings=_closings(session, since, until),
    )


# written out, since PostgreSQL takes two parameters for two expressions when it groups by one
_SLUG = func.coalesce(func.nullif(IntentRow.accepted, literal_column("''")), IntentRow.shown)


def _wanted(session: Session, filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.topic:
        slugs = select(EntryRow.slug).where(
            EntryRow.topic.in_(with_descendants(session, filters.topic))
        )
        conditions.append(or_(_SLUG.in_(slugs), IntentRow.reason_slug.in_(slugs)))
    if filters.lang:
        conditions.append(IntentRow.lang == filters.lang)
    if filters.channel:
        conditions.append(IntentRow.channel == filters.channel)
    if filters.level is not None:
        conditions.append(IntentRow.level == filters.level)
    return conditions


def _totals(session: Session, conditions: Sequence[ColumnElement[bool]]) -> Totals:
    is_answered = (IntentRow.cause == "") & (IntentRow.outcome == ANSWERED)
    query = select(
        func.coalesce(func.sum(IntentRow.searches), 0),
        func.count(),
        _count(is_answered),
        _count(IntentRow.cause != ""),
        _count(IntentRow.accepted != ""),
        _count(IntentRow.contacted.is_(True)),
    )
    return Totals(*(int(each) for each in session.execute(query.where(*conditions)).one()))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def _days(
    session: Session,
    conditions: Sequence[ColumnElement[bool]],
    since: datetime,
    until: datetime,
) -> tuple[Day, ...]:
    """Every day of the period, those without a question too."""
    first, last = since.astimezone().date(), (until - timedelta(microseconds=1)).astimezone().date()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    counts = {day: [0, 0, 0] for day in days}
    query = select(IntentRow.at, IntentRow.outcome, IntentRow.cause).where(*conditions)
    for at, outcome, cause in session.execute(query):
        place = 2 if cause else int(outcome != ANSWERED)
        counts[at.astimezone().date()][place] += 1
    return tuple(Day(day, *counts[day]) for day in days)


def _asked(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
) -> tuple[Asked, ...]:
    sessions = func.count(distinct(IntentRow.session))
    query = (
        select(
            func.max(IntentRow.text), func.max(IntentRow.lang), func.count(), sessions,
            func.max(_SLUG),
        )
        .where(*conditions)
        .group_by(IntentRow.wording)
        .order_by(sessions.desc(), func.count().desc(), IntentRow.wording)
        .limit(limit)
    )  # fmt: skip
    return tuple(Asked(*row) for row in session.execute(query))


def _load(
    session: Session, conditions: Sequence[ColumnElement[bool]], limit: int
) -> tuple[Load, ...]:
    query = (
        select(_SLUG, func.count(), _count(IntentRow.accepted != ""))
        .where(*conditions, _SLUG != "")
        .group_by(_SLUG)
        .order_by(func.count().desc(), _SLUG)
    )
    rows = session.execute(query).all()
    total, carried, found = sum(row[1] for row in rows), 0, []
    for slug, intents, accepted in rows[:limit]:
        carried += intents
        found.append(Load(slug, intents, accepted, carried / total))
    return tuple(found)


def _closings(session: Session, since: datetime, until: datetime) -> tuple[Closing, ...]:
    closed_at = func.min(ClosureRow.at)
    query = (
        select(ClusterRow.title, ClusterRow.slug, ClusterRow.created_at, closed_at)
        .join(ClosureRow, ClosureRow.cluster_id == ClusterRow.id)
        .where(ClosureRow.verdict == CLOSED)
        .group_by(ClusterRow.id, ClusterRow.title, ClusterRow.slug, ClusterRow.created_at)
        .having(closed_at >= since, closed_at < until)
        .order_by(closed_at.desc())
    )
    return tuple(Closing(*row) for row in session.execute(query))

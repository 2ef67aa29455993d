"""Which entries people reached and how they liked them, from the log of searches."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Subquery, case, distinct, func, select
from sqlalchemy.orm import Session

from insights.changes import Change
from insights.intents import MISSED
from insights.signals import Signal
from insights.tables import ChangeRow, SearchRow, SignalRow

AGAINST = (Signal.UNHELPFUL.value, Signal.WRONG.value)
_PEOPLE = (SearchRow.is_bot.is_(False), SearchRow.is_staff.is_(False))


@dataclass(frozen=True, slots=True)
class Votes:
    """Sessions that said an entry did not help or is wrong, and those that said it helped."""

    against: int
    in_favour: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote of an entry that did not help them, or that is wrong."""

    at: datetime
    kind: str
    text: str


def log_begins(session: Session) -> datetime | None:
    """When the oldest search of the log was made."""
    return session.scalar(select(func.min(SearchRow.at)))


def reached_slugs(session: Session, *, since: datetime) -> frozenset[str]:
    """Entries that stood first in a result, or that somebody opened, copied or judged."""
    first = SearchRow.hits[0]["slug"].as_string()
    shown = select(first).distinct().where(SearchRow.at >= since, SearchRow.outcome != MISSED)
    taken = select(SignalRow.slug).distinct().join(SearchRow, SearchRow.id == SignalRow.search_id)
    found = {
        *session.scalars(shown.where(*_PEOPLE)),
        *session.scalars(taken.where(SignalRow.at >= since, *_PEOPLE)),
    }
    return frozenset(slug for slug in found if slug)


def votes(session: Session, *, since: datetime) -> Mapping[str, Votes]:
    """The votes of a period by slug, each session once; what came before the entry's last change
    no longer counts."""
    changed = _last_changes()
    against = case((SignalRow.kind.in_(AGAINST), SearchRow.session))
    in_favour = case((SignalRow.kind == Signal.HELPFUL.value, SearchRow.session))
    query = (
        select(
            SignalRow.slug,
            func.count(distinct(against)),
            func.count(distinct(in_favour)),
            func.max(SignalRow.at),
        )
        .join(SearchRow, SearchRow.id == SignalRow.search_id)
        .outerjoin(changed, changed.c.slug == SignalRow.slug)
        .where(SignalRow.at >= since, SignalRow.slug != "", *_PEOPLE)
        .where(changed.c.at.is_(None) | (SignalRow.at > changed.c.at))
        .group_by(SignalRow.slug)
    )
    return {slug: Votes(bad, good, at) for slug, bad, good, at in session.execute(query)}


def remarks(session: Session, slug: str, *, limit: int) -> list[Remark]:
    """What was written against an entry since its last change, newest first."""
    changed = _last_changes()
    query = (
        select(SignalRow.at, SignalRow.kind, SignalRow.reason)
        .join(SearchRow, SearchRow.id == SignalRow.search_id)
        .outerjoin(changed, changed.c.slug == SignalRow.slug)
        .where(SignalRow.slug == slug, SignalRow.kind.in_(AGAINST), SignalRow.reason != "")
        .where(changed.c.at.is_(None) | (SignalRow.at > changed.c.at), *_PEOPLE)
        .order_by(SignalRow.id.desc())
        .limit(limit)
    )
    return [Remark(*row) for row in session.execute(query)]


def _last_changes() -> Subquery:
    """The last change of each entry's text; a phrasing leaves the answer as it was."""
    query = select(ChangeRow.slug, func.max(ChangeRow.at).label("at"))
    query = query.where(ChangeRow.action != Change.PHRASING.value)
    return query.group_by(ChangeRow.slug).subquery()

"""The questions that found nothing, counted by wording (``docs/decisions/0006``).

A search is a miss when the engine ran whole and either its outcome was ``missed`` or the asker
said that nothing fitted. Staff, bots and searches without vectors never count, and neither does
what an editor has already dealt with.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from insights.decisions import Action, latest_decisions
from insights.signals import NEGATIVE
from insights.tables import SearchRow, SignalRow

LEXICAL = "lexical"
MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Miss:
    """One wording that found nothing: how often, by how many, in which languages, at which
    clearances and doors. ``text`` is the way it was last written; ``closed_before`` tells that
    an editor had dealt with it and it was asked again."""

    wording: str
    text: str
    count: int
    sessions: int
    first_at: datetime
    last_at: datetime
    langs: tuple[str, ...]
    levels: tuple[int, ...]
    channels: tuple[str, ...]
    closed_before: bool = False

    @property
    def lang(self) -> str:
        """The language it was asked in most."""
        return self.langs[0]

    @property
    def level(self) -> int:
        """The lowest clearance it was asked at: an answer at this level serves all who asked."""
        return min(self.levels)


@dataclass(slots=True)
class _Detail:
    langs: Counter[str] = field(default_factory=Counter)
    levels: Counter[int] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)


def missed(session: Session, *, since: datetime, until: datetime, limit: int) -> list[Miss]:
    """The open misses of a period, start in and end out: most sessions first, then most asked."""
    rows = session.execute(_totals(since, until).limit(limit)).all()
    wordings = [row.wording for row in rows]
    details = _details(session, wordings, since, until)
    texts = _texts(session, wordings, since, until)
    return [_miss(row, details[row.wording], texts[row.wording]) for row in rows]


def count_missed(session: Session, *, since: datetime, until: datetime) -> tuple[int, int]:
    """How many open wordings and how many searches of them the period holds."""
    totals = _totals(since, until).order_by(None).subquery()
    query = select(func.count(), func.coalesce(func.sum(totals.c.asked), 0)).select_from(totals)
    wordings, searches = session.execute(query).one()
    return int(wordings), int(searches)


def is_miss() -> ColumnElement[bool]:
    """The definition of a miss as a condition on ``SearchRow``."""
    negative = exists().where(
        SignalRow.search_id == SearchRow.id, SignalRow.kind.in_([kind.value for kind in NEGATIVE])
    )
    return and_(
        SearchRow.mode != LEXICAL,
        SearchRow.is_bot.is_(False),
        SearchRow.is_staff.is_(False),
        or_(SearchRow.outcome == MISSED, negative),
    )


def _totals(since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    decided = latest_decisions().subquery()
    was_closed = func.max(case((decided.c.action.in_(CLOSING), 1), else_=0))
    sessions = func.count(func.distinct(SearchRow.session))
    asked = func.count()
    last_at = func.max(SearchRow.at)
    return (
        select(
            SearchRow.wording,
            asked.label("asked"),
            sessions.label("sessions"),
            func.min(SearchRow.at).label("first_at"),
            last_at.label("last_at"),
            was_closed.label("was_closed"),
        )
        .outerjoin(decided, decided.c.wording == SearchRow.wording)
        .where(_is_open(decided.c.action, decided.c.at), *_in_period(since, until))
        .group_by(SearchRow.wording)
        .order_by(sessions.desc(), asked.desc(), last_at.desc(), SearchRow.wording)
    )


CLOSING = (Action.ENTRY.value, Action.PHRASING.value)


def _is_open(
    action: ColumnElement[str], decided_at: ColumnElement[datetime]
) -> ColumnElement[bool]:
    return or_(
        action.is_(None),
        action == Action.REOPENED.value,
        and_(action.in_(CLOSING), SearchRow.at > decided_at),
    )


def _in_period(since: datetime, until: datetime) -> Sequence[ColumnElement[bool]]:
    return is_miss(), SearchRow.at >= since, SearchRow.at < until


def _details(
    session: Session, wordings: Sequence[str], since: datetime, until: datetime
) -> dict[str, _Detail]:
    columns = (SearchRow.wording, SearchRow.lang, SearchRow.level, SearchRow.channel)
    query = (
        select(*columns, func.count())
        .where(SearchRow.wording.in_(wordings), *_in_period(since, until))
        .group_by(*columns)
    )
    details = {wording: _Detail() for wording in wordings}
    for wording, lang, level, channel, count in session.execute(query):
        details[wording].langs[lang] += count
        details[wording].levels[level] += count
        details[wording].channels[channel] += count
    return details


def _texts(
    session: Session, wordings: Sequence[str], since: datetime, until: datetime
) -> dict[str, str]:
    """The latest way each wording was written."""
    query = (
        select(SearchRow.wording, SearchRow.text)
        .where(SearchRow.wording.in_(wordings), *_in_period(since, until))
        .order_by(SearchRow.at)
    )
    return {row.wording: row.text for row in session.execute(query)}


def _miss(row: Row[Any], detail: _Detail, text: str) -> Miss:
    return Miss(
        wording=row.wording,
        text=text,
        count=row.asked,
        sessions=row.sessions,
        first_at=row.first_at,
        last_at=row.last_at,
        langs=_most_first(detail.langs),
        levels=tuple(sorted(detail.levels)),
        channels=_most_first(detail.channels),
        closed_before=bool(row.was_closed),
    )


def _most_first(counts: Counter[str]) -> tuple[str, ...]:
    pairs: Iterable[tuple[str, int]] = counts.most_common()
    return tuple(key for key, _count in pairs)

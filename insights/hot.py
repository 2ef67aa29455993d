"""What is asked most at the moment, for the home page: entries, in their own words.

Promises k-anonymity: an entry counts only when enough sessions of the audience asked for it, and
what they wrote is never shown (trust L12, R06). Counted are questions asked at the audience's own
clearance or below, so that nobody sees what those above are busy with.
"""

from datetime import datetime, timedelta

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from insights.intents import MISSED
from insights.tables import SearchRow
from kb.catalog import EntryCard, cards
from kb.disclosure import Audience

PERIOD = timedelta(days=14)


def hot_slugs(
    session: Session, *, audience: Audience, now: datetime, least: int, limit: int
) -> tuple[str, ...]:
    """Entries that stood first for at least ``least`` sessions of late, most sessions first.

    Whether they may be seen now is for ``hot_questions`` to say.
    """
    first = SearchRow.hits[0]["slug"].as_string()
    asked = (
        select(first.label("slug"), SearchRow.session.label("session"))
        .where(SearchRow.at >= now - PERIOD, SearchRow.at <= now)
        .where(SearchRow.level <= int(audience.clearance), SearchRow.outcome != MISSED)
        .where(SearchRow.is_bot.is_(False), SearchRow.is_staff.is_(False))
        .subquery()
    )
    sessions = func.count(distinct(asked.c.session))
    query = (
        select(asked.c.slug)
        .where(asked.c.slug.is_not(None))
        .group_by(asked.c.slug)
        .having(sessions >= least)
        .order_by(sessions.desc(), asked.c.slug)
        .limit(limit)
    )
    return tuple(session.scalars(query))


def hot_questions(
    session: Session,
    slugs: tuple[str, ...],
    *,
    lang: str,
    audience: Audience,
    now: datetime,
    limit: int,
) -> tuple[EntryCard, ...]:
    """Cards of those entries that the audience may see now, in their order."""
    seen = cards(session, slugs, lang=lang, audience=audience, now=now)
    return tuple(seen[slug] for slug in slugs if slug in seen)[:limit]

"""The knowledge as a whole, as one audience sees it: every address, and questions to try.

Like ``kb.catalog``: ``audience`` and ``now`` are always asked for, and what is hidden is absent.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.disclosure import Audience, visible_to
from kb.tables import EntryRow

SHORTEST_EXAMPLE = 4
LONGEST_EXAMPLE = {"zh": 14, "en": 36}


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry: its address and its visible languages, each with the day it was last updated."""

    slug: str
    updated: dict[str, date | None]


def listed(session: Session, *, audience: Audience, now: datetime) -> tuple[Listed, ...]:
    """Every visible entry, by slug."""
    query = select(EntryRow.slug, EntryRow.lang, EntryRow.updated)
    query = query.where(visible_to(audience, now=now)).order_by(EntryRow.slug, EntryRow.lang)
    found: dict[str, dict[str, date | None]] = {}
    for slug, lang, updated in session.execute(query):
        found.setdefault(slug, {})[lang] = updated
    return tuple(Listed(slug, languages) for slug, languages in found.items())


def example_questions(
    session: Session,
    topics: Iterable[Iterable[str]],
    *,
    lang: str,
    audience: Audience,
    now: datetime,
) -> tuple[str, ...]:
    """A short question as people type it for each group of topics that has one in ``lang``."""
    query = select(EntryRow.topic, EntryRow.alternates)
    query = query.where(visible_to(audience, now=now), EntryRow.lang == lang)
    typed: dict[str, list[str]] = {}
    for topic, alternates in session.execute(query.order_by(EntryRow.slug)):
        typed.setdefault(topic, []).extend(text for text in alternates if _is_short(text, lang))
    firsts = (
        next((text for topic in group for text in typed.get(topic, ())), "") for group in topics
    )
    return tuple(text for text in firsts if text)


def _is_short(text: str, lang: str) -> bool:
    return SHORTEST_EXAMPLE <= len(text) <= LONGEST_EXAMPLE.get(lang, 24)

"""The quality suite that grows by itself: queries whose right entry is known.

A query becomes one when at least two sessions accepted the same entry for it, when an editor
decided which entry answers it, or when its miss was proven closed. It is kept per language and
level, since what is right for an agent may be hidden from a shopper. A row is retired, not deleted,
when its entry is gone or is no longer seen at the level.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from database import Database
from insights.decisions import Action, latest_decisions
from insights.work_tables import ClosureRow, IntentRow, JudgedRow, MemberRow
from kb.disclosure import Audience, Level, visible_to
from kb.tables import EntryRow
from search.engine import SearchEngine

SESSIONS_MIN = 2
AGREED_SHARE = 2 / 3
"""Of the sessions that accepted something for a wording, those that must have taken this entry."""


@dataclass(frozen=True, slots=True)
class Case:
    """A query, who asks it, and the entries that answer it; none where nothing does."""

    text: str
    lang: str
    level: int
    gold: frozenset[str]
    source: str = "shipped"

    def is_right(self, shown: str) -> bool:
        """Whether this first entry is a right one."""
        return shown in self.gold


@dataclass(frozen=True, slots=True)
class _Known:
    """A judgement on its way to the table."""

    text: str
    slug: str
    source: str


_Key = tuple[str, str, int]


def grown(session: Session) -> list[Case]:
    """The cases that use has made."""
    query = select(JudgedRow).where(JudgedRow.retired_at.is_(None)).order_by(JudgedRow.id)
    return [
        Case(row.text, row.lang, row.level, frozenset({row.slug}), row.source)
        for row in session.scalars(query)
    ]


def answerable(cases: Sequence[Case], slugs: Collection[str]) -> list[Case]:
    """Those that have an answer, all of it among these entries: what a publication could lose."""
    return [one for one in cases if one.gold and one.gold <= set(slugs)]


def grow(database: Database, *, engine: SearchEngine, now: datetime) -> int:  # noqa: ARG001
    """Bring the table up to what is known; how many rows were written. A step of the digest."""
    with database.session() as session:
        wanted = _accepted(session) | _closed(session) | _decided(session)
        seen = _seen_at(session, now)
        wanted = {key: one for key, one in wanted.items() if (one.slug, key[2]) in seen}
        return _write(session, wanted, seen, now=now)


def _accepted(session: Session) -> dict[_Key, _Known]:
    """What several sessions took for the same wording, most of them the same entry."""
    sessions = func.count(func.distinct(IntentRow.session))
    key = (IntentRow.wording, IntentRow.lang, IntentRow.level)
    query = (
        select(*key, IntentRow.accepted, sessions, func.max(IntentRow.text))
        .where(IntentRow.accepted != "", IntentRow.cause == "")
        .group_by(*key, IntentRow.accepted)
    )
    counts: dict[_Key, Counter[str]] = {}
    texts: dict[_Key, str] = {}
    for wording, lang, level, slug, count, text in session.execute(query):
        counts.setdefault((wording, lang, level), Counter())[slug] += count
        texts[wording, lang, level] = text
    return {
        key: _Known(texts[key], slug, "accepted")
        for key, found in counts.items()
        for slug, count in found.most_common(1)
        if count >= SESSIONS_MIN and count >= AGREED_SHARE * found.total()
    }


def _decided(session: Session) -> dict[_Key, _Known]:
    """What editors said answers a wording, at each level and in each language it was asked."""
    decided = latest_decisions().subquery()
    query = (
        select(
            IntentRow.wording,
            IntentRow.lang,
            IntentRow.level,
            func.max(decided.c.slug),
            func.max(IntentRow.text),
        )
        .join(decided, decided.c.wording == IntentRow.wording)
        .where(decided.c.action.in_([Action.ENTRY.value, Action.PHRASING.value]))
        .where(decided.c.slug != "")
        .group_by(IntentRow.wording, IntentRow.lang, IntentRow.level)
    )
    return {
        (wording, lang, level): _Known(text, slug, "decision")
        for wording, lang, level, slug, text in session.execute(query)
    }


def _closed(session: Session) -> dict[_Key, _Known]:
    """The wordings of clusters whose last closure is proven whole."""
    latest = select(func.max(ClosureRow.id)).group_by(ClosureRow.cluster_id)
    query = (
        select(
            IntentRow.wording,
            IntentRow.lang,
            IntentRow.level,
            func.max(ClosureRow.slug),
            func.max(IntentRow.text),
        )
        .join(MemberRow, MemberRow.wording == IntentRow.wording)
        .join(ClosureRow, ClosureRow.cluster_id == MemberRow.cluster_id)
        .where(ClosureRow.id.in_(latest), ClosureRow.verdict == "closed")
        .group_by(IntentRow.wording, IntentRow.lang, IntentRow.level)
    )
    return {
        (wording, lang, level): _Known(text, slug, "closure")
        for wording, lang, level, slug, text in session.execute(query)
    }


def _seen_at(session: Session, now: datetime) -> set[tuple[str, int]]:
    """Which entries are seen at which level now."""
    return {
        (slug, int(level))
        for level in Level
        for slug in session.scalars(
            select(EntryRow.slug).where(visible_to(Audience(level), now=now)).distinct()
        )
    }


def _write(
    session: Session, wanted: dict[_Key, _Known], seen: set[tuple[str, int]], *, now: datetime
) -> int:
    written = 0
    rows = {(row.wording, row.lang, row.level): row for row in session.scalars(select(JudgedRow))}
    for old in _retiring(rows, seen):
        old.retired_at = now
        written += 1
    for key, one in wanted.items():
        row = rows.get(key)
        if row is None:
            session.add(_row(key, one, now))
        elif row.slug != one.slug or row.retired_at is not None:
            row.slug, row.text, row.source, row.retired_at = one.slug, one.text, one.source, None
        else:
            continue
        written += 1
    return written


def _retiring(rows: dict[_Key, JudgedRow], seen: set[tuple[str, int]]) -> Iterator[JudgedRow]:
    for row in rows.values():
        if row.retired_at is None and (row.slug, row.level) not in seen:
            yield row


def _row(key: _Key, one: _Known, now: datetime) -> JudgedRow:
    wording, lang, level = key
    return JudgedRow(
        text=one.text,
        wording=wording,
        lang=lang,
        level=level,
        slug=one.slug,
        source=one.source,
        created_at=now,
        retired_at=None,
    )

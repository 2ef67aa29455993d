"""Reading the knowledge: entries, topics and cards, as one audience sees them.

Every function takes ``audience`` and ``now`` and has no default for them.
A hidden entry, topic or alias is answered exactly as an unknown one: by its absence.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, Text, bindparam, cast, func, select, union_all
from sqlalchemy.orm import Session

from database import Database, UtcDateTime
from kb.disclosure import Audience, Level, Status, visible_to
from kb.markdown import without_links
from kb.names import is_slug
from kb.sanitise import links_in
from kb.snippets import SNIPPET_SOURCE, snippet
from kb.tables import AliasRow, EntryRow, TopicRow
from kb.topic_views import TopicView, find_topic, in_language, topic_tree, with_descendants

__all__ = [
    "EntryCard",
    "EntryView",
    "TopicView",
    "cards",
    "cards_now",
    "entries_in",
    "find_entry",
    "find_topic",
    "next_change",
    "topic_tree",
]

NAMES_KEPT = 1_024
QUERIES_KEPT = 128


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry in one language. ``html`` and ``note_html`` are sanitised; the rest is text."""

    slug: str
    lang: str
    topic: str
    question: str
    html: str
    note_html: str
    level: Level
    tags: tuple[str, ...]
    updated: date | None
    langs: tuple[str, ...]
    is_alias: bool


@dataclass(frozen=True, slots=True)
class EntryCard:
    """What a list shows of an entry. ``text`` is the beginning of its answer."""

    slug: str
    lang: str
    topic: str
    topic_name: str
    question: str
    text: str
    level: Level

    @property
    def snippet(self) -> str:
        """Plain text of about 120 characters; cut when it is shown, for most cards are not."""
        return snippet(self.text)


def find_entry(
    session: Session, slug: str, *, lang: str, audience: Audience, now: datetime
) -> EntryView | None:
    """The entry at a slug or alias, in ``lang`` or else in another visible language."""
    if not is_slug(slug):
        return None
    rows = _rows_of(session, slug, audience=audience, now=now)
    target = slug
    if not rows:
        target = _resolve_alias(session, slug, audience=audience, now=now)
        rows = _rows_of(session, target, audience=audience, now=now)
    if not rows:
        return None
    row = _preferred(rows, lang)
    # what a note links to is looked up for those who see it: others would wait for it
    note = row.agent_note_html if audience.sees_notes else ""
    links = {*row.links, *links_in(note)}
    gone = _unreachable(session, links, audience=audience, now=now)
    return EntryView(
        slug=row.slug,
        lang=row.lang,
        topic=row.topic,
        question=row.question,
        html=without_links(row.answer_html, gone),
        note_html=without_links(note, gone),
        level=Level(row.level),
        tags=tuple(row.tags),
        updated=row.updated,
        langs=tuple(sorted((each.lang for each in rows), reverse=True)),
        is_alias=target != slug,
    )


def entries_in(
    session: Session,
    topic_id: str,
    *,
    lang: str,
    audience: Audience,
    now: datetime,
    with_children: bool = False,
) -> tuple[EntryCard, ...]:
    """One card per visible entry of a topic (and, if asked, of those below it), by slug."""
    topics = [topic_id] if is_slug(topic_id) else []
    if topics and with_children:
        topics = with_descendants(session, topic_id)
    return tuple(_cards(session, "topic", topics, lang=lang, audience=audience, now=now).values())


def cards(
    session: Session, slugs: Iterable[str], *, lang: str, audience: Audience, now: datetime
) -> dict[str, EntryCard]:
    """The cards of those slugs that are visible, in the order given; the others are absent."""
    asked = _wanted(slugs)
    found = _cards(session, "slug", asked, lang=lang, audience=audience, now=now)
    return {slug: found[slug] for slug in asked if slug in found}


def cards_now(
    database: Database, slugs: Iterable[str], *, lang: str, audience: Audience, now: datetime
) -> dict[str, EntryCard]:
    """``cards`` in no particular order, from what is committed and without a session: quicker."""
    asked = _wanted(slugs)
    if not asked:
        return {}
    query = _card_query("slug", audience, len(asked))
    return _cards_of(database.rows(query, _parameters(asked, now)), lang)


def next_change(session: Session, *, now: datetime) -> datetime | None:
    """The next moment at which a published entry appears or vanishes by itself."""
    published = EntryRow.status == Status.PUBLISHED.value
    moments = union_all(
        *(
            select(func.min(column)).where(published, column > now)
            for column in (EntryRow.publish_from, EntryRow.publish_until)
        )
    )
    return min((moment for moment in session.scalars(moments) if moment is not None), default=None)


def _rows_of(
    session: Session, slug: str, *, audience: Audience, now: datetime
) -> Sequence[EntryRow]:
    return session.scalars(
        select(EntryRow).where(EntryRow.slug == slug, visible_to(audience, now=now))
    ).all()


def _resolve_alias(session: Session, alias: str, *, audience: Audience, now: datetime) -> str:
    query = select(EntryRow.slug).join(AliasRow, AliasRow.entry_id == EntryRow.id)
    query = query.where(AliasRow.alias == alias, visible_to(audience, now=now))
    return session.scalars(query.order_by(EntryRow.slug).limit(1)).first() or ""


def _unreachable(
    session: Session, links: Iterable[str], *, audience: Audience, now: datetime
) -> frozenset[str]:
    """Those of the linked slugs and aliases that lead this audience to nothing."""
    wanted = set(links)
    if not wanted:
        return frozenset()
    visible = visible_to(audience, now=now)
    by_slug = select(EntryRow.slug).where(EntryRow.slug.in_(wanted), visible)
    by_alias = select(AliasRow.alias).join(EntryRow, AliasRow.entry_id == EntryRow.id)
    by_alias = by_alias.where(AliasRow.alias.in_(wanted), visible)
    return frozenset(wanted - set(session.scalars(union_all(by_slug, by_alias))))


def _cards(
    session: Session,
    chosen: str,
    names: Sequence[str],
    *,
    lang: str,
    audience: Audience,
    now: datetime,
) -> dict[str, EntryCard]:
    """Cards by slug, in the order of slugs, of entries whose column ``chosen`` is in ``names``."""
    if not names:
        return {}
    query = _card_query(chosen, audience, len(names))
    return _cards_of(session.execute(query, _parameters(names, now)), lang)


def _wanted(slugs: Iterable[str]) -> list[str]:
    return [slug for slug in dict.fromkeys(slugs) if is_slug(slug)]


def _parameters(names: Sequence[str], now: datetime) -> dict[str, object]:
    return {**{f"name_{at}": name for at, name in enumerate(names)}, "now": now}


def _cards_of(rows: Iterable[Sequence[Any]], lang: str) -> dict[str, EntryCard]:
    """Cards by slug from the rows of ``_card_query``; where there are two, the wanted language."""
    chosen: dict[str, Sequence[Any]] = {}
    for row in rows:
        if row[0] not in chosen or row[1] == lang:
            chosen[row[0]] = row
    return {slug: _card(*row, wanted=lang) for slug, row in chosen.items()}


def _card(
    slug: str,
    lang: str,
    topic: str,
    names: str | None,
    question: str,
    text: str,
    level: int,
    *,
    wanted: str,
) -> EntryCard:
    """A row of ``_card_query`` as a card; the topic is called as ``wanted`` calls it."""
    called = _topic_name(names, wanted) if names else ""
    return EntryCard(slug, lang, topic, called or topic, question, text, Level(level))


@lru_cache(maxsize=NAMES_KEPT)
def _topic_name(names: str, lang: str) -> str:
    """What a topic with these names, as they are written in the database, is called."""
    return in_language(json.loads(names), lang)


@lru_cache(maxsize=QUERIES_KEPT)
def _card_query(chosen: str, audience: Audience, count: int) -> "Select[tuple[Any, ...]]":
    """What ``_cards`` asks for so many names, made once.

    To put it together takes longer than to answer it, and so does a list of names that is written
    into it anew each time: each name is a parameter of its own.
    """
    column = getattr(EntryRow, chosen)
    query = select(
        EntryRow.slug,
        EntryRow.lang,
        EntryRow.topic,
        cast(TopicRow.names, Text),
        EntryRow.question,
        func.substr(EntryRow.answer_text, 1, SNIPPET_SOURCE),
        EntryRow.level,
    ).outerjoin(TopicRow, TopicRow.id == EntryRow.topic)
    visible = visible_to(audience, now=bindparam("now", type_=UtcDateTime()))
    names = [bindparam(f"name_{at}", type_=column.type) for at in range(count)]
    return query.where(column.in_(names), visible).order_by(EntryRow.slug, EntryRow.lang)


def _preferred(rows: Sequence[EntryRow], lang: str) -> EntryRow:
    return next((row for row in rows if row.lang == lang), rows[0])

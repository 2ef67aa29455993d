"""What the editor's pages read of the derived tables: entries of every state, topics, problems.

Editors see all of it; nothing here is for another door.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.names import LANGUAGES
from kb.tables import AliasRow, EntryRow, ProblemRow, TopicRow


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry in the list: the row that speaks for it, and the row of each language."""

    main: EntryRow
    rows: dict[str, EntryRow]

    @property
    def missing(self) -> tuple[str, ...]:
        """The languages that it is not written in."""
        return tuple(lang for lang in LANGUAGES if lang not in self.rows)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list of entries is narrowed to; empty means everything."""

    text: str = ""
    topic: str = ""
    level: str = ""
    status: str = ""
    lang: str = ""
    sort: str = "question"


def find_row(session: Session, slug: str, lang: str) -> EntryRow | None:
    """One language of an entry, whatever its level and status."""
    return session.scalar(select(EntryRow).where(EntryRow.slug == slug, EntryRow.lang == lang))


def find_renamed(session: Session, slug: str, lang: str) -> EntryRow | None:
    """One language of the entry that had this address once."""
    query = select(EntryRow).join(AliasRow, AliasRow.entry_id == EntryRow.id)
    return session.scalar(query.where(AliasRow.alias == slug, EntryRow.lang == lang))


def rows_of(session: Session, slug: str) -> dict[str, EntryRow]:
    """Every language of an entry."""
    return {row.lang: row for row in session.scalars(select(EntryRow).where(EntryRow.slug == slug))}


def topic_choices(session: Session, *, lang: str) -> list[tuple[str, str]]:
    """The id and name of every topic, children behind their parent."""
    rows = session.scalars(select(TopicRow).order_by(TopicRow.position)).all()
    return list(_below(None, "", rows, lang))


def listed(session: Session, filters: Filters, *, lang: str) -> list[Listed]:
    """The entries that pass the filters, one per slug, in the order asked for."""
    by_slug: dict[str, dict[str, EntryRow]] = {}
    for row in session.scalars(select(EntryRow).order_by(EntryRow.slug)):
        by_slug.setdefault(row.slug, {})[row.lang] = row
    found = [_listed(rows, lang) for rows in by_slug.values() if _passes(rows, filters)]
    return sorted(found, key=lambda each: _sort_key(each.main, filters.sort))


def problems(session: Session) -> dict[str, list[ProblemRow]]:
    """What is wrong with the files, by file, in order of lines."""
    found: dict[str, list[ProblemRow]] = {}
    for row in session.scalars(select(ProblemRow).order_by(ProblemRow.path, ProblemRow.line)):
        found.setdefault(row.path, []).append(row)
    return found


def find_by_text(session: Session, text: str, *, limit: int) -> Sequence[EntryRow]:
    """Entries whose question or address holds the text; ``%`` and ``_`` are plain signs."""
    wanted = or_(
        EntryRow.question.icontains(text, autoescape=True),
        EntryRow.slug.icontains(text, autoescape=True),
    )
    query = select(EntryRow).where(wanted).order_by(EntryRow.slug, EntryRow.lang).limit(limit)
    return session.scalars(query).all()


def _below(
    parent: str | None, prefix: str, rows: Sequence[TopicRow], lang: str
) -> Iterable[tuple[str, str]]:
    for row in rows:
        if row.parent == parent:
            name = row.names.get(lang) or row.id
            yield row.id, prefix + name
            yield from _below(row.id, f"{prefix}{name} › ", rows, lang)


def _listed(rows: dict[str, EntryRow], lang: str) -> Listed:
    return Listed(rows.get(lang) or next(iter(rows.values())), rows)


def _passes(rows: dict[str, EntryRow], filters: Filters) -> bool:
    if filters.lang.startswith("-") and filters.lang[1:] in rows:
        return False
    return any(_row_passes(row, filters) for row in rows.values())


def _row_passes(row: EntryRow, filters: Filters) -> bool:
    text = filters.text.casefold()
    haystack = "\n".join((row.question, row.slug, *row.alternates, *row.tags, row.answer))
    return (
        (not text or text in haystack.casefold())
        and filters.topic in ("", row.topic)
        and filters.level in ("", str(row.level))
        and filters.status in ("", row.status)
        and (filters.lang in ("", row.lang) or filters.lang.startswith("-"))
    )


def _sort_key(row: EntryRow, sort: str) -> tuple[object, ...]:
    keys: dict[str, tuple[object, ...]] = {
        "topic": (row.topic,),
        "level": (row.level,),
        "status": (row.status,),
        "updated": (row.updated is None, -row.updated.toordinal() if row.updated else 0),
        "review": (row.review_by is None, row.review_by.toordinal() if row.review_by else 0),
    }
    return (*keys.get(sort, ()), row.question)

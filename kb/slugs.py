"""A slug from a question: pinyin for Chinese, plain ASCII, short, and free."""

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from kb.errors import UnsafeName
from kb.library import Library
from kb.names import check_slug, split_path
from kb.tables import AliasRow, EntryRow

MAX_LENGTH = 60
FALLBACK = "entry"


def slugify(question: str) -> str:
    """A slug of at most 60 ASCII characters, read aloud: 重庆 gives ``chong-qing``."""
    # Both load large tables, which only an editor ever needs.
    from pypinyin import lazy_pinyin
    from slugify import slugify as to_ascii

    spoken = " ".join(lazy_pinyin(question[:300]))
    slug = str(to_ascii(spoken, max_length=MAX_LENGTH, word_boundary=True)) or FALLBACK
    try:
        return check_slug(slug)
    except UnsafeName:
        return f"{FALLBACK}-{slug}"[:MAX_LENGTH].rstrip("-")


def free_slug(source: Session | Library, question: str) -> str:
    """``slugify``, with a number behind it where an entry or an alias has that address."""
    taken = _taken_in_files(source) if isinstance(source, Library) else _taken_in_tables(source)
    slug = slugify(question)
    if slug not in taken:
        return slug
    stem = slug[: MAX_LENGTH - 5].rstrip("-")
    number = next(number for number in range(2, len(taken) + 3) if f"{stem}-{number}" not in taken)
    return f"{stem}-{number}"


def _taken_in_tables(session: Session) -> set[str]:
    return set(session.scalars(union(select(EntryRow.slug), select(AliasRow.alias))))


def _taken_in_files(library: Library) -> set[str]:
    scan = library.scan()
    taken = {alias for found in scan.entries.values() for alias in found.entry.aliases}
    for path in scan.files:
        try:
            taken.add(split_path(path).slug)
        except UnsafeName:
            continue
    return taken

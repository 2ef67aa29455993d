"""Whether a question is answered now, for those who asked it: asked again, at their own level."""

from dataclasses import dataclass
from enum import StrEnum

from admin.rows import rows_of
from doors.services import services
from kb.disclosure import Audience, Level, is_live
from search.results import Outcome, Result
from search.text import query_language


class Finding(StrEnum):
    """What became of the question."""

    FIRST = "first"
    AMONG = "among"
    HIDDEN = "hidden"
    NOT_LIVE = "not_live"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Proof:
    """The result that the askers get, where the entry stands in it, and why not if it does not."""

    result: Result
    finding: Finding
    level: Level
    entry_level: Level | None


def prove(text: str, *, slug: str, level: Level, lang: str = "") -> Proof:
    """Ask the engine as those who asked would. Nothing is logged."""
    audience = Audience(level)
    spoken = lang or query_language(text)
    result = services().engine.search(text, audience=audience, lang=spoken, now=services().clock())
    with services().database.session() as session:
        rows = list(rows_of(session, slug).values())
    lowest = min((Level(row.level) for row in rows), default=None)
    return Proof(result, _finding(result, slug, rows, level), level, lowest)


def _finding(result: Result, slug: str, rows: list, level: Level) -> Finding:  # type: ignore[type-arg]
    slugs = [hit.slug for hit in result.hits]
    if slug in slugs and result.outcome is not Outcome.MISSED:
        return Finding.FIRST if slugs[0] == slug else Finding.AMONG
    live = [row for row in rows if is_live(row, now=services().clock())]
    if not live:
        return Finding.NOT_LIVE
    if all(row.level > level for row in live):
        return Finding.HIDDEN
    return Finding.NOT_FOUND

"""Who was let see what, and who did it: the changes that moved an entry's audience.

Read from the history, which keeps whole files. A change counts when the level or the status of the
entry differs before and after it; of a new entry, when it is shown to anybody at once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from insights.changes import changes_of
from insights.tables import ChangeRow
from kb.disclosure import Level, Status

AT_ONCE = 500
_HEADER_LINE = re.compile(r"^(disclosure|status): *(\S+) *$", re.MULTILINE)
_HEADER_END = "\n---"


@dataclass(frozen=True, slots=True)
class Standing:
    """Who may see an entry: those of a level, if it is published."""

    level: Level
    status: Status

    @property
    def reach(self) -> int:
        """Larger for more people; 0 for nobody but editors."""
        return len(Level) - self.level if self.status is Status.PUBLISHED else 0


@dataclass(frozen=True, slots=True)
class Moved:
    """One change of an audience; ``before`` is absent for a new entry."""

    id: int
    at: datetime
    person_id: int | None
    action: str
    slug: str
    lang: str
    reason: str
    before: Standing | None
    after: Standing

    @property
    def widens(self) -> bool:
        """Whether more people see it than before."""
        return self.after.reach > (self.before.reach if self.before else 0)


def moved(session: Session, *, limit: int) -> list[Moved]:
    """The last changes of audiences, newest first."""
    found: list[Moved] = []
    for row in _newest(session):
        one = _moved(row)
        if one is not None:
            found.append(one)
        if len(found) == limit:
            break
    return found


def before_retiring(session: Session, slug: str, *, lang: str) -> Status | None:
    """The status that an entry had before it was last retired; none where nothing tells."""
    for row in changes_of(session, slug, lang=lang, limit=AT_ONCE):
        before, after = standing_of(row.before), standing_of(row.after)
        if before and after and after.status is Status.RETIRED is not before.status:
            return before.status
    return None


def standing_of(file: str) -> Standing | None:
    """What the header of a file says; none for no file. A file without status is published."""
    header = file.partition(_HEADER_END)[0]
    said = dict(_HEADER_LINE.findall(header))
    if "disclosure" not in said:
        return None
    try:
        level = Level.from_label(said["disclosure"])
        return Standing(level, Status(said.get("status", Status.PUBLISHED)))
    except ValueError:
        return None


def _newest(session: Session) -> Iterator[ChangeRow]:
    """Every change from the last one back, some at a time: the files are long."""
    last: int | None = None
    while True:
        query = select(ChangeRow).order_by(ChangeRow.id.desc()).limit(AT_ONCE)
        rows = session.scalars(query if last is None else query.where(ChangeRow.id < last)).all()
        if not rows:
            return
        yield from rows
        last = rows[-1].id


def _moved(row: ChangeRow) -> Moved | None:
    before, after = standing_of(row.before), standing_of(row.after)
    if after is None or before == after or (before is None and not after.reach):
        return None
    return Moved(
        row.id, row.at, row.person_id, row.action, row.slug, row.lang, row.reason, before, after
    )

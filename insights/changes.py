"""The history of entries: every change made in the admin, with the file before and after it."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from insights.tables import ChangeRow


class Change(StrEnum):
    """What was done to an entry."""

    CREATED = "created"
    EDITED = "edited"
    PHRASING = "phrasing"
    RETIRED = "retired"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a readable difference. ``gap`` stands for equal lines that are left out."""

    kind: Literal["same", "added", "removed", "gap"]
    text: str


def note_change(
    session: Session,
    *,
    at: datetime,
    person_id: int | None,
    action: Change,
    slug: str,
    lang: str,
    before: str,
    after: str,
    reason: str = "",
) -> None:
    """Put a change on record. ``before`` and ``after`` are whole files; new ones had none."""
    session.add(
        ChangeRow(
            at=at,
            person_id=person_id,
            action=action.value,
            slug=slug,
            lang=lang,
            reason=reason,
            before=before,
            after=after,
        )
    )


def changes_of(session: Session, slug: str, *, lang: str, limit: int) -> Sequence[ChangeRow]:
    """The changes of one language of an entry, newest first."""
    query = (
        select(ChangeRow)
        .where(ChangeRow.slug == slug, ChangeRow.lang == lang)
        .order_by(ChangeRow.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def change_with(session: Session, number: int, *, slug: str, lang: str) -> ChangeRow | None:
    """The change of that number, if it is one of this entry."""
    query = select(ChangeRow).where(
        ChangeRow.id == number, ChangeRow.slug == slug, ChangeRow.lang == lang
    )
    return session.scalar(query)


def difference(before: str, after: str, *, around: int = 2) -> Iterator[DiffLine]:
    """The lines in which two files differ, with ``around`` equal lines on either side."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=around, lineterm="")
    for number, line in enumerate(lines):
        if number < 2:  # the two headings
            continue
        if line.startswith("@@"):
            if number > 2:
                yield DiffLine("gap", "")
            continue
        yield DiffLine(_KINDS[line[0]], line[1:])


_KINDS: dict[str, Literal["same", "added", "removed"]] = {
    " ": "same",
    "+": "added",
    "-": "removed",
}

"""The history of entries: every change made in the admin, with the file before and after it."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from sqlalchemy import select, update
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
    """One line of a readable difference. ``gap`` stands for equal lines that are left out.

    ``parts`` are the pieces of a line that was changed into another, each with whether it differs;
    none where the whole line is new or gone.
    """

    kind: Literal["same", "added", "removed", "gap"]
    text: str
    parts: tuple[tuple[str, bool], ...] = field(default=(), compare=False)


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


def follow(session: Session, old: str, new: str) -> None:
    """The history of an entry goes with it to a new address, in all its languages."""
    session.execute(update(ChangeRow).where(ChangeRow.slug == old).values(slug=new))


def changes_of(session: Session, slug: str, *, lang: str, limit: int) -> Sequence[ChangeRow]:
    """The changes of one language of an entry, newest first."""
    query = (
        select(ChangeRow)
        .where(ChangeRow.slug == slug, ChangeRow.lang == lang)
        .order_by(ChangeRow.id.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def first_change(session: Session, slug: str, *, lang: str) -> ChangeRow | None:
    """The oldest change of one language of an entry; what it has as ``before`` came with the
    files."""
    query = (
        select(ChangeRow)
        .where(ChangeRow.slug == slug, ChangeRow.lang == lang)
        .order_by(ChangeRow.id)
        .limit(1)
    )
    return session.scalar(query)


def change_with(session: Session, number: int, *, slug: str, lang: str) -> ChangeRow | None:
    """The change of that number, if it is one of this entry."""
    query = select(ChangeRow).where(
        ChangeRow.id == number, ChangeRow.slug == slug, ChangeRow.lang == lang
    )
    return session.scalar(query)


def difference(before: str, after: str, *, around: int = 2) -> Iterator[DiffLine]:
    """The lines in which two files differ, with ``around`` equal lines on either side."""
    removed: list[DiffLine] = []
    added: list[DiffLine] = []
    for line in _lines(before, after, around):
        if line.kind == "removed" and not added:
            removed.append(line)
        elif line.kind == "added":
            added.append(line)
        else:
            yield from _marked(removed, added)
            removed, added = ([line], []) if line.kind == "removed" else ([], [])
            if not removed:
                yield line
    yield from _marked(removed, added)


def _lines(before: str, after: str, around: int) -> Iterator[DiffLine]:
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=around, lineterm="")
    for number, line in enumerate(lines):
        if number < 2:  # the two headings
            continue
        if line.startswith("@@"):
            if number > 2:
                yield DiffLine("gap", "")
            continue
        yield DiffLine(_KINDS[line[0]], line[1:])


def _marked(removed: Sequence[DiffLine], added: Sequence[DiffLine]) -> Iterator[DiffLine]:
    """Lines that went and those that came in their place: what differs in each pair is marked."""
    pairs = [_pair(old, new) for old, new in zip(removed, added, strict=False)]
    yield from (old for old, _new in pairs)
    yield from removed[len(pairs) :]
    yield from (new for _old, new in pairs)
    yield from added[len(pairs) :]


def _pair(old: DiffLine, new: DiffLine) -> tuple[DiffLine, DiffLine]:
    """Both lines with their parts, by words and Chinese characters, where they are alike enough."""
    if max(len(old.text), len(new.text)) > LONGEST_COMPARED:
        return old, new
    one, other = _WORDS.findall(old.text), _WORDS.findall(new.text)
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.ratio() < ALIKE_AT:
        return old, new
    blocks = matcher.get_opcodes()
    was = tuple(("".join(one[a:b]), tag != "equal") for tag, a, b, _c, _d in blocks if b > a)
    is_now = tuple(("".join(other[c:d]), tag != "equal") for tag, _a, _b, c, d in blocks if d > c)
    return replace(old, parts=was), replace(new, parts=is_now)


ALIKE_AT = 0.4
"""Share of equal words from which a line counts as changed, not as replaced."""
LONGEST_COMPARED = 400
"""Characters; comparing words takes their square."""
_WORDS = re.compile(r"[A-Za-z0-9_'%.]+|\s+|.", re.DOTALL)
_KINDS: dict[str, Literal["same", "added", "removed"]] = {
    " ": "same",
    "+": "added",
    "-": "removed",
}

"""What may be stale in an entry: one finding each, and the ones that editors put aside.

The key of a finding changes with what was found, so that a dismissal holds for this finding and
not for the next of its kind.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from insights.numbers import Disagreement
from insights.work_tables import DismissedFindingRow
from kb.disclosure import Level


class Reason(StrEnum):
    """Why an entry should be looked at, the most urgent first."""

    NUMBERS = "numbers"
    TWINS = "twins"
    EXPIRED = "expired"
    VOTED_DOWN = "voted_down"
    REVIEW_DUE = "review_due"
    EXPIRING = "expiring"
    MISSING_TRANSLATION = "missing_translation"
    OLDER_TRANSLATION = "older_translation"
    UNREACHED = "unreached"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about one language of an entry.

    ``day`` is the date that it is about; ``count`` and ``total`` are the votes, or the days in
    which nobody came; ``other`` is the language or the entry on the other side, ``gap`` what the
    two say; ``in_note`` tells that it is said in the agent note.
    """

    reason: Reason
    slug: str
    lang: str
    topic: str
    question: str
    level: Level
    mark: str = ""
    day: date | None = None
    count: int = 0
    total: int = 0
    other: str = ""
    gap: Disagreement | None = None
    in_note: bool = False

    @property
    def key(self) -> str:
        """What this finding is remembered by: reason, entry, and a hash of what was found."""
        mark = sha256(self.mark.encode()).hexdigest()[:12]
        return f"{self.reason}.{self.slug}.{self.lang}.{mark}"


def in_order(found: Iterable[Finding]) -> list[Finding]:
    """The most urgent first; within a reason, the oldest and then by question."""
    rank = {reason: place for place, reason in enumerate(Reason)}
    return sorted(found, key=lambda one: (rank[one.reason], one.day or date.max, one.question))


def dismissed_keys(session: Session) -> frozenset[str]:
    """The keys of the findings that were put aside."""
    return frozenset(session.scalars(select(DismissedFindingRow.key)))


def dismiss(session: Session, key: str, *, at: datetime, person_id: int | None) -> None:
    """Put a finding aside; again does no harm."""
    session.merge(DismissedFindingRow(key=key[:300], at=at, person_id=person_id))


def take_back(session: Session, key: str) -> None:
    """Show a finding again."""
    row = session.get(DismissedFindingRow, key[:300])
    if row is not None:
        session.delete(row)

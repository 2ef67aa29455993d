"""How long what people asked is kept, and how one person's words are erased (trust R04)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete, func, or_, select
from sqlalchemy.orm import Session

from insights.tables import QuestionRow, SearchRow, SignalRow


@dataclass(frozen=True, slots=True)
class Purged:
    """How many rows of each kind are gone."""

    searches: int
    signals: int
    questions: int


def purge(session: Session, *, before: datetime) -> Purged:
    """Delete searches, what was done with them, and left questions, all from before a moment.

    Decisions and the history of entries stay: they are the shop's own record.
    """
    old_searches = select(SearchRow.id).where(SearchRow.at < before)
    old_signals = delete(SignalRow).where(
        or_(SignalRow.search_id.in_(old_searches), SignalRow.at < before)
    )
    return Purged(
        signals=_count(session, old_signals),
        searches=_count(session, delete(SearchRow).where(SearchRow.at < before)),
        questions=_count(session, delete(QuestionRow).where(QuestionRow.at < before)),
    )


def erase_address(session: Session, email: str) -> int:
    """Delete every question that was left with this address; how many there were."""
    wanted = email.strip().lower()
    return _count(session, delete(QuestionRow).where(func.lower(QuestionRow.email) == wanted))


def _count(session: Session, statement: Delete) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount

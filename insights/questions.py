"""Questions that people left at the form, redacted, until an editor has dealt with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from insights.decisions import Action, latest_decisions
from insights.redaction import redact
from insights.tables import QuestionRow
from insights.wording import LONGEST, wording_of
from kb.disclosure import Audience
from search.text import clean_lines


@dataclass(frozen=True, slots=True)
class LeftQuestion:
    """A question as it was left. ``wants_answer`` tells that an address was given; the address
    itself stays in its table."""

    id: int
    text: str
    wording: str
    lang: str
    level: int
    at: datetime
    wants_answer: bool


def leave_question(
    session: Session,
    *,
    text: str,
    lang: str,
    audience: Audience,
    at: datetime,
    email: str | None = None,
    search_id: str | None = None,
) -> int:
    """Keep a question for the editors; its number. The address alone is not redacted: whoever
    gave it wants to be told."""
    said = redact(clean_lines(text))[:LONGEST]
    row = QuestionRow(
        at=at,
        text=said,
        wording=wording_of(said),
        lang=lang,
        level=int(audience.clearance),
        email=email or None,
        search_id=(search_id or "")[:32] or None,
    )
    session.add(row)
    session.flush()
    return row.id


def open_questions(session: Session, *, limit: int) -> Sequence[LeftQuestion]:
    """Questions that nobody has dealt with since they were left, newest first."""
    query = _open().order_by(QuestionRow.at.desc(), QuestionRow.id.desc()).limit(limit)
    return [_left(row) for row in session.scalars(query)]


def count_open(session: Session) -> int:
    """How many questions wait."""
    return session.scalar(select(func.count()).select_from(_open().subquery())) or 0


def _open() -> Select[Any]:
    decided = latest_decisions().subquery()
    return (
        select(QuestionRow)
        .outerjoin(decided, decided.c.wording == QuestionRow.wording)
        .where(
            or_(
                decided.c.action.is_(None),
                decided.c.action == Action.REOPENED.value,
                decided.c.at < QuestionRow.at,
            )
        )
    )


def _left(row: QuestionRow) -> LeftQuestion:
    return LeftQuestion(
        id=row.id,
        text=row.text,
        wording=row.wording,
        lang=row.lang,
        level=row.level,
        at=row.at,
        wants_answer=row.email is not None,
    )

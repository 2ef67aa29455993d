"""What editors decided about wordings. Decisions are only ever added; the latest one holds.

``entry`` and ``phrasing`` close what was asked before them; asked again afterwards, the wording
is open again. ``dismissed`` keeps it away for good, until ``reopened``.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from insights.tables import DecisionRow
from insights.wording import wording_of


class Action(StrEnum):
    """What was decided."""

    ENTRY = "entry"
    PHRASING = "phrasing"
    DISMISSED = "dismissed"
    REOPENED = "reopened"


def decide(
    session: Session,
    wording: str,
    *,
    action: Action,
    at: datetime,
    person_id: int | None,
    slug: str = "",
    lang: str = "",
) -> None:
    """Put a decision on record. ``wording`` may be any form of the question."""
    session.add(
        DecisionRow(
            wording=wording_of(wording),
            at=at,
            action=action.value,
            slug=slug,
            lang=lang,
            person_id=person_id,
        )
    )


def latest_decisions() -> Select[DecisionRow]:
    """The decision that holds, for each wording that has one."""
    newest = select(func.max(DecisionRow.id)).group_by(DecisionRow.wording)
    return select(DecisionRow).where(DecisionRow.id.in_(newest))


def decisions_of(session: Session, wordings: Sequence[str]) -> dict[str, DecisionRow]:
    """The decision that holds for each of these wordings, where there is one."""
    query = latest_decisions().where(DecisionRow.wording.in_(wordings))
    return {row.wording: row for row in session.scalars(query)}

"""When a person last looked at a page, so that the page can tell what is new since then."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from insights.work_tables import VisitRow

VISIT = timedelta(hours=1)
"""Looking again within this time is the same visit."""
_BEFORE = ".before"


def last_visit(session: Session, person_id: int, page: str, *, now: datetime) -> datetime | None:
    """When the visit before this one was; none on the first. Notes that the person is here."""
    latest = session.get(VisitRow, (person_id, page))
    previous = session.get(VisitRow, (person_id, page + _BEFORE))
    if latest is not None and now - latest.at > VISIT:
        previous = _set(session, previous, person_id, page + _BEFORE, latest.at)
    _set(session, latest, person_id, page, now)
    return previous.at if previous is not None else None


def _set(
    session: Session, row: VisitRow | None, person_id: int, page: str, at: datetime
) -> VisitRow:
    if row is None:
        row = VisitRow(person_id=person_id, page=page, at=at)
        session.add(row)
    row.at = at
    return row

"""Up to when a step of the digest has come; moved by comparing first, so that two never both do."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from insights.work_tables import WatermarkRow


def reached(session: Session, name: str) -> datetime | None:
    """The moment up to which the step has come; none before its first run."""
    row = session.get(WatermarkRow, name, populate_existing=True)
    return None if row is None else row.at


def claim(session: Session, name: str, *, since: datetime | None, until: datetime) -> bool:
    """Move a step on from ``since``, whose value was read before; ``False`` where it was moved
    meanwhile. Raises ``IntegrityError`` where two begin for the first time at once."""
    if since is None:
        session.add(WatermarkRow(name=name, at=until))
        session.flush()
        return True
    moved = update(WatermarkRow).where(WatermarkRow.name == name, WatermarkRow.at == since)
    result = cast("CursorResult[Any]", session.execute(moved.values(at=max(since, until))))
    return result.rowcount == 1

"""Bringing what was asked up to date when an editor opens the door, where that is quick."""

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from doors.services import services
from insights.digest import digest
from insights.intake import STEP
from insights.tables import SearchRow, SignalRow
from insights.watermarks import reached

QUICK = 400
"""Searches and signals that are read while somebody waits for the page."""

log = structlog.get_logger()


def bring_up_to_date() -> int:
    """Digest what is new since the last time, unless it is much; how much is left unread."""
    with services().database.session() as session:
        new = _unread(session)
    if not 0 < new <= QUICK:
        return new
    try:
        digest(services().database, engine=services().engine, now=services().clock())
    except SQLAlchemyError:
        log.warning("digest failed", exc_info=True)  # the list is a little old, no more
        return new
    return 0


def _unread(session: Session) -> int:
    since = reached(session, STEP)
    count = 0
    for moment in (SearchRow.at, SignalRow.at):
        newer = select(moment) if since is None else select(moment).where(moment > since)
        part = newer.limit(QUICK + 1).subquery()
        count += session.scalar(select(func.count()).select_from(part)) or 0
    return count

"""Changing many rows while others take some away."""

from datetime import timedelta

from sqlalchemy import select

from database import Database, utc_now
from insights.rewriting import rewrite
from insights.work_tables import WatermarkRow


def test_rows_that_are_gone_stay_gone_and_the_others_change(database: Database) -> None:
    """A row that another run has just taken away is no error."""
    with database.session() as session:
        session.add_all([WatermarkRow(name=name, at=utc_now()) for name in ("one", "two")])
    later = utc_now() + timedelta(days=1)
    with database.session() as session:
        rows = [{"name": name, "at": later} for name in ("one", "gone", "two")]
        rewrite(session, WatermarkRow, rows)
    with database.session() as session:
        found = {row.name: row.at for row in session.scalars(select(WatermarkRow))}
    assert {"one": later, "two": later} == found


def test_nothing_to_change_is_nothing_done(database: Database) -> None:
    """No rows, no statement."""
    with database.session() as session:
        rewrite(session, WatermarkRow, [])

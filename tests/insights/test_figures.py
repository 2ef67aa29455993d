"""The figures of a period add up, and filters narrow all of them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from database import Database
from insights.figures import Filters, Totals, figures
from insights.work_tables import ClosureRow, ClusterRow
from tests.insights.conftest import NOON
from tests.insights.intents import add_intent

SINCE = NOON - timedelta(days=7)
UNTIL = NOON + timedelta(minutes=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction on the real database."""
    with database.session() as opened:
        yield opened


def at(days: float) -> datetime:
    """A moment so many days ago."""
    return NOON - timedelta(days=days)


def fill(session: Session) -> None:
    """Two weeks: six intents in the period, two before it."""
    add_intent(session, at(1), accepted="send-back", searches=3)
    add_intent(session, at(1), shown="track-parcel", wording="查快递", session="a")
    add_intent(session, at(1), shown="track-parcel", wording="查快递", session="a")
    add_intent(session, at(2), outcome="suggested", lang="en", wording="parcel", channel="desk")
    missed = {"outcome": "missed", "cause": "floor", "shown": "", "wording": "刻字"}
    add_intent(session, at(3), **missed)
    add_intent(session, at(4), **missed, contacted=True, level=1)
    add_intent(session, at(8))
    add_intent(session, at(9), **missed)
    session.flush()


def test_outcomes_make_up_the_whole(session: Session) -> None:
    """Answered, suggested and missed are all there is; the period before has its own sums."""
    fill(session)
    found = figures(session, since=SINCE, until=UNTIL, filters=Filters())
    expected = Totals(searches=8, intents=6, answered=3, missed=2, accepted=1, contacted=1)
    assert expected == found.totals
    assert 1 == found.totals.suggested
    assert 0.5 == found.totals.share(found.totals.answered)
    assert Totals(searches=2, intents=2, answered=1, missed=1) == found.before
    assert None is Totals().share(0)


def test_every_day_has_its_point(session: Session) -> None:
    """Days without a question are days with none, not gaps."""
    fill(session)
    days = figures(session, since=SINCE, until=UNTIL, filters=Filters()).days
    assert 8 == len(days)
    assert [(NOON.astimezone() - timedelta(days=1)).date(), 3, 0, 0] == [
        days[-2].day,
        days[-2].answered,
        days[-2].suggested,
        days[-2].missed,
    ]
    assert 6 == sum(day.answered + day.suggested + day.missed for day in days)


@pytest.mark.parametrize(
    ("filters", "intents"),
    [
        (Filters(topic="delivery"), 2),
        (Filters(topic="returns"), 2),
        (Filters(lang="en"), 1),
        (Filters(channel="desk"), 1),
        (Filters(level=1), 1),
        (Filters(topic="returns", lang="en", channel="desk", level=0), 1),
        (Filters(topic="nowhere"), 0),
    ],
    ids=str,
)
def test_filters_narrow_the_figures(session: Session, filters: Filters, intents: int) -> None:
    """By topic of the entry that stood first or was taken, language, channel and clearance."""
    fill(session)
    assert intents == figures(session, since=SINCE, until=UNTIL, filters=filters).totals.intents


def test_tops_count_sessions_before_intents(session: Session) -> None:
    """One impatient person is one person; misses and questions are told apart."""
    fill(session)
    found = figures(session, since=SINCE, until=UNTIL, filters=Filters())
    assert [("parcel", 1, 1), ("怎么退", 1, 1), ("查快递", 1, 2)] == sorted(
        (each.text, each.sessions, each.intents) for each in found.questions
    )
    assert [("刻字", 2, 2)] == [(each.text, each.sessions, each.intents) for each in found.misses]


def test_entries_carry_the_load_in_order(session: Session) -> None:
    """The share carried grows to the whole; what was missed was carried by none."""
    fill(session)
    found = figures(session, since=SINCE, until=UNTIL, filters=Filters()).load
    assert [("send-back", 2, 1, 0.5), ("track-parcel", 2, 0, 1.0)] == [
        (each.slug, each.intents, each.accepted, each.carried) for each in found
    ]


def test_closing_time_is_from_the_first_day_to_the_proof(session: Session) -> None:
    """Only closures of the period, each cluster by its first proof."""
    cluster = ClusterRow(
        title="刻字",
        keywords=[],
        status="closed",
        centroid=b"",
        slug="engraving",
        created_at=at(5),
        changed_at=at(1),
    )
    session.add(cluster)
    session.flush()
    for days, verdict in ((3, "partly"), (2, "closed"), (1, "closed")):
        session.add(
            ClosureRow(cluster_id=cluster.id, at=at(days), slug="x", verdict=verdict, parts=[])
        )
    session.flush()
    found = figures(session, since=SINCE, until=UNTIL, filters=Filters())
    assert [("刻字", 3.0)] == [(each.title, each.days) for each in found.closings]
    assert 3.0 == found.closing_days


def test_nothing_asked_is_no_error(session: Session) -> None:
    """A new shop has figures, all of them nothing."""
    found = figures(session, since=SINCE, until=UNTIL, filters=Filters())
    assert (Totals(), Totals(), None) == (found.totals, found.before, found.closing_days)
    assert () == found.questions == found.misses == found.load == found.closings

"""The list of clusters: counts, order, what is new, and the benefit with its parts."""

from datetime import timedelta

from flask import Flask

from database import Database
from insights.clusters import gather
from insights.decisions import Action, decide
from insights.priority import Benefit
from insights.queue import Cluster, queue, wordings_of
from insights.visits import last_visit
from tests.insights.conftest import NOON
from tests.insights.missing import miss

GIFT, GIFTS = "礼品卡怎么买", "怎么买礼品卡"
FLYING = "螺旋桨会飞走吗"
DAY = timedelta(days=1)


def listed(database: Database, **options: object) -> list[Cluster]:
    """The open clusters of a week."""
    with database.session() as session:
        return queue(session, since=NOON - 7 * DAY, until=NOON + DAY, minutes_each=6.0, **options)  # type: ignore[arg-type]


def gathered(app: Flask, database: Database) -> None:
    """Bring all misses to their clusters."""
    gather(database, engine=app.extensions["dawen"].engine, now=NOON)


def test_a_cluster_counts_intents_people_languages_levels_and_channels(
    app: Flask, database: Database
) -> None:
    """One person who asks twice is one person; the level is the lowest asked at."""
    miss(database, GIFT, GIFTS, at=NOON, session="one", level=1)
    miss(database, GIFT, at=NOON - 2 * DAY, level=2, channel="desk", reason="not_live")
    gathered(app, database)
    (one,) = listed(database)
    assert (3, 2, 2, 1) == (one.intents, one.sessions, one.wordings, one.level)
    assert (("zh",), {"web", "desk"}) == (one.langs, set(one.channels))
    assert ("no_entry", 2 / 3) == (one.reason, one.reason_share)
    assert NOON - 2 * DAY == one.first_at
    assert 3 == sum(one.trend)


def test_the_greatest_benefit_stands_first_and_shows_its_parts(
    app: Flask, database: Database
) -> None:
    """Intents, share and minutes multiply to the order of the list."""
    miss(database, FLYING, at=NOON)
    miss(database, GIFT, GIFT, GIFTS, at=NOON)
    gathered(app, database)
    first, second = listed(database)
    assert (3, 1) == (first.intents, second.intents)
    assert Benefit(3, 2, 6.0) == first.benefit  # one wording is too far from the title
    assert (2 / 3, 12.0) == (first.benefit.share, first.benefit.minutes)


def test_decided_wordings_do_not_count_until_they_are_asked_again(
    app: Flask, database: Database
) -> None:
    """The list of clusters agrees with the list of wordings."""
    miss(database, GIFT, GIFTS, at=NOON - DAY)
    gathered(app, database)
    with database.session() as session:
        decide(session, GIFT, action=Action.ENTRY, at=NOON, person_id=None)
        decide(session, GIFTS, action=Action.DISMISSED, at=NOON, person_id=None)
    assert [] == listed(database)
    miss(database, GIFT, at=NOON + timedelta(hours=1))
    (one,) = listed(database)
    assert 1 == one.intents
    with database.session() as session:
        rows = wordings_of(session, one.id, since=NOON - 7 * DAY, until=NOON + DAY)
    assert {"entry", "dismissed"} == {row.decision for row in rows}


def test_what_is_new_since_the_last_visit_is_told(app: Flask, database: Database) -> None:
    """A cluster made since is new; one that grew tells by how much."""
    miss(database, GIFT, at=NOON - 3 * DAY)
    gather(database, engine=app.extensions["dawen"].engine, now=NOON - 3 * DAY)
    miss(database, GIFT, FLYING, at=NOON)
    gathered(app, database)
    found = {one.title: one for one in listed(database, seen=NOON - DAY)}
    assert (False, 1) == (found[GIFT].is_new, found[GIFT].fresh)
    assert found[FLYING].is_new


def test_looking_again_within_the_hour_is_the_same_visit(database: Database) -> None:
    """What was new stays new while somebody works; the next visit starts from there."""
    with database.session() as session:
        assert last_visit(session, 1, "x", now=NOON) is None
        assert last_visit(session, 1, "x", now=NOON + timedelta(minutes=20)) is None
        session.flush()
        tomorrow = NOON + DAY
        assert NOON + timedelta(minutes=20) == last_visit(session, 1, "x", now=tomorrow)
        soon = tomorrow + timedelta(minutes=5)
        assert NOON + timedelta(minutes=20) == last_visit(session, 1, "x", now=soon)
        assert last_visit(session, 2, "x", now=soon) is None

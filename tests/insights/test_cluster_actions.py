"""What editors do to clusters: on record, agreed with the list of wordings, and undone exactly."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import Database
from insights import cluster_actions as actions
from insights.cluster_record import Hand, history, latest_of
from insights.clusters import Status, gather
from insights.decisions import Action, decisions_of
from insights.queue import queue
from insights.space import Space, space_of
from insights.work_tables import ClusterRow, MemberRow
from tests.insights.conftest import NOON
from tests.insights.missing import miss

HAND = Hand(7, NOON)
LATER = Hand(7, NOON + timedelta(minutes=1))
GIFTS = ("礼品卡怎么买", "怎么买礼品卡", "礼品卡在哪买")
FLYING = ("螺旋桨会飞走吗", "螺旋桨飞走了")


@pytest.fixture
def space(app: Flask) -> Space:
    """Where the wordings lie."""
    return space_of(app.extensions["dawen"].engine)


@pytest.fixture
def two(app: Flask, database: Database) -> tuple[int, int]:
    """The numbers of two clusters: gifts, and flying."""
    miss(database, *GIFTS, *FLYING, at=NOON - timedelta(hours=3))
    gather(database, engine=app.extensions["dawen"].engine, now=NOON)
    with database.session() as session:
        found = [session.get(MemberRow, text) for text in (GIFTS[0], FLYING[0])]
        return found[0].cluster_id, found[1].cluster_id  # type: ignore[union-attr]


def picture(session: Session) -> dict[int, Any]:
    """What a person sees of every cluster: what undoing must bring back."""
    members: dict[int, list[str]] = {}
    for row in session.scalars(select(MemberRow).order_by(MemberRow.wording)):
        members.setdefault(row.cluster_id, []).append(row.wording)
    return {
        row.id: (row.title, row.status, row.assigned_to, row.slug, members[row.id])
        for row in session.scalars(select(ClusterRow))
        if row.id in members
    }


def numbers(session: Session, status: Status = Status.OPEN) -> set[int]:
    """The clusters on the list of a status."""
    begin, end = NOON - timedelta(days=7), NOON + timedelta(days=1)
    found = queue(session, since=begin, until=end, minutes_each=6, status=status)
    return {one.id for one in found}


def test_what_is_one_already_is_not_merged_again(
    database: Database, two: tuple[int, int], space: Space
) -> None:
    """The same press on a page from before changes nothing: no cluster goes into itself."""
    with database.session() as session:
        actions.merge(session, two, space=space, hand=HAND)
        before = picture(session)
    with database.session() as session:
        for again in (two, two[::-1], (two[0], two[0])):
            with pytest.raises(ValueError, match="takes two"):
                actions.merge(session, again, space=space, hand=LATER)
        assert (before, {two[0]}) == (picture(session), numbers(session))


@pytest.mark.parametrize("kind", ["split", "renamed", "assigned", "dismissed", "answered"])
def test_what_is_done_to_a_merged_cluster_is_done_to_the_one_it_is_in(
    database: Database, two: tuple[int, int], space: Space, kind: str
) -> None:
    """A page from before the merge names a cluster that has no wordings any more."""
    home, gone = two
    with database.session() as session:
        actions.merge(session, two, space=space, hand=HAND)
        stale = session.get_one(ClusterRow, gone).changed_at
        act(kind, session, gone, home, space)
    with database.session() as session:
        assert [kind, "merged"] == [each.action for each in history(session, home)]
        row = session.get_one(ClusterRow, gone)
        assert (Status.MERGED, stale) == (row.status, row.changed_at)
        if kind in ("dismissed", "answered"):
            assert {*GIFTS, *FLYING} == set(decisions_of(session, [*GIFTS, *FLYING]))


KINDS = ("merged", "split", "renamed", "assigned", "dismissed", "answered")


def act(kind: str, session: Session, one: int, two: int, space: Space) -> None:
    """Do something of a kind to the first cluster."""
    match kind:
        case "merged":
            actions.merge(session, [one, two], space=space, hand=HAND)
        case "split":
            actions.split(session, one, [GIFTS[0]], space=space, hand=HAND)
        case "renamed":
            actions.rename(session, one, "礼品卡", space=space, hand=HAND)
        case "assigned":
            actions.assign(session, one, 7, hand=HAND)
        case "dismissed":
            actions.dismiss(session, one, hand=HAND)
        case _:
            how = {"slug": "send-back", "lang": "zh", "action": Action.ENTRY}
            actions.answered(session, one, hand=HAND, **how)


@pytest.mark.parametrize("kind", KINDS)
def test_every_action_is_on_record_and_undone_exactly(
    kind: str, database: Database, two: tuple[int, int], space: Space
) -> None:
    """After undoing, clusters, members and the list are what they were; both stand on record."""
    with database.session() as session:
        before, listed = picture(session), numbers(session)
        act(kind, session, *two, space)
        session.flush()
        assert before != picture(session)
    with database.session() as session:
        action = latest_of(session, 7)
        assert action is not None
        assert (kind, 7) == (action.action, action.person_id)
        assert actions.undo(session, action.id, space=space, hand=LATER)
    with database.session() as session:
        assert before == picture(session)
        assert listed == numbers(session)
        assert LATER.at == history(session, two[0])[0].undone_at


def test_a_dismissed_cluster_is_dismissed_on_both_lists_until_reopened(
    database: Database, two: tuple[int, int]
) -> None:
    """Each wording is decided as the cluster is."""
    with database.session() as session:
        actions.dismiss(session, two[0], hand=HAND)
    with database.session() as session:
        assert {two[1]} == numbers(session)
        assert {two[0]} == numbers(session, Status.DISMISSED)
        known = decisions_of(session, GIFTS)
        assert {Action.DISMISSED} == {row.action for row in known.values()}
        actions.reopen(session, two[0], hand=LATER)
    with database.session() as session:
        assert set(two) == numbers(session)


def test_an_answered_cluster_is_watched_and_its_wordings_are_closed(
    database: Database, two: tuple[int, int]
) -> None:
    """It leaves the list for two weeks; an entry that nobody sees answers nothing yet."""
    with database.session() as session:
        how = {"slug": "send-back", "lang": "zh", "action": Action.ENTRY}
        actions.answered(session, two[0], hand=HAND, **how)
        actions.answered(session, two[1], hand=HAND, is_live=False, **how)
    with database.session() as session:
        row = session.get(ClusterRow, two[0])
        assert row is not None
        assert (Status.WATCHED, "send-back", NOON + actions.WATCH) == (
            row.status,
            row.slug,
            row.watched_until,
        )
        assert {two[1]} == numbers(session)


def test_something_newer_makes_an_action_final(
    database: Database, two: tuple[int, int], space: Space
) -> None:
    """Undoing the older of two actions on one cluster is refused."""
    with database.session() as session:
        actions.rename(session, two[0], "一", space=space, hand=HAND)
        session.flush()
        first = latest_of(session, 7)
        assert first is not None
        actions.assign(session, two[0], 7, hand=LATER)
        session.flush()
        assert not actions.undo(session, first.id, space=space, hand=LATER)


def test_wordings_that_come_later_follow_a_merge_and_a_split(
    app: Flask, database: Database, two: tuple[int, int], space: Space
) -> None:
    """What joins a cluster that is undone away is not lost."""
    with database.session() as session:
        made = actions.split(session, two[0], [GIFTS[0]], space=space, hand=HAND)
        session.flush()
        for row in session.scalars(select(MemberRow).where(MemberRow.wording == GIFTS[1])):
            row.cluster_id = made
        session.flush()
        action = latest_of(session, 7)
        assert action is not None
        actions.undo(session, action.id, space=space, hand=LATER)
    with database.session() as session:
        own = session.scalars(select(MemberRow.wording).where(MemberRow.cluster_id == two[0]))
        assert set(GIFTS) == set(own)


@pytest.mark.parametrize("wordings", [[], list(GIFTS), ["nobody asked this"]])
def test_a_split_needs_some_that_go_and_some_that_stay(
    wordings: list[str], database: Database, two: tuple[int, int], space: Space
) -> None:
    """Otherwise nothing happens."""
    with database.session() as session, pytest.raises(ValueError, match="some"):
        actions.split(session, two[0], wordings, space=space, hand=HAND)


def test_a_name_given_by_hand_stays(
    app: Flask, database: Database, two: tuple[int, int], space: Space
) -> None:
    """New wordings change no name; an empty one gives the naming back."""
    with database.session() as session:
        actions.rename(session, two[0], "  礼品卡  购买 ", space=space, hand=HAND)
    miss(database, "礼品卡怎么买呢", at=NOON)
    gather(database, engine=app.extensions["dawen"].engine, now=NOON)
    with database.session() as session:
        row = session.get(ClusterRow, two[0])
        assert row is not None
        assert "礼品卡 购买" == row.title
        actions.rename(session, two[0], "", space=space, hand=LATER)
        assert row.title in (*GIFTS, "礼品卡怎么买呢")

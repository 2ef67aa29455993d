"""Forgetting: what is made of what was asked goes when it goes (trust R04)."""

from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import func, select

from database import Database
from insights.clusters import Status
from insights.intake import take_in
from insights.questions import leave_question
from insights.retention import erase_address, purge
from insights.tables import SearchRow
from insights.work_tables import (
    ClusterActionRow,
    ClusterRow,
    IntentRow,
    LetterRow,
    MemberRow,
    ProposalRow,
)
from kb.disclosure import Audience, Level
from tests.insights.conftest import NOON, Asking, Clock

PUBLIC = Audience(Level.PUBLIC)
VECTOR = np.zeros(4, np.float16).tobytes()


def cluster_of(database: Database, wording: str, *, status: Status, at: datetime) -> int:
    """A cluster with one wording; its number."""
    with database.session() as session:
        row = ClusterRow(
            title=wording,
            keywords=[],
            status=status.value,
            centroid=VECTOR,
            created_at=at,
            changed_at=at,
        )
        session.add(row)
        session.flush()
        session.add(MemberRow(wording=wording, cluster_id=row.id, vector=VECTOR))
        return row.id


def count(database: Database, table: type) -> int:
    """How many rows a table has."""
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_R04_intents_and_clustered_wordings_go_with_their_searches(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """An open cluster without wordings is deleted; what is asked still stays where it is."""
    ask("老问题")
    take_in(database, now=clock.now)
    clock.forward(days=100)
    ask("新问题")
    take_in(database, now=clock.now)
    for wording in ("老问题", "新问题"):
        cluster_of(database, wording, status=Status.OPEN, at=clock.now)
    with database.session() as session:
        gone = purge(session, before=clock.now - timedelta(days=90))
    assert (1, 1, 1) == (gone.searches, gone.intents, gone.wordings)
    with database.session() as session:
        assert ["新问题"] == list(session.scalars(select(IntentRow.wording)))
        assert ["新问题"] == list(session.scalars(select(ClusterRow.title)))


def test_R04_a_dismissal_outlives_its_wordings(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """What an editor decided stays decided, without the words that people used."""
    ask("老问题")
    take_in(database, now=clock.now)
    cluster_of(database, "老问题", status=Status.DISMISSED, at=clock.now)
    clock.forward(days=100)
    with database.session() as session:
        purge(session, before=clock.now)
    assert (1, 0) == (count(database, ClusterRow), count(database, MemberRow))


def test_R04_a_wording_that_is_asked_still_stays_in_its_cluster(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """Purging the first asker's search leaves what the second one asked."""
    for days in (0, 100):
        clock.forward(days=days)
        ask("老问题")
        take_in(database, now=clock.now)
    cluster_of(database, "老问题", status=Status.OPEN, at=clock.now)
    with database.session() as session:
        purge(session, before=clock.now - timedelta(days=90))
    assert 1 == count(database, MemberRow)


def test_R04_undecided_proposals_and_the_record_of_clusters_go(database: Database) -> None:
    """Both hold wordings; a proposal that was decided is a decision and stays."""
    number = cluster_of(database, "旧", status=Status.CLOSED, at=NOON)
    with database.session() as session:
        for wording, decided_at in (("甲", None), ("乙", NOON)):
            session.add(
                ProposalRow(
                    wording=wording,
                    text=wording,
                    slug="send-back",
                    lang="zh",
                    sessions=3,
                    status="open",
                    at=NOON,
                    decided_at=decided_at,
                )
            )
        session.add(ClusterActionRow(at=NOON, action="split", cluster_id=number, before={}))
    with database.session() as session:
        assert 1 == purge(session, before=NOON + timedelta(days=1)).proposals
    assert (1, 0) == (count(database, ProposalRow), count(database, ClusterActionRow))


def test_R04_erasing_an_address_erases_what_was_asked_in_its_session(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """Question, letter, searches and intents of one person go; those of others stay."""
    search = ask("我的包裹去哪了", asker="one")
    ask("我的私事", asker="one")
    ask("别人的事", asker="two")
    take_in(database, now=clock.now)
    with database.session() as session:
        number = leave_question(
            session,
            text="我的包裹",
            lang="zh",
            audience=PUBLIC,
            at=clock.now,
            email="a@example.com",
            search_id=search,
        )
        session.add(
            LetterRow(
                question_id=number,
                slug="send-back",
                lang="zh",
                token="t",
                written_at=clock.now,
                due_at=clock.now,
            )
        )
    cluster_of(database, "我的私事", status=Status.OPEN, at=clock.now)
    with database.session() as session:
        erased = erase_address(session, "A@example.com")
    assert (1, 2, 2) == (erased.questions, erased.searches, erased.intents)
    assert (0, 0) == (count(database, LetterRow), count(database, MemberRow))
    with database.session() as session:
        assert ["别人的事"] == list(session.scalars(select(SearchRow.text)))
        assert ["别人的事"] == list(session.scalars(select(IntentRow.wording)))

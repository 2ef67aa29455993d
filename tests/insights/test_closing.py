"""The proof after a publication, the watch over it, and the suite that grows from both."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from database import Database
from insights.closing import Cause, Closure, Verdict, latest, parts_of, prove
from insights.cluster_actions import answered
from insights.cluster_record import Hand
from insights.clusters import Status
from insights.decisions import Action, decide
from insights.suite import Case, answerable, grow, grown
from insights.watching import reopened_by, watch
from insights.work_tables import ClusterRow, IntentRow, JudgedRow, MemberRow
from kb.disclosure import Level
from tests.insights.conftest import NOON

DAY = timedelta(days=1)
Make = Callable[..., int]


@pytest.fixture
def engine(app: Flask) -> Any:
    """The engine of the small shop."""
    return app.extensions["dawen"].engine


def intent(database: Database, name: str, text: str, **values: Any) -> None:
    """One intent, missed unless said otherwise."""
    start = {"lang": "zh", "level": 0, "cause": "floor", "accepted": "", "at": NOON}
    row = {
        "id": name,
        "session": name,
        "text": text,
        "wording": text,
        "first": text,
        "channel": "web",
        "searches": 1,
        "outcome": "missed",
        "confidence": 0.1,
    }
    with database.session() as session:
        session.add(IntentRow(**(row | start | values)))


@pytest.fixture
def cluster(database: Database) -> Make:
    """``cluster(slug, *texts, level=…)``: an answered cluster of wordings, each missed once."""

    def make(slug: str, *texts: str, level: int = 0) -> int:
        with database.session() as session:
            row = ClusterRow(
                title=texts[0], keywords=[], status="open", centroid=b"", created_at=NOON,
                changed_at=NOON,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add_all(
                MemberRow(wording=text, cluster_id=row.id, vector=b"") for text in texts
            )
            number = row.id
        for text in texts:
            intent(database, f"{text}-{level}", text, level=level)
        with database.session() as session:
            answered(
                session, number, slug=slug, lang="zh", action=Action.ENTRY, hand=Hand(None, NOON)
            )
        return number

    return make


def proof_of(database: Database, engine: Any, number: int) -> Closure:
    """Prove a cluster and read what was kept."""
    with database.session() as session:
        assert prove(session, engine, cluster=number, now=NOON + DAY) is not None
    with database.session() as session:
        row = latest(session, number)
        assert row is not None
        return parts_of(row)


def status_of(database: Database, number: int) -> str:
    """What has become of a cluster."""
    with database.session() as session:
        return session.get_one(ClusterRow, number).status


def test_a_cluster_whose_questions_find_the_entry_is_closed(
    database: Database, engine: Any, cluster: Make
) -> None:
    """Asked again by the askers' level and language, all find the entry first."""
    number = cluster("track-parcel", "怎么查物流", "快递到哪了")
    found = proof_of(database, engine, number)
    assert (Verdict.CLOSED, 2, 2) == (found.verdict, found.intents, found.closed)
    assert [(0, "zh")] == [(part.level, part.lang) for part in found.parts]


def test_an_entry_for_agents_does_not_close_for_customers(
    database: Database, engine: Any, cluster: Make
) -> None:
    """Agents find it and customers do not: partly closed, with the reason."""
    number = cluster("refund-script", "退款争议话术", level=2)
    intent(database, "customer", "退款争议话术", level=1)
    found = proof_of(database, engine, number)
    assert Verdict.PARTLY is found.verdict
    parts = {part.level: part for part in found.parts}
    assert (1, 0) == (parts[2].closed, parts[1].closed)
    assert (Cause.HIDDEN, 2) == (parts[1].reasons[0].cause, parts[1].reasons[0].level)


@pytest.mark.parametrize(
    ("slug", "text", "cause"),
    [
        ("gift-wrap", "可以礼品包装吗", Cause.NOT_LIVE),
        ("track-parcel", "七天无理由退货怎么申请", Cause.OTHER_FIRST),
        ("send-back", "zzzz qqqq", Cause.NOT_FOUND),
    ],
)
def test_what_is_not_closed_says_why(
    database: Database, engine: Any, cluster: Make, slug: str, text: str, cause: Cause
) -> None:
    """A draft, another entry before it, or a wording too far away."""
    found = proof_of(database, engine, cluster(slug, text))
    assert Verdict.NOT is found.verdict
    assert [cause] == [reason.cause for reason in found.parts[0].reasons]
    assert (text,) == found.parts[0].reasons[0].texts


def test_a_watched_cluster_comes_back_when_its_misses_go_on(
    database: Database, engine: Any, cluster: Make
) -> None:
    """One session may err; the second brings it back."""
    number = cluster("track-parcel", "怎么查物流")
    proof_of(database, engine, number)
    intent(database, "again", "怎么查物流", at=NOON + 2 * DAY)
    assert 0 == watch(database, engine=engine, now=NOON + 3 * DAY)
    assert Status.WATCHED == status_of(database, number)
    intent(database, "and again", "怎么查物流", at=NOON + 2 * DAY)
    assert 1 == watch(database, engine=engine, now=NOON + 3 * DAY)
    assert Status.OPEN == status_of(database, number)
    assert 0 == watch(database, engine=engine, now=NOON + 4 * DAY)


def test_what_hundreds_missed_is_not_brought_back_by_two(
    database: Database, engine: Any, cluster: Make
) -> None:
    """A few will always mistype it: more than a tenth of those before must miss it again."""
    number = cluster("track-parcel", "怎么查物流")
    for before in range(39):
        intent(database, f"before {before}", "怎么查物流", at=NOON - DAY)
    proof_of(database, engine, number)
    with database.session() as session:
        assert 4 == reopened_by(session, number, begun=NOON + timedelta(hours=1))
    for again in range(3):
        intent(database, f"again {again}", "怎么查物流", at=NOON + 2 * DAY)
    assert 0 == watch(database, engine=engine, now=NOON + 3 * DAY)
    intent(database, "one more", "怎么查物流", at=NOON + 2 * DAY)
    assert 1 == watch(database, engine=engine, now=NOON + 3 * DAY)


def test_a_quiet_fortnight_closes_it(database: Database, engine: Any, cluster: Make) -> None:
    """After 14 days without a miss the cluster is closed, with a last proof."""
    number = cluster("track-parcel", "怎么查物流")
    assert 0 == watch(database, engine=engine, now=NOON + 13 * DAY)
    assert 1 == watch(database, engine=engine, now=NOON + 14 * DAY)
    assert Status.CLOSED == status_of(database, number)


def test_the_suite_grows_from_what_several_people_took(database: Database, engine: Any) -> None:
    """Two sessions that agree make a judged query; one, or a quarrel, makes none."""
    for name in ("a", "b"):
        intent(database, name, "我的快递", cause="", accepted="track-parcel")
    intent(database, "c", "只有一个人", cause="", accepted="track-parcel")
    for name, slug in (("d", "track-parcel"), ("e", "send-back")):
        intent(database, name, "有争议", cause="", accepted=slug)
        intent(database, name * 2, "有争议", cause="", accepted=slug)
    assert 1 == grow(database, engine=engine, now=NOON)
    assert 0 == grow(database, engine=engine, now=NOON)
    with database.session() as session:
        assert [Case("我的快递", "zh", 0, frozenset({"track-parcel"}), "accepted")] == grown(
            session
        )


def test_the_suite_is_kept_per_level(database: Database, engine: Any) -> None:
    """A decision judges a wording only where its entry is seen."""
    for level in Level:
        intent(database, f"l{int(level)}", "会员包邮", level=int(level))
    with database.session() as session:
        decide(
            session, "会员包邮", action=Action.ENTRY, at=NOON, person_id=None,
            slug="member-shipping", lang="zh",
        )  # fmt: skip
    grow(database, engine=engine, now=NOON)
    with database.session() as session:
        assert [1, 2, 3] == [case.level for case in grown(session)]


def test_a_judged_query_retires_with_its_entry(
    app: Flask, database: Database, engine: Any, content: Path, write_entry: Callable[..., Path]
) -> None:
    """What nobody sees at that level any more is judged no longer."""
    for name in ("a", "b"):
        intent(database, name, "我的快递", cause="", accepted="track-parcel")
    grow(database, engine=engine, now=NOON)
    for lang in ("zh", "en"):
        write_entry(content, "track-parcel", lang=lang, level="agent")
    app.extensions["dawen"].publisher.publish()
    assert 1 == grow(database, engine=engine, now=NOON + DAY)
    with database.session() as session:
        assert [] == grown(session)
        assert NOON + DAY == session.scalars(select(JudgedRow)).one().retired_at


def test_only_cases_that_can_be_lost_are_asked() -> None:
    """Cases without an answer here, or of another content, hold nothing."""
    kept = Case("甲", "zh", 0, frozenset({"a"}))
    others = [Case("乙", "zh", 0, frozenset()), Case("丙", "zh", 0, frozenset({"a", "gone"}))]
    assert [kept] == answerable([kept, *others], ["a", "b"])

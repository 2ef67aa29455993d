"""Taking in the log: incremental, repeatable, and safe when two do it at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import insert, select

from database import Database
from insights.intake import OVERLAP, take_in
from insights.log import SearchLog
from insights.tables import SearchRow
from insights.watermarks import claim, reached
from insights.work_tables import IntentRow
from kb.disclosure import Level
from tests.insights.conftest import Clock

HIT = {"slug": "send-back", "lang": "zh", "confidence": 0.4}


def intents(database: Database) -> list[IntentRow]:
    """All intents, in the order of their last searches."""
    with database.session() as session:
        return list(session.scalars(select(IntentRow).order_by(IntentRow.at, IntentRow.id)))


def test_what_was_asked_at_a_door_becomes_an_intent(
    database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """A search and its fields stand in the table of intents."""
    ask("有没有礼品卡", channel="desk", level=Level.AGENT)
    assert 1 == take_in(database, now=clock.now)
    row = intents(database)[0]
    assert ("有没有礼品卡", "desk", 2, "floor", "") == (
        row.wording,
        row.channel,
        row.level,
        row.cause,
        row.reason,
    )


def test_a_second_run_reads_nothing_and_changes_nothing(
    database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """Runs are idempotent: the table is what one run makes of it."""
    ask("有没有礼品卡")
    take_in(database, now=clock.now)
    for written in (1, 0):  # the first looks back a little, for what was committed late
        clock.forward(hours=1)
        assert written == take_in(database, now=clock.now)
    assert ["有没有礼品卡"] == [row.wording for row in intents(database)]


def test_a_rewording_that_comes_later_is_joined_to_its_intent(
    database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """What was provisional at the first run is written anew at the second."""
    ask("礼品卡怎么用")
    take_in(database, now=clock.now)
    clock.forward(minutes=3)
    ask("礼品卡")
    take_in(database, now=clock.now)
    assert [("礼品卡", "礼品卡怎么用", 2)] == [
        (row.wording, row.first, row.searches) for row in intents(database)
    ]


def test_a_vote_that_comes_hours_later_is_taken_in(
    database: Database, ask: Callable[..., str], log: SearchLog, clock: Clock
) -> None:
    """A signal touches the session of its search, however old."""
    search = ask("怎么退货", outcome="answered", confidence=0.9)
    take_in(database, now=clock.now)
    clock.forward(hours=5)
    log.signal(search, "unhelpful", "send-back", "太长")
    take_in(database, now=clock.now)
    assert ["unhelpful"] == [row.cause for row in intents(database)]


def test_a_row_committed_a_little_late_is_not_lost(
    database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """The watermark is not believed to the second: the log writes beside the digest."""
    start = clock.now
    take_in(database, now=start + OVERLAP / 2)
    ask("有没有礼品卡")
    take_in(database, now=start + OVERLAP)
    assert 1 == len(intents(database))


def test_reasons_survive_a_run_and_fall_with_the_cause(
    database: Database, ask: Callable[..., str], log: SearchLog, clock: Clock
) -> None:
    """A miss keeps the reason it was given until it is none any more."""
    search = ask("怎么退货", outcome="suggested", confidence=0.4)
    log.signal(search, "none_of_these")
    take_in(database, now=clock.now)
    with database.session() as session:
        session.get_one(IntentRow, search).reason = "no_entry"
    ask("发票", asker="one")
    clock.forward(minutes=1)
    take_in(database, now=clock.now)
    assert ["no_entry"] == [row.reason for row in intents(database) if row.id == search]
    log.signal(search, "click", "send-back")
    clock.forward(minutes=1)
    take_in(database, now=clock.now)
    row = next(row for row in intents(database) if row.id == search)
    assert ("", "") == (row.cause, row.reason)


def test_bots_staff_and_failures_leave_no_intent(
    database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """What does not count is not in the table at all."""
    ask("退货", asker="bot", is_bot=True)
    ask("退货", asker="editor", is_staff=True)
    ask("退货", asker="unlucky", mode="lexical")
    take_in(database, now=clock.now)
    assert [] == intents(database)


def test_two_at_once_write_everything_once(
    database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """Eight runs at the same moment end with the table that one makes."""
    for number in range(60):
        ask(f"问题 {number} 怎么办", asker=f"asker {number}")
    now = clock.now + timedelta(minutes=1)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: take_in(database, now=now), range(8)))
    assert 60 == len(intents(database))


def test_a_watermark_that_was_moved_cannot_be_claimed(database: Database, clock: Clock) -> None:
    """The slower of two runs notices, and writes nothing."""
    now = clock.now
    with database.session() as session:
        assert claim(session, "step", since=None, until=now)
    with database.session() as session:
        assert claim(session, "step", since=now, until=now + timedelta(hours=1))
        assert not claim(session, "step", since=now, until=now + timedelta(hours=2))
        assert now + timedelta(hours=1) == reached(session, "step")


def test_a_backlog_is_taken_in_by_parts(database: Database, clock: Clock) -> None:
    """Three thousand searches are more than one part, and none is lost between two."""
    start = clock.now
    rows = [
        {
            "id": f"{number:032x}",
            "at": start + timedelta(seconds=number),
            "text": f"w{number}",
            "wording": f"w{number}",
            "lang": "zh",
            "channel": "web",
            "level": 0,
            "outcome": "suggested",
            "mode": "hybrid",
            "confidence": 0.4,
            "hits": [HIT | {"slug": f"entry-{number}"}],
            "generation": "g1",
            "session": f"s{number // 3}",
            "is_bot": False,
            "is_staff": False,
        }
        for number in range(3_000)
    ]
    with database.session() as session:
        session.execute(insert(SearchRow), rows)
    take_in(database, now=start + timedelta(days=1))
    assert 3_000 == sum(row.searches for row in intents(database))

"""The search log: what is stored, what never is, and that a search never fails with it."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from database import Database
from insights.log import SearchLog
from insights.tables import SearchRow, SignalRow
from kb.disclosure import Level
from settings import Settings
from tests.insights.conftest import Asking, Clock, FoundHit


def rows(database: Database) -> list[SearchRow]:
    """Everything that is in the log."""
    with database.session() as session:
        return list(session.scalars(select(SearchRow).order_by(SearchRow.at)))


def test_R01_personal_data_is_gone_before_it_is_stored(database: Database, ask: Asking) -> None:
    """Neither the text nor its normal form holds the number or the address."""
    ask("我的手机 13812345678 邮箱 foo@example.com 收不到")
    row = rows(database)[0]
    assert "我的手机 <PHONE> 邮箱 <EMAIL> 收不到" == row.text
    assert "13812345678" not in row.wording
    assert "foo@" not in row.wording


def test_R05_the_session_is_a_keyed_hash_that_changes_every_day(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """One asker has one session a day, another the next day, and neither names the asker."""
    asker = "203.0.113.9 Firefox"
    for _ in range(2):
        ask("甲", asker=asker)
    clock.forward(days=1)
    ask("甲", asker=asker)
    first, second, third = (row.session for row in rows(database))
    assert first == second
    assert first != third
    assert "203.0.113.9" not in first


def test_R05_another_key_gives_another_session(database: Database, clock: Clock) -> None:
    """Without the key, a session cannot be computed from an address."""
    for key in ("one key", "another key"):
        log = SearchLog(database, key, clock=clock)
        Asking(log)("甲", asker="203.0.113.9")
        log.close()
    assert 2 == len({row.session for row in rows(database)})


def test_a_search_is_stored_with_all_that_the_report_needs(database: Database, ask: Asking) -> None:
    """Level, channel, outcome, hits and generation are kept; hits without their texts."""
    ask(
        "how to return",
        lang="en",
        level=Level.AGENT,
        channel="desk",
        outcome="suggested",
        hits=(FoundHit("send-back", "en", 0.51234),),
    )
    row = rows(database)[0]
    assert ("en", 2, "desk", "suggested") == (row.lang, row.level, row.channel, row.outcome)
    assert [{"slug": "send-back", "lang": "en", "confidence": 0.5123}] == row.hits


def test_signals_of_unknown_searches_and_kinds_are_ignored(
    database: Database, log: SearchLog, ask: Asking
) -> None:
    """Nothing that a client makes up is stored, and nothing is raised."""
    search_id = ask("甲")
    log.signal("0" * 32, "click")
    log.signal("x" * 10_000, "click")
    log.signal(search_id, "made_up")
    log.signal(search_id, "unhelpful", slug="send-back", reason="打 13812345678 没人接")
    with database.session() as session:
        signal = session.scalars(select(SignalRow)).one()
    assert ("unhelpful", "send-back") == (signal.kind, signal.slug)
    assert "打 <PHONE> 没人接" == signal.reason


@pytest.fixture
def locked(settings: Settings, database: Database) -> sqlite3.Connection:
    """A writer that holds the database and does not let go."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("SQLite has one writer; PostgreSQL has many")
    with database.engine.connect():
        pass
    connection = sqlite3.connect(Path(settings.var_dir) / "dawen.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    yield connection
    connection.close()


def test_X10_a_locked_database_drops_the_row_and_not_the_search(
    locked: sqlite3.Connection, database: Database, log: SearchLog, ask: Asking
) -> None:
    """While another writer holds the lock, a search gets its id soon and the drop is counted."""
    assert 32 == len(ask("甲"))
    log.signal("0" * 32, "click")
    assert 1 == log.dropped
    locked.execute("ROLLBACK")
    ask("乙")
    assert ["乙"] == [row.text for row in rows(database)]


def test_X09_a_database_that_takes_no_more_drops_the_row(
    database: Database, log: SearchLog, ask: Asking
) -> None:
    """A full disk costs the log its row, and nobody the answer."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("the limit of pages is SQLite's")

    @event.listens_for(log._engine, "connect")
    def fill(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # becomes the present size: no page more

    for _ in range(50):
        assert 32 == len(ask("甲" * 900))
    assert log.dropped > 0
    assert len(rows(database)) == 50 - log.dropped


def test_a_moment_of_the_future_or_past_is_stored_as_it_is(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """The log asks the clock that it was given."""
    clock.forward(days=-400)
    ask("甲")
    assert clock.now == rows(database)[0].at
    assert timedelta(0) == clock.now.utcoffset()


def test_a_signal_is_kept_once_and_its_reason_may_follow(database: Database, ask: Asking) -> None:
    """A page that is loaded again is one click; the reason of a vote joins the vote."""
    search_id = ask("how to return")
    for _ in range(3):
        ask.log.signal(search_id, "click", "no-reason-return")
    ask.log.signal(search_id, "unhelpful", "no-reason-return")
    ask.log.signal(search_id, "unhelpful", "no-reason-return", "too long")
    with database.session() as session:
        kept = session.execute(select(SignalRow.kind, SignalRow.reason).order_by(SignalRow.id))
        assert [("click", ""), ("unhelpful", "too long")] == [tuple(row) for row in kept]

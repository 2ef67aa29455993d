"""The digest as a whole: steps in order, repeatable, harmless when two run at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import select

from database import Database
from insights.digest import STEPS, digest
from insights.judging import forget_reasons, give_reasons
from insights.log import SearchLog
from insights.reasons import REASONS
from insights.work_tables import IntentRow
from search.encoder import UnusableEmbedder
from search.engine import SearchEngine
from settings import Settings
from tests.insights.conftest import Clock


def engine_of(app: Flask) -> SearchEngine:
    """The engine that serves."""
    engine: SearchEngine = app.extensions["dawen"].engine
    return engine


def rows(database: Database) -> list[IntentRow]:
    """All intents in order."""
    with database.session() as session:
        return list(session.scalars(select(IntentRow).order_by(IntentRow.id)))


def test_a_miss_gets_its_reason_and_a_success_none(
    app: Flask, database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """One run joins what was asked and judges what was missed, and nothing else."""
    ask("可以礼品包装吗", asker="one")
    ask("怎么查物流", asker="two", outcome="answered", confidence=0.9)
    done = digest(database, engine=engine_of(app), now=clock.now)
    assert {"intents": 2, "reasons": 1} == {
        name: done.written[name] for name in ("intents", "reasons")
    }
    for row in rows(database):
        assert (row.reason in set(REASONS)) == bool(row.cause)


def test_steps_are_told_before_they_begin(app: Flask, database: Database, clock: Clock) -> None:
    """Who waits is told what for."""
    heard: list[str] = []
    digest(database, engine=engine_of(app), now=clock.now, begin=heard.append)
    assert [name for name, _ in STEPS] == heard


def test_two_digests_at_once_end_as_one(
    app: Flask, database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """Cron and an editor who opens the rooms do not get in each other's way."""
    for number in range(30):
        ask(f"礼品包装 {number}", asker=f"asker {number}")
    with ThreadPoolExecutor(4) as pool:
        runs = [
            pool.submit(digest, database, engine=engine_of(app), now=clock.now) for _ in range(4)
        ]
        for run in runs:
            run.result()
    assert 30 == len(rows(database))
    assert all(row.reason for row in rows(database))


def test_a_wrong_entry_is_named_by_who_said_so(
    app: Flask,
    database: Database,
    ask: Callable[..., str],
    log: SearchLog,
    clock: Clock,
) -> None:
    """Where the asker says which entry failed, nothing is guessed."""
    search = ask("怎么查物流", outcome="answered", confidence=0.9)
    log.signal(search, "click", "track-parcel")
    log.signal(search, "wrong", "track-parcel")
    digest(database, engine=engine_of(app), now=clock.now)
    row = rows(database)[0]
    assert ("below_floor", "track-parcel", 0.0) == (row.reason, row.reason_slug, row.reason_gap)


def test_without_a_model_misses_wait(
    app: Flask,
    settings: Settings,
    database: Database,
    ask: Callable[..., str],
    clock: Clock,
) -> None:
    """No reason is better than one made up; the next run with a model gives it."""
    ask("可以礼品包装吗")
    index_dir = settings.index_dir
    blind = SearchEngine(database, index_dir, UnusableEmbedder("no model here"))
    assert 0 == digest(database, engine=blind, now=clock.now).written["reasons"]
    assert 1 == give_reasons(database, engine=engine_of(app), now=clock.now)


def test_reasons_can_be_judged_anew(
    app: Flask, database: Database, ask: Callable[..., str], clock: Clock
) -> None:
    """After the content has changed, the misses of a period are judged again."""
    ask("可以礼品包装吗")
    now = clock.now
    digest(database, engine=engine_of(app), now=now)
    with database.session() as session:
        forget_reasons(session, since=now)
    assert 1 == give_reasons(database, engine=engine_of(app), now=now)

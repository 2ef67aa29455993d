"""What counts as a miss, how misses are merged, and when they leave the list."""

from datetime import timedelta

import pytest

from database import Database
from insights.decisions import Action, decide
from insights.log import SearchLog
from insights.misses import Miss, count_missed, missed
from kb.disclosure import Level
from tests.insights.conftest import Asking, Clock


def listed(database: Database, clock: Clock, *, days: int = 7) -> list[Miss]:
    """The open misses of the last days."""
    until = clock.now + timedelta(seconds=1)
    with database.session() as session:
        return missed(session, since=until - timedelta(days=days), until=until, limit=50)


def decided(database: Database, clock: Clock, wording: str, action: Action) -> None:
    """An editor decides about a wording now."""
    with database.session() as session:
        decide(session, wording, action=action, at=clock.now, person_id=None)


def test_equal_wordings_are_one_miss(database: Database, ask: Asking, clock: Clock) -> None:
    """Case, full width, traditional signs and signs at the ends make no difference."""
    for text in ("可以刻字嗎？", "可以刻字吗", " 可以刻字吗!! "):
        ask(text, asker=text)
    for text in ("Can you ENGRAVE it?", "can you engrave it", "ｃａｎ you engrave it"):
        ask(text, lang="en", asker="one")
    chinese, english = listed(database, clock)
    assert ("可以刻字吗", 3, 3) == (chinese.wording, chinese.count, chinese.sessions)
    assert ("can you engrave it", 3, 1) == (english.wording, english.count, english.sessions)
    assert "ｃａｎ you engrave it" == english.text


def test_one_impatient_person_is_one_person(database: Database, ask: Asking, clock: Clock) -> None:
    """The order follows distinct sessions before searches."""
    for _ in range(5):
        ask("催命问题", asker="one")
    ask("两人问题", asker="two")
    ask("两人问题", asker="three")
    assert ["两人问题", "催命问题"] == [miss.text for miss in listed(database, clock)]


def test_a_miss_knows_its_languages_levels_doors_and_times(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """What an editor needs for the next step is counted along."""
    first = clock.now
    ask("abc", lang="en", level=Level.CUSTOMER)
    clock.forward(hours=1)
    ask("abc", lang="en", level=Level.AGENT, channel="desk")
    ask("abc", lang="zh", channel="web", level=Level.CUSTOMER)
    (miss,) = listed(database, clock)
    assert (("en", "zh"), (1, 2)) == (miss.langs, miss.levels)
    assert {"web", "desk"} == set(miss.channels)
    assert (first, clock.now) == (miss.first_at, miss.last_at)
    assert ("en", 1) == (miss.lang, miss.level)


@pytest.mark.parametrize(
    "excluded",
    [
        {"is_bot": True},
        {"is_staff": True},
        {"mode": "lexical"},
        {"outcome": "answered"},
        {"outcome": "suggested"},
    ],
    ids=lambda case: next(iter(case)),
)
def test_what_is_no_miss_never_counts(
    database: Database, ask: Asking, clock: Clock, excluded: dict[str, object]
) -> None:
    """Bots, staff, failures of our own and searches that found something stay away."""
    ask("甲", **excluded)  # type: ignore[arg-type]
    assert [] == listed(database, clock)


@pytest.mark.parametrize("kind", ["none_of_these", "contact", "no_entry", "unhelpful", "wrong"])
def test_a_no_from_the_asker_makes_a_miss(
    database: Database, log: SearchLog, ask: Asking, clock: Clock, kind: str
) -> None:
    """Results that nobody accepted are a miss, once however often it is said."""
    search_id = ask("甲", outcome="suggested")
    log.signal(search_id, kind)
    log.signal(search_id, kind)
    (miss,) = listed(database, clock)
    assert 1 == miss.count


@pytest.mark.parametrize("kind", ["click", "copy", "helpful"])
def test_a_yes_from_the_asker_makes_none(
    database: Database, log: SearchLog, ask: Asking, clock: Clock, kind: str
) -> None:
    """An accepted result is no miss."""
    log.signal(ask("甲", outcome="suggested"), kind)
    assert [] == listed(database, clock)


def test_the_period_has_its_start_in_and_its_end_out(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """A search counts in exactly one of two periods that touch."""
    ask("甲")
    with database.session() as session:
        at, later = clock.now, clock.now + timedelta(days=1)
        assert [] == missed(session, since=at - timedelta(days=1), until=at, limit=9)
        assert 1 == len(missed(session, since=at, until=later, limit=9))
        assert (1, 1) == count_missed(session, since=at, until=later)


@pytest.mark.parametrize("action", [Action.ENTRY, Action.PHRASING])
def test_what_was_dealt_with_is_closed_until_it_is_asked_again(
    database: Database, ask: Asking, clock: Clock, action: Action
) -> None:
    """Closing is by time: a miss after the decision opens the wording, marked, counted anew."""
    ask("甲")
    ask("甲")
    clock.forward(minutes=1)
    decided(database, clock, "甲？", action)
    assert [] == listed(database, clock)
    clock.forward(minutes=1)
    ask("甲")
    (miss,) = listed(database, clock)
    assert (1, True) == (miss.count, miss.closed_before)


def test_dismissed_stays_away_until_it_is_reopened(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """A dismissal is remembered; the latest decision holds."""
    ask("甲")
    decided(database, clock, "甲", Action.DISMISSED)
    clock.forward(days=1)
    ask("甲")
    assert [] == listed(database, clock)
    decided(database, clock, "甲", Action.REOPENED)
    (miss,) = listed(database, clock)
    assert (2, False) == (miss.count, miss.closed_before)

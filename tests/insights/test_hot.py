"""Hot questions are asked by enough people of the same audience, and shown as entries."""

from collections.abc import Callable

import pytest

from database import Database
from insights.hot import PERIOD, hot_questions, hot_slugs
from kb.disclosure import Audience, Level
from tests.insights.conftest import Asking, Clock, FoundHit

LEAST = 3


@pytest.fixture
def popular(ask: Asking) -> Callable[..., None]:
    """Ask a question that finds an entry, by a number of sessions."""

    def people(slug: str, *, times: int, **how: object) -> None:
        for number in range(times):
            asker = f"{slug}{number}{how}"
            found = (FoundHit(slug),)
            ask(
                "不能给别人看的原话",
                **({"asker": asker, "outcome": "answered", "hits": found} | how),
            )

    return people


@pytest.fixture
def hot(database: Database, clock: Clock) -> Callable[..., list[str]]:
    """The hot entries as an audience gets them."""

    def read(level: Level = Level.PUBLIC) -> list[str]:
        audience = Audience(level)
        with database.session() as session:
            slugs = hot_slugs(session, audience=audience, now=clock(), least=LEAST, limit=20)
            found = hot_questions(
                session, slugs, lang="zh", audience=audience, now=clock(), limit=5
            )
        return [card.slug for card in found]

    return read


def test_L12_entries_need_enough_sessions(
    popular: Callable[..., None], hot: Callable[..., list[str]]
) -> None:
    """The most asked first; one session fewer than needed, or one person often, is not shown."""
    popular("track-parcel", times=LEAST)
    popular("send-back", times=LEAST + 1)
    popular("member-shipping", times=LEAST - 2, level=Level.CUSTOMER)
    popular("member-shipping", times=9, level=Level.CUSTOMER, asker="one")
    assert ["send-back", "track-parcel"] == hot(Level.CUSTOMER)


def test_L12_what_agents_ask_is_hot_for_agents_only(
    popular: Callable[..., None], hot: Callable[..., list[str]]
) -> None:
    """An entry that the public may see does not become hot for them by the desk's searches."""
    popular("track-parcel", times=LEAST, level=Level.AGENT)
    popular("refund-script", times=LEAST, level=Level.AGENT)
    assert [] == hot() == hot(Level.CUSTOMER)
    assert ["refund-script", "track-parcel"] == hot(Level.AGENT)


def test_L12_an_entry_above_the_audience_is_absent_even_if_it_was_hot(
    popular: Callable[..., None], hot: Callable[..., list[str]]
) -> None:
    """Public searches of an entry that was narrowed since show nothing of it."""
    popular("refund-script", times=LEAST)
    popular("gift-wrap", times=LEAST)
    assert [] == hot()


def test_R06_staff_bots_misses_and_old_searches_do_not_count(
    popular: Callable[..., None], hot: Callable[..., list[str]], clock: Clock
) -> None:
    """Only people, only answers, only of late."""
    popular("track-parcel", times=LEAST, is_bot=True)
    popular("track-parcel", times=LEAST, is_staff=True)
    popular("track-parcel", times=LEAST, outcome="missed")
    assert [] == hot()
    popular("track-parcel", times=LEAST)
    assert ["track-parcel"] == hot()
    clock.now += PERIOD * 1.1
    assert [] == hot()

"""What the tests of insights share: the migrated database, a clock and made-up searches."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from database import Database
from insights.log import SearchLog
from kb.disclosure import Audience, Level

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class FoundHit:
    """One hit of a made-up result."""

    slug: str
    lang: str = "zh"
    confidence: float = 0.5


@dataclass(frozen=True)
class FoundNothing:
    """The result of a search as the log sees it; a missed one unless said otherwise."""

    query: str
    lang: str = "zh"
    outcome: str = "missed"
    mode: str = "hybrid"
    confidence: float = 0.04
    hits: tuple[FoundHit, ...] = ()
    generation: str = "g1"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Move on by a span of time."""
        self.now += timedelta(**span)


@dataclass
class Asking:
    """Asks made-up questions at a door."""

    log: SearchLog
    asked: list[str] = field(default_factory=list)

    def __call__(
        self,
        query: str,
        *,
        asker: str = "one",
        channel: str = "web",
        level: Level = Level.PUBLIC,
        is_bot: bool = False,
        is_staff: bool = False,
        **result: object,
    ) -> str:
        """Record one search; its id."""
        return self.log.record(
            FoundNothing(query, **result),  # type: ignore[arg-type]
            channel=channel,
            audience=Audience(level),
            asker=asker,
            is_bot=is_bot,
            is_staff=is_staff,
        )


@pytest.fixture
def clock() -> Clock:
    """The time in these tests."""
    return Clock()


@pytest.fixture
def log(database: Database, clock: Callable[[], datetime]) -> SearchLog:
    """A log on the real database."""
    search_log = SearchLog(database, "a key", clock=clock)
    yield search_log
    search_log.close()


@pytest.fixture
def ask(log: SearchLog) -> Asking:
    """Asks a question that finds nothing."""
    return Asking(log)

"""A few questions asked of the index that serves and of the one with a draft, side by side.

A replay (``insights.replay``) says which first entries change among all that was asked; a trial
says why, of few. Writes nothing, anywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import desc, func, or_, select
from sqlalchemy.orm import Session

from database import Database
from insights.draft_engine import engine_with
from insights.drafts import ChangeSet
from insights.work_tables import IntentRow
from kb.disclosure import Audience, Level
from search.engine import SearchEngine
from search.explanation import Explanation
from search.results import Outcome
from search.text import normalise, query_language

SHOWN = 3
RECENT_DAYS = 90
RECENT_MAX = 5


@dataclass(frozen=True, slots=True)
class Tried:
    """A question and who asks it; ``times`` is how often it was asked, none for one just typed."""

    text: str
    level: Level
    times: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """What one question finds now, and what it would find."""

    tried: Tried
    before: Explanation
    after: Explanation

    @property
    def is_same(self) -> bool:
        """Whether the asker is shown the same first entry, with the same outcome."""
        return shown_first(self.before) == shown_first(self.after) and (
            self.before.result.outcome is self.after.result.outcome
        )

    @property
    def gain(self) -> float:
        """How much surer the engine would be of what comes first."""
        return self.after.result.confidence - self.before.result.confidence


def try_on(
    engine: SearchEngine,
    database: Database,
    changes: ChangeSet,
    questions: Sequence[Tried],
    *,
    now: datetime,
) -> tuple[Trial, ...]:
    """Each question before and after the change, asked as the one who asks it.

    Raises ``ModelUnusable`` or ``EncoderBusy`` where the draft cannot be encoded.
    """
    drafted = engine_with(engine, database, changes, now=now)
    return tuple(
        Trial(one, _ask(engine, one, now=now), _ask(drafted, one, now=now)) for one in questions
    )


def recent_questions(
    session: Session, slug: str, *, now: datetime, limit: int = RECENT_MAX
) -> list[Tried]:
    """What people asked lately that found this entry, or missed it closely: most asked first."""
    times = func.count().label("times")
    query = (
        select(func.max(IntentRow.text), IntentRow.level, times)
        .where(IntentRow.at >= now - timedelta(days=RECENT_DAYS), IntentRow.at <= now)
        .where(or_(*(column == slug for column in _ABOUT)))
        .group_by(IntentRow.wording, IntentRow.level)
        .order_by(desc(times), IntentRow.wording, IntentRow.level)
        .limit(limit)
    )
    return [Tried(text, Level(level), count) for text, level, count in session.execute(query)]


_ABOUT = (IntentRow.shown, IntentRow.accepted, IntentRow.reason_slug)


def shown_first(found: Explanation) -> str:
    """The first entry that the asker is shown; empty where the search misses."""
    result = found.result
    is_shown = result.outcome is not Outcome.MISSED and result.hits
    return result.hits[0].slug if is_shown else ""


def _ask(engine: SearchEngine, one: Tried, *, now: datetime) -> Explanation:
    lang = query_language(normalise(one.text))
    return engine.explain(one.text, audience=Audience(one.level), lang=lang, limit=SHOWN, now=now)

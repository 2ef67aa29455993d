"""The span of time that a report looks at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

DAYS = (1, 7, 30, 90)
DEFAULT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` days up to and with today; ``until`` lies just ahead, so that now is inside."""

    days: int
    since: datetime
    until: datetime


def period_of(raw: str | None, *, now: datetime) -> Period:
    """The period that was asked for, or the default for anything unknown."""
    days = next((days for days in DAYS if str(days) == raw), DEFAULT_DAYS)
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(days, midnight - timedelta(days=days - 1), now + timedelta(minutes=1))

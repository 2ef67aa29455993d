"""When people come: by hour in the shop's time, by weekday, and on the campaign's day."""

from datetime import datetime, timedelta, timezone
from random import Random

SHOP_TIME = timezone(timedelta(hours=8))
HOURS = (6, 3, 2, 1, 1, 2, 5, 9, 18, 30, 38, 36, 34, 33, 32, 34, 35, 33, 34, 42, 55, 58, 44, 20)
"""How many come in each hour, from midnight on."""
WEEKDAYS = (1.0, 0.95, 0.95, 1.0, 1.1, 1.35, 1.3)
CAMPAIGN = 1.6
ZIPF = 0.85


def day_weights(begin: datetime, days: int, campaign: int) -> list[float]:
    """The share of each day, not scaled; ``campaign`` is the number of the campaign's day."""
    weights = [
        WEEKDAYS[(begin + timedelta(days=day)).astimezone(SHOP_TIME).weekday()]
        for day in range(days)
    ]
    return [w * (CAMPAIGN if day == campaign else 1.0) for day, w in enumerate(weights)]


def moment(begin: datetime, day: int, chance: Random) -> datetime:
    """A moment of that day, as likely as its hour."""
    hour = chance.choices(range(24), HOURS)[0]
    return begin + timedelta(days=day, hours=hour, seconds=chance.randrange(3_600))


def zipf(count: int) -> list[float]:
    """How often each of ``count`` things is asked, the first most."""
    return [1.0 / (rank + 2) ** ZIPF for rank in range(count)]

"""Misses that are made up for tests, written straight into the table of intents."""

from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import insert

from database import Database
from insights.wording import wording_of
from insights.work_tables import IntentRow
from search.text import query_language

_numbers = count()


def miss(
    database: Database,
    *texts: str,
    at: datetime,
    session: str = "",
    level: int = 0,
    channel: str = "web",
    reason: str = "no_entry",
    reason_slug: str = "",
) -> None:
    """One missed intent for each text, a minute apart and by people of their own unless a
    session is given."""
    rows = []
    for place, text in enumerate(texts):
        number = next(_numbers)
        rows.append(
            {
                "id": f"made-up-{number:012d}",
                "at": at + timedelta(minutes=place % 600),
                "session": session or f"session-{number}",
                "text": text,
                "wording": wording_of(text),
                "first": wording_of(text),
                "lang": query_language(text),
                "level": level,
                "channel": channel,
                "searches": 1,
                "outcome": "missed",
                "confidence": 0.05,
                "shown": "",
                "accepted": "",
                "contacted": False,
                "cause": "floor",
                "reason": reason,
                "reason_slug": reason_slug,
                "reason_gap": 0.0,
            }
        )
    with database.session() as known:
        known.execute(insert(IntentRow), rows)

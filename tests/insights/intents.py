"""Intents made up for tests, without the searches they would come from."""

from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from insights.work_tables import IntentRow

_numbers = count(1)


def add_intent(rows: Session, at: datetime, /, **values: Any) -> IntentRow:
    """One answered intent of a new session, changed by ``values``."""
    number = next(_numbers)
    wording = values.pop("wording", "怎么退")
    plain = {
        "id": f"{number:032d}",
        "at": at,
        "session": f"s{number}",
        "text": wording,
        "wording": wording,
        "first": wording,
        "lang": "zh",
        "level": 0,
        "channel": "web",
        "searches": 1,
        "outcome": "answered",
        "confidence": 0.9,
        "shown": "send-back",
    }
    row = IntentRow(**(plain | values))
    rows.add(row)
    return row

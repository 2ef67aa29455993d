"""Hot questions on the home page, counted anew every few minutes for each clearance.

Which entries are hot may be a little old; whether the viewer may see them is asked every time.
"""

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from insights.hot import hot_questions, hot_slugs
from kb.catalog import EntryCard
from web.knowledge import Sight

SHOWN = 6
FEWEST = 3
"""With fewer hot questions than these, the page shows good places to start instead."""
COUNTED = 24
KEPT = timedelta(minutes=5)
_NAME = "dawen.hot"


def hot_cards(session: Session, seen: Sight) -> tuple[EntryCard, ...]:
    """What is asked most by those who see what this viewer sees; nothing where it is too little."""
    found = hot_questions(session, _slugs(session, seen), limit=SHOWN, **seen)
    return found if len(found) >= FEWEST else ()


def _slugs(session: Session, seen: Sight) -> tuple[str, ...]:
    kept: dict[int, tuple[datetime, tuple[str, ...]]]
    kept = current_app.extensions.setdefault(_NAME, {})
    audience, now = seen["audience"], seen["now"]
    counted_at, slugs = kept.get(int(audience.clearance), (None, ()))
    if counted_at is None or not timedelta(0) <= now - counted_at < KEPT:
        least = int(current_app.config["HOT_MIN_SESSIONS"])
        slugs = hot_slugs(session, audience=audience, now=now, least=least, limit=COUNTED)
        kept[int(audience.clearance)] = (now, slugs)
    return slugs

"""What was wanted in a period, to be asked again: equal wants of equal clearance together."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from insights.work_tables import IntentRow
from search.text import normalise

FORMS_KEPT = 65_536


@dataclass(slots=True)
class Want:
    """One way of asking, at one clearance: ``text`` as it was written first, ``form`` normalised.

    ``intents`` are those that meant it, ``missed`` those of them that found nothing.
    """

    text: str
    form: str
    wording: str
    level: int
    lang: str
    intents: int = 0
    missed: int = 0
    sessions: set[str] = field(default_factory=set)


@lru_cache(FORMS_KEPT)
def form_of(text: str) -> str:
    """A text normalised; what is asked again and again is so once."""
    return normalise(text)


def wants_of(session: Session, *, since: datetime, until: datetime) -> list[Want]:
    """The wants of a period, start in and end out, in the order they were first asked."""
    query = (
        select(
            IntentRow.text,
            IntentRow.wording,
            IntentRow.level,
            IntentRow.lang,
            IntentRow.session,
            IntentRow.cause,
        )
        .where(IntentRow.at >= since, IntentRow.at < until)
        .order_by(IntentRow.at, IntentRow.id)
    )
    wants: dict[tuple[str, int], Want] = {}
    for text, wording, level, lang, asker, cause in session.execute(query):
        form = form_of(text)
        want = wants.setdefault((form, level), Want(text, form, wording, level, lang))
        want.intents += 1
        want.missed += bool(cause)
        want.sessions.add(asker)
    return list(wants.values())

"""Links that sign one person in, once, within an hour. Only their SHA-256 is stored.

The link is 256 random bits, so that a fast hash is enough. Using one is a single conditional
update: of two requests at the same time one gets in.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from accounts import people
from accounts.people import Person
from accounts.tables import SignInLinkRow

LIFETIME = timedelta(minutes=60)
_LONGEST = 100


def create(session: Session, person: Person, *, now: datetime) -> str:
    """Make a link for the person and return its secret part; expired links are swept out."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(SignInLinkRow).where(SignInLinkRow.expires_at < now))
    session.add(
        SignInLinkRow(
            token_hash=_digest(secret), person_id=person.id, expires_at=now + LIFETIME, used_at=None
        )
    )
    return secret


def use(session: Session, secret: str, *, now: datetime) -> Person | None:
    """The person whom the link signs in, now used up; nothing for any other text."""
    if len(secret) > _LONGEST:
        return None
    digest = _digest(secret)
    claim = (
        update(SignInLinkRow)
        .where(SignInLinkRow.token_hash == digest)
        .where(SignInLinkRow.used_at.is_(None), SignInLinkRow.expires_at > now)
        .values(used_at=now)
    )
    if cast(CursorResult[Any], session.execute(claim)).rowcount != 1:
        return None
    person = people.get(session, session.get_one(SignInLinkRow, digest).person_id)
    return person if person and not person.disabled else None


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

"""API tokens: what a program shows, and the level that it may see. Stored as SHA-256 only.

A token is 256 random bits, so that a fast hash is enough. It is taken from the header
``Authorization: Bearer <token>`` and from nowhere else.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.tables import ApiTokenRow
from kb.disclosure import Level

PREFIX = "dawen_"
_SCHEME = "Bearer "


@dataclass(frozen=True, slots=True)
class Token:
    """A program's key as it is listed; the secret itself is not kept."""

    id: int
    name: str
    level: Level
    created_at: datetime
    is_revoked: bool


def create(session: Session, name: str, *, level: Level, now: datetime) -> str:
    """Make a token and return its secret, which is shown once and never again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiTokenRow(name=name, token_hash=_digest(secret), level=int(level), created_at=now)
    session.add(row)
    return secret


def level_of(session: Session, header: str) -> Level | None:
    """The level of the token in an ``Authorization`` header; nothing when it is not good."""
    secret = header.removeprefix(_SCHEME)
    if secret == header or not secret.startswith(PREFIX) or len(secret) > 200:
        return None
    digest = _digest(secret)
    query = select(ApiTokenRow).where(
        ApiTokenRow.token_hash == digest, ApiTokenRow.revoked_at.is_(None)
    )
    row = session.scalars(query).one_or_none()
    if row is None or not hmac.compare_digest(row.token_hash, digest):
        return None
    return Level(row.level)


def revoke(session: Session, token_id: int, *, now: datetime) -> bool:
    """End a token at once; whether there was one that was good."""
    row = session.get(ApiTokenRow, token_id)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at = now
    return True


def everything(session: Session) -> tuple[Token, ...]:
    """All tokens, oldest first, revoked ones too."""
    rows = session.scalars(select(ApiTokenRow).order_by(ApiTokenRow.id))
    return tuple(
        Token(row.id, row.name, Level(row.level), row.created_at, row.revoked_at is not None)
        for row in rows
    )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()

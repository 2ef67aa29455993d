"""API tokens: shown once, stored as a hash, good until revoked."""

import pytest
from sqlalchemy import select

from accounts import tokens
from accounts.tables import ApiTokenRow
from database import Database, utc_now
from kb.disclosure import Level


def make(database: Database, level: Level = Level.AGENT) -> str:
    """A token that is good."""
    with database.session() as session:
        return tokens.create(session, "chatbot", level=level, now=utc_now())


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "bearer {0}", "{0}", "Bearer  {0}", "Basic {0}", "Bearer {0} ",
     "Bearer {1}", "Bearer {0}x", "Bearer dawen_", "Bearer dawen_\udcff", "Bearer " + "d" * 9000],
)  # fmt: skip
def test_A11_only_the_whole_token_is_good(database: Database, header: str) -> None:
    """Nothing but the scheme and the very token names a level."""
    secret = make(database)
    with database.session() as session:
        assert tokens.level_of(session, header.format(secret, secret[:-1])) is None
        assert Level.AGENT is tokens.level_of(session, f"Bearer {secret}")


def test_A11_token_is_stored_as_a_hash(database: Database) -> None:
    """Who reads the table cannot use what is in it."""
    secret = make(database)
    with database.session() as session:
        row = session.scalars(select(ApiTokenRow)).one()
        assert secret not in (row.token_hash, row.name)
        assert tokens.level_of(session, f"Bearer {row.token_hash}") is None


def test_A11_revoked_token_is_not_good(database: Database) -> None:
    """Revoking works at once, and once."""
    secret = make(database)
    with database.session() as session:
        assert tokens.revoke(session, 1, now=utc_now())
        assert tokens.level_of(session, f"Bearer {secret}") is None
        assert not tokens.revoke(session, 1, now=utc_now())
        assert [True] == [token.is_revoked for token in tokens.everything(session)]

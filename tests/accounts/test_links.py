"""Sign-in links: one person, one use, one hour."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from accounts import links, people
from accounts.people import Person
from accounts.roles import Role
from accounts.tables import SignInLinkRow
from database import Database

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def make(database: Database) -> tuple[Person, str]:
    """An editor and a link for them."""
    with database.session() as session:
        person = people.create(session, "mei@example.com", role=Role.EDITOR, now=NOW)
        return person, links.create(session, person, now=NOW)


def use(database: Database, secret: str, now: datetime = NOW) -> Person | None:
    """Use a link in a transaction of its own."""
    with database.session() as session:
        return links.use(session, secret, now=now)


def test_A09_link_works_once(database: Database) -> None:
    """The first use signs in, the second one does not."""
    person, secret = make(database)
    assert person == use(database, secret)
    assert use(database, secret) is None


def test_A09_link_ends_after_an_hour(database: Database) -> None:
    """A link of an hour ago signs nobody in; nor does one from before a clock was set back."""
    _, secret = make(database)
    assert use(database, secret, NOW + timedelta(minutes=60)) is None
    assert use(database, secret, NOW + timedelta(minutes=59)) is not None


def test_A09_link_is_stored_as_a_hash(database: Database) -> None:
    """Who reads the table cannot use what is in it, nor can a guess."""
    _, secret = make(database)
    with database.session() as session:
        stored = session.scalars(select(SignInLinkRow.token_hash)).one()
    assert stored != secret
    for guess in (stored, "", "x" * 9000, "\udcff"):
        assert use(database, guess) is None


def test_A07_link_of_somebody_shut_out_is_dead(database: Database) -> None:
    """Shutting a person out ends their links too."""
    person, secret = make(database)
    with database.session() as session:
        people.set_disabled(session, person.email)
    assert use(database, secret) is None


def test_A07_link_of_somebody_let_in_again_stays_dead(database: Database) -> None:
    """A link from before does not come back with the person."""
    person, secret = make(database)
    with database.session() as session:
        people.set_disabled(session, person.email)
        people.set_disabled(session, person.email, False)
    assert use(database, secret) is None

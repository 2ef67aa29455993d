"""People: made, found, changed and shut out, with an admin always left."""

import pytest

from accounts import people
from accounts.errors import EmailInvalid, EmailTaken, LastAdmin, NotAllowed, PersonUnknown
from accounts.roles import STORED_ROLES, Role, audience_of, clearance
from database import Database, utc_now
from kb.disclosure import Level


def add(database: Database, email: str, role: Role = Role.CUSTOMER) -> people.Person:
    """Make a person in a transaction of its own."""
    with database.session() as session:
        return people.create(session, email, role=role, now=utc_now())


def test_roles_have_the_clearance_of_the_architecture() -> None:
    """Each role sees its own level and those below."""
    assert [Level.PUBLIC, Level.CUSTOMER, Level.AGENT, Level.INTERNAL, Level.INTERNAL] == [
        clearance(role) for role in Role
    ]
    assert Level.AGENT == audience_of(Role.AGENT).clearance


def test_addresses_are_one_whatever_their_case(database: Database) -> None:
    """An address is found, and taken, in any case and with spaces around it."""
    made = add(database, " Mei.Lin@Example.com ")
    with database.session() as session:
        assert made == people.find(session, "MEI.LIN@example.COM")
    with pytest.raises(EmailTaken):
        add(database, "mei.lin@EXAMPLE.com")


@pytest.mark.parametrize(
    "email",
    [
        "",
        "mei",
        "mei@",
        "a" * 300 + "@localhost",
        "@example.com",
        "a b@example.com",
        '"<svg>"@e',
        "x@y\nBcc: z@e.com",
    ],
)
def test_what_is_no_address_is_refused(database: Database, email: str) -> None:
    """Nothing but an address is stored as one; looking for it finds nobody."""
    with pytest.raises(EmailInvalid):
        add(database, email)
    with database.session() as session:
        assert people.find(session, email) is None


def test_A12_last_admin_stays(database: Database) -> None:
    """The only admin can neither be shut out nor lose the role; one of two can."""
    add(database, "first@example.com", Role.ADMIN)
    for change in (
        lambda session: people.set_role(session, "first@example.com", Role.EDITOR),
        lambda session: people.set_disabled(session, "first@example.com"),
    ):
        with pytest.raises(LastAdmin), database.session() as session:
            change(session)
    add(database, "second@example.com", Role.ADMIN)
    with database.session() as session:
        assert Role.EDITOR == people.set_role(session, "first@example.com", Role.EDITOR).role


def test_A12_a_disabled_admin_does_not_count(database: Database) -> None:
    """Somebody who is shut out cannot be the admin that is left."""
    add(database, "first@example.com", Role.ADMIN)
    add(database, "second@example.com", Role.ADMIN)
    with database.session() as session:
        people.set_disabled(session, "second@example.com")
    with pytest.raises(LastAdmin), database.session() as session:
        people.set_disabled(session, "first@example.com")


def test_A12_nobody_gives_or_takes_a_right_above_their_own(database: Database) -> None:
    """An editor makes no admin and unmakes none."""
    add(database, "boss@example.com", Role.ADMIN)
    add(database, "mei@example.com")
    for email, role in (("mei@example.com", Role.ADMIN), ("boss@example.com", Role.CUSTOMER)):
        with pytest.raises(NotAllowed), database.session() as session:
            people.set_role(session, email, role, by=Role.EDITOR)


def test_unknown_people_are_told(database: Database) -> None:
    """A change of somebody who is not there is an error."""
    with pytest.raises(PersonUnknown), database.session() as session:
        people.set_disabled(session, "nobody@example.com")


def test_anonymous_is_no_stored_role(database: Database) -> None:
    """Nobody can be made anonymous."""
    assert Role.ANONYMOUS not in STORED_ROLES
    with pytest.raises(ValueError, match="anonymous"):
        add(database, "mei@example.com", Role.ANONYMOUS)


def test_a_customer_who_joins_the_staff_comes_in_by_a_link(database: Database) -> None:
    """Whoever registered the address first keeps neither password nor session as staff."""
    add(database, "mei@example.com")
    with database.session() as session:
        before = people.find(session, "mei@example.com")
        assert before is not None
        people.set_password(session, before.id, "a hash")
        known = people.get(session, before.id)
        after = people.set_role(session, "mei@example.com", Role.EDITOR)
    assert known is not None
    assert (True, False) == (known.has_password, after.has_password)
    assert known.session_version < after.session_version

"""Signing in, registering and changing a password: the steps, without HTTP.

Promises that known and unknown addresses take the same steps and the same time, and that every
way in is throttled.
"""

from contextlib import suppress
from datetime import datetime

from accounts import links, passwords, people
from accounts.errors import EmailTaken
from accounts.people import Person
from accounts.roles import Role
from accounts.tables import PersonRow
from accounts.throttle import Throttle
from database import Database


def by_password(
    database: Database,
    throttle: Throttle,
    email: str,
    password: str,
    *,
    address: str,
    now: datetime,
) -> Person | None:
    """The person whose address and password these are, or nothing.

    Raises ``TooManyAttempts``. A hash of older parameters is renewed.
    """
    account = people.one_spelling(email)
    attempt = throttle.begin(account=account, address=address, now=now)
    with database.session() as session:
        person = people.find(session, email)
        row = session.get(PersonRow, person.id) if person else None
        known_hash = row.password_hash if row and not row.disabled else None
    if not passwords.verify(password, known_hash) or person is None or known_hash is None:
        return None
    throttle.forgive(attempt, account=account)
    if passwords.needs_rehash(known_hash):
        _store_hash(database, person, passwords.hash_password(password))
    return person


def by_link(
    database: Database, throttle: Throttle, secret: str, *, address: str, now: datetime
) -> Person | None:
    """The person whom a link signs in, or nothing. Raises ``TooManyAttempts``."""
    account = f"link from {address}"
    attempt = throttle.begin(account=account, address=address, now=now)
    with database.session() as session:
        person = links.use(session, secret, now=now)
    if person is not None:
        throttle.forgive(attempt, account=account)
    return person


def register(
    database: Database, email: str, password: str, *, shop_name: str, now: datetime
) -> None:
    """Make a customer. An address that somebody has changes nothing and is not told.

    Raises ``EmailInvalid`` or ``PasswordRefused``.
    """
    address = people.registrable_email(email)
    passwords.check_choice(password, personal=(address, shop_name))
    password_hash = passwords.hash_password(password)
    with suppress(EmailTaken), database.session() as session:
        people.create(session, address, role=Role.CUSTOMER, now=now, password_hash=password_hash)


def change_password(
    database: Database,
    throttle: Throttle,
    person: Person,
    *,
    current: str | None,
    new: str,
    shop_name: str,
    address: str,
    now: datetime,
) -> Person | None:
    """The person with the new password and every session ended; nothing if ``current`` is wrong.

    Who has no password yet needs no current one, nor who came by a one-time link because it is
    forgotten (``current`` is None). Raises ``PasswordRefused``, ``TooManyAttempts``.
    """
    if person.has_password and current is not None:
        fits = by_password(database, throttle, person.email, current, address=address, now=now)
        if fits is None:
            return None
    passwords.check_choice(new, personal=(person.email, person.name, shop_name))
    password_hash = passwords.hash_password(new)
    with database.session() as session:
        return people.set_password(session, person.id, password_hash)


def _store_hash(database: Database, person: Person, password_hash: str) -> None:
    """Keep a renewed hash of the same password; sessions go on."""
    with database.session() as session:
        session.get_one(PersonRow, person.id).password_hash = password_hash

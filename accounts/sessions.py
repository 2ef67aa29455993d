"""Who is signed in: Flask-Login behind our own few words.

Promises that a session names a person *and* their session version, so that a password
change, a sign-out everywhere or shutting someone out ends it on the server; and that the
person is read from the database on each request. A cookie that cannot be read is anonymous.
"""

from time import time

from flask import Flask, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from accounts import people
from accounts.people import Person
from database import Database

_BY_LINK = "by_link"
_FRESH_SECONDS = 3600


class _SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """A person in the form that Flask-Login handles."""

    def __init__(self, person: Person) -> None:
        self.person = person

    def get_id(self) -> str:
        return f"{self.person.id}:{self.person.session_version}"


def init_app(app: Flask, database: Database) -> None:
    """Let requests of the app know who is signed in."""
    manager = LoginManager(app)
    manager.session_protection = None

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(marker: str) -> _SignedIn | None:
        number, _, version = marker.partition(":")
        if not (number.isdecimal() and version.isdecimal()):
            return None
        with database.session() as transaction:
            person = people.get(transaction, int(number))
        if person is None or person.disabled or person.session_version != int(version):
            return None
        return _SignedIn(person)


def sign_in(person: Person, *, by_link: bool = False) -> None:
    """Begin a new session for the person; whatever the old one held is gone.

    ``by_link`` lets a forgotten password be replaced in this session.
    """
    session.clear()
    session.permanent = True
    if by_link:
        session[_BY_LINK] = int(time())
    login_user(_SignedIn(person))


def came_by_link() -> bool:
    """Whether a one-time link began this session within the hour.

    It then stands in for the current password.
    """
    return time() - int(session.get(_BY_LINK, 0)) < _FRESH_SECONDS


def sign_out() -> None:
    """End the session in this browser."""
    logout_user()
    session.clear()


def current_person() -> Person | None:
    """The person who is signed in, or nothing."""
    return current_user.person if current_user.is_authenticated else None


def claims_person() -> bool:
    """Whether the cookie names somebody, right or wrong. Asks no database."""
    return "_user_id" in session

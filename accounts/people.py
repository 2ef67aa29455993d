"""People: make, find, change and shut out. Addresses are compared in lower case.

Promises that an admin stays while there is one (``LastAdmin``) and that every change of
rights or secrets ends the sessions that it should end. Refuses roles that are not stored.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from accounts.errors import EmailInvalid, EmailTaken, LastAdmin, NotAllowed, PersonUnknown
from accounts.roles import STORED_ROLES, Role
from accounts.tables import PersonRow, SignInLinkRow

LOCAL_DOMAIN = "@localhost"
_LOCAL_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who signs in, as they were when read."""

    id: int
    email: str
    name: str
    role: Role
    disabled: bool
    has_password: bool
    session_version: int


def normalise_email(raw: str) -> str:
    """The address in the form in which it is stored. Raises ``EmailInvalid``.

    ``name@localhost`` is accepted, for people made on the machine itself.
    """
    email = raw.strip()
    local = email.removesuffix(LOCAL_DOMAIN)
    if local != email and _LOCAL_NAME.fullmatch(local):
        return email.lower()
    try:
        found = validate_email(email, check_deliverability=False, test_environment=True)
    except (EmailNotValidError, UnicodeError) as error:
        raise EmailInvalid(str(error)) from error
    return found.normalized.lower()


def registrable_email(raw: str) -> str:
    """``normalise_email`` for whoever registers: an address of a real domain. Raises
    ``EmailInvalid`` for ``name@localhost`` and the like, which are made on the machine alone."""
    address = normalise_email(raw)
    if "." not in address.rpartition("@")[2]:
        raise EmailInvalid(address)
    return address


def one_spelling(raw: str) -> str:
    """What an address is counted by: the form in which it is stored, or the text where it is
    none. Whoever ``find`` takes two spellings for is one person here too."""
    try:
        return normalise_email(raw)
    except EmailInvalid:
        return raw


def create(
    session: Session,
    email: str,
    *,
    role: Role,
    now: datetime,
    name: str = "",
    password_hash: str | None = None,
) -> Person:
    """Make a person. Raises ``EmailInvalid`` or ``EmailTaken``."""
    address = normalise_email(email)
    if _row(session, address) is not None:
        raise EmailTaken(address)
    row = PersonRow(
        email=address,
        name=name,
        role=_stored(role).value,
        password_hash=password_hash,
        session_version=1,
        disabled=False,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _person(row)


def find(session: Session, email: str) -> Person | None:
    """The person with this address, or nothing."""
    try:
        row = _row(session, normalise_email(email))
    except EmailInvalid:
        return None
    return _person(row) if row else None


def get(session: Session, person_id: int) -> Person | None:
    """The person with this number, or nothing."""
    row = session.get(PersonRow, person_id)
    return _person(row) if row else None


def everyone(session: Session) -> tuple[Person, ...]:
    """All people, by address."""
    rows = session.scalars(select(PersonRow).order_by(PersonRow.email))
    return tuple(_person(row) for row in rows)


def anyone_with(session: Session, *roles: Role) -> bool:
    """Whether somebody who is not shut out has one of the roles."""
    return _count(session, *roles) > 0


def set_role(session: Session, email: str, role: Role, *, by: Role = Role.ADMIN) -> Person:
    """Give the person another role; their open sessions go on with the new rights.

    A customer who joins the staff loses password and sessions and comes in by a link: whoever
    registered with that address may be somebody else. ``by`` is the role of the one who acts.
    Raises ``PersonUnknown``, ``LastAdmin`` or ``NotAllowed`` (nobody gives or takes a right above
    their own).
    """
    row = _known(session, email)
    if by.rank < max(role.rank, Role(row.role).rank):
        raise NotAllowed(f"{by.value} cannot change {row.role} to {role.value}")
    if role is not Role.ADMIN:
        _keep_an_admin(session, row)
    if Role(row.role) is Role.CUSTOMER and role.rank > Role.CUSTOMER.rank:
        row.password_hash = None
        row.session_version += 1
    row.role = _stored(role).value
    return _person(row)


def set_disabled(session: Session, email: str, disabled: bool = True) -> Person:
    """Shut the person out, or let them in again; every session and sign-in link of theirs ends."""
    row = _known(session, email)
    if disabled:
        _keep_an_admin(session, row)
    row.disabled = disabled
    row.session_version += 1
    session.execute(delete(SignInLinkRow).where(SignInLinkRow.person_id == row.id))
    return _person(row)


def set_password(session: Session, person_id: int, password_hash: str) -> Person:
    """Store a new password hash; every session of the person ends."""
    row = session.get_one(PersonRow, person_id)
    row.password_hash = password_hash
    row.session_version += 1
    return _person(row)


def end_sessions(session: Session, person_id: int) -> None:
    """End every session of the person, on every device; nothing for an unknown number."""
    row = session.get(PersonRow, person_id)
    if row is not None:
        row.session_version += 1


def _row(session: Session, address: str) -> PersonRow | None:
    return session.scalars(select(PersonRow).where(PersonRow.email == address)).one_or_none()


def _known(session: Session, email: str) -> PersonRow:
    row = _row(session, normalise_email(email))
    if row is None:
        raise PersonUnknown(email)
    return row


def _count(session: Session, *roles: Role) -> int:
    query = select(func.count()).select_from(PersonRow)
    wanted = PersonRow.role.in_([role.value for role in roles])
    return session.scalars(query.where(wanted, PersonRow.disabled.is_(False))).one()


def _keep_an_admin(session: Session, row: PersonRow) -> None:
    is_active_admin = row.role == Role.ADMIN.value and not row.disabled
    if is_active_admin and _count(session, Role.ADMIN) == 1:
        raise LastAdmin(row.email)


def _stored(role: Role) -> Role:
    if role not in STORED_ROLES:
        raise ValueError(f"{role.value} is not a role that a person can have")
    return role


def _person(row: PersonRow) -> Person:
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        disabled=row.disabled,
        has_password=row.password_hash is not None,
        session_version=row.session_version,
    )

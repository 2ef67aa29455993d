"""Roles and what each of them may see.

Promises one place that turns a role into a clearance. Refuses unknown words.
"""

from enum import StrEnum

from kb.disclosure import Audience, Level


class Role(StrEnum):
    """What someone is here. ``ANONYMOUS`` is never stored."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    AGENT = "agent"
    EDITOR = "editor"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """The place among the roles; each may do what those before it may."""
        return list(Role).index(self)


STORED_ROLES = (Role.CUSTOMER, Role.AGENT, Role.EDITOR, Role.ADMIN)

_CLEARANCES = {
    Role.ANONYMOUS: Level.PUBLIC,
    Role.CUSTOMER: Level.CUSTOMER,
    Role.AGENT: Level.AGENT,
    Role.EDITOR: Level.INTERNAL,
    Role.ADMIN: Level.INTERNAL,
}


def may_publish(role: Role) -> bool:
    """Whether the role may publish, widen an audience, and overrule what holds a publication."""
    return role in (Role.EDITOR, Role.ADMIN)


def clearance(role: Role) -> Level:
    """The highest disclosure level that the role may see."""
    return _CLEARANCES[role]


def audience_of(role: Role) -> Audience:
    """The audience that someone with this role belongs to."""
    return Audience(clearance(role))

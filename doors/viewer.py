"""Who looks, and what they may see. Rights are read from the database on each request.

Below ``/api`` a program may show a token as ``Authorization: Bearer …``, and a cookie counts for
nothing. A token that is not good is refused, not downgraded.
"""

import re
from dataclasses import dataclass

from flask import abort, g, request

from accounts import sessions, tokens
from accounts.people import Person
from accounts.roles import Role, audience_of
from doors.services import services
from kb.disclosure import Audience

_BOTS = re.compile(
    r"bot\b|crawl|spider|slurp|preview|monitor|curl|wget|python-|go-http|headlesschrome", re.I
)
PROGRAM_DOOR = "api"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone or something that looks; ``person`` is absent for the anonymous and programs."""

    person: Person | None
    role: Role
    audience: Audience


ANONYMOUS = Viewer(None, Role.ANONYMOUS, audience_of(Role.ANONYMOUS))


def viewer() -> Viewer:
    """The viewer of this request. Answers 401 to a bad token."""
    if "viewer" not in g:
        g.viewer = _find_viewer()
    found: Viewer = g.viewer
    return found


def assume_anonymous() -> None:
    """Look no further for who it is: for pages that must work without the database."""
    g.viewer = ANONYMOUS


def uses_token() -> bool:
    """Whether this request shows an API token, good or bad."""
    return request.blueprint == PROGRAM_DOOR and "Authorization" in request.headers


def asker() -> str:
    """What tells one asker from another, for the log's keyed hash and for rate limits."""
    person = viewer().person
    if person is not None:
        return f"person {person.id}"
    return f"{request.remote_addr} {request.user_agent.string[:200]}"


def is_staff() -> bool:
    """Whether an editor or admin looks, whose searches are tests."""
    return viewer().role in (Role.EDITOR, Role.ADMIN)


def is_bot() -> bool:
    """Whether the browser says of itself that it is a program; an API token may be one."""
    if uses_token():
        return False
    agent = request.user_agent.string
    return not agent or _BOTS.search(agent[:400]) is not None


def _find_viewer() -> Viewer:
    if uses_token():
        return _token_viewer()
    if request.blueprint == PROGRAM_DOOR:
        return ANONYMOUS
    person = sessions.current_person()
    if person is None:
        return ANONYMOUS
    return Viewer(person, person.role, audience_of(person.role))


def _token_viewer() -> Viewer:
    with services().database.session() as session:
        level = tokens.level_of(session, request.headers["Authorization"])
    if level is None:
        abort(401)
    return Viewer(None, Role.ANONYMOUS, Audience(level))

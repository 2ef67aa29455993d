"""Doors are closed by default: a view is reached only where its access is declared.

Access is declared beside each registration in ``app.py``, so that the policy reads as one
list. Who is anonymous at a closed door is sent to sign in; who is signed in without the right
gets what an unknown address gets.
"""

from collections.abc import Mapping
from enum import Enum
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Flask, abort, current_app, redirect, request, url_for
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from accounts.roles import Role
from doors.viewer import viewer

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
REFUSALS_IN_A_ROW = 4
"""Slashes too many, one too few, another method: each is refused for itself."""
_BEHIND = (MethodNotAllowed, RequestRedirect)
"""Refusals behind which a view stands."""


class SignInNeeded(Exception):
    """Nobody is signed in at a closed door. A door may handle it to keep what was posted."""


class Access(Enum):
    """Who may pass a door: everyone with at least this role."""

    ANYONE = Role.ANONYMOUS
    CUSTOMER = Role.CUSTOMER
    AGENT = Role.AGENT
    EDITOR = Role.EDITOR
    ADMIN = Role.ADMIN

    def admits(self, role: Role) -> bool:
        """Whether someone with this role may pass."""
        return role.rank >= self.value.rank


def init_app(app: Flask) -> None:
    """Close every door of the app; files under ``static/`` are for anyone."""
    app.extensions["access"] = {"static": Access.ANYONE}
    app.before_request(_guard)
    app.register_error_handler(SignInNeeded, send_to_sign_in)


def register(
    app: Flask,
    blueprint: Blueprint,
    *,
    access: Access,
    but: Mapping[str, Access] | None = None,
) -> None:
    """Open a door to those whom ``access`` admits; ``but`` names views with another rule."""
    app.register_blueprint(blueprint)
    declared = app.extensions["access"]
    declared[blueprint.name] = access
    for view, other in (but or {}).items():
        declared[f"{blueprint.name}.{view}"] = other


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What is declared for a view; nothing means that nobody may reach it."""
    declared: dict[str, Access] = app.extensions["access"]
    return declared.get(endpoint) or declared.get(endpoint.rpartition(".")[0])


def _guard() -> Response | None:
    endpoint = request.endpoint or _endpoint_behind(request.routing_exception)
    if endpoint is None:
        return None
    access = access_of(current_app, endpoint)
    if access is None:
        abort(404)
    if access is Access.ANYONE or access.admits(viewer().role):
        return None
    if viewer().person is not None or isinstance(request.routing_exception, MethodNotAllowed):
        abort(404)
    raise SignInNeeded


def send_to_sign_in(_needed: "SignInNeeded") -> Response:
    following = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
    return redirect(url_for("accounts.sign_in", next=following), 303)


def _endpoint_behind(refusal: Exception | None) -> str | None:
    """The view behind a refused method or a missing slash: 405 or a redirect would tell that a
    closed address exists."""
    adapter = current_app.create_url_adapter(request) if isinstance(refusal, _BEHIND) else None
    if adapter is None:
        return None
    path, method = request.path, request.method
    for _step in range(REFUSALS_IN_A_ROW):
        try:
            return str(adapter.match(path, method)[0])
        except RequestRedirect as moved:
            path = unquote(urlsplit(moved.new_url).path).removeprefix(request.script_root)
        except MethodNotAllowed as refused:
            method = next(iter(refused.valid_methods or ()), method)
        except HTTPException:
            return None
    return None

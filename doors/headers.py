"""The headers of every response: what the browser may load, and who may keep a copy."""

import secrets

from flask import Flask, Response, current_app, g, request, session

from accounts.sessions import claims_person
from doors.viewer import uses_token

_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HSTS = "max-age=31536000; includeSubDomains"


def init_app(app: Flask) -> None:
    """Set the headers on every response of the app, errors and static files included."""
    app.after_request(_secure)
    app.after_request(_limit_copies)
    app.jinja_env.globals["csp_nonce"] = csp_nonce


def csp_nonce() -> str:
    """The word that lets a script or style element of this response run."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def _secure(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY.format(nonce=csp_nonce())
    response.headers.update(_FIXED)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = _HSTS
    return response


def _limit_copies(response: Response) -> Response:
    """Let a shared cache keep nothing that was made for one person."""
    if request.endpoint == "static":
        return response
    response.vary.update(("Cookie", "Accept-Language"))
    response.headers.pop("ETag", None)
    is_private = _is_personal() or response.cache_control.no_store or response.status_code >= 400
    response.headers["Cache-Control"] = "private, no-store" if is_private else "no-cache"
    return response


def _is_personal() -> bool:
    made_for_one = uses_token() or claims_person()
    return made_for_one or session.modified or "csrf_token" in g

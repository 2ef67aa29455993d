"""What an unsafe request must show: that it comes from one of our own pages.

Browsers say where a request comes from (``Sec-Fetch-Site``, ``Origin``); a request from another
site is refused whatever it carries. A form also needs the token of its session. The API takes
JSON only, which no form of another site can send, and a bearer token in place of a cookie.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_wtf.csrf import CSRFProtect

from doors.access import SAFE_METHODS
from doors.viewer import PROGRAM_DOOR, uses_token


def init_app(app: Flask) -> None:
    """Check every unsafe request of the app before its view."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,  # checked below, after access
        WTF_CSRF_SSL_STRICT=False,  # asks for a Referer; the origin is checked below
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: nobody loses a long answer
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
    )
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> None:
        if request.method in SAFE_METHODS or request.endpoint is None:
            return
        if request.blueprint == PROGRAM_DOOR:
            _check_program()
        else:
            _check_origin()
            csrf.protect()


def _check_program() -> None:
    if not request.is_json:
        abort(415)
    if not uses_token():
        _check_origin()


def _check_origin() -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            abort(403)
        return
    origin = request.headers.get("Origin")
    if origin is not None and not _is_own(origin):
        abort(403)


def _is_own(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:
        return False

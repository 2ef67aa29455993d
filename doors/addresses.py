"""Addresses that no page can have are refused before anybody looks them up."""

from flask import Flask, abort, request

LONGEST = 8_000
_PROGRAMS = "/api/"


def is_for_programs() -> bool:
    """Whether the address is one of the API, known or not."""
    return request.path.startswith(_PROGRAMS)


def init_app(app: Flask) -> None:
    """Answer 414 to an address that is too long, and 404 to one with control characters."""

    @app.before_request
    def check() -> None:
        if len(request.full_path) > LONGEST:
            abort(414)
        if not request.path.isprintable():
            abort(404)

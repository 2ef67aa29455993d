"""Health for the machinery around the site: alive, and ready to serve.

Refuses to tell more than that: no count, no level, no build.
"""

from flask import Blueprint, Response, jsonify

from doors.services import services, warming
from doors.viewer import assume_anonymous
from migrations import Schema, schema_of

blueprint = Blueprint("health", __name__)
blueprint.before_request(assume_anonymous)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    return _uncached(jsonify(status="ok"))


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether pages and searches are served at once: 200, or 503 and what is wanting.

    That is ``database``, ``schema`` or ``index``, and ``warming`` for the moment after a start in
    which a search would wait for what this process loads.
    """
    fault = _database_fault() or _index_fault() or ("warming" if warming() else "")
    if fault:
        return _uncached(jsonify(status="unavailable", reason=fault)), 503
    mode = services().engine.state().mode
    return _uncached(jsonify(status="ready", search=str(mode))), 200


def _database_fault() -> str:
    schema = schema_of(services().database)
    if schema is Schema.CURRENT:
        return ""
    return "database" if schema in (Schema.UNREACHABLE, Schema.DAMAGED) else "schema"


def _index_fault() -> str:
    return "" if services().engine.state().generation else "index"


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response

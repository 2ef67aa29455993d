"""Health for the machinery around the site: alive, and ready to serve.

Refuses to tell more than that: no count, no level, no build.
"""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from doors.services import services
from doors.viewer import assume_anonymous

blueprint = Blueprint("health", __name__)
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
blueprint.before_request(assume_anonymous)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers; nothing else is looked at."""
    return _uncached(jsonify(status="ok"))


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Whether pages can be served: 200, or 503 with ``database``, ``schema`` or ``index``."""
    fault = _database_fault() or _index_fault()
    if fault:
        return _uncached(jsonify(status="unavailable", reason=fault)), 503
    mode = services().engine.state().mode
    return _uncached(jsonify(status="ready", search=str(mode))), 200


def _database_fault() -> str:
    try:
        with services().database.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_heads()
    except SQLAlchemyError:
        return "database"
    return "" if set(found) == _newest_schema() else "schema"


def _index_fault() -> str:
    return "" if services().engine.state().generation else "index"


@cache
def _newest_schema() -> frozenset[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return frozenset(ScriptDirectory.from_config(config).get_heads())


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response

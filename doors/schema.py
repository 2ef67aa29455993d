"""Serve only from a database whose schema fits this program."""

from flask import Flask, request

from database import Database
from migrations import Schema, SchemaError, schema_of

_ALWAYS_SERVED = ("static", "health")


def init_app(app: Flask, database: Database) -> None:
    """Answer 503, and say in the log what to do, until the schema fits; then ask no more."""
    fits = False

    @app.before_request
    def check() -> None:
        nonlocal fits
        if fits or (request.endpoint or "").partition(".")[0] in _ALWAYS_SERVED:
            return
        schema = schema_of(database)
        if schema is not Schema.CURRENT:
            raise SchemaError(schema)
        fits = True

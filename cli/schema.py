"""Commands that need the tables: refused with what to do where the database does not fit.

``flask db`` and what reads files alone go without; ``flask serve`` looks more closely by itself.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from migrations import Schema, schema_of

Function = Callable[..., Any]


def with_tables(function: Function) -> Function:
    """A command that runs only on a database of this program's version."""

    @wraps(function)
    def run(*args: Any, **options: Any) -> Any:
        schema = schema_of(current_app.extensions["dawen"].database)
        if schema is not Schema.CURRENT:
            raise click.ClickException(schema.value)
        return function(*args, **options)

    return run


class TablesGroup(AppGroup):
    """A group whose commands need the tables, but for those that say ``tables=False``."""

    def command(self, *args: Any, tables: bool = True, **options: Any) -> Function:
        """See ``AppGroup.command``."""
        made: Function = super().command(*args, **options)
        return (lambda function: made(with_tables(function))) if tables else made

"""Alembic's entry: compares and migrates with the tables of every package."""

from typing import Any, Literal

from alembic import context

import accounts.tables
import insights.tables
import insights.work_tables
import kb.tables
from database import Base, UtcDateTime

TABLES = (accounts.tables, insights.tables, insights.work_tables, kb.tables)


def render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types as plain ones: a migration depends on no later code."""
    is_moment = kind == "type" and isinstance(item, UtcDateTime)
    return "sa.DateTime(timezone=True)" if is_moment else False


def run() -> None:
    """Run the migrations on the connection that the caller opened."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

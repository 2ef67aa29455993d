"""Changing many rows at once while others may be taking some of them away."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import DeclarativeBase, Session


def rewrite(
    session: Session, kind: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Give rows of ``kind`` new values by their primary key; those that are gone stay gone.

    The ORM's bulk update takes a row that another run has just replaced for an error. Here the
    next run finds what this one missed. All ``rows`` have the same columns.
    """
    if not rows:
        return
    table = kind.metadata.tables[kind.__tablename__]
    (key,) = table.primary_key.columns
    names = [name for name in rows[0] if name != key.name]
    change = update(table).where(key == bindparam(f"its_{key.name}"))
    change = change.values({name: bindparam(f"its_{name}") for name in names})
    told = [{f"its_{name}": value for name, value in row.items()} for row in rows]
    session.connection().execute(change, told)

"""One e-mail address, however it was typed.

Compared here and not in the database: SQLite lowers ASCII letters alone, PostgreSQL others too.
"""

import unicodedata

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from insights.tables import QuestionRow


def folded(email: str) -> str:
    """What all spellings of one address have in common: case, width and composition aside."""
    return unicodedata.normalize("NFKC", email.strip()).casefold()


def left_with(session: Session, email: str) -> ColumnElement[bool]:
    """Which questions were left with this address, in whatever spelling."""
    wanted = folded(email)
    known = session.scalars(select(QuestionRow.email).distinct())
    return QuestionRow.email.in_([one for one in known if one and folded(one) == wanted])

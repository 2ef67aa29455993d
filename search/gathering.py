"""What the database holds that the index does not hold yet.

The passages of an entry follow from its row, and the row from its file: where the row is in the
state that the index was made from, its passages are not made again. So a publication reads the
entries that changed, however many there are.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kb.disclosure import Status
from kb.markdown import RENDER_VERSION
from kb.tables import EntryRow
from search.passages import Passage, passages_of
from search.table import PassageTable, place_of

ROWS_AT_ONCE = 500
UNKNOWN = 0
"""The state of an entry that must be read again in any case."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Which passages of a table ``stay``, and those that come: in the order of their places.

    ``sources`` name the states of the entries that the added ones were made of.
    """

    stay: npt.NDArray[np.bool_]
    added: Sequence[Passage]
    sources: Sequence[int]


def gather(session: Session, table: PassageTable, *, now: datetime) -> Gathered:
    """The difference between the published entries and a table made of them before."""
    states = dict(_states(session, now=now))
    held = table.columns["source"]
    stay = unchanged(held, states.values())
    known = set(np.unique(held[stay]).tolist())
    fresh = [entry for entry, state in states.items() if state not in known]
    made = [(one, states[row.id]) for row in _rows(session, fresh) for one in passages_of(row)]
    made.sort(key=lambda pair: place_of(pair[0]))
    return Gathered(stay, [one for one, _ in made], [state for _, state in made])


def unchanged(held: npt.NDArray[np.uint64], states: Collection[int]) -> npt.NDArray[np.bool_]:
    """Which of the states that a table holds are still those of some entry.

    The numbers take all 64 bits: as a list, numpy could take them for floats and round them.
    """
    present = np.fromiter(states, dtype=np.uint64, count=len(states))
    still: npt.NDArray[np.bool_] = np.isin(held, present) & (held != UNKNOWN)
    return still


def published_rows(session: Session, *, now: datetime) -> Sequence[EntryRow]:
    """The rows an index is made of: published and not over; those still to come are included."""
    query = select(EntryRow).where(_published(now))
    return session.scalars(query.order_by(EntryRow.slug, EntryRow.lang)).all()


def passages_in(rows: Iterable[EntryRow]) -> list[Passage]:
    """The passages of all rows, in their order."""
    return [passage for row in rows for passage in passages_of(row)]


def _published(now: datetime) -> ColumnElement[bool]:
    until = or_(EntryRow.publish_until.is_(None), EntryRow.publish_until > now)
    return and_(EntryRow.status == Status.PUBLISHED.value, until)


def _states(session: Session, *, now: datetime) -> Iterator[tuple[int, int]]:
    """Each published entry's number, and a name of all that its passages hang on.

    That of its file and its window, and of how texts are rendered: passages are made of those.
    """
    entries = EntryRow.__table__.c  # the table's own columns: rows are not made objects of
    query = select(
        entries.id,
        entries.render_version,
        entries.slug,
        entries.lang,
        entries.fingerprint,
        entries.level,
        entries.publish_from,
        entries.publish_until,
    )
    for entry, *hung_on in session.execute(query.where(_published(now))):
        digest = blake2b(repr(hung_on).encode(), digest_size=8).digest()
        version = hung_on[0]
        yield entry, int.from_bytes(digest, "little") if version == RENDER_VERSION else UNKNOWN


def _rows(session: Session, ids: Sequence[int]) -> Iterator[EntryRow]:
    for begin in range(0, len(ids), ROWS_AT_ONCE):
        some = ids[begin : begin + ROWS_AT_ONCE]
        yield from session.scalars(select(EntryRow).where(EntryRow.id.in_(some)))

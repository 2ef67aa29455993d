"""Missed wordings of one meaning, together: across spellings, rewordings and languages.

A wording that is new joins the cluster that it is alike enough to, whatever that one's status:
what is like a dismissed cluster stays away, what is like an answered one shows that it is asked
again. What is left forms clusters of its own. Promises that a cluster keeps its identity: wordings
come to it, none leaves and no two join unless an editor says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from tqdm import tqdm

from database import Database
from insights.decisions import Action, decide
from insights.linkage import Groups, Labels, link
from insights.overhearing import Hear, overhearing
from insights.rewriting import rewrite
from insights.space import Advance, Space, Vectors, pack, space_of, unpack
from insights.titles import TITLE_LONGEST, refresh
from insights.work_tables import ClusterRow, IntentRow, MemberRow
from search.encoder import Embedder
from search.engine import SearchEngine
from search.errors import EncoderBusy, ModelUnusable

ALIKE_AT = 0.34
"""Mean cosine, seen from the centre of the knowledge base, at which wordings are of one meaning.
Measured by ``python -m benchmarks.clusters``; measure anew when the model changes."""
MISSES_AT_ONCE = 20_000


class Status(StrEnum):
    """What has become of a cluster."""

    OPEN = "open"
    WATCHED = "watched"
    CLOSED = "closed"
    DISMISSED = "dismissed"
    MERGED = "merged"


STANDING = (Status.OPEN, Status.WATCHED, Status.CLOSED, Status.DISMISSED)
"""The clusters that a wording may join."""


@dataclass(frozen=True, slots=True)
class _Home:
    """A standing cluster as a group: its number and status."""

    id: int
    status: str


def gather(
    database: Database, *, engine: SearchEngine, now: datetime, advance: Advance | None = None
) -> int:
    """Bring every missed wording that has none to its cluster; how many there were.

    Nothing happens while the encoder cannot be used. Two at once: the second writes nothing.
    """
    space = space_of(engine)
    try:
        with database.session() as session:
            hear = overhearing(session, engine.serving(now=now).index)
            wordings = new_wordings(session)
        _encode_anew(database, space, hear, advance=advance)
        vectors = space.encode([hear(wording) for wording in wordings], advance=advance)
    except (ModelUnusable, EncoderBusy):
        return 0
    if not wordings:
        return 0
    try:
        with database.session() as session:
            _place(session, wordings, vectors, space=space, now=now)
    except IntegrityError:
        return 0
    return len(wordings)


def gather_shown(database: Database, *, engine: SearchEngine, now: datetime) -> int:
    """``gather`` as a step of the digest: on a terminal, with a bar when it takes long."""
    with database.session() as session:
        total = min(waiting(session), MISSES_AT_ONCE)
    with tqdm(total=total, unit=" wordings", delay=1.0, leave=False, disable=None) as bar:
        return gather(database, engine=engine, now=now, advance=bar.update)


def waiting(session: Session) -> int:
    """How many missed wordings have no cluster yet."""
    return session.scalar(select(func.count()).select_from(_unplaced().subquery())) or 0


def new_wordings(session: Session) -> list[str]:
    """Missed wordings without a cluster, the first asked first."""
    return list(session.scalars(_unplaced().limit(MISSES_AT_ONCE)))


def _unplaced() -> Any:
    return (
        select(IntentRow.wording)
        .outerjoin(MemberRow, MemberRow.wording == IntentRow.wording)
        .where(IntentRow.cause != "", MemberRow.wording.is_(None))
        .group_by(IntentRow.wording)
        .order_by(func.min(IntentRow.at), IntentRow.wording)
    )


def _encode_anew(database: Database, space: Space, hear: Hear, *, advance: Advance | None) -> None:
    """Bring members that another model encoded to the one that serves now."""
    with database.session() as session:
        query = select(MemberRow.wording).where(MemberRow.model != space.revision)
        wordings = list(session.scalars(query))
    if not wordings:
        return
    vectors = space.encode([hear(wording) for wording in wordings], advance=advance)
    rows = _member_rows(wordings, vectors, space.embedder)
    with database.session() as session:
        rewrite(session, MemberRow, rows)


def _place(
    session: Session, wordings: Sequence[str], vectors: Vectors, *, space: Space, now: datetime
) -> None:
    homes, groups = _standing(session, space)
    labels = link(space.centred(vectors), standing=groups, at_least=ALIKE_AT)
    homes += _found(session, wordings, vectors, labels, len(homes), now=now)
    rows = _member_rows(wordings, vectors, space.embedder)
    for row, label in zip(rows, labels.tolist(), strict=True):
        row |= {"cluster_id": homes[label].id, "by_hand": False, "likeness": 0.0}
        if homes[label].status == Status.DISMISSED:
            decide(session, row["wording"], action=Action.DISMISSED, at=now, person_id=None)
    session.execute(insert(MemberRow), rows)
    refresh(session, {homes[label].id for label in labels.tolist()}, space=space, now=now)


def _standing(session: Session, space: Space) -> tuple[list[_Home], Groups]:
    """The clusters that stand, and their mean vectors as seen from the centre."""
    rows = session.execute(
        select(ClusterRow.id, ClusterRow.status, ClusterRow.centroid)
        .where(ClusterRow.status.in_(STANDING))
        .order_by(ClusterRow.id)
    ).all()
    places = {row.id: place for place, row in enumerate(rows)}
    dimension = len(space.centre)
    sums = np.zeros((len(rows), dimension), np.float32)
    sizes = np.zeros(len(rows), np.int64)
    query = select(MemberRow.cluster_id, MemberRow.vector)
    members = [row for row in session.execute(query) if row.cluster_id in places]
    if members:
        at = np.array([places[row.cluster_id] for row in members])
        vectors = unpack((row.vector for row in members), dimension=dimension)
        np.add.at(sums, at, space.centred(vectors))
        np.add.at(sizes, at, 1)
    homes = [_Home(row.id, row.status) for row in rows]
    _remember_empty(rows, sums, sizes, space)
    known: npt.NDArray[np.int64] = np.maximum(sizes, 1)
    means: Vectors = (sums / known[:, np.newaxis]).astype(np.float32)
    return homes, Groups(means, known)


def _remember_empty(rows: Sequence[Any], sums: Vectors, sizes: Any, space: Space) -> None:
    """A cluster whose wordings were forgotten is still known by its mean vector."""
    stored = 2 * len(space.centre)
    for place, row in enumerate(rows):
        if not sizes[place] and len(row.centroid) == stored:
            mean = unpack([row.centroid], dimension=len(space.centre))
            sums[place] = space.centred(mean)[0]


def _found(
    session: Session,
    wordings: Sequence[str],
    vectors: Vectors,
    labels: Labels,
    standing: int,
    *,
    now: datetime,
) -> list[_Home]:
    """New clusters, in the order of their labels; title and keywords come with ``refresh``."""
    firsts = {int(label): at for at, label in reversed(list(enumerate(labels.tolist())))}
    rows = [
        new_cluster(wordings[firsts[label]][:TITLE_LONGEST], pack(vectors[firsts[label]]), now=now)
        for label in sorted(firsts)
        if label >= standing
    ]
    session.add_all(rows)
    session.flush()
    return [_Home(row.id, row.status) for row in rows]


def new_cluster(title: str, centroid: bytes, *, now: datetime) -> ClusterRow:
    """An open cluster, not yet in the database."""
    return ClusterRow(
        title=title,
        named_by_hand=False,
        keywords=[],
        status=Status.OPEN.value,
        centroid=centroid,
        slug="",
        created_at=now,
        changed_at=now,
    )


def _member_rows(
    wordings: Sequence[str], vectors: Vectors, embedder: Embedder
) -> list[dict[str, Any]]:
    return [
        {"wording": wording, "vector": pack(vector), "model": embedder.revision}
        for wording, vector in zip(wordings, vectors, strict=True)
    ]

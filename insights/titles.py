"""What a cluster is called and known by: its most central wording, its keywords, its mean vector.

Promises to leave a name that an editor gave. Text comes from the intents, so it is redacted.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from insights.batches import batches
from insights.keywords import Background, keywords
from insights.rewriting import rewrite
from insights.space import Space, Vectors, pack, unpack
from insights.work_tables import ClusterRow, IntentRow, MemberRow
from search.text import query_language

TITLE_LONGEST = 300
SAMPLE = 4_000
"""Wordings that say how common a term is."""
READABLE = range(3, 80)
NEARLY = 0.05
"""Cosines to the middle that differ by less are equal: then what was asked more often, which is
seldom mistyped, is the title."""


@dataclass(frozen=True, slots=True)
class Written:
    """How a wording was last written, and how often it was missed."""

    text: str
    asked: int


def refresh(session: Session, clusters: Iterable[int], *, space: Space, now: datetime) -> None:
    """Bring title, keywords, mean vector and likenesses of these clusters up to their members."""
    rows = [row for number in sorted(set(clusters)) if (row := session.get(ClusterRow, number))]
    if not rows:
        return
    members = _members(session, [row.id for row in rows])
    written = written_as(session, [one.wording for each in members.values() for one in each])
    background = Background(session.scalars(select(MemberRow.wording).limit(SAMPLE)))
    named = [row for row in rows if row.named_by_hand]
    names = dict(zip((r.id for r in named), space.encode([r.title for r in named]), strict=True))
    likenesses: list[dict[str, Any]] = []
    for row in rows:
        own = members.get(row.id, [])
        if not own:
            continue
        vectors = unpack((one.vector for one in own), dimension=len(space.centre))
        centred = space.centred(vectors)
        best = _most_central(own, centred, written)
        if not row.named_by_hand:
            row.title = _text(own[best].wording, written)[:TITLE_LONGEST]
        row.keywords = keywords([one.wording for one in own], background)
        row.centroid = pack(vectors.mean(axis=0))
        row.changed_at = now
        title = names.get(row.id, vectors[best])
        likenesses += _likenesses(own, vectors @ title)
    session.flush()
    rewrite(session, MemberRow, likenesses)


def written_as(session: Session, wordings: Sequence[str]) -> dict[str, Written]:
    """How each wording was last written, and how often it was missed; unasked ones are absent."""
    found: dict[str, Written] = {}
    for batch in batches(wordings):
        newest = (
            select(IntentRow.wording, func.max(IntentRow.at).label("at"), func.count().label("n"))
            .where(IntentRow.wording.in_(batch), IntentRow.cause != "")
            .group_by(IntentRow.wording)
            .subquery()
        )
        query = select(IntentRow.wording, IntentRow.text, newest.c.n).join(
            newest, (newest.c.wording == IntentRow.wording) & (newest.c.at == IntentRow.at)
        )
        for wording, text, asked in session.execute(query):
            found[wording] = Written(text, asked)
    return found


def _members(session: Session, clusters: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for batch in batches(clusters):
        query = select(MemberRow.wording, MemberRow.cluster_id, MemberRow.vector)
        chosen = query.where(MemberRow.cluster_id.in_(batch)).order_by(MemberRow.wording)
        for row in session.execute(chosen):
            found.setdefault(row.cluster_id, []).append(row)
    return found


def _most_central(own: Sequence[Any], centred: Vectors, written: dict[str, Written]) -> int:
    """The member nearest to all others, in the language it was asked in most; among equals the
    one that was asked most."""
    cosines = centred @ centred.mean(axis=0)

    asked = Counter({one.wording: _asked(one.wording, written) for one in own})
    spoken = Counter[str]()
    for wording, count in asked.items():
        spoken[query_language(wording)] += count
    lang = max(spoken, key=lambda each: spoken[each])

    def rank(at: int) -> tuple[bool, bool, float, int, int]:
        wording = own[at].wording
        text = _text(wording, written)
        readable = len(text) in READABLE and "<" not in text
        at_home = query_language(wording) == lang
        return readable, at_home, int(cosines[at] / NEARLY), asked[wording], -len(text)

    return max(range(len(own)), key=rank)


def _asked(wording: str, written: dict[str, Written]) -> int:
    return written[wording].asked if wording in written else 0


def _text(wording: str, written: dict[str, Written]) -> str:
    return written[wording].text if wording in written else wording


def _likenesses(own: Sequence[Any], cosines: np.ndarray[Any, Any]) -> list[dict[str, Any]]:
    return [
        {"wording": one.wording, "likeness": round(float(cosine), 4)}
        for one, cosine in zip(own, cosines, strict=True)
    ]

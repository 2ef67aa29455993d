"""The step of the digest that gives each miss its reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from database import Database
from insights.intents import Cause
from insights.reasons import Judge, Judgement, Missed, Reason, judge_at
from insights.rewriting import rewrite
from insights.space import unpack
from insights.work_tables import IntentRow, MemberRow
from kb.disclosure import Audience, Level
from search.engine import SearchEngine
from search.errors import EncoderBusy, ModelUnusable

AT_ONCE = 500
DEPTH = 10
OF_AN_ENTRY = frozenset({Cause.WRONG.value, Cause.UNHELPFUL.value})
"""Causes that say which entry failed: it was found, so nothing has to be guessed."""


Gaps = dict[tuple[str, str, int, str], float]
"""How far an entry stayed below the floor, by wording, language, clearance and entry."""


def give_reasons(database: Database, *, engine: SearchEngine, now: datetime) -> int:
    """Judge every miss that has no reason yet; how many were judged.

    Without a usable model nothing is judged, and the misses wait for the next run.
    """
    judged = 0
    gaps: Gaps = {}
    try:
        with database.session() as session:
            if not _waiting(session, limit=1):
                return 0
            judge = judge_at(session, engine=engine, now=now)
        while True:
            with database.session() as session:
                rows = _waiting(session, limit=AT_ONCE)
                known = _encoded(session, rows, revision=engine.embedder.revision)
            if not rows:
                return judged
            said = _judge(rows, judge, known, gaps, engine=engine, now=now)
            with database.session() as session:
                rewrite(session, IntentRow, said)
            judged += len(rows)
    except (ModelUnusable, EncoderBusy):
        return judged


def forget_reasons(session: Session, *, since: datetime) -> None:
    """Let the next run judge the misses from a moment on anew: after the content changed."""
    session.execute(
        update(IntentRow)
        .where(IntentRow.reason != "", IntentRow.at >= since)
        .values(reason="", reason_slug="", reason_gap=0.0)
    )


def _waiting(session: Session, *, limit: int) -> Sequence[IntentRow]:
    query = select(IntentRow).where(IntentRow.cause != "", IntentRow.reason == "")
    return session.scalars(query.order_by(IntentRow.at, IntentRow.id).limit(limit)).all()


def _encoded(
    session: Session, rows: Sequence[IntentRow], *, revision: str
) -> Mapping[str, npt.NDArray[np.float32]]:
    """The vectors of those wordings that stand in a cluster: they need not be made again."""
    wordings = list({row.wording for row in rows})
    query = select(MemberRow.wording, MemberRow.vector).where(
        MemberRow.wording.in_(wordings), MemberRow.model == revision
    )
    found = session.execute(query).all()
    return {row.wording: unpack([row.vector], dimension=len(row.vector) // 2)[0] for row in found}


def _judge(
    rows: Sequence[IntentRow],
    judge: Judge,
    known: Mapping[str, npt.NDArray[np.float32]],
    gaps: Gaps,
    *,
    engine: SearchEngine,
    now: datetime,
) -> list[dict[str, Any]]:
    misses = [Missed(row.wording, row.lang, row.level) for row in rows]
    judgements = judge.judge(misses, known=known)
    said = []
    for row, judged in zip(rows, judgements, strict=True):
        one = _told(row) or judged
        gap = 0.0
        if one.reason is Reason.BELOW_FLOOR and row.cause == Cause.FLOOR:
            asked = (row.wording, row.lang, row.level, one.slug)
            if asked not in gaps:
                gaps[asked] = _gap(row, one.slug, engine=engine, now=now)
            gap = gaps[asked]
        said.append(
            {
                "id": row.id,
                "reason": one.reason.value,
                "reason_slug": one.slug,
                "reason_gap": round(gap, 4),
            }
        )
    return said


def _told(row: IntentRow) -> Judgement | None:
    """What the asker said himself: the entry he had found is not good enough."""
    about = row.accepted or row.shown
    if row.cause in OF_AN_ENTRY and about:
        return Judgement(Reason.BELOW_FLOOR, about, 1.0)
    return None


def _gap(row: IntentRow, slug: str, *, engine: SearchEngine, now: datetime) -> float:
    """By how much the entry's confidence stays below the floor, for who asked."""
    audience = Audience(Level(row.level))
    found = engine.look(row.wording, audience=audience, lang=row.lang, limit=DEPTH, now=now)
    confidence = next((hit.confidence for hit in found.hits if hit.slug == slug), 0.0)
    return max(0.0, engine.floors.suggest - confidence)

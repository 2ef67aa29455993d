"""Durable tables of what is made of what was asked: intents, clusters, closures, judged queries.

They are filled from ``insights.tables`` by ``insights.digest``; editors' decisions stand in them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from database import Base, UtcDateTime


class IntentRow(Base):
    """What one session wanted once: its searches joined, keystrokes and rewordings collapsed.

    ``id`` is that of its last search; ``wording`` speaks for it (the last full one), ``first`` is
    how it was put first. ``cause`` says why it counts as missed and is empty where it does not.
    """

    __tablename__ = "intents"
    __table_args__ = (Index("ix_intents_cause_at", "cause", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    session: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(String(1100))
    wording: Mapped[str] = mapped_column(String(1100), index=True)
    first: Mapped[str] = mapped_column(String(1100))
    lang: Mapped[str] = mapped_column(String(8))
    level: Mapped[int]
    channel: Mapped[str] = mapped_column(String(16))
    searches: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float] = mapped_column(Float)
    shown: Mapped[str] = mapped_column(String(120), default="")
    accepted: Mapped[str] = mapped_column(String(120), default="")
    contacted: Mapped[bool] = mapped_column(default=False)
    cause: Mapped[str] = mapped_column(String(24), default="")
    reason: Mapped[str] = mapped_column(String(24), default="")
    reason_slug: Mapped[str] = mapped_column(String(120), default="")
    reason_gap: Mapped[float] = mapped_column(Float, default=0.0)


class WatermarkRow(Base):
    """Up to when a step of the digest has read; ``name`` is the step's."""

    __tablename__ = "watermarks"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ClusterRow(Base):
    """Misses of one meaning. ``status`` is open, watched, closed, dismissed or merged."""

    __tablename__ = "clusters"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(300))
    named_by_hand: Mapped[bool] = mapped_column(default=False)
    keywords: Mapped[list[str]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16), index=True)
    centroid: Mapped[bytes] = mapped_column(LargeBinary)
    assigned_to: Mapped[int | None]
    merged_into: Mapped[int | None]
    slug: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    watched_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MemberRow(Base):
    """A missed wording and its cluster; ``by_hand`` keeps it where an editor put it.

    ``vector`` is a unit vector of 16-bit floats by the encoder of revision ``model``; ``likeness``
    is its cosine with the title of the cluster.
    """

    __tablename__ = "cluster_members"

    wording: Mapped[str] = mapped_column(String(1100), primary_key=True)
    cluster_id: Mapped[int] = mapped_column(
        ForeignKey("clusters.id", ondelete="CASCADE"), index=True
    )
    by_hand: Mapped[bool] = mapped_column(default=False)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    model: Mapped[str] = mapped_column(String(64), default="")
    likeness: Mapped[float] = mapped_column(Float, default=0.0)


class ClusterActionRow(Base):
    """What an editor did to clusters: ``before`` is what undoing it brings back."""

    __tablename__ = "cluster_actions"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    person_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(16))
    cluster_id: Mapped[int] = mapped_column(
        ForeignKey("clusters.id", ondelete="CASCADE"), index=True
    )
    note: Mapped[str] = mapped_column(String(300), default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClosureRow(Base):
    """What re-running a cluster's queries after a publication showed, by level and language."""

    __tablename__ = "closures"

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(
        ForeignKey("clusters.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    slug: Mapped[str] = mapped_column(String(120))
    verdict: Mapped[str] = mapped_column(String(16))
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class JudgedRow(Base):
    """A query whose right entry is known from behaviour or decision; the suite that grows."""

    __tablename__ = "judged_queries"
    __table_args__ = (UniqueConstraint("wording", "lang", "level"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(1100))
    wording: Mapped[str] = mapped_column(String(1100))
    lang: Mapped[str] = mapped_column(String(8))
    level: Mapped[int]
    slug: Mapped[str] = mapped_column(String(120), index=True)
    source: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ProposalRow(Base):
    """A phrasing that behaviour proposes for an entry, until an editor accepts or rejects it."""

    __tablename__ = "proposals"
    __table_args__ = (UniqueConstraint("wording", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wording: Mapped[str] = mapped_column(String(1100))
    text: Mapped[str] = mapped_column(String(1100))
    slug: Mapped[str] = mapped_column(String(120))
    lang: Mapped[str] = mapped_column(String(8))
    sessions: Mapped[int]
    status: Mapped[str] = mapped_column(String(16), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None]


class LetterRow(Base):
    """A letter to someone who asked: written once, sent with retries, never sent twice."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(
        ForeignKey("questions.id", ondelete="CASCADE"), unique=True
    )
    slug: Mapped[str] = mapped_column(String(120))
    lang: Mapped[str] = mapped_column(String(8))
    token: Mapped[str] = mapped_column(String(64), unique=True)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(String(300), default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class VisitRow(Base):
    """When a person last looked at one of the editor's pages: what is new since then."""

    __tablename__ = "visits"

    person_id: Mapped[int] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DismissedFindingRow(Base):
    """A finding about an entry that an editor put aside; ``key`` changes with what was found."""

    __tablename__ = "dismissed_findings"

    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None]


class VectorRow(Base):
    """The vector of a text that was asked, so that a replay need not encode it again.

    ``digest`` names the text without telling it; ``vector`` is of 32-bit floats, as the encoder of
    revision ``model`` gave it, and ``at`` is when it was made.
    """

    __tablename__ = "asked_vectors"

    digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    model: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

"""Durable tables of what was asked and what was decided. They are not derived from files."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from database import Base, UtcDateTime


class SearchRow(Base):
    """One search at a door. ``text`` is redacted before it gets here; ``wording`` is its
    normal form, by which equal questions are merged. ``session`` is a keyed hash that rotates.
    """

    __tablename__ = "searches"
    __table_args__ = (Index("ix_searches_wording_at", "wording", "at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    text: Mapped[str] = mapped_column(String(1100))
    wording: Mapped[str] = mapped_column(String(1100))
    lang: Mapped[str] = mapped_column(String(8))
    channel: Mapped[str] = mapped_column(String(16))
    level: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(16))
    mode: Mapped[str] = mapped_column(String(16))
    confidence: Mapped[float] = mapped_column(Float)
    hits: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    generation: Mapped[str] = mapped_column(String(64))
    session: Mapped[str] = mapped_column(String(64), index=True)
    is_bot: Mapped[bool] = mapped_column(default=False)
    is_staff: Mapped[bool] = mapped_column(default=False)


class SignalRow(Base):
    """What the asker did with a search: ``click``, ``copy``, ``helpful``, ``unhelpful``,
    ``none_of_these``, ``contact``, ``no_entry``, ``wrong``.
    """

    __tablename__ = "signals"

    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[str] = mapped_column(
        ForeignKey("searches.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(24))
    slug: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")


class QuestionRow(Base):
    """A question left at the form, redacted, with the address to tell, where one was given."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    text: Mapped[str] = mapped_column(Text)
    wording: Mapped[str] = mapped_column(Text)
    lang: Mapped[str] = mapped_column(String(8))
    level: Mapped[int]
    email: Mapped[str | None] = mapped_column(String(254))
    search_id: Mapped[str | None] = mapped_column(String(32))


class DecisionRow(Base):
    """What an editor decided about a missed wording: ``entry``, ``phrasing`` or ``dismissed``."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    wording: Mapped[str] = mapped_column(String(1100), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(16))
    slug: Mapped[str] = mapped_column(String(120), default="")
    lang: Mapped[str] = mapped_column(String(8), default="")
    person_id: Mapped[int | None]


class ChangeRow(Base):
    """One change of an entry from the admin: who, when, what; for the history and the audit."""

    __tablename__ = "changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    person_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(24))
    slug: Mapped[str] = mapped_column(String(120), index=True)
    lang: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")

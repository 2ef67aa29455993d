"""Tables derived from the files in ``content/``; they can be remade from them at any time."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from database import Base, UtcDateTime


class EntryRow(Base):
    """One language of one entry, as last read without fault."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("slug", "lang"),
        CheckConstraint("level BETWEEN 0 AND 3", name="level"),
        CheckConstraint("status IN ('draft', 'published', 'retired')", name="status"),
        Index("ix_entries_topic_level", "topic", "level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120))
    lang: Mapped[str] = mapped_column(String(8))
    topic: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(300), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    render_version: Mapped[int] = mapped_column(default=0)
    level: Mapped[int]
    status: Mapped[str] = mapped_column(String(16))
    publish_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    publish_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    answer_html: Mapped[str] = mapped_column(Text)
    answer_text: Mapped[str] = mapped_column(Text)
    links: Mapped[list[str]] = mapped_column(JSON)
    agent_note: Mapped[str] = mapped_column(Text, default="")
    agent_note_html: Mapped[str] = mapped_column(Text, default="")
    agent_note_text: Mapped[str] = mapped_column(Text, default="")
    alternates: Mapped[list[str]] = mapped_column(JSON)
    not_for: Mapped[list[str]] = mapped_column(JSON)
    tags: Mapped[list[str]] = mapped_column(JSON)
    owner: Mapped[str] = mapped_column(String(120), default="")
    review_by: Mapped[date | None]
    updated: Mapped[date | None]


class AliasRow(Base):
    """An old slug that still leads to its entry."""

    __tablename__ = "aliases"

    alias: Mapped[str] = mapped_column(String(120), primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("entries.id", ondelete="CASCADE"), primary_key=True
    )


class TopicRow(Base):
    """One topic of ``content/topics.yaml``; ``names`` and ``descriptions`` are per language."""

    __tablename__ = "topics"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    parent: Mapped[str | None] = mapped_column(String(120))
    position: Mapped[int]
    icon: Mapped[str] = mapped_column(String(40), default="")
    names: Mapped[dict[str, str]] = mapped_column(JSON)
    descriptions: Mapped[dict[str, str]] = mapped_column(JSON)


class ProblemRow(Base):
    """What is wrong with a file, for editors; the file's last good version goes on serving."""

    __tablename__ = "problems"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(300), index=True)
    line: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text)

"""Who may see what: the one place that decides.

Promises that ``visible_to`` says of rows what ``Audience.levels`` and ``is_live`` say together, as
do the passages of an index (a test holds them equal), and that a status which nobody knows is
hidden from everyone; a level that nobody knows is in no row.
Refuses to guess: nothing here, and nothing that calls it, has a default audience.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Protocol

from sqlalchemy import BindParameter, ColumnElement, and_, or_

from kb.tables import EntryRow

Condition = ColumnElement[bool]


class Level(IntEnum):
    """How far an entry is disclosed; a higher level is seen by fewer."""

    PUBLIC = 0
    CUSTOMER = 1
    AGENT = 2
    INTERNAL = 3

    @property
    def label(self) -> str:
        """The word in an entry file: ``public``, ``customer``, ``agent``, ``internal``."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> "Level":
        """The level of exactly that word. Raises ``ValueError`` for anything else."""
        for level in cls:
            if level.label == label:
                return level
        raise ValueError(f"unknown disclosure level {label!r}")


class Status(StrEnum):
    """Where an entry stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Audience:
    """Those who look: everyone with this clearance. The level's own entries are included."""

    clearance: Level

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that this audience may see, lowest first."""
        return tuple(level for level in Level if level <= self.clearance)

    @property
    def sees_notes(self) -> bool:
        """Whether agent notes, the layer inside an entry, are shown."""
        return self.clearance >= Level.AGENT


class Disclosed(Protocol):
    """What the decision needs to know of an entry (``EntryRow`` has it, so has ``Entry``)."""

    @property
    def level(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def publish_from(self) -> datetime | None: ...
    @property
    def publish_until(self) -> datetime | None: ...


def is_live(entry: Disclosed, *, now: datetime) -> bool:
    """Whether the entry is published and ``now`` lies in its window (start in, end out)."""
    begun = entry.publish_from is None or entry.publish_from <= now
    ended = entry.publish_until is not None and entry.publish_until <= now
    return entry.status == Status.PUBLISHED and begun and not ended


def visible_to(audience: Audience, *, now: "datetime | BindParameter[datetime]") -> Condition:
    """Whether ``audience`` may see the entry at ``now``, as a condition on ``EntryRow``.

    ``now`` may be a parameter still to be given.
    """
    return and_(
        EntryRow.status == Status.PUBLISHED.value,
        # not ``IN``: a list is written into the statement anew each time that it is asked
        or_(*(EntryRow.level == int(level) for level in audience.levels)),
        or_(EntryRow.publish_from.is_(None), EntryRow.publish_from <= now),
        or_(EntryRow.publish_until.is_(None), EntryRow.publish_until > now),
    )

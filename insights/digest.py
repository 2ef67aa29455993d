"""The digest: from what was asked to what there is to do, step by step.

``flask insights digest`` runs it from cron, and the editors' rooms when they are opened. Every
step reads what is new since its last run and keeps its own short transactions; any step may be run
again, and two digests at once do no harm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Protocol

from database import Database
from insights import suite, vectors, watching
from insights.clusters import gather_shown
from insights.intake import take_in
from insights.judging import give_reasons
from insights.meaning import Meaning
from insights.phrasings import propose
from search.engine import SearchEngine


class Step(Protocol):
    """One step: how many rows it wrote."""

    def __call__(self, database: Database, *, engine: SearchEngine, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Digest:
    """What one run did: rows written by each step, and the seconds it took."""

    written: Mapping[str, int]
    seconds: float


def read_intents(database: Database, *, engine: SearchEngine, now: datetime) -> int:
    """Join what was asked to intents."""
    return take_in(database, now=now, judge=Meaning(engine))


def propose_phrasings(database: Database, *, engine: SearchEngine, now: datetime) -> int:  # noqa: ARG001
    """Propose first wordings for the entries that were taken after rewording."""
    with database.session() as session:
        return propose(session, now=now)


STEPS: tuple[tuple[str, Step], ...] = (
    ("intents", read_intents),
    ("clusters", gather_shown),
    ("reasons", give_reasons),
    ("phrasings", propose_phrasings),
    ("suite", suite.grow),
    ("closing", watching.watch),
    ("vectors", vectors.remember),
)
"""In their order: each builds on what those before it wrote."""


def digest(
    database: Database,
    *,
    engine: SearchEngine,
    now: datetime,
    begin: Callable[[str], None] | None = None,
) -> Digest:
    """Run every step up to ``now``; ``begin`` hears the name of each before it starts."""
    begun = perf_counter()
    written: dict[str, int] = {}
    for name, step in STEPS:
        if begin is not None:
            begin(name)
        written[name] = step(database, engine=engine, now=now)
    return Digest(written, perf_counter() - begun)

"""What a run found, kept as JSON so that a report can be written again without playing."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.fortnight.away import Back
from benchmarks.fortnight.measure import Grouping, Joining, Reasons, Top, Totals, Truth
from benchmarks.fortnight.morning import Done
from benchmarks.fortnight.timing import Opened, Replays

FILE = "fortnight.json"


@dataclass(frozen=True, slots=True)
class First:
    """The fortnight itself."""

    totals: Totals
    joining: Joining
    truth: Truth
    reasons: Reasons
    grouping: Grouping
    top: Sequence[Top]
    digests: Sequence[float]
    again: float
    pages: Sequence[Opened]
    replays: Replays
    play_seconds: float
    dropped: int


@dataclass(frozen=True, slots=True)
class Second:
    """The morning, and the fortnight after it. ``before`` and ``after`` are missed intents and all
    intents of what the morning dealt with."""

    done: Sequence[Done]
    pages: int
    forms: int
    seconds: float
    totals: Totals
    handled_before: tuple[int, int]
    handled_after: tuple[int, int]
    states: dict[str, int]
    replays: Replays
    lacking_before: tuple[int, int] = (0, 0)
    lacking_after: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Results:
    """All parts that were run; ``about`` says how."""

    about: dict[str, Any] = field(default_factory=dict)
    first: First | None = None
    back: Sequence[Back] = ()
    second: Second | None = None


def keep(path: Path, results: Results) -> None:
    """Write the results down."""
    path.write_text(json.dumps(asdict(results), ensure_ascii=False, indent=1) + "\n", "utf-8")

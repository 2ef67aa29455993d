"""Why a search gave what it gave, as values: for editors and the command line.

``search.explaining`` makes them.
"""

from dataclasses import dataclass

from search.floors import Floors
from search.passages import Kind
from search.reading import Reading, Shared
from search.results import Result

MEANING = "meaning"
"""The lane of the cosine; the others have the names of ``search.fusion``."""
CONSTANT = "constant"
"""The part of the confidence that is the same for every question."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One way in which a passage fits: ``share`` is the cosine or the share of the query's weight
    that it has, ``gives`` what that adds to the passage's score."""

    name: str
    share: float
    gives: float


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the confidence's log-odds: ``gives`` is ``value`` times ``weight``."""

    name: str
    value: float
    weight: float
    gives: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """How the passage that spoke best came to the entry's score.

    ``lanes`` add up to the passage's own; ``chorus``, ``against`` and ``runoff`` are what the
    entry's other phrasings, the closest ``not_for`` phrasing and the run-off with the other first
    entries take away, zero or less.
    """

    lanes: tuple[Lane, ...]
    chorus: float
    against: float
    against_text: str
    runoff: float


@dataclass(frozen=True, slots=True)
class Reason:
    """What one entry was judged by.

    ``lead`` is how far its score stands above the next entry's, for all but the first how far it
    stands below the first's (a negative number). ``parts`` add up to the log-odds, with the
    constant last, and give ``probability``; ``confidence`` is that, but never above the one of the
    entry before.
    """

    slug: str
    kind: Kind
    level: str
    lang: str
    passage: str
    shared: Shared
    spoken: Spoken
    score: float
    lead: float
    parts: tuple[Part, ...]
    probability: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A result with how the question was read and the reasons of its hits, in their order.

    A hit that an editor has pinned may be without a reason of its own.
    """

    result: Result
    reading: Reading
    floors: Floors
    reasons: tuple[Reason, ...]

    def reason(self, slug: str) -> Reason | None:
        """Why this entry is a hit."""
        return next((one for one in self.reasons if one.slug == slug), None)

"""What to write next: the minutes of an agent that an answer would save, with its parts.

Expected benefit = intents in the period x share that an entry with the cluster's title as its
question would answer x minutes that an unanswered question costs.
"""

from dataclasses import dataclass

ANSWERS_AT = 0.76
"""Cosine to a question from which the engine answers with it, as often as not: as many labelled
misses are so near to the title of their meaning as the shipped shop then answers with it (a test
holds the two shares together, ``python -m benchmarks.clusters`` prints them). An entry with more
phrasings reaches further, so this share is the least to expect."""


@dataclass(frozen=True, slots=True)
class Benefit:
    """Minutes saved if those who ask again in such a period find an answer."""

    intents: int
    closable: int
    minutes_each: float

    @property
    def share(self) -> float:
        """The part of the intents that one entry would answer, 0…1."""
        return self.closable / self.intents if self.intents else 0.0

    @property
    def minutes(self) -> float:
        """The benefit: what the list is ordered by."""
        return self.closable * self.minutes_each

"""What to write next: the minutes of an agent that an answer would save, with its parts.

Expected benefit = intents in the period x share that an entry with the cluster's title as its
question would answer x minutes that an unanswered question costs.
"""

from dataclasses import dataclass

ANSWERS_AT = 0.45
"""Cosine to a question from which the engine answers with it, where no other entry is near: the
calibration that ships reaches its answer floor there (``python -m benchmarks.clusters`` shows the
shares). An entry with more phrasings reaches further, so this share is the least to expect."""
MISS_COST_MINUTES = 6.0


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

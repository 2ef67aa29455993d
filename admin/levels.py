"""One question asked at every level, and which levels see what differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from doors.services import services
from kb.disclosure import Audience, Level
from search.explanation import Explanation
from search.results import Hit, Outcome

SHOWN = 5


class Agreement(StrEnum):
    """What the levels have in common."""

    SAME = "same"
    ANOTHER_OUTCOME = "another_outcome"
    ANOTHER_FIRST = "another_first"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class AtLevel:
    """What one level finds. ``below`` is what the next lower level finds, absent for the lowest."""

    level: Level
    found: Explanation
    below: Explanation | None = None

    @property
    def another_first(self) -> bool:
        """Whether another entry stands first than one level below."""
        return self.below is not None and _slugs(self.found)[:1] != _slugs(self.below)[:1]

    @property
    def another_outcome(self) -> bool:
        """Whether the search ends otherwise than one level below."""
        below = self.below
        return below is not None and self.found.result.outcome is not below.result.outcome

    @property
    def same(self) -> bool:
        """Whether the same entries come in the same order as one level below, and it ends alike."""
        below = self.below
        return (
            below is not None and _slugs(self.found) == _slugs(below) and not self.another_outcome
        )

    def is_own(self, hit: Hit) -> bool:
        """Whether this is the lowest level at which the hit is seen."""
        return self.below is not None and hit.level is self.level


def at_every_level(text: str, *, lang: str) -> tuple[AtLevel, ...]:
    """Ask as each level in turn, lowest first. Nothing is logged."""
    now = services().clock()
    found = [
        services().engine.explain(text, audience=Audience(level), lang=lang, limit=SHOWN, now=now)
        for level in Level
    ]
    return tuple(map(AtLevel, Level, found, [None, *found]))


def compared(seen: Sequence[AtLevel]) -> Agreement:
    """Whether all levels get the same."""
    outcomes = {one.found.result.outcome for one in seen}
    if outcomes == {Outcome.MISSED}:
        return Agreement.NOTHING
    if any(one.another_first for one in seen):
        return Agreement.ANOTHER_FIRST
    return Agreement.SAME if len(outcomes) == 1 else Agreement.ANOTHER_OUTCOME


def _slugs(found: Explanation) -> list[str]:
    return [hit.slug for hit in found.result.hits]

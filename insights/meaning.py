"""Whether two wordings mean the same, where their letters do not tell: for joining intents.

Only pairs that could be one want are encoded: asked one after the other, soon, the first without
success. Without a usable model letters alone decide.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from insights.intents import Alike, Asked, doubtful_pairs
from insights.rewording import are_reworded
from insights.space import space_of
from search.engine import SearchEngine
from search.errors import EncoderBusy, ModelUnusable

Vector = npt.NDArray[np.float32]

ALIKE_AT = 0.3
"""Cosine seen from the centre of the knowledge base. Of the judged queries, seven pairs in ten that
ask the same reach it, and three in a hundred that do not."""


class Meaning:
    """Judges likeness during one run of the digest; a wording is encoded once in it."""

    def __init__(self, engine: SearchEngine) -> None:
        self._space = space_of(engine)
        self._known: dict[str, Vector] = {}

    def __call__(self, searches: Sequence[Asked]) -> Alike:
        """A judge of likeness for the searches of some sessions."""
        pairs = set(doubtful_pairs(searches))
        try:
            self._learn(sorted({wording for pair in pairs for wording in pair}))
        except (ModelUnusable, EncoderBusy):
            return are_reworded
        near = {pair for pair in pairs if self._cosine(*pair) >= ALIKE_AT}
        return lambda one, other: (one, other) in near or are_reworded(one, other)

    def _learn(self, wordings: Sequence[str]) -> None:
        missing = [wording for wording in wordings if wording not in self._known]
        if missing:
            vectors = self._space.centred(self._space.encode(missing))
            self._known.update(zip(missing, vectors, strict=True))

    def _cosine(self, one: str, other: str) -> float:
        return float(self._known[one] @ self._known[other])

"""How the lanes become one score: a weighted sum, passage by passage.

Chosen on the dev sets (docs/search.md). Not rank fusion: ranks forget how far apart the scores
were, and the confidence needs exactly that.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.lexical import Scores

RELATIVE_WEIGHTS: Mapping[str, float] = {
    "words": 0.25,
    "spelling": 0.05,
    "sound": 0.05,
    "initials": 0.02,
}
"""Weight of each field's score divided by the best one that the query has in the audience."""
ABSOLUTE_WEIGHTS: Mapping[str, float] = {"words": 0.15}
"""Weight of each field's score divided by that of a passage made of the query alone."""

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lanes:
    """What each lane says of some passages: rows are the passages.

    ``similarity`` is the cosine, zeros where there is no vector.
    ``relative`` and ``absolute`` are the field scores, divided as the weights above say.
    """

    similarity: Values
    relative: Mapping[str, Values]
    absolute: Mapping[str, Values]


def shares(scores: Scores, *, of: float) -> Values:
    """Scores divided by ``of``; zeros where that is nothing."""
    return scores.astype(np.float64) / of if of > 0 else np.zeros(len(scores))


def fuse(lanes: Lanes) -> Values:
    """One score per passage; comparable within a query, and nearly so between queries."""
    fused = lanes.similarity.copy()
    for name, weight in RELATIVE_WEIGHTS.items():
        fused += weight * lanes.relative[name]
    for name, weight in ABSOLUTE_WEIGHTS.items():
        fused += weight * lanes.absolute[name]
    return fused

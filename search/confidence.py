"""How sure the engine is: the probability that an entry answers the question.

A logistic model on a few features of the ranking. The priors were fitted on the development sets;
each index moves them towards what its own phrasings teach (``search.calibration``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.fusion import (
    FOREIGN_WORDS,
    FORGIVING_WEIGHTS,
    MEANT_WEIGHT,
    PROSE_WEIGHTS,
    WORD_WEIGHTS,
    Values,
)
from search.judging import CHORUS_SHARE, NOT_FOR_MARGIN, PHRASINGS_HEARD, WORD_FOR_WORD
from search.ranking import Candidate
from search.runoff import RUN_OFF

FEATURES = ("score", "margin", "spoken")
MARGIN_MAX = 0.2
"""A lead over the next entry that says all that a lead can say."""
CONFIDENCE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the features with the constant last.

    ``basis`` names the passages it was learned from; empty for a prior.
    """

    weights: tuple[float, ...]
    basis: str = ""


PRIOR = Calibration((5.47, 5.47, -0.9, -3.23))
"""With vectors."""
LEXICAL_PRIOR = Calibration((7.7, 11.2, 2.0, -4.2))
"""With words alone; nothing is learned for this emergency."""
JUDGEMENT = repr(
    (
        (PRIOR.weights, MARGIN_MAX),
        (WORD_WEIGHTS, PROSE_WEIGHTS, FOREIGN_WORDS, FORGIVING_WEIGHTS, MEANT_WEIGHT),
        (PHRASINGS_HEARD, CHORUS_SHARE, NOT_FOR_MARGIN, WORD_FOR_WORD),
        RUN_OFF,
    )
)
"""What a calibration hangs on beside passages and model; where it changed, all is learned again."""


def confidences(candidates: Sequence[Candidate], calibration: Calibration) -> list[float]:
    """The probability of each candidate; none is above that of the one before it."""
    if not candidates:
        return []
    chances = np.minimum.accumulate(probabilities(features(candidates), calibration.weights))
    return [round(float(chance), CONFIDENCE_DIGITS) for chance in chances]


def probabilities(values: Values, weights: Sequence[float]) -> Values:
    """The logistic model: ``[n, len(FEATURES)]`` to ``[n]``."""
    odds = values @ np.asarray(weights[:-1]) + weights[-1]
    chances: Values = 1.0 / (1.0 + np.exp(-np.clip(odds, -30.0, 30.0)))
    return chances


def features(candidates: Sequence[Candidate]) -> Values:
    """``[len(candidates), len(FEATURES)]``, each entry seen against the others."""
    values = np.array([(one.score, 0.0, one.spoken) for one in candidates])
    scores = values[:, 0]
    rivals = np.full(len(scores), scores[0])
    rivals[0] = scores[1] if len(scores) > 1 else 0.0
    values[:, 1] = lead(scores, rivals)
    return values


def lead(scores: npt.ArrayLike, rivals: npt.ArrayLike) -> Values:
    """How far scores lie before those of their rivals, as far as that says anything."""
    capped: Values = np.minimum(np.maximum(np.subtract(scores, rivals), -MARGIN_MAX), MARGIN_MAX)
    return capped

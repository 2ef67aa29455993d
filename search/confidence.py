"""How sure the engine is: the probability that an entry answers the question.

A logistic model on a few features of the ranking. ``PRIOR`` was fitted on the development sets;
each index moves it towards what its own phrasings teach (``search.calibration``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.ranking import Candidate

FEATURES = ("similarity", "lexical", "margin", "crowd")
CROWD = 8
CONFIDENCE_DIGITS = 4

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights of the features, with the constant last, and the floors that follow."""

    weights: tuple[float, ...]
    answer_floor: float
    suggest_floor: float


PRIOR = Calibration(weights=(7.0, 2.0, 5.0, 3.0, -4.5), answer_floor=0.5, suggest_floor=0.15)


def confidences(candidates: Sequence[Candidate], calibration: Calibration) -> list[float]:
    """The probability of each candidate; none is above that of the one before it."""
    if not candidates:
        return []
    values = features(candidates) @ np.array(calibration.weights[:-1]) + calibration.weights[-1]
    chances = np.minimum.accumulate(1.0 / (1.0 + np.exp(-np.clip(values, -30.0, 30.0))))
    return [round(float(chance), CONFIDENCE_DIGITS) for chance in chances]


def features(candidates: Sequence[Candidate]) -> Values:
    """``[len(candidates), len(FEATURES)]``, each entry seen against the others."""
    scores = np.array([one.score for one in candidates])
    rivals = np.array([_best_but(scores, at) for at in range(len(scores))])
    crowd = float(scores[1 : 1 + CROWD].mean()) if len(scores) > 1 else 0.0
    return np.column_stack(
        [
            [one.similarity for one in candidates],
            [one.lexical for one in candidates],
            np.clip(scores - rivals, -0.5, 0.5),
            np.clip(scores - crowd, -0.5, 0.5),
        ]
    )


def _best_but(scores: Values, at: int) -> float:
    others = np.delete(scores, at)
    return float(others.max()) if len(others) else 0.0

"""Why a search gave what it gave: for editors and the command line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from search.confidence import FEATURES, Calibration, confidences, features
from search.passages import Kind, Passage
from search.ranking import Candidate
from search.results import Result


@dataclass(frozen=True, slots=True)
class Reason:
    """What one entry was judged by: its best passage, its lanes, and the confidence's parts.

    ``features`` are the contributions to the log-odds of the confidence.
    """

    slug: str
    kind: Kind
    level: str
    passage: str
    score: float
    confidence: float
    features: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A result with the reasons of its hits, in their order."""

    result: Result
    reasons: tuple[Reason, ...]


def reasons(
    result: Result,
    candidates: Sequence[Candidate],
    passages: Sequence[Passage],
    calibration: Calibration,
) -> tuple[Reason, ...]:
    """The reasons of the hits that are shown; other candidates are not spoken of."""
    if not candidates:
        return ()
    values = features(candidates) * calibration.weights[:-1]
    chances = confidences(candidates, calibration)
    rows = {one.slug: row for row, one in enumerate(candidates)}
    return tuple(
        Reason(
            hit.slug,
            hit.matched,
            passages[candidates[row].position].level.label,
            passages[candidates[row].position].text,
            candidates[row].score,
            chances[row],
            dict(zip(FEATURES, map(float, values[row].round(3)), strict=True)),
        )
        for hit in result.hits
        if (row := rows.get(hit.slug)) is not None
    )

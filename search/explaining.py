"""Takes a ranking apart again: the lanes of each entry, and the parts of its confidence.

Pure: the numbers come from the functions that ranked, asked once more about the few entries shown,
so an explanation adds up to the score and the confidence that it explains; a test holds that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kb.disclosure import Audience
from search.confidence import (
    FEATURES,
    Calibration,
    confidences,
    features,
    probabilities,
)
from search.explanation import CONSTANT, MEANING, Explanation, Lane, Part, Reason, Spoken
from search.floors import Floors
from search.fusion import Lanes, Values, contributions, fuse
from search.index import Index
from search.judging import judge
from search.question import Question
from search.ranking import Candidate, lanes_of
from search.reading import Reading, compare
from search.results import Result
from search.table import Positions
from search.text import normalise

DIGITS = 4


@dataclass(frozen=True, slots=True)
class _Sure:
    """What a candidate's confidence was made of."""

    lead: float
    parts: tuple[Part, ...]
    probability: float
    confidence: float


def explain(
    result: Result,
    index: Index,
    question: Question,
    candidates: Sequence[Candidate],
    calibration: Calibration,
    *,
    floors: Floors,
    audience: Audience,
) -> Explanation:
    """The reasons of the hits; ``candidates`` are all that the confidence looked at."""
    every = zip(candidates, _sure(candidates, calibration), strict=True)
    known = {one.slug: (one, sure) for one, sure in every}
    shown = [known[hit.slug] for hit in result.hits if hit.slug in known]
    heard = lanes_of(index, question, [one.slug for one, _ in shown], audience=audience)
    reasons = [
        _reason(index, question, one, sure, _spoken(index, positions, lanes, one))
        for (one, sure), (positions, lanes) in zip(shown, heard, strict=True)
    ]
    reading = _reading(result.query, index, question, audience=audience)
    return Explanation(result, reading, floors, tuple(reasons))


def _reading(asked: str, index: Index, question: Question, *, audience: Audience) -> Reading:
    said = index.synonymy(audience).spoken(question.text)
    return Reading(asked, normalise(asked), question.text, question.lang, said)


def _reason(
    index: Index, question: Question, one: Candidate, sure: _Sure, spoken: Spoken
) -> Reason:
    passage = index.passages[one.position]
    return Reason(
        slug=one.slug,
        kind=passage.kind,
        level=passage.level.label,
        lang=passage.lang,
        passage=passage.text,
        shared=compare(question.text, passage.text),
        spoken=spoken,
        score=one.score,
        lead=sure.lead,
        parts=sure.parts,
        probability=sure.probability,
        confidence=sure.confidence,
    )


def _spoken(index: Index, positions: Positions, lanes: Lanes, one: Candidate) -> Spoken:
    """The score of one entry taken apart: ``positions`` are its passages."""
    row = int(np.flatnonzero(positions == one.position)[0])
    repels, phrased = index.repels[positions], index.phrased[positions]
    scores, owners = fuse(lanes), np.zeros(len(positions), dtype=np.int64)
    near = lanes.similarity
    whole = judge(scores, owners, similarity=near, repels=repels, phrased=phrased).scores[0]
    for_it = ~repels
    told = judge(
        scores[for_it],
        owners[for_it],
        similarity=near[for_it],
        repels=repels[for_it],
        phrased=phrased[for_it],
    )
    against = _rounded(whole - told.scores[0])
    worst = int(np.argmax(np.where(repels, scores, -np.inf)))
    return Spoken(
        tuple(_lanes(lanes, row)),
        _rounded(told.scores[0] - scores[row]),
        against,
        index.passages[positions[worst]].text if against else "",
        _rounded(-one.lost),
    )


def _lanes(lanes: Lanes, row: int) -> Iterator[Lane]:
    similarity = _rounded(lanes.similarity[row])
    yield Lane(MEANING, similarity, similarity)
    for name, part in contributions(lanes):
        yield Lane(name, _rounded(lanes.shares[name][row]), _rounded(part[row]))


def _sure(candidates: Sequence[Candidate], calibration: Calibration) -> list[_Sure]:
    if not candidates:
        return []
    values = features(candidates)
    leads = [one.score - candidates[0].score for one in candidates]
    leads[0] = candidates[0].score - (candidates[1].score if len(candidates) > 1 else 0.0)
    own = probabilities(values, calibration.weights)
    chances = confidences(candidates, calibration)
    return [
        _Sure(_rounded(lead), _parts(row, calibration), _rounded(chance), sure)
        for lead, row, chance, sure in zip(leads, values, own, chances, strict=True)
    ]


def _parts(values: Values, calibration: Calibration) -> tuple[Part, ...]:
    named = zip((*FEATURES, CONSTANT), (*values, 1.0), calibration.weights, strict=True)
    return tuple(
        Part(name, _rounded(value), weight, _rounded(value * weight))
        for name, value, weight in named
    )


def _rounded(value: float) -> float:
    return round(float(value), DIGITS) + 0.0  # no minus zero

"""Learning how sure to be, from the knowledge base itself.

A phrasing held out of its entry is a question with a known answer; with the whole entry left out
it is a question that has none. From a sample of both, a logistic regression is fitted around a
prior, so that a few phrasings move it little and the whole sample further (``search.sampling``:
64 at most). Only what the audience may see is learned from, so that a hidden entry cannot shift a
confidence (trust case L10).
Deterministic: Newton's method on the penalised likelihood, with NumPy alone.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from kb.disclosure import Audience
from search.confidence import JUDGEMENT, PRIOR, Calibration, lead, probabilities
from search.fusion import Values
from search.holdout import Leader, leaders
from search.index import Index
from search.naming import name_of_names
from search.question import Question, question_of
from search.ranking import Asked, Compared, nearest_to, positions_of
from search.sampling import sample_of

SAMPLES_MIN = 12
LEFT_OUT_WEIGHT = 0.15
"""How much a question without an answer counts beside one that has one: they are rarer."""
SLOPE_SPREAD = 0.5
CONSTANT_SPREAD = 0.3
"""How far, in log-odds, an index may be expected to lie from the prior."""
STEPS = 12
CELLS_AT_ONCE = 16_000_000
"""Questions times passages whose words are compared at once: 64 MB for each field."""
Example = tuple[Values, bool, float]
"""Features of a first entry, whether it is the right one, and how much this counts."""


def learn(index: Index, *, audience: Audience, prior: Calibration = PRIOR) -> Calibration:
    """The calibration of what ``audience`` sees; the prior where there is too little to see."""
    examples = list(_examples(index, audience))
    basis = basis_of(index, audience=audience)
    enough = len(examples) >= SAMPLES_MIN
    return Calibration(fitted(examples, prior) if enough else prior.weights, basis)


def basis_of(index: Index, *, audience: Audience) -> str:
    """A name for exactly the passages that the audience sees, and how they are judged."""
    return name_of_names([*map(index.level_name, audience.levels), JUDGEMENT.encode()])


def _examples(index: Index, audience: Audience) -> Iterator[Example]:
    sample = sample_of(index, audience=audience).tolist()
    together = max(1, CELLS_AT_ONCE // max(index.visible(audience), 1))
    for begin in range(0, len(sample), together):
        yield from _examples_of(index, sample[begin : begin + together], audience)


def _examples_of(index: Index, sample: Sequence[int], audience: Audience) -> Iterator[Example]:
    slugs = [index.passages[at].slug for at in sample]
    questions = [_held_out(index, at) for at in sample]
    near = nearest_to(index, [one.vector for one in questions], audience=audience)
    shared = index.overlaps_of_many(questions, audience=audience)
    trials = []
    for slug, question, proposed, overlaps in zip(slugs, questions, near, shared, strict=True):
        own = positions_of(index, slug, audience=audience)
        same = own[[index.passages.text(one) == question.text for one in own]]
        compared = Compared.knowing(index, overlaps)
        asked = Asked.knowing(index, question, proposed, audience=audience, compared=compared)
        trials.append((asked, (same, own)))
    visible = index.visible(audience)
    for slug, question, found in zip(slugs, questions, leaders(index, trials), strict=True):
        spoken = index.speaks(question.lang, visible=visible)
        for first, answerable in zip(found, (True, False), strict=True):
            if first is not None:
                right = answerable and first.slug == slug
                yield _seen(first, spoken=spoken), right, 1.0 if answerable else LEFT_OUT_WEIGHT


def _held_out(index: Index, at: int) -> Question:
    vector = None if index.vectors is None else index.vectors[at]
    return question_of(index.passages.text(at), vector)


def _seen(first: Leader, *, spoken: bool) -> Values:
    """``search.confidence.features`` of a first entry."""
    return np.array([first.score, float(lead(first.score, first.rival)), float(spoken)])


def fitted(examples: Sequence[Example], prior: Calibration) -> tuple[float, ...]:
    """Weights that make the examples likely, without going far from the prior."""
    values = np.array([[*seen, 1.0] for seen, _, _ in examples])
    right = np.array([float(answer) for _, answer, _ in examples])
    counts = np.array([count for _, _, count in examples])
    middle = np.array(prior.weights)
    spread = np.array([SLOPE_SPREAD] * (len(middle) - 1) + [CONSTANT_SPREAD])
    weights = middle.copy()
    for _ in range(STEPS):
        chances = probabilities(values[:, :-1], tuple(weights))
        gradient = values.T @ (counts * (right - chances)) - (weights - middle) / spread**2
        curvature = values.T @ (values * (counts * chances * (1 - chances))[:, np.newaxis])
        weights = weights + np.linalg.solve(curvature + np.diag(spread**-2.0), gradient)
    return tuple(round(float(weight), 4) for weight in weights)

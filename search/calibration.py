"""Learning how sure to be, from the knowledge base itself.

A phrasing held out of its entry is a question with a known answer; with the whole entry left out
it is a question that has none. From a sample of both, a logistic regression is fitted around a
prior, so that ten entries move it little and a thousand much. Only what the audience may see is
learned from, so that a hidden entry cannot shift a confidence (trust case L10).
Deterministic: Newton's method on the penalised likelihood, with NumPy alone.
"""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np

from kb.disclosure import Audience
from search.confidence import PRIOR, Calibration, Values, features, probabilities
from search.index import Index, Positions, Question, question_of
from search.ranking import Asked, Candidate, nearest_to, positions_of

SAMPLES_MAX = 64
MANY = 10_000
"""Phrasings from which on a question costs so much that half of the samples must do."""
SAMPLES_OF_MANY = 32
SAMPLES_MIN = 12
LEFT_OUT_WEIGHT = 0.3
"""How much a question without an answer counts beside one that has one: they are rarer."""
SLOPE_SPREAD = 0.5
CONSTANT_SPREAD = 0.3
"""How far, in log-odds, an index may be expected to lie from the prior."""
STEPS = 12
Example = tuple[Values, bool, float]
"""Features of a first entry, whether it is the right one, and how much this counts."""


def learn(index: Index, *, audience: Audience) -> Calibration:
    """The calibration of what ``audience`` sees; the prior where there is too little to see."""
    examples = list(_examples(index, audience))
    basis = basis_of(index, audience=audience)
    weights = PRIOR.weights
    if len(examples) >= SAMPLES_MIN:
        weights = _fit(examples)
    return Calibration(weights, basis)


def basis_of(index: Index, *, audience: Audience) -> str:
    """A name for exactly the passages that the audience sees."""
    digest = blake2b(digest_size=16)
    table, visible = index.passages, index.visible(audience)
    columns = table.columns[:visible]
    owners, numbers = np.unique(columns["owner"], return_inverse=True)
    digest.update("\n".join([*table.langs, *(table.slugs[one] for one in owners)]).encode())
    for column in (numbers, columns["lang"], columns["kind"], columns["end"]):
        digest.update(np.ascontiguousarray(column).data)
    digest.update(memoryview(table.texts)[: int(table.ends[visible - 1]) if visible else 0])
    return digest.hexdigest()


def _examples(index: Index, audience: Audience) -> Iterator[Example]:
    passages = [index.passages[at] for at in _sample(index, audience).tolist()]
    questions = [_held_out(index, at) for at in _sample(index, audience).tolist()]
    near = nearest_to(index, questions, audience=audience)
    for passage, question, proposed in zip(passages, questions, near, strict=True):
        own = positions_of(index, passage.slug, audience=audience)
        same = own[[index.passages.text(one) == passage.text for one in own]]
        asked = Asked.knowing(index, question, proposed, audience=audience)
        for without, answerable in ((same, True), (own, False)):
            candidates = asked.rank(without=without)
            if candidates:
                right = answerable and candidates[0].slug == passage.slug
                yield _first(candidates), right, 1.0 if answerable else LEFT_OUT_WEIGHT


def _held_out(index: Index, at: int) -> Question:
    vector = None if index.vectors is None else index.vectors[at]
    return question_of(index.passages.text(at), vector)


def _sample(index: Index, audience: Audience) -> Positions:
    """Phrasings of entries that have several, spread evenly over all of them."""
    phrased = np.flatnonzero(index.phrased[: index.visible(audience)])
    counts = np.bincount(index.owners[phrased], minlength=len(index.slugs))
    known = phrased[counts[index.owners[phrased]] > 1]
    most = SAMPLES_MAX if len(known) < MANY else SAMPLES_OF_MANY
    chosen = np.linspace(0, len(known) - 1, min(most, len(known)))
    return known[np.unique(chosen.astype(np.int64))]


def _first(candidates: Sequence[Candidate]) -> Values:
    first: Values = features(candidates)[0]
    return first


def _fit(examples: Sequence[Example]) -> tuple[float, ...]:
    """Weights that make the examples likely, without going far from the prior."""
    values = np.array([[*seen, 1.0] for seen, _, _ in examples])
    right = np.array([float(answer) for _, answer, _ in examples])
    counts = np.array([count for _, _, count in examples])
    prior = np.array(PRIOR.weights)
    spread = np.array([SLOPE_SPREAD] * (len(prior) - 1) + [CONSTANT_SPREAD])
    weights = prior.copy()
    for _ in range(STEPS):
        chances = probabilities(values[:, :-1], tuple(weights))
        gradient = values.T @ (counts * (right - chances)) - (weights - prior) / spread**2
        curvature = values.T @ (values * (counts * chances * (1 - chances))[:, np.newaxis])
        weights = weights + np.linalg.solve(curvature + np.diag(spread**-2.0), gradient)
    return tuple(round(float(weight), 4) for weight in weights)

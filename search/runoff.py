"""The run-off: which of the first entries a question belongs to, when it is between these few.

An entry is judged alone before; here the phrasings of the first few are looked at together. Ridge
regression learns from them what tells one entry from the others, and what they have in common says
nothing any more. Only passages that the audience sees stand in it, made for each question anew.
"""

from collections.abc import Sequence

import numpy as np

from search.fusion import Values
from search.index import Index, Positions
from search.judging import SCORE_DIGITS, WORD_FOR_WORD
from search.question import Question

CONTENDERS = 4
PHRASINGS_NEEDED = 3
"""Phrasings that two contenders must have: from one or two there is nothing to learn."""
RIDGE = 0.3
STAKE = 0.2
"""What an entry loses whose phrasings have no part in the question, to one that has all."""


def settled(
    index: Index, question: Question, contenders: Sequence[Positions], scores: Values
) -> Values:
    """The ``scores`` of entries in their order, best first, after the first of them contended.

    ``contenders`` are the passages of the first ``CONTENDERS`` entries. The entry that the question
    belongs to keeps its score, the other contenders lose by how much less it is theirs, and none of
    the rest stands above any of them.
    """
    lost = _lost(index, question, contenders)
    if lost is None:
        return scores
    after = scores.copy()
    few = len(contenders)
    after[:few] = (after[:few] - lost).round(SCORE_DIGITS)
    after[few:] = np.minimum(after[few:], after[:few].min())
    return after


def _lost(index: Index, question: Question, contenders: Sequence[Positions]) -> Values | None:
    """What each contender loses; ``None`` where there is no run-off."""
    phrasings = [passages[index.phrased[passages]] for passages in contenders]
    counts = sorted(map(len, phrasings), reverse=True)
    if index.vectors is None or question.vector is None:
        return None
    if len(counts) < 2 or counts[1] < PHRASINGS_NEEDED:
        return None
    for place, passages in enumerate(contenders):
        if not len(phrasings[place]):
            phrasings[place] = passages[~index.repels[passages]]
    vectors = index.rows(np.concatenate(phrasings))
    if (vectors @ question.vector).max() >= WORD_FOR_WORD:
        return None  # asked word for word: there is nothing to settle
    labels = np.repeat(np.arange(len(phrasings)), [len(one) for one in phrasings])
    asked = question.vector.astype(np.float64)
    belongs = membership(vectors.astype(np.float64), labels, asked)
    lost: Values = STAKE * (belongs.max() - belongs)
    return lost


def membership(vectors: Values, labels: Positions, asked: Values) -> Values:
    """How far ``asked`` belongs to each label, about 0…1: ridge regression on one-hot labels.

    vectors [n, width], labels [n] from 0 on, each at least once. In the dual form (Saunders et al.,
    1998), as there are far fewer rows than columns.
    """
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    kernel = centred @ centred.T
    kernel.flat[:: len(kernel) + 1] += RIDGE
    pull = np.linalg.solve(kernel, centred @ (asked - mean))
    shares = np.bincount(labels) / len(labels)
    belongs: Values = shares * (1.0 - pull.sum()) + np.bincount(labels, pull)
    return belongs

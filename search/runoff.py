"""The run-off: which of the first entries a question belongs to, when it is between these few.

An entry is judged alone before; here the phrasings of the first few are looked at together. Ridge
regression learns from them what tells one entry from the others, and what they have in common says
nothing any more. Only passages that the audience sees stand in it, made for each question anew.
"""

from collections.abc import Sequence

import numpy as np

from search.fusion import Values
from search.index import Index
from search.judging import SCORE_DIGITS, WORD_FOR_WORD
from search.question import Question
from search.stores import Vectors
from search.table import Positions

CONTENDERS = 4
PHRASINGS_NEEDED = 3
"""Phrasings that two contenders must have: from one or two there is nothing to learn."""
PHRASINGS_USED = 6
"""Phrasings of a contender that take part, the nearest: an entry may have hundreds, and BLAS would
wake a second thread for twice as many, which then takes time from the encoder's."""
RIDGE = 0.3
STAKE = 0.2
"""About what an entry loses whose phrasings have no part in the question, to one that has all: each
can lie a little beyond that (up to .233 was measured)."""
RUN_OFF = (CONTENDERS, PHRASINGS_NEEDED, PHRASINGS_USED, RIDGE, STAKE)
"""All that its outcome hangs on beside the passages."""


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
    near = np.einsum("ik,k->i", vectors, question.vector)  # BLAS would wake a second thread
    if near.max() >= WORD_FOR_WORD:
        return None  # asked word for word: there is nothing to settle
    labels = np.repeat(np.arange(len(phrasings)), [len(one) for one in phrasings])
    heard = _nearest(near, labels)
    belongs = membership(vectors[heard], labels[heard], question.vector)
    lost: Values = STAKE * (belongs.max() - belongs)
    return lost


def _nearest(near: Vectors, labels: Positions) -> Positions:
    """Which rows take part: of each label the nearest; labels are in order."""
    order = np.lexsort((-near, labels))
    begins = np.searchsorted(labels, labels)
    return order[np.arange(len(order)) - begins < PHRASINGS_USED]


def membership(vectors: Vectors, labels: Positions, asked: Vectors) -> Values:
    """How far ``asked`` belongs to each label, about 0…1: ridge regression on one-hot labels.

    vectors [n, width], labels [n] from 0 on, each at least once. In the dual form (Saunders et al.,
    1998), as there are far fewer rows than columns.
    """
    rows = np.vstack([vectors, asked])
    products = (rows @ rows.T).astype(np.float64)
    means = products[:-1].mean(axis=0)
    centred = products - means - means[:, np.newaxis] + means[:-1].mean()
    kernel = centred[:-1, :-1] + RIDGE * np.eye(len(labels))
    pull = np.linalg.solve(kernel, centred[:-1, -1])
    shares = np.bincount(labels) / len(labels)
    belongs: Values = shares * (1.0 - pull.sum()) + np.bincount(labels, pull)
    return belongs

"""What many queries share with each passage of an audience, worked out at once.

Promises for each query what ``Postings.overlap`` says of it, but for the last digits: the same
numbers, added up in another order. A term that several of the queries have is weighed once, and
every passage that has it is looked at once for all of them.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from search.lexical import Overlap, Postings, rarities
from search.table import Positions
from search.words import Terms


def overlaps_of(postings: Postings, queries: Sequence[Terms], *, visible: int) -> list[Overlap]:
    """BM25 of the first ``visible`` passages for each query."""
    from scipy.sparse import csc_array  # only who learns needs it, and it takes a moment

    filled = postings.filled(visible=visible)
    owners, every, repeats = _distinct(queries)
    if not filled or not len(every):
        return [Overlap(np.zeros(visible, dtype=np.float32), 0.0) for _ in queries]
    terms, rows = np.unique(every, return_inverse=True)
    found = postings.counts.occurrences(terms, visible=visible)
    sizes = np.array([len(passages) for passages, _ in found])
    passages = np.concatenate([passages for passages, _ in found])
    shares = np.concatenate([counts for _, counts in found]).astype(np.float32)
    norm = postings.norms(visible=visible)[passages]
    norm += shares
    shares /= norm
    weights = rarities(sizes, filled)[rows] * repeats
    asked = np.zeros((len(terms), len(queries)), dtype=np.float32)
    asked[rows, owners] = weights
    begins = np.r_[0, np.cumsum(sizes)].astype(np.int32)
    by_term = csc_array((shares, passages, begins), shape=(visible, len(terms)))
    scores = np.ascontiguousarray((by_term @ asked).T)
    ends = np.searchsorted(owners, np.arange(len(queries) + 1)).tolist()
    ideals = [float(weights[at:end].sum()) for at, end in pairwise(ends)]
    return [Overlap(own, ideal) for own, ideal in zip(scores, ideals, strict=True)]


def _distinct(queries: Sequence[Terms]) -> tuple[Positions, Terms, Positions]:
    """The terms of each query, sorted and each once: whose they are, and how often they occur."""
    owners = np.repeat(np.arange(len(queries), dtype=np.uint64), [len(one) for one in queries])
    every = np.concatenate([np.zeros(0, dtype=np.uint32), *queries])
    pairs, repeats = np.unique((owners << np.uint64(32)) | every, return_counts=True)
    whose = (pairs >> np.uint64(32)).astype(np.int64)
    return whose, (pairs & np.uint64(0xFFFF_FFFF)).astype(np.uint32), repeats

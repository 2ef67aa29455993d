"""Which phrasings of a knowledge base it is asked to learn how sure to be.

One of each entry that has several, then another of each, as many as are wanted. Which entries and
phrasings come first is drawn by lots that follow from the slug: the change of one entry leaves the
rest of the sample, and audiences that see nearly the same learn from nearly the same. What an
audience may not see has no part in it.
"""

from zlib import crc32

import numpy as np

from kb.disclosure import Audience
from search.index import Index, Positions

SAMPLES_MAX = 64
MANY = 10_000
"""Phrasings from which on a question costs so much that half of the samples must do."""
SAMPLES_OF_MANY = 32


def sample_of(index: Index, *, audience: Audience) -> Positions:
    """Where the phrasings of the sample stand, in order."""
    phrased = np.flatnonzero(index.phrased[: index.visible(audience)])
    phrased = phrased[np.argsort(index.owners[phrased], kind="stable")]
    owners, begins, sizes = np.unique(index.owners[phrased], return_index=True, return_counts=True)
    lots = np.array([crc32(index.slugs[one].encode()) for one in owners.tolist()], dtype=np.int64)
    begins, sizes, lots = (np.repeat(one, sizes) for one in (begins, sizes, lots))
    turns = (np.arange(len(phrased)) - begins - lots) % sizes
    several = np.flatnonzero(sizes > 1)
    most = SAMPLES_MAX if len(several) < MANY else SAMPLES_OF_MANY
    drawn = several[np.lexsort((lots[several], turns[several]))][:most]
    return np.sort(phrased[drawn])

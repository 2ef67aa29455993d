"""Which phrasings of a knowledge base it is asked to learn how sure to be.

One of each entry that has several, then another of each, as many as are wanted. Which entries and
phrasings come first is drawn by lots that follow from the slug: the change of one entry leaves the
rest of the sample, and audiences that see nearly the same learn from nearly the same. What an
audience may not see has no part in it.
"""

from zlib import crc32

import numpy as np

from kb.disclosure import Audience
from search.index import Index
from search.table import Positions

SAMPLES_MAX = 64
MANY = 10_000
"""Phrasings from which on a question costs so much that half of the samples must do, and audiences
that see more do not learn for themselves (decision 9)."""
SAMPLES_OF_MANY = 32


def teacher_of(index: Index, *, audience: Audience) -> Audience:
    """Whose sample an audience learns from: its own, or that of the lowest who sees ``MANY``.

    Every lower audience sees a part of what this one sees, so nobody learns from what is hidden.
    """
    lower = (Audience(level) for level in audience.levels)
    return next((one for one in lower if len(_phrasings(index, one)) >= MANY), audience)


def sample_of(index: Index, *, audience: Audience) -> Positions:
    """Where the phrasings of the sample stand, in order."""
    phrased = _phrasings(index, audience)
    owners, begins, sizes = np.unique(index.owners[phrased], return_index=True, return_counts=True)
    lots = np.array([crc32(index.slugs[one].encode()) for one in owners.tolist()], dtype=np.int64)
    begins, sizes, lots = (np.repeat(one, sizes) for one in (begins, sizes, lots))
    turns = (np.arange(len(phrased)) - begins - lots) % sizes
    most = SAMPLES_MAX if len(phrased) < MANY else SAMPLES_OF_MANY
    return np.sort(phrased[np.lexsort((lots, turns))[:most]])


def _phrasings(index: Index, audience: Audience) -> Positions:
    """Where the phrasings stand whose entry has others that the audience sees, by entry."""
    phrased = np.flatnonzero(index.phrased[: index.visible(audience)])
    owners = index.owners[phrased]
    several = np.bincount(owners, minlength=1)[owners] > 1
    return phrased[several][np.argsort(owners[several], kind="stable")]

"""Best per entry: how the passages of an entry speak together.

An entry scores by its best passage, moved towards the mean of its best phrasings, unless that
passage is the question word for word; what it is not for counts against it. Entries are rows of
small tables here, their passages the columns: a search judges forty entries, and a call of NumPy
takes longer than what it does for so few.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.fusion import Values
from search.table import Positions

PHRASINGS_HEARD = 3
CHORUS_SHARE = 0.7
"""How much the mean of an entry's best phrasings counts beside its best passage."""
NOT_FOR_MARGIN = 0.05
SCORE_DIGITS = 5
WORD_FOR_WORD = 0.999
"""Cosine from which on a passage is the question itself: it does not fit by accident then, however
unlike the entry's other phrasings it is."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Entries in the order of their passages: the row of the best, the first row and the one after
    the last, the score.

    Where the best row repels, the entry has nothing to say, and its score means nothing.
    """

    best: Positions
    begins: Positions
    ends: Positions
    scores: Values

    def rows(self, entry: int) -> slice:
        """Where the passages of an entry stand among all that were judged."""
        return slice(int(self.begins[entry]), int(self.ends[entry]))


def judge(
    scores: Values,
    owners: Positions,
    *,
    similarity: Values,
    repels: npt.NDArray[np.bool_],
    phrased: npt.NDArray[np.bool_],
) -> Judged:
    """Entries judged by their passages, whose fused scores and cosines these are; an owner's stand
    together."""
    entries = _Entries(owners)
    speaking = entries.table(scores, ~repels)
    places = speaking.argmax(axis=1)
    best = speaking[np.arange(len(places)), places]
    judged = _chorus(best, entries.table(scores, phrased))
    same = phrased & (similarity >= WORD_FOR_WORD)
    if same.any():
        judged = np.where(entries.table(scores, same).max(axis=1) >= best, best, judged)
    if repels.any():
        against = entries.table(scores, repels).max(axis=1)
        with np.errstate(invalid="ignore"):  # entries that say nothing are told by their row
            judged -= np.maximum(0.0, against - best + NOT_FOR_MARGIN)
    ends = np.append(entries.begins[1:], len(owners))
    return Judged(entries.begins + places, entries.begins, ends, judged)


class _Entries:
    """Where the passages of each entry stand in a table of entries by passages."""

    def __init__(self, owners: Positions) -> None:
        fresh = np.ones(len(owners), dtype=bool)
        np.not_equal(owners[1:], owners[:-1], out=fresh[1:])
        self.begins: Positions = np.flatnonzero(fresh)
        rows = np.cumsum(fresh) - 1
        columns = np.arange(len(owners)) - self.begins[rows]
        self._shape = len(self.begins), int(columns.max()) + 1
        self._cells = rows * self._shape[1] + columns

    def table(self, scores: Values, chosen: npt.NDArray[np.bool_]) -> Values:
        """The chosen scores, one row for each entry, and minus infinity everywhere else."""
        table = np.full(self._shape, -np.inf)
        table.reshape(-1)[self._cells[chosen]] = scores[chosen]
        return table


def _chorus(best: Values, phrasings: Values) -> Values:
    """Each entry's best score, moved towards the mean of its best phrasings.

    One phrasing may fit by accident; several that fit nearly as well are what the entry is about.
    ``phrasings`` has a row for each entry, minus infinity where a passage is no phrasing.
    """
    silent = max(phrasings.shape[1] - PHRASINGS_HEARD, 0)
    loudest = np.partition(phrasings, silent, axis=1)[:, silent:]
    loudest.sort(axis=1)
    present = loudest > -np.inf
    heard = present.sum(axis=1)
    total = np.where(present, loudest, 0.0)[:, ::-1].sum(axis=1)
    mean = total / np.maximum(heard, 1)
    moved: Values = np.where(heard > 1, best + CHORUS_SHARE * np.minimum(0.0, mean - best), best)
    return moved

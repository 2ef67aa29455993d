"""Where each term stands and how often, in as little memory as NumPy allows.

Six bytes for each pair of a term and a passage, in the order of terms, so that a file of them can
be mapped and only what a question names is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from search.table import Positions
from search.words import Terms

COUNT_MAX = 65_535
Occurrences = tuple[npt.NDArray[np.int32], npt.NDArray[np.uint16]]


@dataclass(frozen=True, slots=True)
class Counts:
    """``passages`` and ``counts`` of term ``t`` stand from ``begins[t]`` to ``begins[t + 1]``.

    ``terms`` are sorted, and so are the passages of each; ``lengths`` are by passage.
    """

    terms: Terms
    begins: Positions
    passages: npt.NDArray[np.int32]
    counts: npt.NDArray[np.uint16]
    lengths: npt.NDArray[np.float32]

    def occurrences(self, terms: Terms, *, visible: int) -> list[Occurrences]:
        """For each term, which of the first ``visible`` passages have it, and how often."""
        rows = np.searchsorted(self.terms, terms)
        rows = np.minimum(rows, max(len(self.terms) - 1, 0))
        known = self.terms[rows] == terms if len(self.terms) else np.zeros(len(terms), dtype=bool)
        begins = np.where(known, self.begins[rows], 0).tolist()
        ends = np.where(known, self.begins[rows + known], 0).tolist()
        if visible < len(self.lengths):
            ends = [
                begin + int(self.passages[begin:end].searchsorted(np.int32(visible)))
                for begin, end in zip(begins, ends, strict=True)
            ]
        return [
            (self.passages[begin:end], self.counts[begin:end])
            for begin, end in zip(begins, ends, strict=True)
        ]

    def spelled(self) -> Terms:
        """The term of each pair."""
        return np.repeat(self.terms, np.diff(self.begins))

    def revised(
        self, kept: npt.NDArray[np.bool_], places: Positions, added: Sequence[Terms]
    ) -> "Counts":
        """The counts of the kept passages and of ``added``, which will stand at ``places``.

        Says what ``counts_of`` says of all of them, at the price of one copy.
        """
        size = int(kept.sum()) + len(places)
        fresh = counts_of(added)
        if not len(kept):
            return Counts(fresh.terms, fresh.begins, fresh.passages, fresh.counts, fresh.lengths)
        stays = np.ones(size, dtype=bool)
        stays[places] = False
        moved = np.full(len(kept), -1, dtype=np.int32)
        moved[kept] = np.flatnonzero(stays)
        lengths = np.empty(size, dtype=np.float32)
        lengths[stays], lengths[places] = self.lengths[kept], fresh.lengths
        passages = moved[self.passages]
        here = passages >= 0
        gone = np.flatnonzero(~here)
        begins, counts = self.begins, self.counts
        if len(gone):
            begins = begins - gone.searchsorted(begins)
            passages, counts = passages[here], counts[here]
        theirs = places[fresh.passages].astype(np.int32)
        points = self._points(fresh, theirs, begins, passages)
        terms = np.union1d(self.terms, fresh.terms)
        sizes = np.zeros(len(terms), dtype=np.int64)
        sizes[terms.searchsorted(self.terms)] += np.diff(begins)
        sizes[terms.searchsorted(fresh.terms)] += np.diff(fresh.begins)
        return Counts(
            terms[sizes > 0],
            np.r_[0, np.cumsum(sizes[sizes > 0])],
            np.insert(passages, points, theirs),
            np.insert(counts, points, fresh.counts),
            lengths,
        )

    def _points(
        self,
        fresh: "Counts",
        places: npt.NDArray[np.int32],
        begins: Positions,
        passages: npt.NDArray[np.int32],
    ) -> Positions:
        """Where the pairs of ``fresh`` belong among the kept ones, term by term."""
        rows = self.terms.searchsorted(fresh.terms)
        near = np.minimum(rows, max(len(self.terms) - 1, 0))
        known = self.terms[near] == fresh.terms if len(self.terms) else np.zeros(len(rows), bool)
        points = np.empty(len(places), dtype=np.int64)
        spans = zip(
            pairwise(fresh.begins.tolist()),
            begins[rows].tolist(),
            begins[rows + known].tolist(),
            strict=True,
        )
        for (at, until), begin, end in spans:
            points[at:until] = begin + passages[begin:end].searchsorted(places[at:until])
        return points

    def joined(self, chapters: Positions, begins: Positions) -> "Counts":
        """The counts of chapters: neighbouring passages taken together, at ``begins``."""
        if not len(begins):
            return self
        pairs = _pairs(self.spelled(), chapters[self.passages])
        firsts = np.flatnonzero(np.diff(pairs, prepend=np.uint64(0)) != 0)
        if len(pairs) and (not len(firsts) or firsts[0] != 0):
            firsts = np.r_[0, firsts]
        sums = np.add.reduceat(self.counts, firsts, dtype=np.int64) if len(firsts) else firsts
        lengths = np.add.reduceat(self.lengths, begins)
        return _cut(pairs[firsts], np.minimum(sums, COUNT_MAX).astype(np.uint16), lengths)


def counts_of(passages: Sequence[Terms]) -> Counts:
    """The counts of passages whose terms these are."""
    lengths = np.array([len(terms) for terms in passages], dtype=np.float32)
    owners = np.repeat(np.arange(len(passages), dtype=np.int32), lengths.astype(np.int64))
    spelled = np.concatenate([np.zeros(0, dtype=np.uint32), *passages])
    pairs, counts = np.unique(_pairs(spelled, owners), return_counts=True)
    return _cut(pairs, np.minimum(counts, COUNT_MAX).astype(np.uint16), lengths)


def _pairs(terms: Terms, passages: npt.NDArray[np.integer]) -> npt.NDArray[np.uint64]:
    pairs = terms.astype(np.uint64)
    pairs <<= np.uint64(32)
    pairs |= passages.astype(np.uint64)
    return pairs


def _cut(
    pairs: npt.NDArray[np.uint64],
    counts: npt.NDArray[np.uint16],
    lengths: npt.NDArray[np.float32],
) -> Counts:
    spelled = (pairs >> np.uint64(32)).astype(np.uint32)
    begins = np.flatnonzero(np.r_[True, spelled[1:] != spelled[:-1]]) if len(spelled) else spelled
    ends = np.r_[begins, len(spelled)].astype(np.int64)
    passages = (pairs & np.uint64(0xFFFF_FFFF)).astype(np.int32)
    return Counts(spelled[begins], ends, passages, counts, lengths)


NO_COUNTS = counts_of(())

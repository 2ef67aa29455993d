"""BM25 with the statistics of the audience, and of nobody else.

How rare a term is, and how long a passage is on average, come from the passages the audience may
see: a hidden entry cannot shift a visible score (trust case L10). Passages stand in the order of
their levels, so an audience is a prefix of them, and one set of postings serves every audience.
Postings hold counts; scores are made at the question, which is what makes that possible.
Formula: Robertson and Zaragoza 2009 with Lucene's idf; a test holds it equal to ``bm25s``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from search.postings import Counts, Occurrences, counts_of
from search.words import Terms

Scores = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]

SAMPLED_FROM = 20_000
SAMPLED = 64
BARS = 4
SAMPLE_MIN = 8
"""From so many scores on, one of 64 is looked at to see what the best are above."""
AUDIENCES_KEPT = 2
"""Audiences for which it is remembered what a term gives a passage: four bytes for each passage."""
K1 = 1.2
B = 0.6


class Overlap:
    """What one query shares with each passage of an audience.

    ``scores`` is BM25 per passage; ``ideal`` what none can have: every term at its full weight. A
    passage that is the query itself has about half of it, more the shorter it is.
    """

    def __init__(self, scores: Scores, ideal: float) -> None:
        self.scores = scores
        self.ideal = ideal

    @cached_property
    def highest(self) -> float:
        """The best score of any passage."""
        return float(self.scores.max(initial=0.0)) if self.ideal > 0 else 0.0

    def at(self, positions: Positions) -> Scores:
        """The scores of these passages."""
        return self.scores[positions]

    def without(self, absent: Positions) -> "Overlap":
        """The same without these passages."""
        scores = self.scores.copy()
        scores[absent] = 0.0
        return Overlap(scores, self.ideal)

    def best(self, k: int) -> Positions:
        """The ``k`` best passages that share anything; of equal ones the first."""
        return best_of(self.scores, k) if self.ideal > 0 else np.zeros(0, dtype=np.int64)


class WholeOverlap(Overlap):
    """What a query shares with the chapters that passages stand in; ``begins`` are their first."""

    def __init__(self, whole: Overlap, chapters: Positions, begins: Positions) -> None:
        super().__init__(whole.scores, whole.ideal)
        self._chapters = chapters
        self._begins = begins

    def at(self, positions: Positions) -> Scores:
        """The scores of the chapters of these passages."""
        return self.scores[self._chapters[positions]]

    def but(self, scores: Mapping[int, float]) -> "WholeOverlap":
        """The same where some chapters have other scores, by their numbers."""
        changed = Overlap(self.scores.copy(), self.ideal)
        changed.scores[list(scores)] = list(scores.values())
        return WholeOverlap(changed, self._chapters, self._begins)

    def best(self, k: int) -> Positions:
        """``k`` passages of the best chapters, chapter by chapter."""
        chapters = super().best(k)
        chapters = chapters[np.lexsort((chapters, -self.scores[chapters]))]
        sizes = self._begins[chapters + 1] - self._begins[chapters]
        firsts = np.repeat(self._begins[chapters] - np.cumsum(sizes) + sizes, sizes)
        return (firsts + np.arange(len(firsts)))[:k]


@dataclass(frozen=True, slots=True)
class Table:
    """What each term gives each passage of an audience: ``weights`` at ``rows`` and ``passages``.

    ``rows`` are places in the sorted ``terms``; ``rarity`` is by term, and last that of a term
    which no passage has.
    """

    terms: Terms
    rows: npt.NDArray[np.int64]
    passages: npt.NDArray[np.int64]
    weights: Scores
    rarity: npt.NDArray[np.float64]


class Postings:
    """Where each term occurs, in passages numbered in the order of their levels."""

    def __init__(self, passages: Sequence[Terms] | Counts) -> None:
        self.counts = passages if isinstance(passages, Counts) else counts_of(passages)
        self._sizes: dict[int, tuple[int, float]] = {}
        self._shares: tuple[tuple[int, Scores], ...] = ()

    def overlap(self, query: Terms, *, visible: int) -> Overlap:
        """BM25 of the first ``visible`` passages; zeros where nothing is shared."""
        filled = self.filled(visible=visible)
        if not filled or not len(query):
            return Overlap(np.zeros(visible, dtype=np.float32), 0.0)
        distinct, repeats = np.unique(query, return_counts=True)
        found = self.counts.occurrences(distinct, visible=visible)
        weights = rarities(np.array([len(passages) for passages, _ in found]), filled) * repeats
        scores = np.zeros(visible, dtype=np.float32)
        if any(len(passages) for passages, _ in found):
            _add(scores, found, weights.astype(np.float32), self._once(visible))
        return Overlap(scores, float(weights.sum()))

    def score(self, query: Terms, passage: Terms, *, visible: int) -> float:
        """BM25 of a passage made of these terms, as if it were one of the first ``visible``."""
        filled, mean_length = self._size(visible)
        if not filled or not len(query) or not len(passage):
            return 0.0
        distinct, repeats = np.unique(query, return_counts=True)
        found = self.counts.occurrences(distinct, visible=visible)
        weights = rarities(np.array([len(passages) for passages, _ in found]), filled) * repeats
        counts = (passage[np.newaxis, :] == distinct[:, np.newaxis]).sum(axis=1)
        norm = K1 * (1.0 - B + B * len(passage) / mean_length)
        return float((weights * counts / (counts + norm)).sum())

    def filled(self, *, visible: int) -> int:
        """How many of the first ``visible`` passages have terms at all."""
        return self._size(visible)[0]

    def norms(self, *, visible: int) -> Scores:
        """What a count is set against in each of the first ``visible`` passages: their lengths."""
        mean_length = self._size(visible)[1]
        norms = self.counts.lengths[:visible] * np.float32(K1 * B / mean_length)
        norms += np.float32(K1 * (1.0 - B))
        return norms

    def _once(self, visible: int) -> Scores:
        """The share of its weight that a term gives a passage where it stands once."""
        known = dict(self._shares).get(visible)
        if known is None:
            known = np.reciprocal(self.norms(visible=visible) + np.float32(1.0))
            self._shares = ((visible, known), *self._shares)[:AUDIENCES_KEPT]
        return known

    def _size(self, visible: int) -> tuple[int, float]:
        """How many of the first ``visible`` passages have terms, and how many on average.

        There are as many audiences as levels, so it is added up once for each.
        """
        if visible not in self._sizes:
            lengths = self.counts.lengths[:visible]
            filled = int(np.count_nonzero(lengths))
            self._sizes[visible] = filled, float(lengths.sum(dtype=np.float64)) / max(filled, 1)
        return self._sizes[visible]

    def table(self, *, visible: int) -> "Table":
        """``overlap`` for every term at once: to ask many questions of the same passages."""
        filled, mean_length = self._size(visible)
        seen = self.counts.passages < visible
        passages, counts = self.counts.passages[seen].astype(np.int64), self.counts.counts[seen]
        terms, rows, containing = np.unique(
            self.counts.spelled()[seen], return_inverse=True, return_counts=True
        )
        rarity = rarities(np.r_[containing, 0], filled)
        norm = K1 * (1.0 - B + B * self.counts.lengths[passages] / max(mean_length, 1e-9))
        weights = (rarity[rows] * counts / (counts + norm)).astype(np.float32)
        return Table(terms, rows, passages, weights, rarity)


def _add(scores: Scores, found: Sequence[Occurrences], weights: Scores, once: Scores) -> None:
    """Add up what each term gives the passages that have it, ``once`` where it stands once.

    Most terms do. What they give is then the same but for their weights, so that these are added
    up first, and what repetition adds comes on top.
    """
    for (passages, _), weight in zip(found, weights, strict=True):
        np.add.at(scores, passages.astype(np.intp), weight)
    scores *= once
    counts = np.concatenate([counts for _, counts in found])
    again = np.flatnonzero(counts > 1)
    ends = np.cumsum([len(passages) for passages, _ in found])
    places = np.concatenate([passages for passages, _ in found])[again].astype(np.intp)
    often = counts[again].astype(np.float32)
    alone = once[places]
    more = often / (often - np.float32(1.0) + np.float32(1.0) / alone) - alone
    np.add.at(scores, places, weights[ends.searchsorted(again, side="right")] * more)


def best_of(scores: Scores, k: int) -> Positions:
    """Where the ``k`` highest scores above zero stand; of equal ones the first."""
    shared = _promising(scores, k)
    if len(shared) <= k:
        return shared
    theirs = scores[shared]
    least = np.partition(theirs, len(theirs) - k)[len(theirs) - k]
    above = shared[theirs > least]
    level = shared[theirs == least][: k - len(above)]
    return np.sort(np.concatenate([above, level]))


def _promising(scores: Scores, k: int) -> Positions:
    """Where the scores above a bar stand that at least ``k`` are above; above zero where short.

    The bar is taken from a few of the scores, so that most are looked at only once.
    """
    if len(scores) >= SAMPLED_FROM:
        few = scores[::SAMPLED]
        few = few[few > 0.0]  # thousands of equal zeros are slow to sort out
        kept = BARS * k // SAMPLED + SAMPLE_MIN
        bar = np.partition(few, len(few) - kept)[len(few) - kept] if len(few) >= kept else 0.0
        above = np.flatnonzero(scores > bar)
        if len(above) >= k:
            return above
    return np.flatnonzero(scores > 0.0)  # of numbers themselves it takes four times as long


def rarities(containing: npt.NDArray[np.int64], passages: int) -> npt.NDArray[np.float64]:
    """How much a term says that so many of the passages contain."""
    rarity: npt.NDArray[np.float64] = np.log1p((passages - containing + 0.5) / (containing + 0.5))
    return rarity

"""BM25 with the statistics of the audience, and of nobody else.

How rare a term is, and how long a passage is on average, come from the passages the audience may
see: a hidden entry cannot shift a visible score (trust case L10). Passages stand in the order of
their levels, so an audience is a prefix of them, and one set of postings serves every audience.
Postings hold counts; scores are made at the question, which is what makes that possible.
Formula: Robertson and Zaragoza 2009 with Lucene's idf; a test holds it equal to ``bm25s``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.words import Terms

Scores = npt.NDArray[np.float32]

K1 = 1.2
B = 0.6


@dataclass(frozen=True, slots=True)
class Overlap:
    """What one query shares with each passage of an audience.

    ``scores`` is BM25 per passage; ``ideal`` what a passage made of the query alone would have.
    """

    scores: Scores
    ideal: float


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

    def __init__(self, passages: Sequence[Terms]) -> None:
        self._lengths = np.array([len(terms) for terms in passages], dtype=np.float32)
        owners = np.repeat(np.arange(len(passages), dtype=np.int64), self._lengths.astype(np.int64))
        spelled = np.concatenate(passages) if passages else np.zeros(0, dtype=np.uint32)
        pairs, counts = np.unique(
            (spelled.astype(np.uint64) << np.uint64(32)) | owners.astype(np.uint64),
            return_counts=True,
        )
        self._terms = (pairs >> np.uint64(32)).astype(np.uint32)
        self._passages = (pairs & np.uint64(0xFFFF_FFFF)).astype(np.int64)
        self._counts = counts.astype(np.float32)
        self._lengths_until = _sums(self._lengths)
        self._filled_until = _sums(self._lengths > 0)

    def overlap(self, query: Terms, *, visible: int) -> Overlap:
        """BM25 of the first ``visible`` passages; zeros where nothing is shared."""
        scores = np.zeros(visible, dtype=np.float32)
        filled = int(self._filled_until[visible])
        if not filled or not len(query):
            return Overlap(scores, 0.0)
        mean_length = float(self._lengths_until[visible]) / filled
        distinct, repeats = np.unique(query, return_counts=True)
        ideal = 0.0
        for term, repeated in zip(distinct, repeats, strict=True):
            passages, counts = self._occurrences(term, visible)
            weight = _rarity(len(passages), filled) * float(repeated)
            ideal += weight
            norm = K1 * (1.0 - B + B * self._lengths[passages] / mean_length)
            scores[passages] += weight * counts / (counts + norm)
        return Overlap(scores, ideal)

    def table(self, *, visible: int) -> "Table":
        """``overlap`` for every term at once: to ask many questions of the same passages."""
        filled = int(self._filled_until[visible])
        mean_length = float(self._lengths_until[visible]) / max(filled, 1)
        seen = self._passages < visible
        passages, counts = self._passages[seen], self._counts[seen]
        terms, rows, containing = np.unique(
            self._terms[seen], return_inverse=True, return_counts=True
        )
        rarity = _rarities(np.r_[containing, 0], filled)
        norm = K1 * (1.0 - B + B * self._lengths[passages] / max(mean_length, 1e-9))
        weights = (rarity[rows] * counts / (counts + norm)).astype(np.float32)
        return Table(terms, rows, passages, weights, rarity)

    def _occurrences(self, term: np.uint32, visible: int) -> tuple[npt.NDArray[np.int64], Scores]:
        begin = int(np.searchsorted(self._terms, term, side="left"))
        end = int(np.searchsorted(self._terms, term, side="right"))
        end = begin + int(np.searchsorted(self._passages[begin:end], visible))
        return self._passages[begin:end], self._counts[begin:end]


def _sums(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])


def _rarity(containing: int, passages: int) -> float:
    return float(_rarities(np.array(containing), passages))


def _rarities(containing: npt.NDArray[np.int64], passages: int) -> npt.NDArray[np.float64]:
    rarities: npt.NDArray[np.float64] = np.log1p((passages - containing + 0.5) / (containing + 0.5))
    return rarities

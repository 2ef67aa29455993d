"""From a question to entries in order: candidates, fused scores, best passage per entry.

Everything here sees the passages of one audience only, as if there were no others.
Scores are rounded before they are compared, and equal ones stand in the order of their slugs, so
the order does not hang on the last bits of a sum.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.disclosure import Audience
from search.fusion import Lanes, Values, fuse, shares
from search.index import Index, Positions, Question
from search.lexical import Overlap

PASSAGES_PER_LANE = 64
"""Passages that each lane proposes; all of them are then scored by every lane."""
ENTRIES_MAX = 50
SCORE_DIGITS = 5
NOT_FOR_MARGIN = 0.05
NOWHERE: Positions = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer: its fused score, and the passage that speaks best for it.

    ``similarity`` is the best cosine of its passages, ``lexical`` the best share of the query's
    weight in words that one of them has, both 0…1 or a little less.
    """

    slug: str
    score: float
    position: int
    similarity: float
    lexical: float


def rank(
    index: Index, question: Question, *, audience: Audience, without: Positions = NOWHERE
) -> list[Candidate]:
    """The entries that may answer, best first, at most ``ENTRIES_MAX``.

    ``without`` are passages that count as absent (to learn from a phrasing held out).
    """
    visible = index.visible(audience)
    overlaps = {
        name: postings.overlap(question.terms[name], visible=visible)
        for name, postings in index.postings.items()
    }
    positions = _propose(index, question, overlaps, audience=audience)
    positions = np.setdiff1d(positions, without)
    if not len(positions):
        return []
    lanes = _lanes(index, question, overlaps, positions)
    return _best_per_entry(index, positions, lanes, fuse(lanes))


def _propose(
    index: Index, question: Question, overlaps: dict[str, Overlap], *, audience: Audience
) -> Positions:
    proposed = [_best(overlap.scores, PASSAGES_PER_LANE) for overlap in overlaps.values()]
    if index.store is not None and question.vector is not None:
        vectors = question.vector[np.newaxis]
        near = index.store.search(vectors, PASSAGES_PER_LANE, audience=audience)
        proposed.append(near[0].ids)
    return np.unique(np.concatenate(proposed))


def _best(scores: npt.NDArray[np.float32], k: int) -> Positions:
    shared = np.flatnonzero(scores)
    if len(shared) <= k:
        return shared
    return shared[np.argpartition(-scores[shared], k)[:k]]


def _lanes(
    index: Index, question: Question, overlaps: dict[str, Overlap], positions: Positions
) -> Lanes:
    similarity = np.zeros(len(positions))
    if index.vectors is not None and question.vector is not None:
        similarity = (index.vectors[positions] @ question.vector).astype(np.float64)
    at = {name: overlap.scores[positions] for name, overlap in overlaps.items()}
    return Lanes(
        similarity,
        {name: shares(at[name], of=float(one.scores.max())) for name, one in overlaps.items()},
        {name: shares(at[name], of=one.ideal) for name, one in overlaps.items()},
    )


def _best_per_entry(
    index: Index, positions: Positions, lanes: Lanes, scores: Values
) -> list[Candidate]:
    found: dict[int, list[int]] = {}
    for row in np.argsort(-scores, kind="stable"):
        found.setdefault(int(index.owners[positions[row]]), []).append(int(row))
    candidates = [
        candidate
        for rows in found.values()
        if (candidate := _candidate(index, positions, lanes, scores, rows)) is not None
    ]
    candidates.sort(key=lambda one: (-one.score, one.slug))
    return candidates[:ENTRIES_MAX]


def _candidate(
    index: Index, positions: Positions, lanes: Lanes, scores: Values, rows: list[int]
) -> Candidate | None:
    """One entry, judged by its passages among the candidates (``rows``, best first)."""
    speaking = [row for row in rows if not index.repels[positions[row]]]
    against = [row for row in rows if index.repels[positions[row]]]
    if not speaking:
        return None
    best = speaking[0]
    score = float(scores[best])
    if against:
        score -= max(0.0, float(scores[against[0]]) - score + NOT_FOR_MARGIN)
    return Candidate(
        slug=index.slugs[index.owners[positions[best]]],
        score=round(score, SCORE_DIGITS),
        position=int(positions[best]),
        similarity=round(float(lanes.similarity[speaking].max()), SCORE_DIGITS),
        lexical=round(float(lanes.absolute["words"][speaking].max()), SCORE_DIGITS),
    )


def positions_of(index: Index, slug: str, *, audience: Audience) -> Positions:
    """Where the passages of an entry stand that the audience may see."""
    passages = index.passages[: index.visible(audience)]
    return np.array([at for at, one in enumerate(passages) if one.slug == slug], dtype=np.int64)

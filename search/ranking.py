"""From a question to entries in order: candidates, fused scores, best passage per entry.

Everything here sees the passages of one audience only, as if there were no others.
Scores are rounded before they are compared, and equal ones stand in the order of their slugs, so
the order does not hang on the last bits of a sum.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from kb.disclosure import Audience
from search.fusion import Lanes, Values, fuse, share
from search.index import NOWHERE, Index, Positions, Question
from search.lexical import Overlap

PASSAGES_PER_LANE = 64
"""Passages that each lane proposes."""
ENTRIES_MAX = 40
"""Entries, of those that own a proposed passage, that are judged by all their passages."""
PHRASINGS_HEARD = 3
CHORUS_SHARE = 0.5
"""How much the mean of an entry's best phrasings counts beside its best passage."""
NOT_FOR_MARGIN = 0.05
SCORE_DIGITS = 5

Overlaps = Mapping[str, Overlap]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer: its fused score, and the passage that speaks best for it.

    ``similarity`` is the best cosine of its passages, ``lexical`` the best share of the query's
    weight in words that one of them has, both 0…1 or a little less; ``native`` says whether the
    best passage is in the query's language.
    """

    slug: str
    score: float
    position: int
    similarity: float
    lexical: float
    native: bool


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
    proposed = _propose(index, question, overlaps, audience=audience)
    proposed = np.setdiff1d(proposed, without)
    scores = fuse(_lanes(index, question, overlaps, proposed))
    owners = _best_owners(index.owners[proposed], scores)
    positions = index.passages_of(owners, visible=visible)
    positions = positions[~np.isin(positions, without)]
    return _judge(index, positions, _lanes(index, question, overlaps, positions))


def positions_of(index: Index, slug: str, *, audience: Audience) -> Positions:
    """Where the passages of an entry stand that the audience may see."""
    owner = np.searchsorted(index.slugs, slug) if index.slugs else 0
    if owner >= len(index.slugs) or index.slugs[owner] != slug:
        return NOWHERE
    return index.passages_of(np.array([owner]), visible=index.visible(audience))


def _propose(
    index: Index, question: Question, overlaps: Overlaps, *, audience: Audience
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


def _best_owners(owners: Positions, scores: Values) -> Positions:
    """The entries of the best passages, in a fixed order."""
    order = np.argsort(-scores, kind="stable")
    return np.array(list(dict.fromkeys(owners[order].tolist()))[:ENTRIES_MAX], dtype=np.int64)


def _lanes(index: Index, question: Question, overlaps: Overlaps, positions: Positions) -> Lanes:
    similarity = np.zeros(len(positions))
    if index.vectors is not None and question.vector is not None:
        similarity = (index.vectors[positions] @ question.vector).astype(np.float64)
    words = overlaps["words"]
    best = float(words.scores.max(initial=0.0)) / words.ideal if words.ideal > 0 else 0.0
    return Lanes(
        similarity,
        {name: share(overlap, positions) for name, overlap in overlaps.items()},
        best,
        index.langs[positions] == question.lang,
    )


def _judge(index: Index, positions: Positions, lanes: Lanes) -> list[Candidate]:
    scores = fuse(lanes)
    candidates = [
        candidate
        for rows in _rows_by_owner(index.owners[positions])
        if (candidate := _candidate(index, positions, lanes, scores, rows)) is not None
    ]
    candidates.sort(key=lambda one: (-one.score, one.slug))
    return candidates


def _rows_by_owner(owners: Positions) -> Iterator[Positions]:
    """The rows of each entry; passages of one stand together."""
    for _, rows in groupby(range(len(owners)), key=owners.__getitem__):
        yield np.fromiter(rows, dtype=np.int64)


def _candidate(
    index: Index, positions: Positions, lanes: Lanes, scores: Values, rows: Positions
) -> Candidate | None:
    """One entry, judged by all its passages."""
    repels = index.repels[positions[rows]]
    speaking, against = rows[~repels], rows[repels]
    if not len(speaking):
        return None
    best = speaking[np.argmax(scores[speaking])]
    score = _chorus(float(scores[best]), scores[speaking[index.phrased[positions[speaking]]]])
    if len(against):
        score -= max(0.0, float(scores[against].max() - scores[best]) + NOT_FOR_MARGIN)
    return Candidate(
        slug=index.slugs[index.owners[positions[best]]],
        score=round(score, SCORE_DIGITS),
        position=int(positions[best]),
        similarity=round(float(lanes.similarity[speaking].max()), SCORE_DIGITS),
        lexical=round(float(lanes.shares["words"][speaking].max()), SCORE_DIGITS),
        native=bool(lanes.native[best]),
    )


def _chorus(best: float, phrasings: Values) -> float:
    """The best passage's score, moved towards the mean of the best phrasings.

    One phrasing may fit by accident; several that fit nearly as well are what the entry is about.
    """
    if len(phrasings) < 2:
        return best
    heard = -np.sort(-phrasings)[:PHRASINGS_HEARD]
    return best + CHORUS_SHARE * min(0.0, float(heard.mean()) - best)

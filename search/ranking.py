"""From a question to entries in order: candidates, fused scores, best passage per entry.

Everything here sees the passages of one audience only, as if there were no others.
Scores are rounded before they are compared, and equal ones stand in the order of their slugs, so
the order does not hang on the last bits of a sum.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.disclosure import Audience
from search.fusion import Lanes, Values, best_share, fuse, share
from search.index import NOWHERE, Index, Positions, Question
from search.lexical import Overlap

PASSAGES_PER_LANE = 64
"""Passages that each lane proposes."""
ENTRIES_MAX = 40
"""Entries, of those that own a proposed passage, that are judged by all their passages."""
PHRASINGS_HEARD = 3
CHORUS_SHARE = 0.7
"""How much the mean of an entry's best phrasings counts beside its best passage."""
NOT_FOR_MARGIN = 0.05
SCORE_DIGITS = 5

Overlaps = Mapping[str, Overlap]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may answer: its fused score, and the passage that speaks best for it.

    ``similarity`` is the best cosine of its passages, ``lexical`` the best share of the query's
    weight in words that one of them has, both 0…1 or a little less; ``spoken`` says whether the
    audience has entries in the query's language.
    """

    slug: str
    score: float
    position: int
    similarity: float
    lexical: float
    spoken: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """Entries in the order of their passages: the row of the best, the first row, the score.

    Where the best row repels, the entry has nothing to say, and its score means nothing.
    """

    best: Positions
    begins: Positions
    scores: Values


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to all lanes of an index: what each says, and whom they propose."""

    index: Index
    question: Question
    visible: int
    overlaps: Overlaps
    proposed: Positions

    @classmethod
    def of(
        cls,
        index: Index,
        question: Question,
        *,
        audience: Audience,
        overlaps: Overlaps | None = None,
    ) -> "Asked":
        """Ask as this audience; ``overlaps`` where it is known already what words are shared."""
        near = nearest_to(index, [question], audience=audience)[0]
        return cls.knowing(index, question, near, audience=audience, overlaps=overlaps)

    @classmethod
    def knowing(
        cls,
        index: Index,
        question: Question,
        near: Positions,
        *,
        audience: Audience,
        overlaps: Overlaps | None = None,
    ) -> "Asked":
        """Ask where it is known already which passages are near."""
        if overlaps is None:
            overlaps = index.overlaps(question, audience=audience)
        lanes = [overlap.best(PASSAGES_PER_LANE) for overlap in overlaps.values()]
        proposed = np.unique(np.concatenate([*lanes, near]))
        return cls(index, question, index.visible(audience), overlaps, proposed)

    def rank(self, *, without: Positions = NOWHERE) -> list[Candidate]:
        """The entries that may answer, best first, at most ``ENTRIES_MAX``.

        ``without`` are passages that count as absent (to learn from a phrasing held out).
        """
        index = self.index
        proposed = np.setdiff1d(self.proposed, without) if len(without) else self.proposed
        scores = fuse(lanes_at(index, self.question, self.overlaps, proposed))
        owners = best_owners(index.owners[proposed], scores)
        positions = index.passages_of(owners, visible=self.visible)
        if len(without):
            positions = positions[~np.isin(positions, without)]
        lanes = lanes_at(index, self.question, self.overlaps, positions)
        spoken = index.speaks(self.question.lang, visible=self.visible)
        return _judge(index, positions, lanes, spoken=spoken)


def rank(index: Index, question: Question, *, audience: Audience) -> list[Candidate]:
    """The entries that may answer, best first."""
    return Asked.of(index, question, audience=audience).rank()


def positions_of(index: Index, slug: str, *, audience: Audience) -> Positions:
    """Where the passages of an entry stand that the audience may see."""
    owner = bisect_left(index.slugs, slug)
    if owner >= len(index.slugs) or index.slugs[owner] != slug:
        return NOWHERE
    return index.passages_of(np.array([owner], dtype=np.int64), visible=index.visible(audience))


def lanes_of(
    index: Index, question: Question, slugs: Sequence[str], *, audience: Audience
) -> Iterator[tuple[Positions, Lanes]]:
    """Of each entry its visible passages, and what each lane says of them: to explain by."""
    overlaps = index.overlaps(question, audience=audience)
    for slug in slugs:
        positions = positions_of(index, slug, audience=audience)
        yield positions, lanes_at(index, question, overlaps, positions)


def nearest_to(
    index: Index, questions: Sequence[Question], *, audience: Audience
) -> list[Positions]:
    """The passages nearest to each question; all or none of them have a vector."""
    vectors = [one.vector for one in questions if one.vector is not None]
    if index.store is None or not vectors:
        return [NOWHERE] * len(questions)
    near = index.store.search(np.stack(vectors), PASSAGES_PER_LANE, audience=audience)
    return [one.ids for one in near]


def best_owners(owners: Positions, scores: Values) -> Positions:
    """The entries of the best passages, in the order of their numbers."""
    order = np.argsort(-scores, kind="stable")
    best = list(dict.fromkeys(owners[order].tolist()))[:ENTRIES_MAX]
    return np.array(sorted(best), dtype=np.int64)


def lanes_at(index: Index, question: Question, overlaps: Overlaps, positions: Positions) -> Lanes:
    """What each lane says of these passages."""
    similarity = np.zeros(len(positions))
    if index.vectors is not None and question.vector is not None:
        similarity = (index.rows(positions) @ question.vector).astype(np.float64)
    return Lanes(
        similarity,
        {name: share(one, positions) for name, one in overlaps.items()},
        {name: best_share(one) for name, one in overlaps.items()},
        index.langs[positions] == index.lang_number(question.lang),
    )


def judge(
    scores: Values,
    owners: Positions,
    *,
    repels: npt.NDArray[np.bool_],
    phrased: npt.NDArray[np.bool_],
) -> Judged:
    """Entries judged by their passages, whose fused scores these are; an owner's stand together."""
    begins = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    speaking = np.where(repels, -np.inf, scores)
    best = _first_of_each(np.lexsort((-speaking, owners)), owners)
    judged = _chorus(speaking[best], np.where(phrased, scores, -np.inf), begins)
    against = np.maximum.reduceat(np.where(repels, scores, -np.inf), begins)
    with np.errstate(invalid="ignore"):  # entries that say nothing here are told by their row
        judged = judged - np.maximum(0.0, against - speaking[best] + NOT_FOR_MARGIN)
    return Judged(best, begins, judged)


def _judge(index: Index, positions: Positions, lanes: Lanes, *, spoken: bool) -> list[Candidate]:
    """The entries that own these passages, judged by all of them; an entry's stand together."""
    if not len(positions):
        return []
    owners, repels = index.owners[positions], index.repels[positions]
    judged = judge(fuse(lanes), owners, repels=repels, phrased=index.phrased[positions])
    similarity = np.maximum.reduceat(np.where(repels, -1.0, lanes.similarity), judged.begins)
    lexical = np.maximum.reduceat(np.where(repels, 0.0, lanes.shares["words"]), judged.begins)
    candidates = [
        Candidate(
            slug=index.slugs[owners[row]],
            score=round(float(judged.scores[at]), SCORE_DIGITS),
            position=int(positions[row]),
            similarity=round(float(similarity[at]), SCORE_DIGITS),
            lexical=round(float(lexical[at]), SCORE_DIGITS),
            spoken=spoken,
        )
        for at, row in enumerate(judged.best)
        if not repels[row]
    ]
    return sorted(candidates, key=lambda one: (-one.score, one.slug))


def _first_of_each(order: Positions, owners: Positions) -> Positions:
    """The first row of each owner in an order that keeps owners together."""
    sorted_owners = owners[order]
    return order[np.r_[True, sorted_owners[1:] != sorted_owners[:-1]]]


def _chorus(best: Values, phrasings: Values, begins: Positions) -> Values:
    """Each entry's best score, moved towards the mean of its best phrasings.

    One phrasing may fit by accident; several that fit nearly as well are what the entry is about.
    ``phrasings`` are the scores of all rows, minus infinity where a passage is no phrasing.
    """
    remaining = phrasings.copy()
    heard, total = np.zeros(len(best)), np.zeros(len(best))
    groups = np.repeat(np.arange(len(begins)), np.diff(np.r_[begins, len(phrasings)]))
    for _ in range(PHRASINGS_HEARD):
        loudest = np.maximum.reduceat(remaining, begins)
        present = np.isfinite(loudest)
        total += np.where(present, loudest, 0.0)
        heard += present
        remaining[_one_of_each(remaining == loudest[groups], groups)] = -np.inf
    mean = total / np.maximum(heard, 1.0)
    moved: Values = np.where(heard > 1, best + CHORUS_SHARE * np.minimum(0.0, mean - best), best)
    return moved


def _one_of_each(chosen: npt.NDArray[np.bool_], groups: Positions) -> Positions:
    rows = np.flatnonzero(chosen)
    return rows[np.unique(groups[rows], return_index=True)[1]]

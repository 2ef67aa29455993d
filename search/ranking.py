"""From a question to entries in order: candidates, fused scores, best passage per entry.

Everything here sees the passages of one audience only, as if there were no others.
Scores are rounded before they are compared, and equal ones stand in the order of their slugs, so
the order does not hang on the last bits of a sum.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kb.disclosure import Audience
from search.fusion import Lanes, Values, Words, best_share, share
from search.index import NOWHERE, Index
from search.judging import SCORE_DIGITS, judge
from search.lexical import Overlap
from search.question import Question
from search.runoff import CONTENDERS, settled
from search.stores import Vectors
from search.table import Positions

PASSAGES_PER_LANE = 64
"""Passages that each lane proposes."""
ENTRIES_MAX = 40
"""Entries, of those that own a proposed passage, that are judged by all their passages."""

Overlaps = Mapping[str, Overlap]


class Candidate(NamedTuple):
    """An entry that may answer: its fused score, and the passage that speaks best for it.

    ``spoken`` says whether the audience has entries in the query's language, and ``lost`` how much
    higher the score was before the run-off.
    """

    slug: str
    score: float
    position: int
    spoken: bool
    lost: float


@dataclass(frozen=True, slots=True)
class Compared:
    """What a question shares in words with the audience's passages, and whom that proposes.

    Everything about a question that needs no vector of its own: made while the encoder works.
    ``vectors`` are those of the ``proposed``: to read them takes longer than to compare them.
    """

    overlaps: Overlaps
    words: Words
    proposed: Positions
    vectors: Vectors | None

    @classmethod
    def of(cls, index: Index, question: Question, *, audience: Audience) -> "Compared":
        """Compare the words of a question with those that the audience may see."""
        return cls.knowing(index, index.overlaps(question, audience=audience))

    @classmethod
    def knowing(cls, index: Index, overlaps: Overlaps) -> "Compared":
        """Where it is known already what words are shared."""
        lanes = [overlap.best(PASSAGES_PER_LANE) for overlap in overlaps.values()]
        proposed = np.unique(np.concatenate(lanes))
        vectors = None if index.vectors is None else index.rows(proposed)
        return cls(overlaps, Words(overlaps), proposed, vectors)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question put to all lanes of an index: its words compared, and which passages are near."""

    index: Index
    question: Question
    visible: int
    compared: Compared
    near: Positions

    @classmethod
    def of(
        cls,
        index: Index,
        question: Question,
        *,
        audience: Audience,
        compared: Compared | None = None,
    ) -> "Asked":
        """Ask as this audience; ``compared`` where it is known already what words are shared."""
        near = nearest_to(index, [question.vector], audience=audience)[0]
        return cls.knowing(index, question, near, audience=audience, compared=compared)

    @classmethod
    def knowing(
        cls,
        index: Index,
        question: Question,
        near: Positions,
        *,
        audience: Audience,
        compared: Compared | None = None,
    ) -> "Asked":
        """Ask where it is known already which passages are near."""
        if compared is None:
            compared = Compared.of(index, question, audience=audience)
        return cls(index, question, index.visible(audience), compared, near)

    def rank(self, *, without: Positions = NOWHERE) -> list[Candidate]:
        """The entries that may answer, best first, at most ``ENTRIES_MAX``.

        ``without`` are passages that count as absent: as if there were no such phrasing or entry.
        """
        words = self.words(without=without)
        proposed, scores = self.proposed(words)
        if len(without):
            kept = ~np.isin(proposed, without)
            proposed, scores = proposed[kept], scores[kept]
        owners = best_owners(self.index.owners[proposed], scores, proposed)
        positions = self.index.passages_of(owners, visible=self.visible)
        if len(without):
            positions = positions[~np.isin(positions, without)]
        return _judge(self, positions, words)

    def words(self, *, without: Positions) -> Words:
        """The lexical lanes, weighed as if the passages ``without`` were not there."""
        if not len(without):
            return self.compared.words
        overlaps = self.compared.overlaps
        return Words(
            self.index.overlaps_without(overlaps, self.question, without, visible=self.visible)
        )

    def proposed(self, words: Words) -> tuple[Positions, Values]:
        """The passages that some lane proposes, a few of them twice, and their fused scores."""
        proposed = np.concatenate([self.compared.proposed, self.near])
        similarity = np.zeros(len(proposed))
        if self.compared.vectors is not None and self.question.vector is not None:
            worded = len(self.compared.proposed)
            similarity[:worded] = self.compared.vectors @ self.question.vector
            similarity[worded:] = self.similarity(self.near)
        return proposed, self.fused(words, proposed, similarity)

    def fused(self, words: Words, positions: Positions, similarity: Values) -> Values:
        """The cosines of these passages with what words add to them."""
        native, prose = self.native(positions), self.index.prose[positions]
        return words.added(similarity, positions, native=native, prose=prose)

    def similarity(self, positions: Positions) -> Values:
        """The cosine of these passages; zeros where there is no vector."""
        return _similarity(self.index, self.question, positions)

    def native(self, positions: Positions) -> npt.NDArray[np.bool_]:
        """Which of these passages are in the question's language."""
        return _native(self.index, self.question, positions)


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
    index: Index, vectors: Sequence[npt.NDArray[np.float32] | None], *, audience: Audience
) -> list[Positions]:
    """The passages nearest to the vector of each question; all or none of them have one."""
    known = [one for one in vectors if one is not None]
    if index.store is None or not known:
        return [NOWHERE] * len(vectors)
    near = index.store.search(np.stack(known), PASSAGES_PER_LANE, audience=audience)
    return [one.ids for one in near]


def best_owners(owners: Positions, scores: Values, positions: Positions) -> Positions:
    """The entries of the best passages, in the order of their numbers."""
    order = np.lexsort((positions, -scores))
    best = list(dict.fromkeys(owners[order].tolist()))[:ENTRIES_MAX]
    return np.array(sorted(best), dtype=np.int64)


def lanes_at(index: Index, question: Question, overlaps: Overlaps, positions: Positions) -> Lanes:
    """What each lane says of these passages."""
    return Lanes(
        _similarity(index, question, positions),
        {name: share(one, positions) for name, one in overlaps.items()},
        {name: best_share(one) for name, one in overlaps.items()},
        _native(index, question, positions),
        index.prose[positions],
    )


def _similarity(index: Index, question: Question, positions: Positions) -> Values:
    if index.vectors is None or question.vector is None:
        return np.zeros(len(positions))
    similarity: Values = (index.rows(positions) @ question.vector).astype(np.float64)
    return similarity


def _native(index: Index, question: Question, positions: Positions) -> npt.NDArray[np.bool_]:
    native: npt.NDArray[np.bool_] = index.langs[positions] == index.lang_number(question.lang)
    return native


def _judge(asked: Asked, positions: Positions, words: Words) -> list[Candidate]:
    """The entries that own these passages, judged by all of them; an entry's stand together."""
    if not len(positions):
        return []
    index = asked.index
    owners, repels = index.owners[positions], index.repels[positions]
    similarity = asked.similarity(positions)
    judged = judge(
        asked.fused(words, positions, similarity),
        owners,
        similarity=similarity,
        repels=repels,
        phrased=index.phrased[positions],
    )
    points = judged.scores.round(SCORE_DIGITS)
    # owners are numbered in the order of their slugs, so that a stable sort keeps equals in it
    order = np.argsort(-points, kind="stable")
    order = order[~repels[judged.best[order]]]
    contenders = [positions[judged.rows(entry)] for entry in order[:CONTENDERS]]
    before = points[order]
    after = settled(index, asked.question, contenders, before)
    final = np.argsort(-after, kind="stable")
    order, before, after = order[final], before[final], after[final]
    numbers = owners[judged.begins[order]].tolist()
    spoken = index.speaks(asked.question.lang, visible=asked.visible)
    return list(
        map(
            Candidate,
            [index.slugs[number] for number in numbers],
            after.tolist(),
            positions[judged.best[order]].tolist(),
            repeat(spoken),
            (before - after).tolist(),
        )
    )

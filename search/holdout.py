"""Who comes first when passages count as absent: many questions of one audience at once.

Promises what ``search.ranking.Asked.rank`` says of each trial; a test holds the two equal. The
entries of all trials are judged together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from search.fusion import Values
from search.index import Index
from search.judging import SCORE_DIGITS, judge
from search.question import Question
from search.ranking import Asked, best_owners
from search.runoff import CONTENDERS, settled
from search.table import Positions

Chosen = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Leader:
    """The first entry of a trial, as ``Candidate`` has it, and the ``rival`` score after it."""

    slug: str
    score: float
    rival: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What all lanes say of the passages that may count in one trial; an entry's together."""

    question: Question
    positions: Positions
    scores: Values
    similarity: Values


def leaders(
    index: Index, trials: Sequence[tuple[Asked, Sequence[Positions]]]
) -> list[list[Leader | None]]:
    """For each question and each set of passages that count as absent, who comes first, if any.

    The passages of a set are in order.
    """
    heard = [list(_heard(index, asked, absences)) for asked, absences in trials]
    found = iter(_judged(index, [one for several in heard for one in several]))
    return [[next(found) for _ in several] for several in heard]


def _heard(index: Index, asked: Asked, absences: Sequence[Positions]) -> Iterator[Heard]:
    for absent in absences:
        words = asked.words(without=absent)
        proposed, scores = asked.proposed(words)
        here = ~_among(proposed, absent)
        best = best_owners(index.owners[proposed[here]], scores[here], proposed[here])
        positions = index.passages_of(best, visible=asked.visible)
        positions = positions[~_among(positions, absent)]
        similarity = asked.similarity(positions)
        fused = asked.fused(words, positions, similarity)
        yield Heard(asked.question, positions, fused, similarity)


def _among(values: Positions, known: Positions) -> Chosen:
    """Which of the values are among the ``known`` ones, which are sorted."""
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    among: Chosen = known[np.minimum(known.searchsorted(values), len(known) - 1)] == values
    return among


def _judged(index: Index, trials: Sequence[Heard]) -> list[Leader | None]:
    """The first entry of each trial, all of them judged in one go."""
    positions = np.concatenate([np.zeros(0, dtype=np.int64), *(one.positions for one in trials)])
    if not len(positions):
        return [None] * len(trials)
    whose = np.repeat(np.arange(len(trials)), [len(one.positions) for one in trials])
    owners = index.owners[positions]
    repels = index.repels[positions]
    judged = judge(
        np.concatenate([one.scores for one in trials]),
        whose * len(index.slugs) + owners,
        similarity=np.concatenate([one.similarity for one in trials]),
        repels=repels,
        phrased=index.phrased[positions],
    )
    spoken = np.flatnonzero(~repels[judged.best])
    rows, points = judged.best[spoken], judged.scores[spoken].round(SCORE_DIGITS)
    order = np.lexsort((owners[rows], -points, whose[rows]))
    begins = np.searchsorted(whose[rows][order], np.arange(len(trials) + 1)).tolist()
    found: list[Leader | None] = []
    for trial, (begin, end) in zip(trials, pairwise(begins), strict=True):
        few = order[begin : min(end, begin + CONTENDERS)]
        contenders = [positions[judged.rows(entry)] for entry in spoken[few]]
        after = settled(index, trial.question, contenders, points[few])
        ranks = np.argsort(-after, kind="stable")
        scores = [*after[ranks].tolist(), 0.0]
        slugs = [index.slugs[owners[rows[few[place]]]] for place in ranks[:1]]
        found.append(Leader(slugs[0], scores[0], scores[1]) if slugs else None)
    return found

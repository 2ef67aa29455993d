"""Judging: what a table of entries says is what each entry says by itself."""

import numpy as np
import pytest

from search.judging import CHORUS_SHARE, NOT_FOR_MARGIN, PHRASINGS_HEARD, judge


def judged_alone(scores: list[float], repels: list[bool], phrased: list[bool]) -> tuple[int, float]:
    """The best row of one entry and its score, as docs/search.md tells it."""
    speaking = [-np.inf if no else score for score, no in zip(scores, repels, strict=True)]
    best = max(speaking)
    heard = sorted((one for one, yes in zip(scores, phrased, strict=True) if yes), reverse=True)
    heard = heard[:PHRASINGS_HEARD]
    judged = best
    if len(heard) > 1:
        judged += CHORUS_SHARE * min(0.0, sum(heard) / len(heard) - best)
    against = max((one for one, no in zip(scores, repels, strict=True) if no), default=-np.inf)
    return speaking.index(best), judged - max(0.0, against - best + NOT_FOR_MARGIN)


@pytest.mark.parametrize("repelling", [0.0, 0.2])
def test_many_entries_are_judged_as_each_alone(repelling: float) -> None:
    """Entries of one passage and of many, with equal scores among them, stand in one table."""
    chance = np.random.default_rng(7)
    sizes = chance.integers(1, 12, 60)
    owners = np.repeat(np.arange(60) * 3, sizes)
    scores = chance.random(len(owners)).round(1)
    repels = chance.random(len(owners)) < repelling
    phrased = ~repels & (chance.random(len(owners)) < 0.6)
    told = judge(scores, owners, similarity=scores * 0.9, repels=repels, phrased=phrased)
    assert np.flatnonzero(np.diff(owners, prepend=-1)).tolist() == told.begins.tolist()
    for at, begin in enumerate(told.begins):
        own = slice(begin, begin + sizes[at])
        if repels[own].all():
            assert repels[told.best[at]]
            continue
        row, score = judged_alone(scores[own].tolist(), repels[own].tolist(), phrased[own].tolist())
        assert begin + row == told.best[at]
        assert score == pytest.approx(told.scores[at])


def test_a_phrasing_asked_word_for_word_is_not_drawn_down() -> None:
    """However unlike its entry's others it is; the same score by another passage is."""
    scores, owners = np.array([1.2, 0.1, 0.1]), np.zeros(3, dtype=np.int64)
    no, yes = np.zeros(3, dtype=bool), np.ones(3, dtype=bool)

    def score(nearest: float) -> float:
        near = np.array([nearest, 0.0, 0.0])
        return float(judge(scores, owners, similarity=near, repels=no, phrased=yes).scores[0])

    assert score(1.0) == 1.2
    assert score(0.95) < 0.8

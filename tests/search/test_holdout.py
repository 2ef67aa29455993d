"""``search.holdout``: who comes first with passages left out is who ``rank`` puts first."""

import numpy as np
import pytest
from flask import Flask

from database import utc_now
from kb.disclosure import Audience, Level
from search.confidence import MARGIN_MAX, features
from search.holdout import leaders
from search.index import NOWHERE, Index, terms_of
from search.question import question_of
from search.ranking import Asked, positions_of
from search.shelf import Serving


@pytest.fixture(scope="module")
def serving(real_app: Flask) -> Serving:
    """The index of the content that ships, with the model that ships."""
    serving: Serving = real_app.extensions["dawen"].engine.serving(now=utc_now())
    return serving


@pytest.mark.parametrize("level", list(Level))
def test_leaders_are_the_first_of_each_ranking(serving: Serving, level: Level) -> None:
    """With nothing, one phrasing and the whole entry left out, to the last digit."""
    index, audience = serving.index, Audience(level)
    trials = []
    for at in np.flatnonzero(index.phrased[: index.visible(audience)])[::17].tolist():
        question = question_of(index.passages.text(at), index.vectors[at])
        own = positions_of(index, index.passages[at].slug, audience=audience)
        absences = (NOWHERE, np.array([at]), own)
        trials.append((Asked.of(index, question, audience=audience), absences))
    for (asked, absences), found in zip(trials, leaders(index, trials), strict=True):
        for absent, actual in zip(absences, found, strict=True):
            ranked = asked.rank(without=absent)
            expected = features(ranked)[0]
            assert actual is not None
            assert ranked[0].slug == actual.slug
            assert expected[0] == actual.score
            margin = np.clip(actual.score - actual.rival, -MARGIN_MAX, MARGIN_MAX)
            assert expected[1] == margin


def test_nobody_leads_where_all_are_left_out(serving: Serving) -> None:
    """An audience's every passage absent: no entry, no error."""
    index, audience = serving.index, Audience(Level.PUBLIC)
    question = question_of(index.passages.text(0), index.vectors[0])
    everyone = np.arange(len(index.passages))
    asked = Asked.of(index, question, audience=audience)
    assert [[None]] == leaders(index, [(asked, (everyone,))])


def test_a_phrasing_held_out_is_as_if_it_were_not_there(serving: Serving) -> None:
    """Neither its entry's other words nor the best of all are heard through it."""
    index, audience = serving.index, Audience(Level.PUBLIC)
    every = list(index.passages[: index.visible(audience)])
    alone = Index(every, terms_of(every), index.vectors[: len(every)])
    for at in np.flatnonzero(alone.phrased)[5::211].tolist():
        question = question_of(alone.passages.text(at), alone.vectors[at])
        own = positions_of(alone, alone.passages[at].slug, audience=audience)
        for absent in (np.array([at]), own):
            held = Asked.of(alone, question, audience=audience).rank(without=absent)
            left = np.setdiff1d(np.arange(len(every)), absent)
            rest = [every[one] for one in left.tolist()]
            gone = Index(rest, terms_of(rest), alone.vectors[left])
            ranked = Asked.of(gone, question, audience=audience).rank()
            assert held[0].slug == ranked[0].slug
            assert held[0].score == pytest.approx(ranked[0].score, abs=0.02)

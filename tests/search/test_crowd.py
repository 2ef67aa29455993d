"""Many questions at once are answered as one by one."""

import json
from collections.abc import Iterator

import numpy as np
import pytest
from flask import Flask

from database import utc_now
from kb.disclosure import Audience, Level
from search.confidence import confidences
from search.crowd import NOBODY, firsts
from search.index import Index, terms_of
from search.question import Question, question_of
from search.ranking import rank
from search.shelf import Serving
from search.text import normalise
from settings import ROOT

JUDGED = ROOT / "benchmarks" / "judged"


@pytest.fixture(scope="module")
def serving(real_app: Flask) -> Serving:
    """The index of the content that ships, with the model that ships."""
    serving: Serving = real_app.extensions["dawen"].engine.serving(now=utc_now())
    return serving


@pytest.fixture(scope="module")
def asked(real_app: Flask) -> list[Question]:
    """Judged queries of every kind, encoded one by one as the engine does."""
    texts = [normalise(text) for text in list(_judged())[::4]]
    encode = real_app.extensions["dawen"].engine.encode
    return [question_of(text, encode([text])[0]) for text in texts]


def _judged() -> Iterator[str]:
    for path in sorted(JUDGED.rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)["q"]


@pytest.mark.parametrize("level", list(Level))
def test_a_crowd_is_told_what_each_would_be_told_alone(
    serving: Serving, asked: list[Question], level: Level
) -> None:
    """First entry and confidence are those of ``rank``, for hundreds of questions."""
    audience = Audience(level)
    together = firsts(serving.index, asked, audience=audience)
    calibration = serving.calibration(audience)
    told = together.confidences(calibration)
    for row, question in enumerate(asked):
        alone = rank(serving.index, question, audience=audience)
        assert alone[0].slug == together.slug(row), question.text
        assert confidences(alone, calibration)[0] == pytest.approx(told[row], abs=2e-4)
    assert together.doubtful < len(asked) / 10


def test_an_audience_that_sees_nothing_gets_nothing(serving: Serving) -> None:
    """No entry and no confidence come from what others may see."""
    secret = [one for one in serving.index.passages if one.level is Level.INTERNAL]
    vectors = np.eye(len(secret), serving.index.vectors.shape[1], dtype=np.float32)
    index = Index(secret, terms_of(secret), vectors)
    question = question_of(secret[0].text, vectors[0])
    found = firsts(index, [question], audience=Audience(Level.PUBLIC))
    assert (NOBODY, "") == (found.entries[0], found.slug(0))

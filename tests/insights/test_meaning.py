"""Rewordings that share no letters are joined by meaning, with the model that ships."""

from datetime import timedelta

import pytest
from flask import Flask

from insights.intents import Asked, intents_of
from insights.meaning import Meaning
from search.engine import SearchEngine
from tests.insights.conftest import NOON


def pair(first: str, second: str, *, outcome: str = "missed", minutes: float = 1) -> list[Asked]:
    """Two searches of one session."""
    values = {"session": "s", "lang": "zh", "level": 0, "channel": "web", "mode": "hybrid"}
    return [
        Asked(
            id=f"{at}",
            at=NOON + timedelta(minutes=at * minutes),
            text=wording,
            wording=wording,
            outcome=outcome,
            confidence=0.1,
            **values,  # type: ignore[arg-type]
        )
        for at, wording in enumerate((first, second))
    ]


def joined(app: Flask, searches: list[Asked]) -> bool:
    """Whether they are one intent."""
    engine: SearchEngine = app.extensions["dawen"].engine
    return 1 == len(intents_of(searches, alike=Meaning(engine)(searches)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("礼品卡怎么用", "gift card"),
        ("can i get my money back", "refund"),
        ("包裹被压坏了", "damaged parcel"),
    ],
)
def test_other_words_for_the_same_are_one_want(real_app: Flask, first: str, second: str) -> None:
    """A synonym and the other language are rewordings."""
    assert joined(real_app, pair(first, second))


@pytest.mark.parametrize(
    ("first", "second"), [("礼品卡怎么用", "窗帘怎么量尺寸"), ("refund", "opening hours")]
)
def test_other_questions_stay_apart(real_app: Flask, first: str, second: str) -> None:
    """Two things that are asked in a row are two wants."""
    assert not joined(real_app, pair(first, second))


def test_after_an_answer_or_a_while_meaning_is_not_asked(real_app: Flask) -> None:
    """Only what failed is reworded, and soon."""
    assert not joined(real_app, pair("礼品卡怎么用", "gift card", outcome="answered"))
    assert not joined(real_app, pair("礼品卡怎么用", "gift card", minutes=5))

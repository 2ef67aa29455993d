"""Reasons of misses: told apart on labelled cases, with the content and the model that ship."""

import json
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest

from benchmarks.reasons import Case, Shop, figures, open_shop, read_cases
from insights.evidence import FEATURES
from insights.reasons import REASONS, WEIGHTS, Judgement, Missed, Reason, shipped
from kb.disclosure import Level

LEAST_MACRO_F1 = 0.83
LEAST_RIGHT_ENTRY = 0.89


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """The labelled cases."""
    return read_cases()


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """The shop that the cases are about."""
    with open_shop() as opened:
        yield opened


@pytest.fixture(scope="module")
def judged(shop: Shop, cases: list[Case]) -> list[Judgement]:
    """What is said of each case."""
    return shop.judge().judge([case.miss for case in cases])


def test_the_cases_are_many_and_of_every_kind(cases: list[Case]) -> None:
    """At least 300, both languages alike, every reason at least forty times, none twice."""
    reasons = Counter(case.reason for case in cases)
    langs = Counter(case.miss.lang for case in cases)
    assert len(cases) >= 300
    assert set(REASONS) == set(reasons)
    assert min(reasons.values()) >= 40
    assert abs(langs["zh"] - langs["en"]) <= len(cases) // 10
    assert len(cases) == len({case.miss.wording for case in cases})


def test_reasons_are_told_apart(cases: list[Case], judged: list[Judgement]) -> None:
    """The mean F1 over the six reasons, and the entries that are named."""
    said = figures(cases, judged)
    assert said["macro_f1"] >= LEAST_MACRO_F1, said
    assert said["right_entry"] >= LEAST_RIGHT_ENTRY, said


def test_an_entry_is_named_exactly_where_the_reason_is_about_one(
    judged: list[Judgement],
) -> None:
    """No entry and out of scope name none; the others always do."""
    for one in judged:
        assert bool(one.slug) == (one.reason not in (Reason.NO_ENTRY, Reason.OUT_OF_SCOPE))


def test_the_reason_depends_on_who_asks(shop: Shop) -> None:
    """What is above a shopper is not above an agent: there the entry was just not found."""
    wording = "客户说别家更便宜，客服一般怎么接话"
    asked = [Missed(wording, "zh", level) for level in (Level.PUBLIC, Level.AGENT)]
    above, seen = shop.judge().judge(asked)
    assert Reason.ABOVE_LEVEL == above.reason
    assert Reason.ABOVE_LEVEL != seen.reason


def test_the_reason_depends_on_the_language_asked_in(shop: Shop) -> None:
    """The same question is answered in the language that the entry has."""
    asked = [Missed("difference between a30 and a60", lang, 0) for lang in ("en", "zh")]
    assert [Reason.OTHER_LANGUAGE, Reason.BELOW_FLOOR] == [
        one.reason for one in shop.judge().judge(asked)
    ]


def test_judging_many_is_judging_each(shop: Shop, cases: list[Case]) -> None:
    """A batch says what single judgements say, whatever else is in it."""
    few = [case.miss for case in cases[::45]]
    judge = shop.judge()
    together = [(one.reason, one.slug) for one in judge.judge(few)]
    alone = [(one.reason, one.slug) for miss in few for one in judge.judge([miss])]
    assert alone == together


def test_the_weights_are_for_the_features_and_sound() -> None:
    """What ships can be read, is finite, and says which model it was fitted for."""
    said = json.loads(WEIGHTS.read_text("utf-8"))
    assert list(FEATURES) == said["features"]
    assert (len(REASONS), len(FEATURES) + 1) == shipped().weights.shape
    assert bool(np.isfinite(shipped().weights).all())
    assert said["revision"]

"""``search.batch``: many queries at once share what each shares alone."""

import random

import numpy as np
import pytest

from search.batch import overlaps_of
from search.lexical import Postings
from search.words import Terms


@pytest.fixture
def postings() -> Postings:
    """Passages of chance, some of them empty."""
    dice = random.Random(5)
    return Postings([_terms(dice, dice.choice((0, 3, 9, 30))) for _ in range(300)])


def _terms(dice: random.Random, count: int) -> Terms:
    return np.array([dice.randint(0, 12) ** 2 for _ in range(count)], dtype=np.uint32)


@pytest.mark.parametrize("visible", [0, 1, 120, 300])
def test_queries_share_together_what_they_share_alone(postings: Postings, visible: int) -> None:
    """Terms that are repeated, unknown or missing included."""
    dice = random.Random(7)
    queries = [_terms(dice, count) for count in (4, 0, 1, 12, 2)]
    queries += [queries[0], np.array([7_777], dtype=np.uint32)]
    together = overlaps_of(postings, queries, visible=visible)
    for query, actual in zip(queries, together, strict=True):
        expected = postings.overlap(query, visible=visible)
        assert expected.ideal == actual.ideal
        np.testing.assert_allclose(actual.scores, expected.scores, rtol=1e-5)


def test_no_queries_share_nothing(postings: Postings) -> None:
    """Neither an answer nor an error."""
    assert [] == overlaps_of(postings, [], visible=300)

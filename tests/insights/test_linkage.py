"""Average linkage with standing groups: equal to the textbook, and loyal to what stands."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist
from sklearn.metrics import adjusted_rand_score

from insights.linkage import Groups, link, no_groups

SEEDS = some.integers(0, 10_000)


def around(centres: int, each: int, seed: int, spread: float = 0.35) -> np.ndarray:
    """Unit vectors in ``centres`` bunches."""
    chance = np.random.default_rng(seed)
    middle = chance.normal(size=(centres, 24))
    points = np.repeat(middle, each, axis=0) + spread * chance.normal(size=(centres * each, 24))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


@given(SEEDS, some.sampled_from([0.2, 0.4, 0.6]))
@settings(max_examples=40, deadline=None)
def test_the_groups_are_those_of_textbook_average_linkage(seed: int, least: float) -> None:
    """SciPy's agglomeration, cut at the same mean cosine, gives the same groups."""
    vectors = around(5, 6, seed)
    expected = fcluster(
        linkage(pdist(vectors, "cosine"), "average"), 1 - least, criterion="distance"
    )
    found = link(vectors, standing=no_groups(24), at_least=least)
    assert adjusted_rand_score(expected, found) == 1.0


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_standing_groups_never_join_each_other(seed: int) -> None:
    """Two groups that stand stay two, however alike, and what is new goes to one of them."""
    vectors = around(1, 8, seed, spread=0.1)
    standing = Groups(vectors[:2], np.array([3, 5]))
    labels = link(vectors[2:], standing=standing, at_least=0.3)
    assert set(labels.tolist()) <= {0, 1}


def test_new_groups_are_numbered_behind_those_that_stand() -> None:
    """A vector that is like nothing known forms the next group."""
    vectors = np.eye(3, dtype=np.float32)
    labels = link(vectors, standing=Groups(vectors[:1], np.array([1])), at_least=0.5)
    assert [0, 1, 2] == labels.tolist()


def test_nothing_in_nothing_out() -> None:
    """No vectors give no labels, with and without standing groups."""
    nothing = np.zeros((0, 4), np.float32)
    assert [] == link(nothing, standing=no_groups(4), at_least=0.5).tolist()
    some_groups = Groups(np.eye(4, dtype=np.float32), np.ones(4, np.int64))
    assert [] == link(nothing, standing=some_groups, at_least=0.5).tolist()

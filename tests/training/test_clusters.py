"""Clusters of questions from chains of pairs."""

from training.clusters import connected, usable
from training.corpus import Pair


def test_chained_pairs_are_one_cluster():
    """a–b and b–c ask for the same, so a and c do."""
    pairs = [Pair(a, b, "intent", "x") for a, b in (("a", "b"), ("c", "d"), ("b", "e"))]
    assert [["a", "b", "e"], ["c", "d"]] == [sorted(cluster) for cluster in connected(pairs)]


def test_clusters_too_large_or_too_small_teach_nothing():
    """Two intents joined by one ambiguous text are left out, as is a lone text."""
    assert [["a", "b"]] == usable([["a"], ["a", "b"], ["a", "b", "c"]], largest=2)

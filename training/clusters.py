"""Groups of texts that ask for the same, recovered from intent pairs.

Intent files list pairs only. Texts linked by a chain of pairs form a cluster; a contrast must not
push members of one cluster apart.
"""

from collections import defaultdict
from collections.abc import Iterable

from training.corpus import Pair

SMALLEST = 2
LARGEST = 400
"""A larger cluster is two intents joined by a text that belongs to both; it teaches nothing."""


def connected(pairs: Iterable[Pair]) -> list[list[str]]:
    """Return the clusters of texts connected by `pairs`, in the order of first appearance."""
    parents: dict[str, str] = {}

    def root(text: str) -> str:
        while parents.setdefault(text, text) != text:
            parents[text] = parents[parents[text]]
            text = parents[text]
        return text

    for pair in pairs:
        parents[root(pair.b)] = root(pair.a)
    clusters: dict[str, list[str]] = defaultdict(list)
    for text in list(parents):
        clusters[root(text)].append(text)
    return list(clusters.values())


def usable(clusters: Iterable[list[str]], *, largest: int = LARGEST) -> list[list[str]]:
    """Return the clusters of two to `largest` texts."""
    return [cluster for cluster in clusters if SMALLEST <= len(cluster) <= largest]

"""Grouping vectors by average linkage, with groups that stand already. Pure: arrays in, labels out.

Two groups join while the mean cosine between their members is at least a threshold, the closest
two first. Promises that groups which were given stay apart and keep what they have: what is new
joins them, or forms groups of its own. The mean cosine of two groups is the product of their mean
vectors, so a group is kept as the sum of its members and their number (Murtagh and Contreras 2012,
"Algorithms for hierarchical clustering", on the recurrence; the candidates are all pairs above the
threshold, which loses nothing, since a mean is never above its largest part).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

NEIGHBOURS = 32
"""Candidates kept per vector: with more, a flood of one question would cost its square."""
BLOCK = 1_024


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups that stand already: their mean vectors ``[m, d]``, not scaled, and their sizes."""

    means: Vectors
    sizes: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sizes)


def no_groups(dimension: int) -> Groups:
    """None yet."""
    return Groups(np.zeros((0, dimension), np.float32), np.zeros(0, np.int64))


def link(vectors: Vectors, *, standing: Groups, at_least: float) -> Labels:
    """The group of each unit vector of ``[n, d]``: below ``len(standing)`` it is one of these,
    from there on a new one, numbered in the order of first members."""
    forest = _Forest(vectors, standing, at_least)
    forest.grow()
    return forest.labels()


class _Forest:
    """Groups while they join: nodes, the standing ones first, then the vectors, then the joined."""

    def __init__(self, vectors: Vectors, standing: Groups, at_least: float) -> None:
        self._standing = len(standing)
        self._nodes = len(standing) + len(vectors)
        room = self._nodes + len(vectors)
        self._at_least = at_least
        self._sums = np.zeros((room, vectors.shape[1]), np.float32)
        self._sums[: len(standing)] = standing.means * standing.sizes[:, np.newaxis]
        self._sums[len(standing) : self._nodes] = vectors
        self._sizes = np.ones(room, np.float32)
        self._sizes[: len(standing)] = standing.sizes
        self._parent = list(range(room))
        self._fixed = [True] * len(standing) + [False] * (room - len(standing))
        self._near: list[set[int]] = [set() for _ in range(room)]
        self._heap: list[tuple[float, int, int]] = []
        for one, other, cosine in _pairs(vectors, standing, at_least):
            self._near[one].add(other)
            self._near[other].add(one)
            self._heap.append((-cosine, one, other))
        heapify(self._heap)

    def grow(self) -> None:
        """Join the closest two until none are close enough."""
        while self._heap:
            _cosine, one, other = heappop(self._heap)
            if self._parent[one] == one and self._parent[other] == other:
                self._join(one, other)

    def labels(self) -> Labels:
        """The group of each vector."""
        numbers = {node: node for node in range(self._standing)}
        roots = (self._root(node) for node in range(self._standing, self._vectors_end))
        homes = {self._root(node): node for node in range(self._standing)}
        return np.array([self._number(root, homes, numbers) for root in roots], np.int64)

    @property
    def _vectors_end(self) -> int:
        return self._standing + (len(self._parent) - self._standing) // 2

    @staticmethod
    def _number(root: int, homes: dict[int, int], numbers: dict[int, int]) -> int:
        node = homes.get(root, root)
        return numbers.setdefault(node, len(numbers))

    def _root(self, node: int) -> int:
        while self._parent[node] != node:
            self._parent[node] = node = self._parent[self._parent[node]]
        return node

    def _join(self, one: int, other: int) -> None:
        both = self._nodes
        self._nodes += 1
        self._parent[one] = self._parent[other] = both
        self._sums[both] = self._sums[one] + self._sums[other]
        self._sizes[both] = self._sizes[one] + self._sizes[other]
        self._fixed[both] = self._fixed[one] or self._fixed[other]
        near = (self._near[one] | self._near[other]) - {one, other}
        for node in near:
            self._near[node] -= {one, other}
        if self._fixed[both]:
            near = {node for node in near if not self._fixed[node]}
        self._near[one] = self._near[other] = set()
        if near:
            self._keep_close(both, sorted(near))

    def _keep_close(self, both: int, near: Sequence[int]) -> None:
        """Of these neighbours, those that are close to the new group as a whole."""
        products = self._sums[near] @ self._sums[both]
        cosines = products / (self._sizes[near] * self._sizes[both])
        for node, cosine in zip(near, cosines.tolist(), strict=True):
            if cosine >= self._at_least:
                self._near[both].add(node)
                self._near[node].add(both)
                heappush(self._heap, (-cosine, node, both))


def _pairs(vectors: Vectors, standing: Groups, at_least: float) -> Iterator[tuple[int, int, float]]:
    """Nodes that are close, each pair once and the earlier node second, by blocks of rows."""
    everyone = np.concatenate([standing.means, vectors])
    for begin in range(0, len(vectors), BLOCK):
        block = vectors[begin : begin + BLOCK]
        known = everyone[: len(standing) + begin + len(block)]
        cosines = block @ known.T
        for row in range(len(block)):
            own = len(standing) + begin + row
            yield from _closest(cosines[row, :own], own, at_least)


def _closest(
    cosines: npt.NDArray[np.float32], own: int, at_least: float
) -> Iterator[tuple[int, int, float]]:
    (close,) = np.nonzero(cosines >= at_least)
    if len(close) > NEIGHBOURS:
        close = close[np.argpartition(-cosines[close], NEIGHBOURS)[:NEIGHBOURS]]
    for node in close.tolist():
        yield own, node, float(cosines[node])

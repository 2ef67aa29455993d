"""Vector stores: nearest neighbours inside an audience, and nowhere else.

One protocol, several stores; ``tests/search/test_stores.py`` holds each to the same contract.
The audience is a required argument of every search: a caller that forgets it gets ``TypeError``,
never the neighbours of everyone (trust case L37).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kb.disclosure import Audience, Level

Vectors = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is near one vector, nearest first: equally long, ids unique, scores finite."""

    ids: Ids
    scores: npt.NDArray[np.float32]


NOTHING_NEAR = Neighbours(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))


class VectorStore(Protocol):
    """Unit vectors under ids (not negative), each at one disclosure level."""

    def __len__(self) -> int: ...

    def upsert(self, ids: Ids, vectors: Vectors, *, levels: Sequence[Level]) -> None:
        """Keep each vector under its id, in place of what was there. Lengths must agree."""
        ...

    def delete(self, ids: Ids) -> None:
        """Forget these ids; unknown ones are ignored."""
        ...

    def search(self, vectors: Vectors, k: int, *, audience: Audience) -> list[Neighbours]:
        """The ``k`` nearest by inner product that ``audience`` may see, for each vector.

        Fewer where there are fewer; none for ``k`` below one or a vector that is not finite.
        Equal scores stand in the order of their ids.
        """
        ...


class NumpyStore:
    """Every vector compared with every other: slow, and right by definition."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._ids: Ids = np.zeros(0, dtype=np.int64)
        self._levels: npt.NDArray[np.int8] = np.zeros(0, dtype=np.int8)
        self._vectors: Vectors = np.zeros((0, dimension), dtype=np.float32)

    def __len__(self) -> int:
        return len(self._ids)

    def upsert(self, ids: Ids, vectors: Vectors, *, levels: Sequence[Level]) -> None:
        """See ``VectorStore.upsert``."""
        check_batch(ids, vectors, levels, dimension=self._dimension)
        self.delete(ids)
        self._ids = np.concatenate([self._ids, ids])
        self._levels = np.concatenate([self._levels, np.array(levels, dtype=np.int8)])
        self._vectors = np.concatenate([self._vectors, vectors])

    def delete(self, ids: Ids) -> None:
        """See ``VectorStore.delete``."""
        kept = ~np.isin(self._ids, ids)
        self._ids, self._levels = self._ids[kept], self._levels[kept]
        self._vectors = self._vectors[kept]

    def search(self, vectors: Vectors, k: int, *, audience: Audience) -> list[Neighbours]:
        """See ``VectorStore.search``."""
        visible = self._levels <= audience.clearance
        ids, known = self._ids[visible], self._vectors[visible]
        finite = [bool(np.isfinite(vector).all()) for vector in vectors]
        return [
            nearest(ids, np.asarray(known @ vector), k) if usable else NOTHING_NEAR
            for vector, usable in zip(vectors, finite, strict=True)
        ]


def nearest(ids: Ids, scores: npt.NDArray[np.float32], k: int) -> Neighbours:
    """The ``k`` best of these, best first, equal ones by id."""
    order = np.lexsort((ids, -scores))[: max(k, 0)]
    return Neighbours(ids[order], scores[order])


def check_batch(ids: Ids, vectors: Vectors, levels: Sequence[Level], *, dimension: int) -> None:
    """Raises ``ValueError`` for what no store may take in."""
    if not len(ids) == len(vectors) == len(levels):
        raise ValueError("ids, vectors and levels must be equally many")
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ValueError(f"vectors must have {dimension} dimensions")
    if len(ids) and (ids.min() < 0 or len(np.unique(ids)) != len(ids)):
        raise ValueError("ids must be unique and not negative")
    if not np.isfinite(vectors).all():
        raise ValueError("vectors must be finite")

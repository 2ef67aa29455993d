"""The vector store that serves: FAISS, one exact shard per disclosure level.

The only file that imports ``faiss``. An inner product does not depend on the other vectors, so
the shards of an audience join without loss. What FAISS does that a caller must not see is kept
here: id −1 for what is missing, an answer for NaN, a second copy of an id added twice.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any

import faiss
import numpy as np

from kb.disclosure import Audience, Level
from search.stores import NOTHING_NEAR, Ids, Neighbours, Vectors, check_batch, nearest


class FaissStore:
    """Unit vectors in ``IndexFlatIP`` shards. Searches may run at the same time as each other."""

    def __init__(self, dimension: int) -> None:
        self._dimension = dimension
        self._writing = Lock()
        self._shards: dict[Level, Any] = {
            level: faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)) for level in Level
        }

    def __len__(self) -> int:
        return sum(int(shard.ntotal) for shard in self._shards.values())

    def upsert(self, ids: Ids, vectors: Vectors, *, levels: Sequence[Level]) -> None:
        """See ``VectorStore.upsert``."""
        check_batch(ids, vectors, levels, dimension=self._dimension)
        where = np.array(levels, dtype=np.int8)
        self.delete(ids)
        with self._writing:
            for level, shard in self._shards.items():
                chosen = where == level
                if chosen.any():
                    rows = np.ascontiguousarray(vectors[chosen], dtype=np.float32)
                    shard.add_with_ids(rows, ids[chosen])

    def delete(self, ids: Ids) -> None:
        """See ``VectorStore.delete``."""
        with self._writing:
            for shard in self._shards.values():
                if shard.ntotal and len(ids):
                    shard.remove_ids(np.asarray(ids, dtype=np.int64))

    def search(self, vectors: Vectors, k: int, *, audience: Audience) -> list[Neighbours]:
        """See ``VectorStore.search``."""
        # workers are the parallel part, threads of a search would only contend; OpenMP keeps this
        # number for each thread that asks, so it is said where the asking is done
        faiss.omp_set_num_threads(1)
        shards = [self._shards[level] for level in audience.levels if self._shards[level].ntotal]
        return [self._search(shards, vector, k) for vector in vectors]

    def _search(self, shards: Sequence[Any], vector: Vectors, k: int) -> Neighbours:
        if k < 1 or not shards or not np.isfinite(vector).all():
            return NOTHING_NEAR
        question = np.ascontiguousarray(vector[np.newaxis], dtype=np.float32)
        found = [shard.search(question, min(k, int(shard.ntotal))) for shard in shards]
        scores = np.concatenate([scores[0] for scores, _ in found])
        ids = np.concatenate([ids[0] for _, ids in found])
        real = ids >= 0
        return nearest(ids[real], scores[real], k)

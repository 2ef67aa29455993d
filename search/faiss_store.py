"""The vector store that serves: FAISS, one shard per disclosure level.

The only file that imports ``faiss``. An inner product does not depend on the other vectors, so
the shards of an audience join without loss. A small shard is compared whole; of a large one only
the nearest cells are looked at, in eight bits per number, and the best of them are scored again
from the vectors themselves (``search.cells``, docs/decisions/0007). A division that finds less than
``RECALL_MIN`` of what is nearest is not used: the shard is then compared whole.
What FAISS does that a caller must not see is kept here: id −1 for what is missing, an answer for
NaN, a second copy of an id added twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from threading import Lock
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from kb.disclosure import Audience, Level
from search.cells import Cells, Divided, divide, sample_of
from search.mapped import Lent, forget, trim
from search.stores import NOTHING_NEAR, Ids, Neighbours, Vectors, check_batch, nearest

DIVIDED_FROM = 8_000
"""Vectors of a shard from which on it is divided; below, comparing all takes a millisecond."""
RECALL_MIN = 0.99
RECALL_DEPTH = 10
RECALL_SAMPLE = 64
PROBES_SHARE = 8
"""One cell of so many is looked at, at least: questions are farther from passages than these are
from each other, so that what is measured with passages alone says too much."""
BETWEEN = 0.7
"""A question to measure with lies between two vectors of the shard, nearer to one."""
RESCORED = 2
"""How many times ``k`` are scored again from the vectors themselves."""
SPREAD = 6.0
"""Eight bits reach so many times as far as a number of a unit vector is from zero on average."""

ROUNDING = np.float32(1e-6)
ROWS_AT_ONCE = 32_768

Found = tuple[npt.NDArray[np.float32], Ids]


class FaissStore:
    """Unit vectors in shards. Searches may run at the same time as each other."""

    def __init__(self, dimension: int, *, divided_from: int = DIVIDED_FROM) -> None:
        self._dimension = dimension
        self._divided_from = divided_from
        self._writing = Lock()
        nothing = Shard(np.zeros(0, dtype=np.int64), np.zeros((0, dimension), dtype=np.float32))
        self._shards = dict.fromkeys(Level, nothing)

    def __len__(self) -> int:
        return sum(len(shard.ids) for shard in self._shards.values())

    def fill(
        self,
        vectors: Vectors,
        *,
        levels: npt.NDArray[np.int8],
        cells: Sequence[Cells] = (),
        earlier: Sequence[Divided] = (),
    ) -> None:
        """Keep vectors under their rows, sorted by their levels; nothing is copied.

        ``cells`` are those of large shards that are known already; the others are made. ``earlier``
        ones are of other vectors: what they say is used where it would be found again.
        """
        known = {one.level: one for one in cells}
        old = {one.cells.level: one for one in earlier}
        for level in Level:
            begin, end = np.searchsorted(levels, [level, level + 1]).tolist()
            ids = np.arange(begin, end, dtype=np.int64)
            shard = Shard(ids, vectors[begin:end])
            self._shards[level] = self._divided(
                shard, level, known.get(level), earlier=old.get(level)
            )

    def upsert(self, ids: Ids, vectors: Vectors, *, levels: Sequence[Level]) -> None:
        """See ``VectorStore.upsert``. A shard that grows is divided anew."""
        check_batch(ids, vectors, levels, dimension=self._dimension)
        where = np.array(levels, dtype=np.int8)
        self.delete(ids)
        with self._writing:
            for level, shard in self._shards.items():
                chosen = where == level
                if chosen.any():
                    own = np.concatenate([shard.ids, ids[chosen]])
                    rows = np.concatenate([shard.vectors, vectors[chosen]], dtype=np.float32)
                    self._shards[level] = self._divided(Shard(own, rows), level)

    def delete(self, ids: Ids) -> None:
        """See ``VectorStore.delete``."""
        with self._writing:
            for level, shard in self._shards.items():
                kept = ~np.isin(shard.ids, ids)
                if not kept.all():
                    rest = Shard(shard.ids[kept], shard.vectors[kept])
                    self._shards[level] = self._divided(rest, level)

    def search(self, vectors: Vectors, k: int, *, audience: Audience) -> list[Neighbours]:
        """See ``VectorStore.search``."""
        finite = np.isfinite(vectors).all(axis=1).reshape(-1)
        if k < 1:
            return [NOTHING_NEAR] * len(vectors)
        asked = np.ascontiguousarray(vectors[finite], dtype=np.float32)
        # workers are the parallel part, threads of a search would only contend; OpenMP keeps this
        # number for each thread that asks, so it is said where the asking is done
        faiss.omp_set_num_threads(1)
        shards = [self._shards[level] for level in audience.levels if len(self._shards[level].ids)]
        if not shards or not len(asked):
            return [NOTHING_NEAR] * len(vectors)
        joined = map(_joined, zip(*(shard.near(asked, k) for shard in shards), strict=True))
        found = iter([nearest(ids, scores, k) for scores, ids in joined])
        return [next(found) if usable else NOTHING_NEAR for usable in finite.tolist()]

    @property
    def cells(self) -> tuple[Cells, ...]:
        """How the large shards are divided, those included that are compared whole after all."""
        return tuple(shard.cells for shard in self._shards.values() if shard.cells)

    def _divided(
        self,
        shard: "Shard",
        level: Level,
        known: Cells | None = None,
        *,
        earlier: Divided | None = None,
    ) -> "Shard":
        if len(shard.ids) < self._divided_from:
            return shard
        if known is not None:
            return Shard(shard.ids, shard.vectors, known)
        return measured(shard, divide(shard.vectors, level=level, earlier=earlier))


class Shard:
    """The vectors of one level. Without ``cells``, or with too low a recall, compared whole."""

    def __init__(self, ids: Ids, vectors: Vectors, cells: Cells | None = None) -> None:
        self.ids = ids
        self.vectors = vectors
        self.cells = cells
        self._lent = Lent(vectors)

    def near(self, vectors: Vectors, k: int) -> list[Found]:
        """Scores and ids of what is nearest to each vector, at least ``k``, in any order."""
        size = min(k, len(self.ids))
        if self.cells is None or self.cells.recall < RECALL_MIN:
            return self.compare(vectors, size)
        return self.probe(vectors, size, probes=self.cells.probes)

    def compare(self, vectors: Vectors, k: int) -> list[Found]:
        """By comparing all of them."""
        every, rows = faiss.knn(vectors, self.vectors, k, metric=faiss.METRIC_INNER_PRODUCT)
        found = zip(every, rows, strict=True)
        return [(scores[own >= 0], self.ids[own[own >= 0]]) for scores, own in found]

    def probe(self, vectors: Vectors, k: int, *, probes: int) -> list[Found]:
        """By looking into the nearest cells, and scoring the best of them again."""
        wanted = min(RESCORED * k, len(self.ids))
        _, rows = self._coarse.search(vectors, wanted, params=_parameters(probes))
        real = [np.sort(own[own >= 0]) for own in rows]
        asked = zip(vectors, real, strict=True)
        return [(self._lent.rows(own) @ vector, self.ids[own]) for vector, own in asked]

    @cached_property
    def _coarse(self) -> Any:
        """The cells as FAISS holds them."""
        if self.cells is None:
            raise ValueError("the shard is not divided")
        dimension = self.vectors.shape[1]
        centres = faiss.IndexFlatIP(dimension)
        centres.add(self.cells.centres)
        coarse = faiss.IndexIVFScalarQuantizer(
            centres,
            dimension,
            len(self.cells.centres),
            faiss.ScalarQuantizer.QT_8bit_uniform,
            faiss.METRIC_INNER_PRODUCT,
            False,  # the numbers themselves, not their distance from the centre
        )
        reach = np.full((2, dimension), min(1.0, SPREAD / dimension**0.5), dtype=np.float32)
        reach[0] *= -1.0
        coarse.sq.train(reach)
        coarse.is_trained = True
        self._sort_in(coarse, self.cells.of)
        return coarse

    def _sort_in(self, coarse: Any, of: npt.NDArray[np.int32]) -> None:
        """Give each cell its vectors at once, in eight bits: no list grows, none has room to spare.

        The vectors are read one after the other, and what was read of them is given back.
        """
        codes = np.empty((len(of), coarse.sq.code_size), dtype=np.uint8)
        for begin in range(0, len(of), ROWS_AT_ONCE):
            rows = np.ascontiguousarray(self.vectors[begin : begin + ROWS_AT_ONCE])
            codes[begin : begin + len(rows)] = coarse.sq.compute_codes(rows)
        forget(self.vectors)
        order = np.argsort(of, kind="stable")
        ends = np.cumsum(np.bincount(of, minlength=coarse.nlist))[:-1]
        for cell, own in enumerate(np.split(order, ends)):
            theirs = np.ascontiguousarray(codes[own])
            pointers = faiss.swig_ptr(own), faiss.swig_ptr(theirs)
            coarse.invlists.add_entries(cell, len(own), *pointers)
        coarse.ntotal = len(of)
        del codes
        trim()


@lru_cache
def _parameters(probes: int) -> Any:
    return faiss.SearchParametersIVF(nprobe=probes)  # type: ignore[call-arg]


def _joined(found: Sequence[Found]) -> Found:
    """What several shards found, together."""
    if len(found) == 1:
        return found[0]
    scores, ids = zip(*found, strict=True)
    return np.concatenate(scores), np.concatenate(ids)


def measured(shard: Shard, cells: Cells) -> Shard:
    """The shard with the fewest probes that find enough of what is near its own vectors."""
    sample = shard.vectors[sample_of(shard.vectors, RECALL_SAMPLE + 1)]
    asked = sample[:-1] + np.float32(BETWEEN) * sample[1:]
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    bars = _bars(asked, shard.vectors, min(RECALL_DEPTH, len(shard.ids)))
    trial = Shard(shard.ids, shard.vectors, cells)
    probes = max(len(cells.centres) // PROBES_SHARE, 1)
    recall = _recall(trial, asked, bars, probes)
    while recall < RECALL_MIN and probes < len(cells.centres):
        probes *= 2
        recall = _recall(trial, asked, bars, probes)
    trial.cells = replace(cells, probes=probes, recall=round(recall, 4))
    return trial


def _recall(shard: Shard, asked: Vectors, bars: npt.NDArray[np.float32], probes: int) -> float:
    """The share of what is at least as near as each question's bar that so many probes find."""
    depth = min(RECALL_DEPTH, len(shard.ids))
    found = shard.probe(asked, depth, probes=probes)
    hits = [(scores >= bar).sum() for (scores, _), bar in zip(found, bars, strict=True)]
    return float(np.minimum(hits, depth).mean()) / depth


def _bars(asked: Vectors, vectors: Vectors, depth: int) -> npt.NDArray[np.float32]:
    """The score of each question's neighbour at ``depth``, less what rounding may change."""
    best = np.full((len(asked), depth), -np.inf, dtype=np.float32)
    for begin in range(0, len(vectors), ROWS_AT_ONCE):
        scores = asked @ vectors[begin : begin + ROWS_AT_ONCE].T
        both = np.concatenate([best, scores], axis=1)
        best = np.partition(both, both.shape[1] - depth, axis=1)[:, -depth:]
    lowest: npt.NDArray[np.float32] = best.min(axis=1) - ROUNDING
    return lowest

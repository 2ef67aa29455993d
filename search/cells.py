"""How a large shard of vectors is divided, so that a search looks at a part of it.

The centres are vectors of the shard itself, chosen by what they are and by nothing else, and moved
to the middle of what is near them: the division follows from the shard's own content, not from
its history and not from what other levels hold, so a hidden entry leaves no trace in it.
No training, no chance: the same vectors are divided in the same way everywhere.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from kb.disclosure import Level
from search.stores import Vectors

SAMPLE_PER_CELL = 32
"""Vectors for each cell that its centre is found with; all are then sorted into the cells."""
MOVES = 4
ROWS_AT_ONCE = 32_768
ROWS_LEAST = 64
_MIXED = np.uint64(0x9E37_79B9_7F4A_7C15)


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of the shard of one level: their ``centres``, and in which each vector lies.

    ``probes`` is how many cells a search looks at, ``recall`` the share of the ten nearest that it
    then finds, measured when the shard was divided; ``sample`` names the vectors that the centres
    were found with, and all that they hang on.
    """

    level: Level
    centres: Vectors
    of: npt.NDArray[np.int32]
    probes: int = 0
    recall: float = 0.0
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Divided:
    """The vectors of a shard, and the ``cells`` that they were divided into."""

    vectors: Vectors
    cells: Cells


def divide(vectors: Vectors, *, level: Level, earlier: Divided | None = None) -> Cells:
    """Cells for these vectors, about as many as the root of their number.

    Spherical k-means (Dhillon and Modha 2001) over a sample that follows from the vectors. Where
    ``earlier`` cells were found with the very same sample, their centres are what it would give,
    and a vector that was there lies where it lay.
    """
    count = int(2 ** round(np.log2(max(len(vectors), 1) ** 0.5)))
    names = _names(vectors)
    sample = np.ascontiguousarray(vectors[_lowest(names, count * SAMPLE_PER_CELL)])
    name = f"{count} {blake2b(sample.data, digest_size=16).hexdigest()}"
    if earlier is None or earlier.cells.sample != name:
        centres = _centres(sample, count)
        return Cells(level, centres, _nearest(vectors, centres), sample=name)
    centres, of = earlier.cells.centres, _where(names, earlier)
    fresh = np.flatnonzero(of < 0)
    of[fresh] = _nearest(vectors[fresh], centres)
    return Cells(level, centres, of, sample=name)


def _where(names: npt.NDArray[np.uint64], earlier: Divided) -> npt.NDArray[np.int32]:
    """The cell in which each vector of these names lay; -1 for one that was not there."""
    held = _names(earlier.vectors)
    order = np.argsort(held)
    rows = order[np.minimum(held[order].searchsorted(names), len(held) - 1)]
    of: npt.NDArray[np.int32] = np.where(held[rows] == names, earlier.cells.of[rows], -1)
    return of


def _centres(sample: Vectors, count: int) -> Vectors:
    centres = sample[:count]
    for _ in range(MOVES):
        centres = _moved(sample, centres, _nearest(sample, centres))
    return centres


def sample_of(vectors: Vectors, count: int) -> npt.NDArray[np.int64]:
    """Rows that are chosen by their vectors alone, at most one of equal vectors."""
    return _lowest(_names(vectors), count)


def _lowest(names: npt.NDArray[np.uint64], count: int) -> npt.NDArray[np.int64]:
    _, firsts = np.unique(names, return_index=True)
    rows: npt.NDArray[np.int64] = firsts[:count]
    return rows


def _names(vectors: Vectors) -> npt.NDArray[np.uint64]:
    """A number for each vector that looks like chance."""
    bits = np.ascontiguousarray(vectors[:, :4]).view(np.uint32).astype(np.uint64)
    names = np.zeros(len(vectors), dtype=np.uint64)
    for column in bits.T:
        names = (names ^ column) * _MIXED
        names ^= names >> np.uint64(29)
    return names


def _nearest(vectors: Vectors, centres: Vectors) -> npt.NDArray[np.int32]:
    """The nearest centre of each vector: the same, whatever other vectors are asked with it."""
    nearest = np.empty(len(vectors), dtype=np.int32)
    for begin in range(0, len(vectors), ROWS_AT_ONCE):
        rows = vectors[begin : begin + ROWS_AT_ONCE]
        nearest[begin : begin + len(rows)] = _products(rows, centres).argmax(axis=1)[: len(rows)]
    return nearest


def _products(rows: Vectors, centres: Vectors) -> Vectors:
    """Products of rows and centres, and zeros where there are few rows.

    BLAS adds up in another order for few: the last bit would tell how many there were.
    """
    if len(rows) < ROWS_LEAST:
        few, rows = rows, np.zeros((ROWS_LEAST, rows.shape[1]), dtype=np.float32)
        rows[: len(few)] = few
    products: Vectors = rows @ centres.T
    return products


def _moved(vectors: Vectors, centres: Vectors, of: npt.NDArray[np.int32]) -> Vectors:
    """Each centre in the middle of its cell, of length one; that of an empty cell stays."""
    order = np.argsort(of, kind="stable")
    sizes = np.bincount(of, minlength=len(centres))
    filled = np.flatnonzero(sizes)
    begins = (np.cumsum(sizes) - sizes)[filled]
    moved = centres.copy()
    moved[filled] = np.add.reduceat(vectors[order], begins, axis=0)
    moved[filled] /= np.linalg.norm(moved[filled], axis=1, keepdims=True)
    return moved

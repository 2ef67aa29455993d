"""Arrays that stay in their files: read when they are asked for, shared by all workers."""

import ctypes
import mmap
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
ROWS_HELD = 750
"""Rows read one by one, by a question or two, after which their memory is given back: with each of
them the system brings sixteen pages."""
KEPT_BYTES = 1 << 28
"""An array of at most so many bytes may stay in memory, for reading it anew takes a question half a
millisecond: all workers share it, and the system takes it back where it is short."""


class Lent:
    """Rows of a mapped array. What they are read from is given back now and then, if it is much."""

    def __init__(self, array: npt.NDArray[np.float32], *, kept: int = KEPT_BYTES) -> None:
        self._array = array
        self._read = 0
        self._large = _whole(array).nbytes > kept

    def rows(self, positions: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
        """A copy of these rows."""
        self._read += len(positions)
        if self._large and self._read > ROWS_HELD:
            self._read = 0
            forget(self._array)
        return self._array[positions]


def _whole(array: Array) -> Array:
    """The array that this is a part of: all of it is one file."""
    return _whole(array.base) if isinstance(array.base, np.ndarray) else array


def mapped_array(path: Path) -> Array:
    """A NumPy file (never a pickle) as a mapped array, without the memory map's slow class."""
    return np.asarray(np.load(path, allow_pickle=False, mmap_mode="r"))


def mapped_bytes(path: Path) -> "mmap.mmap | bytes":
    """The bytes of a file, mapped."""
    with path.open("rb") as file:
        if not file.read(1):
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def forget(what: "Array | mmap.mmap | bytes") -> None:
    """Give back the memory of what was read of a mapped file; what is asked for next is read anew.

    Nothing happens to what is not mapped, or where the system cannot do it.
    """
    base: object = what
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, memoryview):
        base = base.obj
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)


def trim() -> None:
    """Give back what the process has freed and its allocator keeps, where that can be told to."""
    if sys.platform == "linux":
        release = getattr(ctypes.CDLL(None), "malloc_trim", None)  # not every C library has it
        if release is not None:
            release(0)

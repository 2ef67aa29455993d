"""Arrays that stay in their files: read when they are asked for, shared by all workers."""

import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def mapped_array(path: Path) -> Array:
    """A NumPy file (never a pickle) as a mapped array, without the memory map's slow class."""
    return np.asarray(np.load(path, allow_pickle=False, mmap_mode="r"))


def mapped_bytes(path: Path) -> "mmap.mmap | bytes":
    """The bytes of a file, mapped."""
    with path.open("rb") as file:
        if not file.read(1):
            return b""
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def forget(array: Array) -> None:
    """Give back the memory of what was read of a mapped array; what is asked for next is read anew.

    Nothing happens to an array that is not mapped, or where the system cannot do it.
    """
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    if isinstance(base, memoryview):
        base = base.obj
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)

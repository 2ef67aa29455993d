"""Writing files so that they are there after a crash, and knowing what was written."""

import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

ROWS_AT_ONCE = 65_536


def write_text(path: Path, text: str) -> str:
    """Write UTF-8 and wait until it is on the disk. Gives its SHA-256, as all of these do."""
    return write_bytes(path, text.encode())


def write_bytes(path: Path, data: "bytes | mmap") -> str:
    """Write bytes and wait until they are on the disk."""
    return _write(path, [memoryview(data)])


def write_array(path: Path, parts: Sequence[npt.NDArray[Any]]) -> str:
    """Write arrays as one NumPy file (never a pickle), row after row, and wait likewise."""
    rows = sum(map(len, parts))
    head = BytesIO()
    description = np.lib.format.dtype_to_descr(parts[0].dtype)
    shape = (rows, *parts[0].shape[1:])
    header = {"descr": description, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(head, header)
    return _write(path, _chunks(head.getvalue(), parts))


def _chunks(head: bytes, parts: Sequence[npt.NDArray[Any]]) -> Iterator[memoryview]:
    yield memoryview(head)
    for part in parts:
        for begin in range(0, len(part), ROWS_AT_ONCE):
            rows = np.ascontiguousarray(part[begin : begin + ROWS_AT_ONCE])
            yield _bytes(rows)


def _bytes(rows: npt.NDArray[Any]) -> memoryview:
    flat = rows.view(np.uint8).reshape(-1)
    return flat.data if rows.size else memoryview(b"")


def _write(path: Path, chunks: "Iterator[memoryview] | list[memoryview]") -> str:
    digest = sha256()
    with path.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def make_read_only(path: Path) -> None:
    """Keep a file from being written over in place; it can be removed and replaced."""
    if os.name == "nt":  # a read-only file could not be removed there
        return
    with suppress(OSError):  # not every file system has modes, and none is needed
        path.chmod(path.stat().st_mode & 0o555)


def file_digest(path: Path) -> str:
    """SHA-256 of a file, as 64 hexadecimal digits."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()

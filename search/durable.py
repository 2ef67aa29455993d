"""Writing files so that they are there after a crash."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 and wait until it is on the disk."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def write_array(path: Path, array: npt.NDArray[Any]) -> None:
    """Write a NumPy file (never a pickle) and wait until it is on the disk."""
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in the folder are on the disk."""
    if os.name == "nt":  # a folder cannot be opened there, and a rename is durable without
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

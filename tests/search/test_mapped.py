"""``search.mapped``: memory of mapped files is given back, and nothing is lost by it."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from search.mapped import ROWS_HELD, Lent, forget, mapped_array, mapped_bytes, trim


def test_rows_are_the_same_after_they_were_given_back(tmp_path: Path) -> None:
    """However many are asked for, in memory and from a file."""
    rows = np.arange(12_000, dtype=np.float32).reshape(3_000, 4)
    np.save(tmp_path / "rows.npy", rows)
    chosen = np.arange(0, 3_000, 7)
    for array in (rows, mapped_array(tmp_path / "rows.npy")):
        lent = Lent(array, kept=0)
        for _ in range(2 * ROWS_HELD // len(chosen) + 1):
            assert rows[chosen].tolist() == lent.rows(chosen).tolist()


@pytest.mark.skipif(sys.platform != "linux", reason="reads what a process holds from /proc")
@pytest.mark.parametrize(("kept", "stays"), [(0, False), (1 << 23, False), (1 << 28, True)])
def test_only_a_large_array_gives_memory_back(tmp_path: Path, kept: int, stays: bool) -> None:
    """A small one stays where it was read once: a question need not wait for the file again."""
    rows = np.ones((8 * ROWS_HELD, 1_024), dtype=np.float32)  # a page for each row
    np.save(tmp_path / "rows.npy", rows)
    array = mapped_array(tmp_path / "rows.npy")
    parts = [Lent(part, kept=kept) for part in np.split(array, 4)]  # as large as the whole is
    for part in parts:
        for some in np.array_split(np.arange(len(rows) // 4), 10):
            part.rows(some)
    held = _resident(tmp_path / "rows.npy")
    assert (held > 0.9 * rows.nbytes) is stays
    assert (held < 0.5 * rows.nbytes) is not stays


def _resident(path: Path) -> int:
    """How many bytes of a mapped file this process holds."""
    maps = Path("/proc/self/smaps").read_text("utf-8")
    own = maps[maps.index(str(path)) :]
    found = re.search(r"^Rss:\s+(\d+) kB", own, re.MULTILINE)
    assert found is not None
    return int(found[1]) * 1_024


def test_what_is_not_mapped_stays_as_it_is(tmp_path: Path) -> None:
    """Bytes and arrays in memory, an empty file, and a mapped text are all taken."""
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "text").write_bytes("退货".encode())
    for what, expected in (
        (b"abc", b"abc"),
        (mapped_bytes(tmp_path / "empty"), b""),
        (mapped_bytes(tmp_path / "text"), "退货".encode()),
    ):
        forget(what)
        assert expected == what[:]
    trim()

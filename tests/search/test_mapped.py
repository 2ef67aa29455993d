"""``search.mapped``: memory of mapped files is given back, and nothing is lost by it."""

from pathlib import Path

import numpy as np

from search.mapped import ROWS_HELD, Lent, forget, mapped_array, mapped_bytes, trim


def test_rows_are_the_same_after_they_were_given_back(tmp_path: Path) -> None:
    """However many are asked for, in memory and from a file."""
    rows = np.arange(12_000, dtype=np.float32).reshape(3_000, 4)
    np.save(tmp_path / "rows.npy", rows)
    chosen = np.arange(0, 3_000, 7)
    for array in (rows, mapped_array(tmp_path / "rows.npy")):
        lent = Lent(array)
        for _ in range(2 * ROWS_HELD // len(chosen) + 1):
            assert rows[chosen].tolist() == lent.rows(chosen).tolist()


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

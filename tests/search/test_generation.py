"""``search.generation``: whole or refused."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kb.disclosure import Level
from search.content import Content, content_of
from search.errors import IndexRefused
from search.files import FILES
from search.generation import (
    CURRENT,
    GENERATIONS_KEPT,
    generations,
    make_current,
    prune,
    read_current,
    read_generation,
    write_generation,
)
from search.hashing import HashingEmbedder
from search.passages import Kind, Passage
from tests.search.damage import overwrite


def content(*texts: str) -> Content:
    """A content of public questions."""
    passages = tuple(
        Passage(f"entry-{at}", "zh", Kind.QUESTION, Level.PUBLIC, 0, text)
        for at, text in enumerate(texts)
    )
    embedder = HashingEmbedder()
    vectors = embedder.encode([passage.text for passage in passages])
    return content_of(passages, vectors, embedder.revision)


def same(one: Content, other: Content) -> bool:
    """Whether two contents are equal, arrays included."""
    return (
        one.digest == other.digest
        and one.vectors is not None
        and other.vectors is not None
        and np.array_equal(one.vectors, other.vectors)
        and all(
            np.array_equal(getattr(mine, part), getattr(other.counts[name], part))
            for name, mine in one.counts.items()
            for part in ("terms", "begins", "passages", "counts", "lengths")
        )
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Passages, terms and vectors come back as they were."""
    written = content("怎么退货", "how do i return", "发票")
    name = write_generation(tmp_path, written)
    assert name == read_current(tmp_path)
    assert same(written, read_generation(tmp_path, name).content)


def test_an_empty_knowledge_base_has_a_generation(tmp_path: Path) -> None:
    """No entry is no error."""
    name = write_generation(tmp_path, content())
    assert 0 == len(read_generation(tmp_path, name).content.passages)


@pytest.mark.skipif(os.name == "nt", reason="there a read-only file could not be swept away")
def test_X02_files_of_a_generation_are_kept_from_being_written_over(tmp_path: Path) -> None:
    """Workers map them: what is cut off in place ends them all. Nobody may read more for it."""
    before = os.umask(0o077)
    try:
        name = write_generation(tmp_path, content("怎么退货"))
    finally:
        os.umask(before)
    files = [*(tmp_path / name).iterdir()]
    assert {*FILES, "manifest.json"} == {file.name for file in files}
    assert {0o400} == {stat.S_IMODE(file.stat().st_mode) for file in files}
    assert 0o200 & (tmp_path / CURRENT).stat().st_mode


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    overwrite(path, bytes(data))


def _truncate(path: Path) -> None:
    overwrite(path, path.read_bytes()[:-1])


def _zero(path: Path) -> None:
    overwrite(path, bytes(len(path.read_bytes())))


def _empty(path: Path) -> None:
    overwrite(path, b"")


def _remove(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [_flip, _truncate, _zero, _empty, _remove])
@pytest.mark.parametrize("file", [*FILES, "manifest.json"])
def test_X02_damage_is_refused(tmp_path: Path, file: str, damage: Callable[[Path], None]) -> None:
    """Every kind of damage to every file is noticed before the file is used."""
    name = write_generation(tmp_path, content("怎么退货", "发票"))
    damage(tmp_path / name / file)
    with pytest.raises(IndexRefused, match="flask index build"):
        read_generation(tmp_path, name)


def test_X02_files_of_another_build_are_refused(tmp_path: Path) -> None:
    """A manifest that moved to another folder, or files under another manifest, do not pass."""
    one = write_generation(tmp_path, content("怎么退货", "发票"))
    other = write_generation(tmp_path, content("退款", "快递"))
    overwrite(tmp_path / one / "vectors.npy", (tmp_path / other / "vectors.npy").read_bytes())
    with pytest.raises(IndexRefused):
        read_generation(tmp_path, one)
    for file in FILES:
        overwrite(tmp_path / one / file, (tmp_path / other / file).read_bytes())
    manifest = (tmp_path / other / "manifest.json").read_bytes()
    overwrite(tmp_path / one / "manifest.json", manifest)
    with pytest.raises(IndexRefused):
        read_generation(tmp_path, one)


def test_X02_a_pickle_is_never_opened(tmp_path: Path) -> None:
    """An array of objects would run code when loaded; it is refused even under a true manifest."""
    written = content("怎么退货")
    name = write_generation(tmp_path, written)
    path = tmp_path / name / "vectors.npy"
    path.unlink()
    np.save(path, np.array([object()]), allow_pickle=True)
    with pytest.raises(IndexRefused):
        read_generation(tmp_path, name)


@pytest.mark.parametrize("text", ["", "../../etc", "x" * 5_000, "20261123T000000000000-zzzzzzzz"])
def test_X02_a_damaged_pointer_is_refused(tmp_path: Path, text: str) -> None:
    """``CURRENT`` leads to a generation's name or nowhere."""
    (tmp_path / "CURRENT").write_text(text)
    with pytest.raises(IndexRefused):
        read_current(tmp_path)


def test_old_generations_go_and_the_current_one_stays(tmp_path: Path) -> None:
    """The newest are kept, and the one that serves in any case."""
    names = [write_generation(tmp_path, content(f"问题{at}")) for at in range(6)]
    make_current(tmp_path, names[0])
    prune(tmp_path)
    assert {names[0], *names[-GENERATIONS_KEPT:]} == set(generations(tmp_path))


def test_what_was_left_unfinished_is_not_kept_in_place_of_a_whole_one(tmp_path: Path) -> None:
    """Two crashes do not cost the generation that is fallen back on."""
    names = [write_generation(tmp_path, content(f"问题{at}")) for at in range(3)]
    for at in range(2):
        (tmp_path / f"20990101T00000000000{at}-0000abcd").mkdir()
    prune(tmp_path)
    assert set(names) == set(generations(tmp_path))


def test_X02_what_was_sound_is_compared_again_once_it_is_touched(tmp_path: Path) -> None:
    """A process that has checked a generation, and then one byte of it changes, size and all."""
    name = write_generation(tmp_path, content("怎么退货", "发票"))
    read_generation(tmp_path, name)
    _flip(tmp_path / name / "texts.utf8")
    with pytest.raises(IndexRefused):
        read_generation(tmp_path, name)

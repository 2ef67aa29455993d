"""``kb.checking``: everything wrong in a folder, without a database."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.checking import check
from kb.errors import KnowledgeError
from kb.library import Library

Put = Callable[..., Path]


def test_counts_and_names_every_problem(library: Library, put: Put, folder: Path) -> None:
    """Sound and faulty files are counted; each problem has the path as one would type it."""
    put("returns/good.zh.md")
    put("returns/bad.zh.md", disclosure="all", status="new")
    report = check(library)
    assert (2, 1) == (report.files, report.entries)
    expected = [(str(folder / "returns/bad.zh.md"), line) for line in (3, 4)]
    assert expected == [(each.path, each.line) for each in report.problems]


def test_a_part_of_the_folder(library: Library, put: Put, folder: Path) -> None:
    """Below a topic or for one file, only what lies there is told."""
    put("returns/bad.zh.md", data=b"")
    put("buying/bad-too.zh.md", data=b"")
    for part in (folder / "returns", folder / "returns/bad.zh.md"):
        report = check(library, below=part)
        assert (1, 1) == (report.files, len(report.problems))


def test_another_folder(library: Library, put: Put, tmp_path: Path, folder: Path) -> None:
    """A path outside is taken for a content folder of its own."""
    put("returns/good.zh.md")
    other = tmp_path / "other"
    other.mkdir()
    problems = check(library, below=other).problems
    assert [str(other / "topics.yaml")] == [each.path for each in problems]
    with pytest.raises(KnowledgeError):
        check(library, below=tmp_path / "nowhere")


def test_M16_rendering_is_checked_too(
    library: Library, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What would only fail while rendering is found before anything is published."""

    def fail(_text: str, _limit: float) -> str:
        raise KeyError

    put("returns/good.zh.md")
    monkeypatch.setattr("kb.markdown._convert", fail)
    assert ["markdown", "markdown"] == [each.code for each in check(library).problems]


def test_the_shipped_content_is_sound() -> None:
    """The entries that come with the project have no problem."""
    report = check(Library(Path(__file__).resolve().parents[2] / "content"))
    assert () == report.problems
    assert report.entries >= 80

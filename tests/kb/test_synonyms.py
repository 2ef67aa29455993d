"""Words that mean the same: read strictly, and absent without harm."""

from pathlib import Path

import pytest

from kb.errors import SynonymsInvalid
from kb.library import Library
from kb.synonyms import parse_synonyms

ROOT = Path(__file__).resolve().parents[2]


def test_groups_are_read_as_they_are_written() -> None:
    """Order and spelling are kept; comments are not words."""
    data = "# 退货\n- [退货, send back]\n- [VIP, 会员等级]\n".encode()
    assert (("退货", "send back"), ("VIP", "会员等级")) == parse_synonyms(data)


@pytest.mark.parametrize("data", [b"", b"# nothing yet\n"])
def test_an_empty_file_is_sound(data: bytes) -> None:
    """A file of comments has no groups."""
    assert () == parse_synonyms(data)


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"refund: money back\n", 1),
        (b"- [refund, money back]\n- [refund]\n", 2),
        (b"- [refund, money back]\n- parcel\n", 2),
        (b"- [refund, money back]\n- [cash, Refund]\n", 2),
        (b"- [refund, refund]\n", 1),
        (b"-\n  - a\n  - '!'\n", 3),
        (b"-\n  - a\n  - {b: c}\n", 3),
        (b"- [a, " + b"x" * 61 + b"]\n", 1),
        (b"- [a, &b c]\n", 1),
        (b"# x\n\xff", 2),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(data: bytes, line: int) -> None:
    """Whatever is wrong is said with the line it stands on."""
    with pytest.raises(SynonymsInvalid) as refused:
        parse_synonyms(data)
    assert line == refused.value.problems[0].line


def test_every_fault_is_told_at_once() -> None:
    """Nobody has to correct a file one run after the other."""
    with pytest.raises(SynonymsInvalid) as refused:
        parse_synonyms(b"- [a]\n- [b, c]\n- [d, c]\n- 3\n")
    assert [1, 3, 4] == [problem.line for problem in refused.value.problems]


def test_a_folder_without_the_file_is_sound(tmp_path: Path) -> None:
    """The file is optional."""
    scan = Library(tmp_path).scan()
    assert () == scan.synonyms
    assert "synonyms.yaml" not in {problem.path for problem in scan.problems}


def test_a_faulty_file_stands_among_the_problems(tmp_path: Path) -> None:
    """Editors are told, and it can be known apart from an absent file."""
    (tmp_path / "synonyms.yaml").write_bytes(b"- [alone]\n")
    scan = Library(tmp_path).scan()
    assert scan.synonyms is None
    assert "synonyms.yaml" in {problem.path for problem in scan.problems}


def test_the_shipped_files_are_sound() -> None:
    """The example shop has groups and pins, and no fault in them."""
    scan = Library(ROOT / "content").scan()
    assert scan.synonyms
    assert scan.pins

"""Wordings whose first entry is fixed: read strictly, and absent without harm."""

from pathlib import Path

import pytest

from kb.errors import PinsInvalid
from kb.library import Library
from kb.pins import Pin, parse_pins


def test_pins_are_read_as_they_are_written() -> None:
    """Each pin knows its line, to be told about an entry that is gone."""
    pins = parse_pins("- query: 双十二\n  slug: winter-offer\n".encode())
    assert (Pin("双十二", "winter-offer"),) == pins
    assert 2 == pins[0].line


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"query: a\nslug: b\n", 1),
        (b"- query: a\n  slug: b\n- query: c\n", 3),
        (b"- query: a\n  slug: b\n  level: public\n", 1),
        (b"- query: a\n  slug: B_c\n", 2),
        (b"- query: '!'\n  slug: b\n", 1),
        (b"- query: a\n  slug: b\n- query: A\n  slug: c\n", 3),
        (b"- query: " + b"x" * 201 + b"\n  slug: b\n", 1),
        (b"- query: [a]\n  slug: b\n", 1),
        (b"- query: a\n  query: b\n  slug: c\n", 2),
        (b"\xff", 1),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(data: bytes, line: int) -> None:
    """Whatever is wrong is said with the line it stands on."""
    with pytest.raises(PinsInvalid) as refused:
        parse_pins(data)
    assert line == refused.value.problems[0].line


def test_a_folder_without_the_file_is_sound(tmp_path: Path) -> None:
    """The file is optional."""
    assert () == Library(tmp_path).scan().pins


def test_a_pin_to_nothing_is_told_with_its_line(tmp_path: Path) -> None:
    """A slip in a slug would otherwise do nothing, silently; the other pins still count."""
    (tmp_path / "pins.yaml").write_bytes(b"- query: a\n  slug: gone\n")
    scan = Library(tmp_path).scan()
    assert (Pin("a", "gone"),) == scan.pins
    assert [("pins.yaml", 2)] == [
        (one.path, one.line) for one in scan.problems if one.code == "pins"
    ]


def test_a_faulty_file_stands_among_the_problems(tmp_path: Path) -> None:
    """Editors are told, and it can be known apart from an absent file."""
    (tmp_path / "pins.yaml").write_bytes(b"- query: a\n")
    scan = Library(tmp_path).scan()
    assert scan.pins is None
    assert "pins.yaml" in {problem.path for problem in scan.problems}

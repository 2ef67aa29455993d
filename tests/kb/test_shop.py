"""What the shop is called: read strictly, and absent without harm."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import ShopInvalid
from kb.library import Library
from kb.shop import Shop, parse_shop

NAMED = "name: {zh: 暮禾生活, en: Muhe Living}\n".encode()


def test_a_name_for_each_language_is_read() -> None:
    """The shop is called in each language as its file says."""
    assert Shop({"zh": "暮禾生活", "en": "Muhe Living"}) == parse_shop(NAMED)


def test_the_setting_goes_first_and_a_nameless_shop_is_called_as_the_program() -> None:
    """Nobody reads an empty name."""
    named = parse_shop(NAMED)
    assert "Lantern" == named.called("en", configured="Lantern")
    assert ("暮禾生活", "Muhe Living") == (named.called("zh"), named.called("en"))
    assert ("答问", "Dawen") == (Shop().called("zh"), Shop().called("en"))


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"name: Muhe\n", 1),
        (b"name: {zh: \xe6\x9a\xae}\n", 1),
        (b"name:\n  zh: a\n  en: ''\n", 3),
        (b"name: {zh: a, en: b}\nurl: c\n", 1),
        (b"contact: contact-us\n", 1),
        (b"name: {zh: a, en: b}\ncontact: Contact us\n", 2),
        (b"name: {zh: a, en: b}\ncontact: [contact-us]\n", 2),
        (b"name: {zh: a, en: b}\ncontact: []\n", 2),
        (b"name: {zh: a, en: b}\nname: {zh: c, en: d}\n", 2),
        (b"name:\n  zh: a\n  en: " + b"x" * 61 + b"\n", 3),
        (b"\xff\xfe", 1),
        (b"", 1),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(data: bytes, line: int) -> None:
    """Whatever is wrong is said with the line it stands on."""
    with pytest.raises(ShopInvalid) as refused:
        parse_shop(data)
    assert line == refused.value.problems[0].line


def test_the_entry_that_says_how_to_reach_a_person_may_be_named() -> None:
    """It is a slug, or nothing."""
    assert "contact-us" == parse_shop(NAMED + b"contact: contact-us\n").contact
    assert ["", ""] == [parse_shop(NAMED + more).contact for more in (b"", b"contact:\n")]


def test_a_named_entry_that_does_not_exist_is_told_with_its_line(
    content: Path, write_entry: Callable[..., Path]
) -> None:
    """The check says so, the name is kept, and it says nothing once the entry is there."""
    (content / "shop.yaml").write_bytes(NAMED + b"contact: call-us\n")
    library = Library(content)
    problems = library.scan().problems
    assert [("shop.yaml", 2, "shop")] == [(each.path, each.line, each.code) for each in problems]
    assert "call-us" in problems[0].message
    assert "Muhe Living" == library.shop().called("en")
    write_entry(content, "call-us")
    assert [] == library.scan().problems


def test_a_folder_without_the_file_is_sound_and_nameless(tmp_path: Path) -> None:
    """The file is optional."""
    assert Shop() == Library(tmp_path).shop()


def test_a_faulty_file_stands_among_the_problems_and_takes_nothing_down(tmp_path: Path) -> None:
    """Editors are told, and the shop is nameless meanwhile."""
    (tmp_path / "shop.yaml").write_bytes(b"name: Muhe\n")
    library = Library(tmp_path)
    assert Shop() == library.shop()
    assert "shop.yaml" in {problem.path for problem in library.scan().problems}

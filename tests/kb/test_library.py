"""``kb.library``: one bad file never hides the others, and clashes have a fixed outcome."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kb.errors import KnowledgeError
from kb.library import Library

Put = Callable[..., Path]
GOOD = "returns/good.zh.md"


def codes(library: Library) -> list[tuple[str, int, str]]:
    """Path, line and code of every problem."""
    return [(each.path, each.line, each.code) for each in library.scan().problems]


def test_finds_entries_and_topics(library: Library, put: Put) -> None:
    """Sound files arrive with their fingerprints; nothing is wrong."""
    put(GOOD)
    scan = library.scan()
    assert [GOOD] == list(scan.entries)
    assert [] == scan.problems
    assert library.read(GOOD)[1] == scan.entries[GOOD].fingerprint
    assert scan.topics is not None
    assert {"buying", "sizes", "returns"} == scan.topics.ids


def test_hidden_files_readme_and_pictures_are_left_alone(library: Library, put: Put) -> None:
    """What an editor or a file manager leaves behind is no fault."""
    for path in ("README.md", ".git/x.md", "returns/.good.zh.md.swp", "media/a.png"):
        put(path, data=b"x")
    assert [] == codes(library)


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        ("returns/bad.zh.md", "question".encode("utf-16"), "encoding"),
        ("returns/bad.zh.md", b"", "empty"),
        ("returns/bad.zh.md", b"---\nquestion: cut of", "header"),
        ("returns/bad.zh.md", b"---\n" + b"x" * (50 * 1024 * 1024), "size"),
        ("returns/bad.zh.markdown", b"x", "name"),
        ("returns/bad.zh.md.bak", b"x", "name"),
        ("loose.zh.md", b"x", "name"),
        ("returns/CON.zh.md", b"x", "name"),
    ],
)
def test_F06_one_bad_file_hides_no_other(
    path: str, data: bytes, code: str, library: Library, put: Put
) -> None:
    """A bad file is told with its path; the good one beside it is there."""
    put(GOOD)
    put(path, data=data)
    assert [(path, 1 if code != "header" else 2, code)] == codes(library)
    assert [GOOD] == list(library.scan().entries)


def test_F06_pipes_links_sockets_and_folders_are_refused(
    library: Library, put: Put, folder: Path, tmp_path: Path
) -> None:
    """Reading never hangs on a pipe and never follows a link out of the folder, or inside it."""
    good = put(GOOD)
    outside = tmp_path / "outside.zh.md"
    outside.write_bytes(good.read_bytes())
    (folder / "returns/outside.zh.md").symlink_to(outside)
    (folder / "returns/inside.zh.md").symlink_to(good)
    (folder / "returns/dangling.zh.md").symlink_to(folder / "nothing")
    (folder / "linked").symlink_to(tmp_path, target_is_directory=True)
    (folder / "returns/folder.zh.md").mkdir()
    os.mkfifo(folder / "returns/pipe.zh.md")
    here = Path.cwd()
    os.chdir(folder / "returns")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.zh.md")
        os.chdir(here)
        found = codes(library)
    names = ("dangling", "folder", "inside", "outside", "pipe", "socket")
    expected = [("linked", 1, "file"), *((f"returns/{name}.zh.md", 1, "file") for name in names)]
    assert expected == found
    assert [GOOD] == list(library.scan().entries)


def test_F06_names_with_odd_bytes_are_shown_escaped(library: Library, folder: Path) -> None:
    """A file name that is not text is reported as text."""
    (folder / "returns").mkdir()
    (Path(os.fsdecode(os.fsencode(folder) + b"/returns/\xff\n.zh.md"))).write_bytes(b"x")
    assert [("returns/\\udcff\\n.zh.md", 1, "name")] == codes(library)


def test_F06_an_unreadable_file_is_reported(
    library: Library, put: Put, as_nobody: Callable[[], object]
) -> None:
    """A file without the right to read is a problem of that file alone."""
    put(GOOD)
    put("returns/closed.zh.md").chmod(0)
    as_nobody()
    assert [("returns/closed.zh.md", 1, "file")] == codes(library)
    assert [GOOD] == list(library.scan().entries)


def test_F07_a_slug_in_two_topics_refuses_both(library: Library, put: Put) -> None:
    """Neither file wins by accident of order; both are reported."""
    put("returns/same.zh.md")
    put("buying/same.zh.md", disclosure="internal")
    expected = [
        ("buying/same.zh.md", 1, "duplicate-slug"),
        ("returns/same.zh.md", 1, "duplicate-slug"),
    ]
    assert expected == codes(library)
    assert {} == library.scan().entries


def test_F07_translations_share_a_slug(library: Library, put: Put) -> None:
    """Two languages in one topic are one entry, not a clash."""
    put("returns/same.zh.md", extra="aliases: [old]\n")
    put("returns/same.en.md", extra="aliases: [old]\n")
    assert [] == codes(library)


def test_F07_names_that_differ_by_case_or_form_leave_one(library: Library, put: Put) -> None:
    """The plain name stands; its look-alikes are reported, each time the same."""
    put(GOOD)
    put("returns/Good.zh.md", disclosure="internal")
    put("returns/caf\u00e9.zh.md")
    put("returns/cafe\u0301.zh.md")
    assert [GOOD] == list(library.scan().entries)
    assert {"name"} == {code for _, _, code in codes(library)}
    alike = [each for each in library.scan().problems if "case or Unicode form" in each.message]
    assert 3 == len(alike)
    assert codes(library) == codes(Library(library.root))


def test_F07_an_alias_cannot_take_an_address(library: Library, put: Put) -> None:
    """An alias that is a slug, even of a faulty file, is refused on its line."""
    put(GOOD)
    put("returns/broken.zh.md", data=b"")
    put("returns/taker.zh.md", extra="owner: x\naliases:\n  - fine\n  - good\n  - broken\n")
    found = [each for each in codes(library) if each[2] == "alias"]
    assert [("returns/taker.zh.md", 8, "alias"), ("returns/taker.zh.md", 9, "alias")] == found
    assert [GOOD] == list(library.scan().entries)


def test_F07_two_entries_cannot_share_an_alias(library: Library, put: Put) -> None:
    """An alias claimed twice leads nowhere; both are reported."""
    put("returns/one.zh.md", extra="aliases: [old]\n")
    put("buying/two.zh.md", extra="aliases: [old]\n")
    expected = [("buying/two.zh.md", 5, "alias"), ("returns/one.zh.md", 5, "alias")]
    assert expected == codes(library)


def test_a_folder_must_be_a_topic(library: Library, put: Put) -> None:
    """An entry that no topic page would show is a problem."""
    put("lost/x.zh.md")
    assert [("lost/x.zh.md", 1, "topic")] == codes(library)
    assert {} == library.scan().entries


def test_broken_topics_hide_no_entry(library: Library, put: Put) -> None:
    """Without a usable tree the entries are still found."""
    put(GOOD)
    put("topics.yaml", data=b"- id: Returns\n  name: {zh: x}\n")
    scan = library.scan()
    assert scan.topics is None
    assert [GOOD] == list(scan.entries)
    assert {"topics.yaml"} == {each.path for each in scan.problems}


def test_a_missing_folder_is_not_an_empty_one(tmp_path: Path) -> None:
    """A folder that is not mounted must not look like one without entries."""
    with pytest.raises(KnowledgeError, match="cannot be read"):
        Library(tmp_path / "nowhere").scan()


def test_changed_files_are_read_again(library: Library, put: Put, text: Callable[..., str]) -> None:
    """A change is seen by the same library, even within one tick of the clock."""
    place = put(GOOD, question="one")
    os.utime(place, ns=(1, 1))
    for question in ("two", "six"):
        library.scan()
        place.write_text(text(question=question), "utf-8")
        os.utime(place, ns=(1, 1))
        assert question == library.scan().entries[GOOD].entry.question

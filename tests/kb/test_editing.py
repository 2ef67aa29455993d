"""``kb.editing``: a save is whole or did not happen, and overwrites nothing unseen."""

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path
from random import Random

import pytest

from kb.disclosure import Level, Status
from kb.editing import create, replace
from kb.entry import Entry, fingerprint, format_entry, parse_entry
from kb.errors import (
    ContentFull,
    ContentReadOnly,
    EntryConflict,
    EntryInvalid,
    UnsafeName,
)
from kb.library import Library

Put = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[2]
PATH = "returns/one.zh.md"


@pytest.fixture
def entry() -> Entry:
    """An entry that stands in no file yet."""
    return Entry(
        slug="one",
        lang="zh",
        topic="returns",
        question="怎么退？",
        level=Level.INTERNAL,
        status=Status.DRAFT,
        answer="答案\n\n- 一",
        tags=("退货",),
    )


def leftovers(folder: Path) -> list[str]:
    """Names that a save should not leave behind."""
    return [path.name for path in folder.rglob("*") if path.name.endswith(".tmp")]


def test_create_writes_the_file(library: Library, entry: Entry, folder: Path) -> None:
    """A new entry stands where its path says, byte for byte as it is formatted."""
    stamp = create(library, entry)
    assert format_entry(entry) == (folder / PATH).read_text("utf-8")
    assert (format_entry(entry), stamp) == library.read(PATH)
    assert entry == library.scan().entries[PATH].entry
    assert [] == leftovers(folder)


def test_create_never_overwrites(library: Library, entry: Entry, put: Put) -> None:
    """A file that is there already, even a broken one, is a conflict that shows it."""
    put(PATH, data=b"half of a fi")
    with pytest.raises(EntryConflict) as caught:
        create(library, entry)
    assert ("half of a fi", fingerprint(b"half of a fi")) == (
        caught.value.current_text,
        caught.value.current_fingerprint,
    )


def test_replace_writes_over_what_was_seen(library: Library, entry: Entry) -> None:
    """With the fingerprint that was read, the file becomes the new version."""
    stamp = create(library, entry)
    new = changed(entry, answer="新")
    assert replace(library, new, expected=stamp) == library.read(PATH)[1]
    assert new == library.scan().entries[PATH].entry


def test_F08_a_file_that_changed_is_not_overwritten(
    library: Library, entry: Entry, put: Put
) -> None:
    """The conflict carries the version on disk, which stays as it is."""
    stamp = create(library, entry)
    put(PATH, question="someone else")
    with pytest.raises(EntryConflict) as caught:
        replace(library, changed(entry, answer="mine"), expected=stamp)
    assert "someone else" in caught.value.current_text
    assert caught.value.current_fingerprint == library.read(PATH)[1]
    replace(library, changed(entry, answer="mine"), expected=caught.value.current_fingerprint)
    assert "mine" in library.read(PATH)[0]


@pytest.mark.parametrize("expected", ["", "0" * 64])
def test_F08_a_file_that_vanished_is_a_conflict(
    expected: str, library: Library, entry: Entry
) -> None:
    """A save never brings a removed entry back unasked."""
    with pytest.raises(EntryConflict) as caught:
        replace(library, entry, expected=expected)
    assert ("", "") == (caught.value.current_text, caught.value.current_fingerprint)


def test_a_move_takes_the_translations_along(library: Library, entry: Entry) -> None:
    """Another topic and another slug move every language, and the old address stays good."""
    stamp = create(library, entry)
    create(library, changed(entry, lang="en", answer="English"))
    moved = changed(entry, topic="buying", slug="two", answer="新")
    replace(library, moved, expected=stamp, old_path=PATH)
    scan = library.scan()
    assert {"buying/two.zh.md", "buying/two.en.md"} == set(scan.entries)
    assert ("one",) == scan.entries["buying/two.zh.md"].entry.aliases
    assert "English" == scan.entries["buying/two.en.md"].entry.answer
    assert [] == scan.problems


def test_a_move_leaves_the_old_address_in_every_language(library: Library, entry: Entry) -> None:
    """Either language may be the only one that somebody sees: each keeps the old address."""
    stamp = create(library, entry)
    create(library, changed(entry, lang="en", answer="English", aliases=("first",)))
    replace(library, changed(entry, slug="two"), expected=stamp, old_path=PATH)
    entries = library.scan().entries
    assert ("one",) == entries["returns/two.zh.md"].entry.aliases
    assert ("first", "one") == entries["returns/two.en.md"].entry.aliases


def test_a_move_and_back_through_the_other_language_leaves_no_fault(
    library: Library, entry: Entry
) -> None:
    """The address that is taken up again is no alias of any language any more."""
    stamp = create(library, entry)
    create(library, changed(entry, lang="en", answer="English"))
    replace(library, changed(entry, slug="two"), expected=stamp, old_path=PATH)
    there = library.scan().entries["returns/two.en.md"]
    back = changed(there.entry, slug="one")
    replace(library, back, expected=there.fingerprint, old_path="returns/two.en.md")
    scan = library.scan()
    assert [] == scan.problems
    assert {"returns/one.zh.md", "returns/one.en.md"} == set(scan.entries)
    assert {("two",)} == {found.entry.aliases for found in scan.entries.values()}


def test_a_move_takes_a_broken_translation_along_as_it_is(
    library: Library, entry: Entry, folder: Path
) -> None:
    """A file that cannot be read as an entry is not written anew, and does not hold the move."""
    stamp = create(library, entry)
    (folder / "returns/one.en.md").write_bytes(b"---\nquestion: \xff\n---\n")
    replace(library, changed(entry, slug="two"), expected=stamp, old_path=PATH)
    assert b"---\nquestion: \xff\n---\n" == (folder / "returns/two.en.md").read_bytes()


def test_a_move_never_overwrites(library: Library, entry: Entry) -> None:
    """An entry cannot be moved onto another."""
    stamp = create(library, entry)
    create(library, changed(entry, slug="two"))
    with pytest.raises(EntryConflict):
        replace(library, changed(entry, slug="two"), expected=stamp, old_path=PATH)
    assert {PATH, "returns/two.zh.md"} == set(library.scan().entries)


@pytest.mark.parametrize(
    "fields",
    [
        {"topic": ".."},
        {"topic": "../../etc"},
        {"topic": "/abs"},
        {"topic": "media"},
        {"slug": "../x"},
        {"slug": "con"},
        {"slug": "x" * 300},
        {"slug": "a\x00"},
        {"lang": "../zh"},
        {"lang": "fr"},
    ],
)
def test_P02_hostile_names_are_refused(
    fields: dict[str, str], library: Library, entry: Entry, folder: Path
) -> None:
    """An editor's topic, slug or language never becomes a path of its own."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(UnsafeName):
        create(library, changed(entry, **fields))
    assert before == [path for path in sorted(folder.rglob("*")) if path.name != ".lock"]


@pytest.mark.parametrize(
    "fields",
    [
        {"question": ""},
        {"question": "two\nlines"},
        {"question": "a\u202eb"},
        {"answer": "  "},
        {"answer": "a\n---\nb"},
        {"answer": "[" * 500},
        {"answer": "\ud800"},
        {"answer": "a\x00"},
        {"alternates": ("x" * 400,)},
        {"topic": "nowhere"},
        {"aliases": ("Bad",)},
    ],
)
def test_nothing_is_written_that_cannot_be_read(
    fields: dict[str, object], library: Library, entry: Entry, folder: Path
) -> None:
    """Text that would make an invalid file is refused with its problems."""
    with pytest.raises(EntryInvalid) as caught:
        create(library, changed(entry, **fields))  # type: ignore[arg-type]
    assert caught.value.problems
    assert not (folder / PATH).exists()


def test_F07_nothing_is_written_that_clashes(library: Library, entry: Entry) -> None:
    """A slug of another topic, or an alias in use, is refused before it harms the other."""
    create(library, changed(entry, aliases=("old",)))
    for clash in (
        changed(entry, topic="buying"),
        changed(entry, slug="two", aliases=("one",)),
        changed(entry, slug="two", aliases=("old",)),
        changed(entry, slug="old"),
    ):
        with pytest.raises(EntryInvalid):
            create(library, clash)
    assert [PATH] == list(library.scan().entries)


def test_an_entry_keeps_its_language(library: Library, entry: Entry) -> None:
    """A translation is an entry of its own, never a renamed original."""
    stamp = create(library, entry)
    with pytest.raises(UnsafeName):
        replace(library, changed(entry, lang="en"), expected=stamp, old_path=PATH)


def test_X05_one_of_two_writers_wins(library: Library, entry: Entry) -> None:
    """Of many saves from the same version exactly one is written; the others are told."""
    stamp = create(library, entry)
    outcomes: list[str] = []

    def save(number: int) -> None:
        mine = Library(library.root)
        try:
            replace(mine, changed(entry, answer=f"by {number}"), expected=stamp)
        except EntryConflict:
            outcomes.append("conflict")
        else:
            outcomes.append("saved")

    threads = [threading.Thread(target=save, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ["conflict"] * 5 + ["saved"] == sorted(outcomes)


def test_X09_a_full_disk_leaves_the_old_text(
    library: Library, entry: Entry, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the cause; the old version and no fragment is there."""
    stamp = create(library, entry)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ContentFull):
        replace(library, changed(entry, answer="new"), expected=stamp)
    assert entry == library.scan().entries[PATH].entry
    assert [] == leftovers(folder)


def test_X15_read_only_content_is_a_clear_error(
    library: Library, entry: Entry, folder: Path, as_nobody: Callable[[], None]
) -> None:
    """Nothing can be saved, everything can be read."""
    stamp = create(library, entry)
    for place in (folder, folder / "returns"):
        place.chmod(0o555)
    as_nobody()
    with pytest.raises(ContentReadOnly):
        create(library, changed(entry, slug="two"))
    with pytest.raises(ContentReadOnly):
        replace(library, changed(entry, answer="new"), expected=stamp)
    assert entry == library.scan().entries[PATH].entry


KILLED = """
    import os, signal, sys
    from dataclasses import replace as changed
    from pathlib import Path
    from kb.editing import replace
    from kb.library import Library

    root, when = sys.argv[1:]
    library = Library(Path(root))
    found = library.scan().entries["returns/one.zh.md"]
    move, flush = Path.replace, os.fsync
    die = lambda: os.kill(os.getpid(), signal.SIGKILL)

    def killed_flush(descriptor):
        if when == "temp write":
            os.ftruncate(descriptor, 100)
            die()
        flush(descriptor)

    def killed_move(path, target):
        if when == "before replace":
            die()
        move(path, target)
        if when == "after replace":
            die()

    os.fsync, Path.replace = killed_flush, killed_move
    replace(library, changed(found.entry, answer="new" * 2000), expected=found.fingerprint)
"""


@pytest.mark.parametrize(
    ("when", "answer"),
    [("temp write", "old"), ("before replace", "old"), ("after replace", "new")],
)
def test_X07_a_kill_at_each_step_leaves_old_or_new(
    when: str, answer: str, library: Library, entry: Entry, folder: Path
) -> None:
    """The file is the old one or the new one, the rest is ignored, and the next save cleans up."""
    create(library, changed(entry, answer="old" * 2000))
    script = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), when]
    assert -signal.SIGKILL == subprocess.run(script, cwd=ROOT, check=False, timeout=60).returncode
    scan = Library(folder).scan()
    assert [] == scan.problems
    assert {PATH: answer * 2000} == {path: f.entry.answer for path, f in scan.entries.items()}
    replace(library, changed(entry, answer="later"), expected=scan.entries[PATH].fingerprint)
    assert [] == leftovers(folder)


SAVING = """
    import sys
    from dataclasses import replace as changed
    from pathlib import Path
    from kb.editing import replace
    from kb.library import Library

    library = Library(Path(sys.argv[1]))
    found = library.scan().entries["returns/one.zh.md"]
    entry, stamp, number = found.entry, found.fingerprint, 0
    print("ready", flush=True)
    while True:
        number += 1
        entry = changed(entry, answer=f"{number} " * 3000)
        stamp = replace(library, entry, expected=stamp)
"""


def test_X07_a_kill_at_any_moment_leaves_a_whole_file(
    library: Library, entry: Entry, folder: Path
) -> None:
    """Killed four times at random while saving without pause, the file is always a whole entry."""
    create(library, entry)
    random = Random(7)
    for _ in range(4):
        script = [sys.executable, "-c", textwrap.dedent(SAVING), str(folder)]
        with subprocess.Popen(script, cwd=ROOT, stdout=subprocess.PIPE) as saving:
            assert saving.stdout is not None
            saving.stdout.readline()
            time.sleep(random.uniform(0.005, 0.08))
            saving.kill()
        data = (folder / PATH).read_bytes()
        words = parse_entry(PATH, data).answer.split()
        assert 1 == len(set(words)) or "答案" in words
        assert [] == Library(folder).scan().problems

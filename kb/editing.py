"""Writing entries into the content folder: the only place that does.

Promises that a save is whole or did not happen, that it never overwrites what its author has not
seen (``expected``), and that nothing is written which could not be read back or which would
clash with another file. One writer at a time, across threads and processes.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace as replaced
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from kb.clashes import find_clashes
from kb.entry import (
    MAX_FILE_BYTES,
    Entry,
    fingerprint,
    format_entry,
    parse_entry,
    parse_with_lines,
)
from kb.errors import EntryConflict, EntryInvalid, KnowledgeError, UnsafeName
from kb.files import (
    FileRefused,
    move_file,
    read_file,
    remove_leftovers,
    staged,
    write_errors,
)
from kb.found import Found
from kb.library import Library, Scan
from kb.names import LANGUAGES, TOPICS_FILE, Name, check_lang, check_slug, check_topic, split_path
from kb.problem import Problem
from kb.slugs import free_slug, slugify

__all__ = ["create", "dated", "encoded", "free_slug", "replace", "slugify"]

LOCK_FILE = ".lock"
LOCK_WAIT_S = 10.0
_Move = tuple[str, str]
SEEN_BY_READERS = ("slug", "topic", "question", "level", "status", "answer", "tags")
"""What a page of the entry shows or where it stands; all else is for those who keep it."""


def dated(entry: Entry, before: Entry | None, *, today: date) -> Entry:
    """``entry`` with the day of the last change that matters to readers.

    A new date would tell everyone that editors were at work on what only they can see.
    """
    if before is None or any(
        getattr(entry, name) != getattr(before, name) for name in SEEN_BY_READERS
    ):
        return replaced(entry, updated=today)
    return replaced(entry, updated=before.updated)


def create(library: Library, entry: Entry) -> str:
    """Write a new entry; returns the fingerprint of its file.

    Raises ``UnsafeName``, ``EntryInvalid``, ``EntryConflict`` where the file exists,
    ``ContentReadOnly`` or ``ContentFull``.
    """
    data = encoded(entry)
    with _writing(library):
        place = library.place(entry.path)
        if place.is_symlink() or place.exists():
            raise _conflict(library, entry.path)
        _check_beside_others(library.scan(), entry, {entry.path: data}, moves=())
        _write(library, {entry.path: data}, moves=())
    return fingerprint(data)


def replace(library: Library, entry: Entry, *, expected: str, old_path: str | None = None) -> str:
    """Write a changed entry over the file whose fingerprint is ``expected``; returns the new one.

    With ``old_path`` the entry moves: its other languages move along, and a changed slug leaves
    the old one as an alias in each of them, since each may be all that somebody sees.
    Killed in between, each file is whole, old or new.
    Raises ``EntryConflict`` when the file on disk is another one, and as ``create`` does.
    """
    old = split_path(old_path or entry.path)
    new = _name(entry)
    if old.lang != new.lang:
        raise UnsafeName("an entry keeps its language; write a translation instead")
    data = encoded(_renamed(entry, old, new))
    with _writing(library):
        _check_unchanged(library, old.path, expected)
        moves = _moves(library, old, new)
        written = _written_along(library, moves, old, new) | {new.path: data}
        _check_beside_others(library.scan(), entry, written, moves=moves)
        _write(library, written, moves=moves)
    return fingerprint(data)


def _renamed(entry: Entry, old: Name, new: Name) -> Entry:
    """``entry`` with the aliases that it has under its new name."""
    if old.slug == new.slug:
        return entry
    kept = [alias for alias in entry.aliases if alias not in (old.slug, new.slug)]
    return replaced(entry, topic=new.topic, slug=new.slug, aliases=(*kept, old.slug))


def _written_along(
    library: Library, moves: Sequence[_Move], old: Name, new: Name
) -> dict[str, bytes]:
    """The new text of the other languages where the slug changes, by their new paths.

    A file that cannot be read as an entry has no aliases to mend: it moves as it is.
    """
    written: dict[str, bytes] = {}
    for source, target in moves if old.slug != new.slug else ():
        try:
            data, _ = read_file(library.place(source), limit=MAX_FILE_BYTES)
            entry = parse_entry(source, data)
        except (FileRefused, EntryInvalid):
            continue
        written[target] = encoded(_renamed(entry, old, new))
    return written


def _write(library: Library, written: Mapping[str, bytes], *, moves: Sequence[_Move]) -> None:
    """Every text is on disk before the first file takes another name."""
    with ExitStack() as stack:
        ready = {
            path: stack.enter_context(staged(library.place(path), data))
            for path, data in written.items()
        }
        for source, target in moves:
            move_file(library.place(source), library.place(target))
        for path, temporary in ready.items():
            move_file(temporary, library.place(path))


@contextmanager
def _writing(library: Library) -> Iterator[None]:
    lock = FileLock(library.root / LOCK_FILE, timeout=LOCK_WAIT_S)
    with write_errors("the content folder"):
        try:
            lock.acquire()
        except Timeout:
            raise KnowledgeError("another save is under way; try again") from None
    try:
        remove_leftovers(library.root)
        yield
    finally:
        lock.release()


def _name(entry: Entry) -> Name:
    return Name(check_topic(entry.topic), check_slug(entry.slug), check_lang(entry.lang))


def encoded(entry: Entry) -> bytes:
    """The bytes of the entry's file, proven to be readable.

    Raises ``UnsafeName`` or ``EntryInvalid``.
    """
    path = _name(entry).path
    try:
        data = format_entry(entry).encode("utf-8")
    except UnicodeEncodeError:
        hint = "Remove the broken character."
        problem = Problem(path, 1, "encoding", "the text cannot be written as UTF-8", hint)
        raise EntryInvalid([problem]) from None
    parse_with_lines(path, data)
    return data


def _conflict(library: Library, path: str) -> EntryConflict:
    try:
        text, current = library.read(path)
    except KnowledgeError:
        text, current = "", ""
    return EntryConflict(path, text, current)


def _check_unchanged(library: Library, path: str, expected: str) -> None:
    conflict = _conflict(library, path)
    if not expected or conflict.current_fingerprint != expected:
        raise conflict


def _moves(library: Library, old: Name, new: Name) -> list[_Move]:
    """Source and target of every file that takes another name, none where the name stays."""
    if (old.topic, old.slug) == (new.topic, new.slug):
        return []
    moves = []
    for lang in LANGUAGES:
        source, target = replaced(old, lang=lang).path, replaced(new, lang=lang).path
        if _stands(library.place(target)):
            raise _conflict(library, target)
        if _stands(library.place(source)):
            moves.append((source, target))
    return moves


def _stands(place: Path) -> bool:
    return place.is_symlink() or place.exists()


def _check_beside_others(
    scan: Scan, entry: Entry, written: Mapping[str, bytes], *, moves: Sequence[_Move]
) -> None:
    """Refuse an entry in no topic, or texts that bring a clash into the folder."""
    if scan.topics is not None and entry.topic not in scan.topics.ids:
        message = f"the topic {entry.topic!a} does not exist"
        hint = f"Choose a topic of {TOPICS_FILE}, or add it there first."
        raise EntryInvalid([Problem(entry.path, 1, "topic", message, hint)])
    gone = {source for source, _ in moves}
    own = {target: scan.entries[source] for source, target in moves if source in scan.entries}
    own |= {path: _found(path, data) for path, data in written.items()}
    rest = {path: found for path, found in scan.entries.items() if path not in gone}
    files = (scan.files - gone) | {target for _, target in moves} | written.keys()
    clashes = set(find_clashes(rest | own, files)) - set(scan.problems)
    if clashes:
        raise EntryInvalid(sorted(clashes))


def _found(path: str, data: bytes) -> Found:
    entry, lines = parse_with_lines(path, data)
    return Found(entry, fingerprint(data), lines)

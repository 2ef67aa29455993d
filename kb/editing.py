"""Writing entries into the content folder: the only place that does.

Promises that a save is whole or did not happen, that it never overwrites what its author has not
seen (``expected``), and that nothing is written which could not be read back or which would
clash with another file. One writer at a time, across threads and processes.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace as replaced
from datetime import date
from pathlib import Path

from filelock import FileLock, Timeout

from kb.clashes import find_clashes
from kb.entry import Entry, fingerprint, format_entry, parse_with_lines
from kb.errors import EntryConflict, EntryInvalid, KnowledgeError, UnsafeName
from kb.files import move_file, remove_leftovers, staged, write_errors
from kb.found import Found
from kb.library import Library, Scan
from kb.names import LANGUAGES, TOPICS_FILE, Name, check_lang, check_slug, check_topic, split_path
from kb.problem import Problem
from kb.slugs import free_slug, slugify

__all__ = ["create", "dated", "free_slug", "replace", "slugify"]

LOCK_FILE = ".lock"
LOCK_WAIT_S = 10.0
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
    data = _encode(entry)
    with _writing(library):
        place = library.place(entry.path)
        if place.is_symlink() or place.exists():
            raise _conflict(library, entry.path)
        _check_beside_others(library.scan(), entry, data, gone=())
        with staged(place, data) as temporary:
            move_file(temporary, place)
    return fingerprint(data)


def replace(library: Library, entry: Entry, *, expected: str, old_path: str | None = None) -> str:
    """Write a changed entry over the file whose fingerprint is ``expected``; returns the new one.

    With ``old_path`` the entry moves: its other languages move along, and a changed slug leaves
    the old one as an alias. Killed in between, each file is whole, old or new.
    Raises ``EntryConflict`` when the file on disk is another one, and as ``create`` does.
    """
    old = split_path(old_path or entry.path)
    new = _name(entry)
    if old.lang != new.lang:
        raise UnsafeName("an entry keeps its language; write a translation instead")
    if old.slug != new.slug and old.slug not in entry.aliases:
        entry = replaced(entry, aliases=(*entry.aliases, old.slug))
    data = _encode(entry)
    with _writing(library):
        _check_unchanged(library, old.path, expected)
        moves = _moves(library, old, new)
        _check_beside_others(library.scan(), entry, data, gone=[source for source, _ in moves])
        with staged(library.place(new.path), data) as temporary:
            for source, target in moves:
                move_file(library.place(source), library.place(target))
            move_file(temporary, library.place(new.path))
    return fingerprint(data)


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


def _encode(entry: Entry) -> bytes:
    """The bytes of the entry's file, proven to be readable."""
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
    except (FileNotFoundError, KnowledgeError):
        text, current = "", ""
    return EntryConflict(path, text, current)


def _check_unchanged(library: Library, path: str, expected: str) -> None:
    conflict = _conflict(library, path)
    if not expected or conflict.current_fingerprint != expected:
        raise conflict


def _moves(library: Library, old: Name, new: Name) -> list[tuple[str, str]]:
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


def _check_beside_others(scan: Scan, entry: Entry, data: bytes, *, gone: Collection[str]) -> None:
    """Refuse an entry in no topic, or one that brings a clash into the folder."""
    if scan.topics is not None and entry.topic not in scan.topics.ids:
        message = f"the topic {entry.topic!a} does not exist"
        hint = f"Choose a topic of {TOPICS_FILE}, or add it there first."
        raise EntryInvalid([Problem(entry.path, 1, "topic", message, hint)])
    parsed, lines = parse_with_lines(entry.path, data)
    own = {entry.path: Found(parsed, fingerprint(data), lines)}
    rest = {path: found for path, found in scan.entries.items() if path not in gone}
    files = {path for path in scan.files if path not in gone} | {entry.path}
    clashes = set(find_clashes(rest | own, files)) - set(scan.problems)
    if clashes:
        raise EntryInvalid(sorted(clashes))

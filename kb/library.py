"""The content folder: every entry and topic in it, and every problem.

Promises that one bad file never hides the others, and that the same files give the same scan,
whatever order the file system lists them in. Files that did not change are not read again.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kb.clashes import find_clashes
from kb.entry import MAX_FILE_BYTES, fingerprint, parse_with_lines
from kb.errors import EntryGone, EntryInvalid, KnowledgeError, TopicsInvalid, UnsafeName
from kb.files import FileRefused, Signature, is_folder, read_file, sign
from kb.found import Found
from kb.names import (
    MEDIA_FOLDER,
    PINS_FILE,
    SHOP_FILE,
    TOPICS_FILE,
    is_entry_path,
    split_path,
)
from kb.pictures import CODE as PICTURE
from kb.pictures import find_pictures
from kb.pins import Pin
from kb.problem import Problem
from kb.shop import Shop
from kb.side_files import read_pins, read_shop, read_synonyms
from kb.synonyms import Synonyms
from kb.topics import MAX_FILE_BYTES as MAX_TOPICS_BYTES
from kb.topics import TopicTree, parse_topics

__all__ = ["Found", "Library", "Scan"]

RACY_NS = 2_000_000_000
_IGNORED_AT_TOP = {"README.md"}
_IGNORED_ANYWHERE = {"Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Scan:
    """What the folder holds. ``entries`` has only files without fault.

    ``files`` are the paths of all entry files, faulty ones included. ``topics`` is None when
    ``topics.yaml`` is unusable, which then stands among the problems. ``unread`` are the topics
    whose folder could not be listed, of which nothing is known. ``synonyms`` and ``pins`` are
    empty without their file, and None where it is faulty. ``doubt`` says why this is hardly the
    content folder at all, and is empty where it is.
    """

    entries: Mapping[str, Found]
    topics: TopicTree | None
    problems: list[Problem] = field(default_factory=list)
    files: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    synonyms: Synonyms | None = ()
    pins: tuple[Pin, ...] | None = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    found: Found | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Named:
    """An entry that a file beside the topics names, and what to say where there is none."""

    slug: str
    path: str
    line: int
    code: str
    hint: str


class Library:
    """The content folder at ``root``. Safe to share between threads."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root).resolve()
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Signature, _Reading]] = {}

    def scan(self) -> Scan:
        """Read everything that is new or changed, and check the files against each other.

        Raises ``KnowledgeError`` where there is no content folder: its absence removes nothing.
        """
        with self._lock:
            topics, problems = self._read_topics()
            shop, untold = read_shop(self.root)
            synonyms, faults = read_synonyms(self.root)
            pins, astray = read_pins(self.root)
            problems += [*untold, *faults, *astray]
            paths, unread = self._paths()
            known: dict[str, tuple[Signature, _Reading]] = {}
            readings = {path: self._reading(path, known) for path in paths}
            self._known = known
        hint = "Check the rights of the folder; its entries stay as they were."
        problems += [
            Problem(topic, 1, "file", "the folder cannot be read", hint) for topic in unread
        ]
        named = [*_pinned(pins or ()), *_contact(shop or Shop())]
        scan = _joined(readings, topics, problems, unread, named)
        return replace(scan, synonyms=synonyms, pins=pins, doubt=self._doubt(paths))

    def read(self, path: str) -> tuple[str, str]:
        """Text and fingerprint of one entry file, as it is on disk.

        Raises ``UnsafeName`` for a path that no entry can have, ``EntryGone`` where there is no
        such file, ``KnowledgeError`` where it cannot be read.
        """
        place = self.place(path)
        try:
            data, _ = read_file(place, limit=MAX_FILE_BYTES)
        except FileRefused as refused:
            if not place.exists():
                raise EntryGone(f"{path} is no file any more") from None
            raise KnowledgeError(f"{path}: {refused.message}") from None
        return data.decode("utf-8-sig", errors="replace"), fingerprint(data)

    def shop(self) -> Shop:
        """What the shop says of itself; nothing where its file is missing or faulty."""
        return read_shop(self.root)[0] or Shop()

    def place(self, path: str) -> Path:
        """The file of an entry's path. Raises ``UnsafeName`` unless it lies in the folder."""
        split_path(path)
        place = self.root / path
        if not place.parent.resolve().is_relative_to(self.root) or place.parent.is_symlink():
            raise UnsafeName(f"{path!a} does not lie in the content folder")
        return place

    def _read_topics(self) -> tuple[TopicTree | None, list[Problem]]:
        place = self.root / TOPICS_FILE
        try:
            data, _ = read_file(place, limit=MAX_TOPICS_BYTES)
            return parse_topics(data), []
        except FileRefused as refused:
            problem = Problem(TOPICS_FILE, 1, refused.code, refused.message, refused.hint)
            return None, [problem]
        except TopicsInvalid as invalid:
            return None, list(invalid.problems)

    def _doubt(self, paths: Iterable[str]) -> str:
        """A volume that is not mounted leaves an empty folder, and a mistyped path leads to some
        other one: neither has anything that a knowledge base has."""
        if os.path.lexists(self.root / TOPICS_FILE) or any(map(is_entry_path, paths)):
            return ""
        return f"the folder {self.root} holds neither {TOPICS_FILE} nor an entry"

    def _paths(self) -> tuple[list[str], list[str]]:
        """Every file that is an entry or a failed attempt at one; folders that were not read."""
        try:
            names = _names(self.root)
        except OSError as error:
            message = f"the content folder {self.root} cannot be read: {error.strerror}"
            raise KnowledgeError(message) from error
        paths, unread = [], []
        for name in names:
            place = self.root / name
            if name == MEDIA_FOLDER:
                continue
            if is_folder(place):
                try:
                    paths += [f"{name}/{each}" for each in _names(place)]
                except OSError:
                    unread.append(name)
            elif place.is_symlink() or _looks_like_an_entry(name):
                paths.append(name)
        return paths, unread

    def _reading(self, path: str, known: dict[str, tuple[Signature, _Reading]]) -> _Reading:
        try:
            before = self._known.get(path)
            if before and before[0] == sign(f"{self.root}{os.sep}{path}"):
                known[path] = before
                return before[1]
            data, signature = read_file(self.root / path, limit=MAX_FILE_BYTES)
        except FileRefused as refused:
            problem = Problem(path, 1, refused.code, refused.message, refused.hint)
            return _Reading(None, (problem,))
        reading = _read(path, data)
        if time.time_ns() - max(signature.modified_ns, signature.changed_ns) > RACY_NS:
            known[path] = (signature, reading)
        return reading


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as found:
        names = sorted(place.name for place in found)
    return [name for name in names if not name.startswith(".") and name not in _IGNORED_ANYWHERE]


def _looks_like_an_entry(name: str) -> bool:
    return name.lower().endswith(".md") and name not in _IGNORED_AT_TOP


def _read(path: str, data: bytes) -> _Reading:
    try:
        entry, lines = parse_with_lines(path, data)
    except EntryInvalid as invalid:
        return _Reading(None, invalid.problems)
    return _Reading(Found(entry, fingerprint(data), lines), tuple(find_pictures(path, data)))


def _joined(
    readings: Mapping[str, _Reading],
    topics: TopicTree | None,
    problems: list[Problem],
    unread: list[str],
    named: Sequence[_Named],
) -> Scan:
    found = {path: reading.found for path, reading in readings.items() if reading.found}
    problems += [problem for reading in readings.values() for problem in reading.problems]
    problems += find_clashes(found, frozenset(readings))
    if topics is not None:
        problems += _homeless(found, topics)
    problems += _astray(named, found)
    faulty = {problem.path for problem in problems if problem.code != PICTURE}
    entries = {path: each for path, each in found.items() if path not in faulty}
    shown = {replace(problem, path=printable(problem.path)) for problem in problems}
    return Scan(entries, topics, sorted(shown), frozenset(readings), frozenset(unread))


def printable(path: str) -> str:
    """A file's name as it may be shown and stored, whatever bytes it has on disk."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in path)[:300]


def _homeless(found: Mapping[str, Found], topics: TopicTree) -> Iterator[Problem]:
    known = topics.ids
    for path, each in found.items():
        if each.entry.topic not in known:
            message = f"the folder {each.entry.topic!a} is no topic"
            hint = f"Add the topic to {TOPICS_FILE}, or move the file."
            yield Problem(path, 1, "topic", message, hint)


def _pinned(pins: tuple[Pin, ...]) -> Iterator[_Named]:
    hint = "Correct the slug, or take the pin out."
    return (_Named(pin.slug, PINS_FILE, pin.line, "pins", hint) for pin in pins)


def _contact(shop: Shop) -> Iterator[_Named]:
    if shop.contact:
        hint = "Correct the slug, or take `contact` out."
        yield _Named(shop.contact, SHOP_FILE, shop.contact_line, "shop", hint)


def _astray(named: Sequence[_Named], found: Mapping[str, Found]) -> Iterator[Problem]:
    slugs = {each.entry.slug for each in found.values()}
    for each in named:
        if each.slug not in slugs:
            message = f"there is no sound entry {each.slug!a}"
            yield Problem(each.path, each.line, each.code, message, each.hint)

"""Index generations on disk: written whole or not at all, and believed only after a check.

``<index_dir>/<name>/`` holds the files of one generation and ``manifest.json``, written last, with
the SHA-256 of each. ``<index_dir>/CURRENT`` names the one that serves and is replaced in one step.
A crash at any moment leaves the previous generation or the new one, never a mixture (trust X01).
Files are mapped by every worker, which ends where one is cut off in place: they are read-only.
Nothing here is pickled, and no path is taken from a file without a check.
"""

import json
import re
import shutil
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import sleep
from typing import Any

from cachetools import LRUCache

from kb.files import sync_folder
from search.content import Content
from search.durable import file_digest, make_read_only, write_text
from search.errors import IndexRefused, IndexUnwritable
from search.files import FILES, Digests, read_content, shards_of, write_learned, write_rows
from search.text import RECIPE

FORMAT = 4
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
GENERATIONS_KEPT = 3
_NAME = re.compile(r"[0-9]{8}T[0-9]{12}-[0-9a-f]{8}")
TICK_SECONDS = 0.01
"""The longest between two times that a file system gives to files; the next write has another."""
SOUND_KEPT = 64

Checkpoint = Callable[[str], None]
"""Called with the name of each step once it is done; tests kill the process there."""


_sound: LRUCache[Hashable, bool] = LRUCache(SOUND_KEPT)
"""States of folders whose files this process has compared with their manifest, or has written."""
_believing = Lock()


def no_checkpoint(step: str) -> None:
    """Go on."""


def nothing_more(content: Content) -> Content:
    """The content as it is."""
    return content


@dataclass(frozen=True, slots=True)
class Generation:
    """A generation that was read and checked. ``digest`` is that of its content."""

    name: str
    content: Content
    digest: str


def write_generation(
    index_dir: Path,
    content: Content,
    *,
    learn: Callable[[Content], Content] = nothing_more,
    checkpoint: Checkpoint = no_checkpoint,
) -> str:
    """Write a new generation, make it the current one, and return its name.

    ``learn`` adds calibrations and cells to the content; the rows are written at the same time.
    Raises ``IndexUnwritable``, and leaves nothing behind, where there is no room.
    """
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{content.digest[:8]}"
    try:
        _write_folder(index_dir / name, content, learn=learn, checkpoint=checkpoint)
        sync_folder(index_dir)
        checkpoint("manifest")
        make_current(index_dir, name, checkpoint=checkpoint)
    except OSError as error:
        if _pointed_to(index_dir) != name:
            shutil.rmtree(index_dir / name, ignore_errors=True)
        raise IndexUnwritable(f"the index cannot be written: {error}") from error
    return name


def _write_folder(
    folder: Path,
    content: Content,
    *,
    learn: Callable[[Content], Content],
    checkpoint: Checkpoint,
) -> None:
    """All files of a generation, its manifest last."""
    folder.mkdir(parents=True)
    checkpoint("folder")
    with ThreadPoolExecutor(1, thread_name_prefix="write") as writer:
        writing = writer.submit(write_rows, folder, content)
        learned = learn(content)
        digests = writing.result() | write_learned(folder, learned)
    checkpoint("content")
    manifest = _manifest(folder.name, learned, content.digest, digests)
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1))
    for file in folder.iterdir():
        make_read_only(file)
    sync_folder(folder)


def _pointed_to(index_dir: Path) -> str:
    """What ``CURRENT`` names; empty where that is nothing."""
    try:
        return read_current(index_dir)
    except IndexRefused:
        return ""


def make_current(index_dir: Path, name: str, *, checkpoint: Checkpoint = no_checkpoint) -> None:
    """Let ``CURRENT`` name this generation, in one step."""
    beside = index_dir / f"{CURRENT}.new"
    write_text(beside, name)
    checkpoint("beside")
    beside.replace(index_dir / CURRENT)
    sync_folder(index_dir)
    checkpoint("current")


def read_current(index_dir: Path) -> str:
    """The name in ``CURRENT``. Raises ``IndexRefused`` when there is none or it is no name."""
    try:
        name = (index_dir / CURRENT).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexRefused("there is no index yet; run `flask index build`") from error
    if not _NAME.fullmatch(name):
        raise IndexRefused("CURRENT names no generation; run `flask index build`")
    return name


def read_generation(index_dir: Path, name: str) -> Generation:
    """One generation, every file checked against the manifest before it is read.

    What this process has checked or written itself, and nobody touched since, is not compared
    again. Raises ``IndexRefused`` with what is wrong and what to do.
    """
    folder = index_dir / name
    try:
        manifest = _read_manifest(folder, name)
        stamp = stamp_of(index_dir, name)
        if stamp not in _sound:
            sleep(TICK_SECONDS)
            _compare(folder, manifest["files"])
            _believe(index_dir, name, stamp)
        content = read_content(folder, revision=str(manifest["model"]["revision"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexRefused(f"{name} is damaged: {error}; run `flask index build`") from error
    return Generation(name, content, str(manifest["content"]))


def _compare(folder: Path, digests: Digests) -> None:
    for file in FILES:
        if file_digest(folder / file) != digests[file]:
            raise ValueError(f"{file} does not match its manifest")


def _believe(index_dir: Path, name: str, stamp: Hashable) -> None:
    """Keep in mind that the files are sound in this state, unless it was left in the meantime."""
    if stamp_of(index_dir, name) == stamp:
        with _believing:
            _sound[stamp] = True


def reopen(index_dir: Path, name: str, content: Content) -> Generation:
    """The generation that the caller has just written of ``content``: mapped, not checked again."""
    stamp = stamp_of(index_dir, name)
    sleep(TICK_SECONDS)
    _believe(index_dir, name, stamp)
    read = read_content(index_dir / name, revision=content.revision)
    return Generation(name, read, content.digest)


def stamp_of(index_dir: Path, name: str) -> Hashable:
    """What changes when a file of a generation is written or replaced."""
    try:
        states = [(index_dir / name / file).stat() for file in (*FILES, MANIFEST)]
    except OSError as error:
        raise IndexRefused(f"{name} is damaged: {error}; run `flask index build`") from error
    return (
        str(index_dir.resolve()),
        name,
        tuple((one.st_ino, one.st_mtime_ns, one.st_ctime_ns, one.st_size) for one in states),
    )


def generations(index_dir: Path) -> list[str]:
    """The names of all generations, newest first, whole or not."""
    if not index_dir.is_dir():
        return []
    names = (path.name for path in index_dir.iterdir() if path.is_dir())
    return sorted((name for name in names if _NAME.fullmatch(name)), reverse=True)


def sweep(index_dir: Path) -> None:
    """Remove what publications have left unfinished; to be called when none goes on."""
    _remove(index_dir, set(generations(index_dir)) - set(_whole(index_dir)))


def prune(index_dir: Path, *, keep: int = GENERATIONS_KEPT) -> None:
    """Remove all but the newest whole generations; the current one stays in any case.

    What a publication left unfinished is no generation to fall back on.
    """
    kept = {read_current(index_dir), *_whole(index_dir)[:keep]}
    _remove(index_dir, set(generations(index_dir)) - kept)


def _whole(index_dir: Path) -> list[str]:
    """The generations that have their manifest, which is written last; newest first."""
    return [name for name in generations(index_dir) if (index_dir / name / MANIFEST).exists()]


def _remove(index_dir: Path, names: Iterable[str]) -> None:
    for name in names:
        shutil.rmtree(index_dir / name, ignore_errors=True)


def _manifest(name: str, content: Content, digest: str, files: Digests) -> dict[str, Any]:
    dimension = 0 if content.vectors is None else content.vectors.shape[1]
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "name": name,
        "model": {"revision": content.revision, "dimension": dimension},
        "recipe": RECIPE,
        "passages": len(content.passages),
        "content": digest,
        "shards": shards_of(content),
        "files": files,
    }
    return manifest | {"seal": _seal(manifest)}


def _read_manifest(folder: Path, name: str) -> dict[str, Any]:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    seal = manifest.pop("seal")
    if seal != _seal(manifest) or manifest["name"] != name:
        raise ValueError("its manifest is not its own")
    if (manifest["format"], manifest["recipe"]) != (FORMAT, RECIPE):
        raise ValueError("another version of Dawen made it")
    return dict(manifest)


def _seal(manifest: Mapping[str, Any]) -> str:
    return sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest()

"""Reading and writing single files below the content folder.

Reads ordinary files only: no link, pipe or device, nothing larger than the caller allows, and
nothing outside the folder. Writes whole files only: beside the target, flushed, then moved over
it, so that whoever reads (or is killed) finds the old text or the new one.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from kb.errors import ContentFull, ContentReadOnly, KnowledgeError

TEMPORARY = ".tmp"
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT}
_NOT_ALLOWED = {errno.EROFS, errno.EACCES, errno.EPERM}
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)


class FileRefused(Exception):
    """A file that is not read; ``code``, ``message`` and ``hint`` as in ``Problem``."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


class Signature(NamedTuple):
    """What the file system says of a file; a change of content changes it."""

    changed_ns: int
    modified_ns: int
    size: int
    inode: int


def sign(path: Path | str) -> Signature:
    """The signature of an ordinary file. Raises ``FileRefused`` for anything else."""
    try:
        status = os.lstat(path)
    except OSError as error:
        raise _unreadable(error) from None
    _check_kind(status)
    return _signature(status)


def read_file(path: Path, *, limit: int) -> tuple[bytes, Signature]:
    """The bytes of an ordinary file of at most ``limit`` bytes. Raises ``FileRefused``."""
    try:
        _check_kind(path.lstat())
        descriptor = os.open(path, _OPEN_FLAGS)
    except OSError as error:
        raise _unreadable(error) from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        _check_kind(status)
        if status.st_size > limit:
            raise _too_large(limit)
        try:
            data = file.read(limit + 1)
        except OSError as error:
            raise _unreadable(error) from None
    if len(data) > limit:
        raise _too_large(limit)
    return data, _signature(status)


def is_folder(path: Path) -> bool:
    """Whether ``path`` is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


@contextmanager
def write_errors(what: str) -> Iterator[None]:
    """Turn what the system says about a failed write into an error that names the remedy."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise ContentFull(f"no space is left to write {what}") from error
        if error.errno in _NOT_ALLOWED:
            raise ContentReadOnly(f"{what} may not be written by this process") from error
        raise KnowledgeError(f"{what} could not be written: {error.strerror}") from error


@contextmanager
def staged(path: Path, data: bytes) -> Iterator[Path]:
    """A flushed file beside ``path`` that holds ``data``; gone afterwards unless moved.

    Raises as ``write_errors`` says.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    with write_errors(path.name):
        path.parent.mkdir(exist_ok=True)
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            yield temporary
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def move_file(old: Path, new: Path) -> None:
    """Give a file another name, over what stands there, in one step that survives a power cut."""
    with write_errors(new.name):
        old.replace(new)
        sync_folder(new.parent)
        if old.parent != new.parent:
            sync_folder(old.parent)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed writers left in the topics. Only for who holds the writers' lock."""
    for leftover in folder.glob(f"*/.*{TEMPORARY}"):
        with suppress(OSError):
            leftover.unlink()


def sync_folder(folder: Path) -> None:
    """Wait until the names in the folder are on the disk, so that they survive a power cut."""
    if os.name == "nt":  # a folder cannot be opened there, and a rename is durable without
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _signature(status: os.stat_result) -> Signature:
    return Signature(status.st_ctime_ns, status.st_mtime_ns, status.st_size, status.st_ino)


def _check_kind(status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        hint = "Put the file itself here; links are never followed."
        raise FileRefused("file", "this is a symbolic link", hint)
    if not stat.S_ISREG(status.st_mode):
        raise FileRefused("file", "this is not an ordinary file", "Remove it.")


def _too_large(limit: int) -> FileRefused:
    message = f"the file is larger than {limit // 1024} KB"
    return FileRefused("size", message, "Split it into several entries.")


def _unreadable(error: OSError) -> FileRefused:
    hint = "Check the rights of the file and its folder."
    return FileRefused("file", f"the file cannot be read: {error.strerror}", hint)

"""Which index serves: the current generation, else an earlier one, else words alone.

Promises an index on every call and never an exception for what is wrong on the disk or with the
model; ``reason`` then says what is wrong and what to do, and stands in the log once. Notices a new
``CURRENT`` between calls.
"""

import logging
import os
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Protocol

from database import Database
from kb.disclosure import Audience
from search.calibration import basis_of, learn
from search.confidence import Calibration
from search.content import Content, content_of
from search.encoder import Embedder
from search.errors import IndexRefused
from search.gathering import gather, passages_in, published_rows
from search.generation import CURRENT, Generation, generations, read_current, read_generation
from search.index import Index
from search.sampling import teacher_of

log = logging.getLogger("dawen.search")
REREAD_SECONDS = 5.0
"""How old the words taken from the database may be while no generation is usable."""


@dataclass(frozen=True, slots=True)
class Serving:
    """The index of one moment. ``generation`` is empty where none is usable.

    ``calibrations`` are those that are known, by the passages they were learned from.
    """

    index: Index
    generation: str
    moment: int
    reason: str
    revision: str = ""
    calibrations: dict[str, Calibration] = field(default_factory=dict)
    _by_audience: dict[Audience, Calibration] = field(default_factory=dict)
    _names: dict[Audience, str] = field(default_factory=dict)

    def name(self, audience: Audience) -> str:
        """A name for all that a ranking hangs on for this audience, and for nothing it cannot see.

        Two indexes with one name rank every question alike, down to the positions of passages.
        """
        if audience not in self._names:
            basis = basis_of(self.index, audience=audience)
            made_by = f"{basis} {self.revision} {self.index.guidance.synonyms}"
            self._names[audience] = sha256(made_by.encode()).hexdigest()
        return self._names[audience]

    def calibration(self, audience: Audience) -> Calibration:
        """How sure to be before this audience; learned at the first question where need be."""
        if audience not in self._by_audience:
            teacher = teacher_of(self.index, audience=audience)
            known = self.calibrations.get(basis_of(self.index, audience=teacher))
            self._by_audience[audience] = known or learn(self.index, audience=teacher)
        return self._by_audience[audience]


class Shelf(Protocol):
    """Where the engine gets its index."""

    def serving(self, *, now: datetime) -> Serving:
        """What is searchable at ``now``."""
        ...


class FixedShelf:
    """One index that never changes, as ``flask eval`` makes it."""

    def __init__(self, index: Index) -> None:
        self._serving = Serving(index, "memory", 0, "")

    def serving(self, *, now: datetime) -> Serving:  # noqa: ARG002 (the protocol's)
        """The one index."""
        return self._serving


class DiskShelf:
    """The generations of a folder, with the database's rows for when none is usable."""

    def __init__(self, database: Database, index_dir: Path, embedder: Embedder) -> None:
        self._database = database
        self._index_dir = index_dir
        self._pointer = str(index_dir / CURRENT)
        self._embedder = embedder
        self._loading = Lock()
        self._stamp: object = None
        self._book: Book | None = None
        self._told = ""

    def serving(self, *, now: datetime) -> Serving:
        """See ``Shelf.serving``. A new generation is read once, while others wait for it."""
        with self._loading:
            stamp = self._read_stamp()
            if self._book is None or stamp != self._stamp:
                self._book = self._open(now)
                self._stamp = stamp
                self._tell(self._book.reason)
            return self._book.at(now)

    def _read_stamp(self) -> object:
        try:
            state = os.stat(self._pointer)  # noqa: PTH116 (at every search: half the time)
        except OSError:
            return ("none", int(monotonic() / REREAD_SECONDS))
        usable = self._book is None or self._book.generation
        period = 0 if usable else int(monotonic() / REREAD_SECONDS)
        return (state.st_ino, state.st_mtime_ns, state.st_size, period)

    def _tell(self, reason: str) -> None:
        """Write what is wrong into the log: once, however often it is found to be so."""
        if reason and reason != self._told:
            log.error("search is degraded: %s", reason)
        self._told = reason

    def _open(self, now: datetime) -> "Book":
        try:
            current = read_current(self._index_dir)
            return self._believe(read_generation(self._index_dir, current))
        except IndexRefused as refusal:
            return self._fall_back(str(refusal), now)

    def _believe(self, generation: Generation) -> "Book":
        content = generation.content
        reason = ""
        if not self._embedder.revision:
            reason = getattr(self._embedder, "reason", "the embedding model is not usable")
        elif content.revision != self._embedder.revision:
            reason = f"{generation.name} was built with another model; run `flask index build`"
        if reason:
            content = replace(content, vectors=None, revision="")
        return Book(content, generation.name, reason)

    def _fall_back(self, reason: str, now: datetime) -> "Book":
        """The newest sound generation of this model, else the database's rows."""
        for name in generations(self._index_dir):
            try:
                book = self._believe(read_generation(self._index_dir, name))
            except IndexRefused:
                continue
            if not book.reason:
                content = self._still_said(book.content, now)
                return Book(content, name, f"{reason}; {name} serves meanwhile")
        with self._database.session() as session:
            passages = passages_in(published_rows(session, now=now))
        return Book(content_of(passages, None, ""), "", reason)

    def _still_said(self, content: Content, now: datetime) -> Content:
        """What of an earlier generation the database still says: the rest was taken back."""
        with self._database.session() as session:
            stay = gather(session, content.passages, now=now).stay
        return content if stay.all() else content.only(stay)


class Book:
    """A content through time: which of its passages are live changes only at known moments."""

    def __init__(self, content: Content, generation: str, reason: str) -> None:
        self.content = content
        self.generation = generation
        self.reason = reason
        windows = content.passages.windows
        self._changes = sorted({moment for window in windows for moment in window if moment})
        self._open: Serving | None = None

    def at(self, now: datetime) -> Serving:
        """The index of the passages that are live at ``now``; made once between two changes."""
        moment = bisect_right(self._changes, now)
        if self._open is None or self._open.moment != moment:
            index = self.content.index(now=now)
            known = {one.basis: one for one in self.content.calibrations}
            revision = self.content.revision
            self._open = Serving(index, self.generation, moment, self.reason, revision, known)
        return self._open

"""From files to a searchable index: scan, sync, embed what changed, swap ``CURRENT``.

One publication at a time across processes; a second one waits (trust X05).
After ``publish`` returns, the engine of every worker finds the change at its next question.
Without a usable model the index is made of words alone, and the publication says so.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from database import Database, utc_now
from kb.errors import KnowledgeError
from kb.library import Library, Scan
from kb.problem import Problem
from kb.sync import Changes, RenderFirst, render_stale, sync
from search.content import Content
from search.encoder import Embedder
from search.errors import (
    EncoderBusy,
    IndexRefused,
    IndexUnwritable,
    ModelUnusable,
    NotPublished,
    NotSynced,
    PublicationBusy,
)
from search.gathering import Gathered, gather
from search.generation import (
    Checkpoint,
    Generation,
    no_checkpoint,
    prune,
    read_current,
    read_generation,
    reopen,
    stamp_of,
    sweep,
    write_generation,
)
from search.guidance import NO_GUIDANCE, guidance_of
from search.learning import learned
from search.merging import counts_after, spellings_after
from search.stores import Vectors
from search.table import NOTHING, PassageTable, Positions, copy_kept

LOCK_NAME = "publishing.lock"
SYNC_TURN = 0x44A3E2
"""The number of the turn in which the database follows the files."""
LOCK_WAIT_SECONDS = 120.0
RENDERED_IN_TURN = 8
"""Entries that are rendered while the database is locked; more are rendered before."""
EMBEDDED_AT_ONCE = 32
ENCODER_TRIES = 30
ENCODER_PAUSE_SECONDS = 0.5
EMPTY = Content(NOTHING, {}, None, "")

Progress = Callable[[int, int], None]
"""Called with the passages embedded so far and those to embed in all."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What a publication did. ``reason`` is empty unless vectors could not be made."""

    changes: Changes
    problems: Sequence[Problem]
    generation: str
    embedded: int
    seconds: float
    reason: str = ""


class Publisher:
    """Brings database and index up to the files of the library."""

    def __init__(
        self,
        database: Database,
        library: Library,
        index_dir: Path,
        embedder: Embedder,
        *,
        checkpoint: Checkpoint = no_checkpoint,
    ) -> None:
        self._database = database
        self._library = library
        self._index_dir = index_dir
        self._embedder = embedder
        self._checkpoint = checkpoint
        self._read: tuple[object, Generation] | None = None

    def publish(self, *, progress: Progress | None = None) -> Publication:
        """Publish what the files say now.

        Raises ``PublicationBusy`` when others never finish, and ``IndexUnwritable``. What was taken
        back is gone all the same: the database knows whatever becomes of the index, and every page
        and every hit is looked up there. Only after ``NotSynced`` it does not know.
        """
        begun = monotonic()
        try:
            turn, before = self._turn(seconds=0.0), Changes()
        except NotPublished:
            before, _ = self._synced()
            turn = self._turn(seconds=LOCK_WAIT_SECONDS)
        with turn:
            changes, scan = self._synced()
            self._checkpoint("synced")
            sweep(self._index_dir)
            generation, embedded, reason = self._index(scan, progress)
        seconds = monotonic() - begun
        return Publication(
            before.and_then(changes), scan.problems, generation, embedded, seconds, reason
        )

    def _synced(self) -> tuple[Changes, Scan]:
        """Bring the database up to the files. Raises ``NotSynced``.

        The files are read in the turn, so that no old scan comes last. Where much is to be rendered
        that is done before, outside of it, so that the turn is short.
        """
        try:
            try:
                return self._in_turn(at_once=RENDERED_IN_TURN)
            except RenderFirst:
                with self._database.session() as session:
                    ready = render_stale(session, self._library.scan())
                return self._in_turn(ready=ready)
        except KnowledgeError as error:
            raise NotSynced(str(error)) from error
        except SQLAlchemyError as error:
            cause = error.orig if isinstance(error, DBAPIError) else type(error).__name__
            raise NotSynced(f"the database did not take what the files say: {cause}") from error

    def _in_turn(self, **rendering: Any) -> tuple[Changes, Scan]:
        """What ``sync`` makes of the files in a turn of the database; see there for the rest."""
        with self._database.turn(SYNC_TURN, seconds=LOCK_WAIT_SECONDS) as session:
            scan = self._library.scan()
            return sync(session, scan, **rendering), scan

    def _turn(self, *, seconds: float) -> AbstractContextManager[object]:
        """The lock of the index, once others have let go of it."""
        try:
            self._index_dir.mkdir(parents=True, exist_ok=True)
            return FileLock(self._index_dir / LOCK_NAME).acquire(timeout=seconds)
        except Timeout as error:
            raise PublicationBusy("another publication goes on; publish again later") from error
        except OSError as error:
            raise IndexUnwritable(f"the index cannot be written: {error}") from error

    def _index(self, scan: Scan, progress: Progress | None) -> tuple[str, int, str]:
        """Make the index what the database says: its name, passages embedded, what is wrong."""
        known = self._known()
        before = NOTHING if known is None else known.content.passages
        with self._database.session() as session:
            gathered = gather(session, before, now=utc_now())
        content, embedded, reason = self._content(gathered, known, progress)
        return self._keep(self._guided(content, scan, known), known), embedded, reason

    def _known(self) -> Generation | None:
        """The current generation where it is sound: its counts and vectors are used again.

        What this publisher has read or written itself, and nobody touched since, is not checked
        again.
        """
        try:
            name = read_current(self._index_dir)
            stamp = stamp_of(self._index_dir, name)
            if self._read is None or self._read[0] != stamp:
                self._read = stamp, read_generation(self._index_dir, name)
            return self._read[1]
        except IndexRefused:
            self._read = None
            return None

    def _content(
        self, gathered: Gathered, known: Generation | None, progress: Progress | None
    ) -> tuple[Content, int, str]:
        before = EMPTY if known is None else known.content
        table, places = before.passages.revised(gathered.stay, gathered.added, gathered.sources)
        counts = counts_after(before, gathered, table, places)
        spellings = spellings_after(before, gathered, table)
        try:
            vectors, embedded = self._vectors(table, places, before, gathered.stay, progress)
        except ModelUnusable as error:
            return Content(table, counts, None, "", spellings=spellings), 0, str(error)
        revision = self._embedder.revision
        return Content(table, counts, vectors, revision, spellings=spellings), embedded, ""

    def _vectors(
        self,
        table: PassageTable,
        places: Positions,
        before: Content,
        stay: npt.NDArray[np.bool_],
        progress: Progress | None,
    ) -> tuple[Vectors, int]:
        """A vector per passage; only texts that no known passage has are embedded."""
        if not self._embedder.revision:
            self._embedder.encode([""])  # says why there is no model
        kept = before.vectors if before.revision == self._embedder.revision else None
        vectors = np.empty((len(table), self._embedder.dimension), dtype=np.float32)
        missing = np.arange(len(table)) if kept is None else places
        if kept is not None:
            copy_kept(kept, stay, vectors, places)
        texts = {int(at): table.text(int(at)) for at in missing}
        new: dict[str, list[int]] = {}
        for at, text in texts.items():
            row = -1 if kept is None else before.passages.where(text)
            if kept is not None and row >= 0:
                vectors[at] = kept[row]
            else:
                new.setdefault(text, []).append(at)
        self._embed(vectors, new, progress)
        return vectors, len(new)

    def _embed(
        self, vectors: Vectors, rows: Mapping[str, list[int]], progress: Progress | None
    ) -> None:
        """Encode each text into its rows."""
        order = sorted(rows, key=len)  # a batch is as slow as its longest text
        for begin in range(0, len(order), EMBEDDED_AT_ONCE):
            batch = order[begin : begin + EMBEDDED_AT_ONCE]
            for text, vector in zip(batch, self._encoded(batch), strict=True):
                vectors[rows[text]] = vector
            if progress is not None:
                progress(begin + len(batch), len(order))

    def _encoded(self, texts: Sequence[str]) -> Vectors:
        """Vectors of these texts, however busy questions keep the encoder for a while.

        To publish words alone instead would drop every known vector for one busy moment.
        """
        for _ in range(ENCODER_TRIES):
            try:
                return self._embedder.encode(texts)
            except EncoderBusy:
                sleep(ENCODER_PAUSE_SECONDS)
        raise PublicationBusy("the encoder is busy with questions; publish again later")

    def _guided(self, content: Content, scan: Scan, known: Generation | None) -> Content:
        """With what the files of synonyms and pins say, or last said."""
        before = known.content.guidance if known else NO_GUIDANCE
        return replace(content, guidance=guidance_of(scan.synonyms, scan.pins, before=before))

    def _keep(self, content: Content, known: Generation | None) -> str:
        """The name of the generation with this content; a new one only where it differs."""
        if known is not None and known.digest == content.digest:
            return known.name
        name = write_generation(
            self._index_dir,
            content,
            learn=lambda rows: learned(rows, known),
            checkpoint=self._checkpoint,
        )
        stamp = stamp_of(self._index_dir, name)
        self._read = stamp, reopen(self._index_dir, name, content)
        prune(self._index_dir)
        self._checkpoint("pruned")
        return name

"""From files to a searchable index: scan, sync, embed what changed, swap ``CURRENT``.

One publication at a time across processes; a second one waits (trust X05).
After ``publish`` returns, the engine of every worker finds the change at its next question.
Without a usable model the index is made of words alone, and the publication says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np
from filelock import FileLock

from database import Database, utc_now
from kb.disclosure import Audience, Level
from kb.library import Library, Scan
from kb.problem import Problem
from kb.sync import Changes, sync
from search.calibration import basis_of, learn
from search.content import Content
from search.embedder import Embedder
from search.errors import EncoderBusy, IndexRefused, ModelUnusable
from search.fields import FIELDS
from search.generation import (
    Checkpoint,
    Generation,
    no_checkpoint,
    prune,
    read_current,
    read_generation,
    write_generation,
)
from search.guidance import NO_GUIDANCE, guidance_of
from search.passages import Passage
from search.shelf import index_at, passages_in, published_rows
from search.stores import Vectors
from search.words import Terms

LOCK_NAME = "publishing.lock"
LOCK_WAIT_SECONDS = 120.0
EMBEDDED_AT_ONCE = 32

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

    def publish(self, *, progress: Progress | None = None) -> Publication:
        """Publish what the files say now. Raises ``filelock.Timeout`` when others never finish."""
        begun = monotonic()
        self._index_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(self._index_dir / LOCK_NAME, timeout=LOCK_WAIT_SECONDS):
            scan = self._library.scan()
            with self._database.session() as session:
                changes = sync(session, scan)
            self._checkpoint("synced")
            with self._database.session() as session:
                passages = passages_in(published_rows(session, now=utc_now()))
            known = self._known()
            content, embedded, reason = self._content(passages, known, progress)
            content = self._calibrated(self._guided(content, scan, known), known)
            generation = self._keep(content, known)
        seconds = monotonic() - begun
        return Publication(changes, scan.problems, generation, embedded, seconds, reason)

    def _known(self) -> Generation | None:
        """The current generation where it is sound: its terms and vectors are used again."""
        try:
            return read_generation(self._index_dir, read_current(self._index_dir))
        except IndexRefused:
            return None

    def _content(
        self, passages: Sequence[Passage], known: Generation | None, progress: Progress | None
    ) -> tuple[Content, int, str]:
        terms = _terms(passages, known)
        try:
            vectors, embedded = self._vectors(passages, known, progress)
        except (ModelUnusable, EncoderBusy) as error:
            return Content(tuple(passages), terms, None, ""), 0, str(error)
        return Content(tuple(passages), terms, vectors, self._embedder.revision), embedded, ""

    def _vectors(
        self, passages: Sequence[Passage], known: Generation | None, progress: Progress | None
    ) -> tuple[Vectors, int]:
        """A vector per passage; only texts that no known passage has are embedded."""
        texts = {passage.digest: passage.text for passage in passages}
        vectors = self._kept(known)
        new = [digest for digest in texts if digest not in vectors]
        new.sort(key=lambda digest: len(texts[digest]))  # a batch is as slow as its longest text
        if not self._embedder.revision:
            self._embedder.encode([""])  # says why there is no model
        for begin in range(0, len(new), EMBEDDED_AT_ONCE):
            batch = new[begin : begin + EMBEDDED_AT_ONCE]
            encoded = self._embedder.encode([texts[digest] for digest in batch])
            vectors.update(zip(batch, encoded, strict=True))
            if progress is not None:
                progress(begin + len(batch), len(new))
        rows = [vectors[passage.digest] for passage in passages]
        empty = np.zeros((0, self._embedder.dimension), dtype=np.float32)
        return np.stack(rows) if rows else empty, len(new)

    def _kept(self, known: Generation | None) -> dict[str, Vectors]:
        if known is None or known.content.vectors is None:
            return {}
        if known.content.revision != self._embedder.revision:
            return {}
        digests = (passage.digest for passage in known.content.passages)
        return dict(zip(digests, known.content.vectors, strict=True))

    def _guided(self, content: Content, scan: Scan, known: Generation | None) -> Content:
        """With what the files of synonyms and pins say, or last said."""
        before = known.content.guidance if known else NO_GUIDANCE
        return replace(content, guidance=guidance_of(scan.synonyms, scan.pins, before=before))

    def _calibrated(self, content: Content, known: Generation | None) -> Content:
        """With what each audience's passages teach; learned again only where they changed."""
        if content.vectors is None:
            return content
        index = index_at(content, now=utc_now())
        before = {one.basis: one for one in known.content.calibrations} if known else {}
        learned = tuple(
            before.get(basis_of(index, audience=audience)) or learn(index, audience=audience)
            for audience in map(Audience, Level)
        )
        return replace(content, calibrations=learned)

    def _keep(self, content: Content, known: Generation | None) -> str:
        """The name of the generation with this content; a new one only where it differs."""
        if known is not None and known.digest == content.digest:
            return known.name
        name = write_generation(self._index_dir, content, checkpoint=self._checkpoint)
        prune(self._index_dir)
        self._checkpoint("pruned")
        return name


def _terms(passages: Sequence[Passage], known: Generation | None) -> dict[str, list[Terms]]:
    """The terms of each passage by field; those of known passages are not made again."""
    rows: dict[tuple[str, str], int] = {}
    if known is not None:
        rows = {(one.digest, one.kind): at for at, one in enumerate(known.content.passages)}
    terms: dict[str, list[Terms]] = {field.name: [] for field in FIELDS}
    for passage in passages:
        row = rows.get((passage.digest, passage.kind))
        for field in FIELDS:
            if known is not None and row is not None:
                terms[field.name].append(known.content.terms[field.name][row])
            else:
                terms[field.name].append(field.terms_of(passage))
    return terms

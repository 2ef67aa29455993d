"""An encoder behind a short queue, whose vectors are checked before they are given out.

Promises a bounded number of callers, and of every vector that it is finite, of the promised
dimension and of length one; whatever a model raises is ``ModelUnusable``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock

import numpy as np

from search.encoder import Embedder, Vectors
from search.errors import EncoderBusy, ModelUnusable

BATCH = 8
WAITING_MAX = 24
"""Callers that may wait for the encoder; each takes a few milliseconds."""
WAIT_SECONDS = 2.0
UNIT_TOLERANCE = 1e-2


class Guarded:
    """An encoder that takes one batch at a time, lets few wait, and checks what comes out.

    ``reason`` says why it failed last; a success empties it, and to be busy is no failure.
    """

    reason = ""

    def __init__(self, embedder: Embedder, *, waiting: int = WAITING_MAX) -> None:
        self._embedder = embedder
        self._places = BoundedSemaphore(waiting)
        self._turn = Lock()
        self.revision = embedder.revision

    @property
    def dimension(self) -> int:
        """The length of a vector. Raises ``ModelUnusable`` where the model must be read for it."""
        with self._watched():
            return self._embedder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See ``Embedder.encode``; short batches, so that a question waits for little."""
        batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
        if not batches:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = [self._encode(batch) for batch in batches]
        return vectors[0] if len(vectors) == 1 else np.concatenate(vectors)

    def _encode(self, batch: Sequence[str]) -> Vectors:
        with self._place(), self._watched():
            vectors = self._embedder.encode(batch)
            vectors = checked(vectors, dimension=self._embedder.dimension)
            self.reason = ""
        return vectors

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Turn whatever the model raises into ``ModelUnusable``, and keep it in mind."""
        try:
            yield
        except EncoderBusy:
            raise
        except ModelUnusable as error:
            self.reason = str(error)
            raise
        except Exception as error:  # the libraries raise their own kinds, without a common base
            self.reason = f"the model failed: {error}"
            raise ModelUnusable(self.reason) from error

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise EncoderBusy("too many questions wait for the encoder")
        try:
            if not self._turn.acquire(timeout=WAIT_SECONDS):
                raise EncoderBusy("the encoder did not become free in time")
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()


def checked(vectors: Vectors, *, dimension: int) -> Vectors:
    """The vectors, of unit length to the last digit, or ``ModelUnusable``."""
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ModelUnusable(f"the model gives vectors of {vectors.shape}, not of {dimension}")
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not np.all(np.abs(lengths - 1.0) < UNIT_TOLERANCE):
        raise ModelUnusable("the model gives vectors that are not of length one")
    return np.ascontiguousarray(vectors / lengths, dtype=np.float32)

"""Where wordings lie: their vectors, and these seen from the middle of the knowledge base.

All questions to one shop are a little alike. Seen from what its passages have in common, two
questions of one meaning stand out, and one threshold fits shops of different kinds.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.encoder import Embedder
from search.engine import SearchEngine
from search.text import normalise

Vectors = npt.NDArray[np.float32]
Advance = Callable[[int], object]
"""Hears how many wordings more are done."""

BATCH = 256
_STORED = np.dtype("<f2")


@dataclass(frozen=True, slots=True)
class Space:
    """The encoder, and the point that cosines are measured from: ``[dimension]``."""

    embedder: Embedder
    centre: npt.NDArray[np.float32]

    @property
    def revision(self) -> str:
        """The name of the vectors; others cannot be compared with them."""
        return self.embedder.revision

    def encode(self, texts: Sequence[str], *, advance: Advance | None = None) -> Vectors:
        """Unit vectors of these texts, in their order. Raises ``ModelUnusable``, ``EncoderBusy``.

        Texts of like length go together, so that little is padded.
        """
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        vectors = np.zeros((len(texts), self.embedder.dimension), np.float32)
        for begin in range(0, len(order), BATCH):
            batch = order[begin : begin + BATCH]
            vectors[batch] = self.embedder.encode([normalise(texts[at]) for at in batch])
            if advance is not None:
                advance(len(batch))
        return vectors

    def centred(self, vectors: Vectors) -> Vectors:
        """Unit vectors as seen from the centre, of length one again."""
        return seen_from(self.centre, vectors)


def seen_from(centre: npt.NDArray[np.float32], vectors: Vectors) -> Vectors:
    """Vectors as seen from a point, of length one again."""
    moved = vectors - centre
    lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
    scaled: Vectors = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


def space_of(engine: SearchEngine) -> Space:
    """The space of the index that serves now."""
    return Space(engine.embedder, engine.centre())


def pack(vector: npt.NDArray[np.float32]) -> bytes:
    """A vector as it is stored: 16-bit floats."""
    return vector.astype(_STORED).tobytes()


def unpack(blobs: Iterable[bytes], *, dimension: int) -> Vectors:
    """Stored vectors as rows ``[n, dimension]``. Raises ``ValueError`` for another dimension."""
    flat = np.frombuffer(b"".join(blobs), dtype=_STORED)
    return flat.reshape(-1, dimension).astype(np.float32)

"""An encoder without meaning, for tests and for a machine without a model.

Honest: texts are near when they share character n-grams, and it claims no more. Needs no file,
no training, and gives the same vectors everywhere.
"""

from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

DIMENSION = 256
LENGTHS = (1, 2, 3)


class HashingEmbedder:
    """Character n-grams, counted into ``dimension`` signed buckets, of length one."""

    def __init__(self, dimension: int = DIMENSION) -> None:
        self.dimension = dimension
        self.revision = f"hashing-1-{dimension}"

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of ``[n, dimension]``; a text without a character gives zeros."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in _grams(text):
                code = crc32(gram.encode(errors="replace"))
                sign = 1.0 if code & 0x8000_0000 else -1.0
                vectors[row, code % self.dimension] += sign
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: npt.NDArray[np.float32] = vectors / np.maximum(lengths, 1e-12)
        return unit


def _grams(text: str) -> Iterator[str]:
    padded = f" {text} "
    for length in LENGTHS:
        for at in range(len(padded) - length + 1):
            if not (gram := padded[at : at + length]).isspace():
                yield gram

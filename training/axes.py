"""The axes along which embeddings are written: three quarters of the numbers, which say the same.

What the encoder makes of the texts it was taught lies nearly in a part of its space. The strongest
principal axes span it; they are taken about zero and not about the mean, since a cosine is. Then
they are turned at random, so that each number carries as much as any other: where an index keeps
eight bits of each, the strongest ones would be cut off (as in optimised product quantisation, Ge
et al., 2013).
"""

from collections.abc import Iterable
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from training.corpus import Pair

Array = NDArray[np.float32]
DIMENSION = 288
TEXTS = 12_000
SEED = 1
RECIPE = (DIMENSION, TEXTS, SEED)


def chosen_texts(pairs: Iterable[Pair]) -> list[str]:
    """Return `TEXTS` of the texts of all pairs, drawn by lots that follow from the texts."""
    texts = {text for pair in pairs for text in (pair.a, pair.b)}
    return sorted(texts, key=lambda text: (crc32(text.encode()), text))[:TEXTS]


def principal_axes(embeddings: Array, *, dimension: int = DIMENSION) -> Array:
    """Return the axes [dimension, width], at right angles, of embeddings [n, width]."""
    _, axes = np.linalg.eigh(embeddings.T @ embeddings)
    noise = np.random.default_rng(SEED).standard_normal((dimension, dimension))
    turned = np.linalg.qr(noise)[0]
    return np.ascontiguousarray((axes[:, -dimension:] @ turned).T, dtype=np.float32)

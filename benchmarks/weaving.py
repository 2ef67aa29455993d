"""Vectors for a shop that is too large to encode in minutes.

A text about one of the first ``REAL`` products is encoded by the model and kept. One about any
other product is encoded as if it were about one of those, and moved a little: near its base
(cosine about .97), and near nothing that the base is not near.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import numpy as np

from benchmarks.corpus import Product
from search.encoder import Embedder, Vectors
from search.text import normalise

REAL = 78
"""Products whose texts are encoded for what they say: 10,000 entries and a little more."""
MOVED = 0.25
_CODE = re.compile(r"\bk(\d+)\b")


class WovenEmbedder:
    """The model, with memory and this shortcut. ``kept`` is a file that survives the run; what
    another model has left there is not used."""

    def __init__(self, embedder: Embedder, kept: Path) -> None:
        self._embedder = embedder
        self._kept = kept
        self._known: dict[str, Vectors] = {}
        self.revision = embedder.revision
        if kept.exists():
            with np.load(kept, allow_pickle=False) as file:
                if str(file.get("revision", "")) == self.revision:
                    self._known = dict(zip(file["texts"].tolist(), file["vectors"], strict=True))
        self._size = len(self._known)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._embedder.dimension

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors ``[n, dimension]``."""
        bases = [base_of(text) for text in texts]
        new = [base for base in dict.fromkeys(bases) if base not in self._known]
        self._known.update(zip(new, self._embedder.encode(new), strict=True))
        rows = [self._known[base] for base in bases]
        pairs = zip(texts, bases, rows, strict=True)
        moved = [row if text == base else _moved(row, text) for text, base, row in pairs]
        return np.stack(moved) if moved else np.zeros((0, self.dimension), dtype=np.float32)

    def keep(self) -> None:
        """Write down what was encoded, where something new was."""
        if len(self._known) > self._size:
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            vectors = np.stack(list(self._known.values()))
            texts = np.array(list(self._known))
            np.savez(self._kept, texts=texts, vectors=vectors, revision=self.revision)


def base_of(text: str) -> str:
    """The text about a product of which texts are encoded; mostly the text itself."""
    code = _CODE.search(text)
    if code is None or int(code[1]) < REAL:
        return text
    one, other = Product(int(code[1])), Product(int(code[1]) % REAL)
    for lang in ("zh", "en"):
        text = text.replace(normalise(one.name(lang)), normalise(other.name(lang)))
    return text


def _moved(vector: Vectors, text: str) -> Vectors:
    """The vector a little aside, in a direction that hangs on the text alone."""
    aside = np.random.default_rng(crc32(text.encode())).normal(size=len(vector))
    moved = vector + MOVED * aside / np.linalg.norm(aside)
    unit: Vectors = (moved / np.linalg.norm(moved)).astype(np.float32)
    return unit

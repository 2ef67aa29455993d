"""What the engine needs of an encoder, and what stands there where there is none."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from search.errors import ModelUnusable

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """What the engine needs of an encoder. ``revision`` changes with every change of vectors."""

    @property
    def dimension(self) -> int: ...
    @property
    def revision(self) -> str: ...
    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors ``[n, dimension]``. Raises ``ModelUnusable`` or ``EncoderBusy``."""
        ...


class UnusableEmbedder:
    """Stands where a model should be, and says why there is none."""

    dimension = 0
    revision = ""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def encode(self, texts: Sequence[str]) -> Vectors:  # noqa: ARG002 (the protocol's)
        """Always raises ``ModelUnusable``."""
        raise ModelUnusable(self.reason)


def failure_of(embedder: Embedder) -> str:
    """Why an encoder cannot encode, as far as it has been tried; empty where it can."""
    return str(getattr(embedder, "reason", ""))

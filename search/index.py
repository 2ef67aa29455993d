"""What can be searched at one moment: live passages, their vectors and postings, in memory.

Needs no database and no folder: the engine that serves and ``flask eval`` build it alike.
Passages stand in the order of their levels, so what an audience may see is a prefix of everything
here, and no function has a default audience.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kb.disclosure import Audience
from search.faiss_store import FaissStore
from search.fields import FIELDS
from search.lexical import Postings
from search.passages import Kind, Passage
from search.stores import Vectors, VectorStore
from search.words import Terms

Positions = npt.NDArray[np.int64]
FieldTerms = Mapping[str, Sequence[Terms]]


@dataclass(frozen=True, slots=True)
class Question:
    """A query made ready: normalised text, terms by field, and its vector where there is one."""

    text: str
    terms: Mapping[str, Terms]
    vector: npt.NDArray[np.float32] | None


class Index:
    """Passages in the order of their levels, with everything needed to find them.

    ``vectors`` is ``[len(passages), dimension]``, or ``None`` for an index that is only lexical.
    """

    def __init__(
        self, passages: Sequence[Passage], terms: FieldTerms, vectors: Vectors | None
    ) -> None:
        order = sorted(range(len(passages)), key=lambda at: _place(passages[at]))
        self.passages = tuple(passages[at] for at in order)
        self.vectors = None if vectors is None else np.ascontiguousarray(vectors[order])
        self.levels = np.array([passage.level for passage in self.passages], dtype=np.int8)
        self.slugs = tuple(sorted({passage.slug for passage in self.passages}))
        numbers = {slug: number for number, slug in enumerate(self.slugs)}
        self.owners = np.array([numbers[one.slug] for one in self.passages], dtype=np.int64)
        self.repels = np.array([one.kind is Kind.NOT_FOR for one in self.passages], dtype=bool)
        self.postings = {name: Postings([terms[name][at] for at in order]) for name in terms}
        self.store = self._fill()

    def _fill(self) -> VectorStore | None:
        if self.vectors is None:
            return None
        store = FaissStore(self.vectors.shape[1])
        ids = np.arange(len(self.passages), dtype=np.int64)
        store.upsert(ids, self.vectors, levels=[passage.level for passage in self.passages])
        return store

    def visible(self, audience: Audience) -> int:
        """How many passages, from the first on, the audience may see."""
        return int(np.searchsorted(self.levels, audience.clearance, side="right"))


def terms_of(passages: Sequence[Passage]) -> dict[str, list[Terms]]:
    """The terms of each passage, by field."""
    return {one.name: [one.terms_of(passage) for passage in passages] for one in FIELDS}


def _place(passage: Passage) -> tuple[int, str, str, str, int]:
    return (passage.level, passage.slug, passage.lang, passage.kind, passage.ordinal)

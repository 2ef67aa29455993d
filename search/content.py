"""What an index generation holds: passages, what is counted in them, their vectors.

Everything stands in the order of places, level first, as the index reads it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
import numpy.typing as npt

from kb.disclosure import Level
from search.cells import Cells, Divided
from search.confidence import JUDGEMENT, Calibration
from search.guidance import NO_GUIDANCE, Guidance
from search.index import WHOLE, Index, Shelved, terms_of
from search.passages import Passage
from search.postings import Counts
from search.spelling import Spelling
from search.stores import Vectors
from search.table import LAYOUT, PassageTable
from search.text import RECIPE


@dataclass(frozen=True)
class Content:
    """Passages in the order of their places, their counts by field, and their vectors.

    ``vectors`` is ``None`` where no model was usable; ``revision``, the model's, is then empty.
    ``calibrations`` are those of the audiences, learned from what was live then; ``cells``
    divide the large shards of these very vectors; ``spellings`` are those of the levels.
    """

    passages: PassageTable
    counts: Mapping[str, Counts]
    vectors: Vectors | None
    revision: str
    calibrations: tuple[Calibration, ...] = ()
    guidance: Guidance = NO_GUIDANCE
    cells: tuple[Cells, ...] = ()
    spellings: Mapping[Level, Spelling] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """A name for exactly these passages, guidance, model, recipe and judgement."""
        made_by = f"{RECIPE} {JUDGEMENT} {self.revision} {self.guidance.as_json()}"
        digest = sha256(made_by.encode())
        digest.update(repr((self.passages.slugs, self.passages.langs)).encode())
        digest.update(repr(self.passages.windows).encode())
        for name in (name for name in LAYOUT.names or () if name != "source"):
            digest.update(np.ascontiguousarray(self.passages.columns[name]).data)
        digest.update(self.passages.texts)
        return digest.hexdigest()

    def index(self, *, now: datetime, earlier: Sequence[Divided] = ()) -> Index:
        """The index of exactly the passages that are live at ``now``.

        Nothing is copied where all are; else what is left of the counts is made anew. ``earlier``
        cells save work where the shards hardly changed (``search.cells.divide``).
        """
        live = self.passages.live(now)
        shelved = Shelved(
            self.passages, self.counts, self.vectors, self.cells, self.spellings, earlier
        )
        return Index.over(shelved if live.all() else _only(shelved, live), guidance=self.guidance)

    def only(self, kept: npt.NDArray[np.bool_]) -> "Content":
        """The content without some of its passages; calibrations are told by what they are of."""
        shelved = Shelved(self.passages, self.counts, self.vectors, self.cells, self.spellings)
        rest = _only(shelved, kept)
        return replace(
            self,
            passages=rest.passages,
            counts=rest.counts,
            vectors=rest.vectors,
            cells=tuple(rest.cells),
            spellings=rest.spellings,
        )


def content_of(
    passages: Sequence[Passage], vectors: Vectors | None, revision: str, **more: Any
) -> Content:
    """The content of these passages, in whatever order; ``vectors`` are by passage."""
    index = Index(passages, terms_of(passages), vectors)
    counts = {name: postings.counts for name, postings in index.postings.items()}
    return Content(index.passages, counts, index.vectors, revision, **more)


def _only(shelved: Shelved, live: npt.NDArray[np.bool_]) -> Shelved:
    """Some of the passages; what is counted by entry follows from them.

    A level that keeps all of its passages keeps its cells: what others hide changes nothing there.
    """
    whole = {level for level in Level if live[slice(*shelved.passages.span(level))].all()}
    cells = [one for one in shelved.cells if one.level in whole]
    spellings = {level: one for level, one in shelved.spellings.items() if level in whole}
    nowhere = np.zeros(0, dtype=np.int64)
    counts = {
        name: one.revised(live, nowhere, ())
        for name, one in shelved.counts.items()
        if name != WHOLE
    }
    vectors = None if shelved.vectors is None else shelved.vectors[live]
    return Shelved(shelved.passages.only(live), counts, vectors, cells, spellings, shelved.earlier)

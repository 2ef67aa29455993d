"""What a publication learns of its passages: how sure to be, and how large shards are divided.

Everything follows from what is live now. Nothing is learned again where the passages are the same.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from database import utc_now
from kb.disclosure import Audience, Level
from search.calibration import basis_of, learn
from search.cells import Cells, Divided
from search.confidence import Calibration
from search.content import Content
from search.generation import Generation
from search.sampling import teacher_of
from search.stores import Vectors

LEARNING_THREADS = 2
"""Half of the learning is in FAISS and NumPy, which let other threads go on."""
NO_VECTORS: Vectors = np.zeros((0, 0), dtype=np.float32)


def learned(content: Content, known: Generation | None) -> Content:
    """With what each audience's passages teach, and how the large shards are divided.

    Both are learned again only where passages changed.
    """
    if content.vectors is None:
        return content
    cells = known.content.cells if known else ()
    earlier = [Divided(_shard(known.content, one.level), one) for one in cells] if known else []
    kept = replace(content, cells=_undisturbed(content, known))
    now = utc_now()
    index = kept.index(now=now, earlier=earlier)
    alike = known is not None and known.content.revision == content.revision
    before = {one.basis: one for one in known.content.calibrations} if known and alike else {}

    def learned_by(audience: Audience) -> Calibration:
        same = before.get(basis_of(index, audience=audience))
        return same or learn(index, audience=audience)

    teachers = dict.fromkeys(teacher_of(index, audience=Audience(level)) for level in Level)
    with ThreadPoolExecutor(LEARNING_THREADS, thread_name_prefix="learn") as threads:
        calibrations = tuple(threads.map(learned_by, teachers))
    live, table = content.passages.live(now), content.passages
    made = index.store.cells if index.store is not None else ()
    cells = tuple(one for one in made if live[slice(*table.span(one.level))].all())
    return replace(content, calibrations=calibrations, cells=cells)


def _undisturbed(content: Content, known: Generation | None) -> tuple[Cells, ...]:
    """The cells of those shards whose vectors are what they were: dividing would give the same."""
    if known is None or content.vectors is None or known.content.vectors is None:
        return ()
    before = known.content
    return tuple(
        one
        for one in before.cells
        if np.array_equal(_shard(content, one.level), _shard(before, one.level))
    )


def _shard(content: Content, level: Level) -> Vectors:
    """The vectors of one level."""
    begin, end = content.passages.span(level)
    return NO_VECTORS if content.vectors is None else content.vectors[begin:end]

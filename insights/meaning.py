"""Whether two wordings mean the same, where their letters do not tell: for joining intents.

Only pairs that could be one want are encoded: asked one after the other, soon, the first without
success. Without a usable model letters alone decide.
"""

from collections.abc import Sequence

from insights.intents import Alike, Asked, doubtful_pairs
from insights.rewording import are_reworded
from insights.space import space_of
from search.engine import SearchEngine
from search.errors import EncoderBusy, ModelUnusable

ALIKE_AT = 0.3
"""Cosine seen from the centre of the knowledge base. Of the judged queries, one pair in four that
asks the same reaches it, and one in a hundred that does not."""


def alike_among(engine: SearchEngine, searches: Sequence[Asked]) -> Alike:
    """A judge of likeness for the searches of some sessions."""
    pairs = set(doubtful_pairs(searches))
    wordings = sorted({wording for pair in pairs for wording in pair})
    if not wordings:
        return are_reworded
    space = space_of(engine)
    try:
        vectors = space.centred(space.encode(wordings))
    except (ModelUnusable, EncoderBusy):
        return are_reworded
    places = {wording: at for at, wording in enumerate(wordings)}
    near = {
        (one, other)
        for one, other in pairs
        if float(vectors[places[one]] @ vectors[places[other]]) >= ALIKE_AT
    }
    return lambda one, other: (one, other) in near or are_reworded(one, other)

"""How the lanes become one score: a weighted sum, passage by passage.

Chosen on the dev sets (docs/search.md). Not rank fusion: ranks forget how far apart the scores
were, and the confidence needs exactly that.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.lexical import Overlap

WORD_WEIGHTS: Mapping[str, float] = {"words": 0.05, "whole": 0.2}
"""Weight of the words shared with the passage, and with its whole entry."""
PROSE_WEIGHTS: Mapping[str, float] = {"words": 0.3, "whole": 0.3}
"""The same where the passage is prose: a piece of an answer says much, and its vector a little of
each."""
FOREIGN_WORDS = 0.4
"""What shared words count between two languages: names and codes, and many accidents."""
FORGIVING_WEIGHTS: Mapping[str, float] = {"sound": 0.15, "spelling": 0.2}
"""Weight of the fields that forgive how a query was typed."""
MEANT_WEIGHT = 0.6
"""Weight of what editors call the words that the audience does not know."""

Values = npt.NDArray[np.float64]
Share = float | Values


@dataclass(frozen=True, slots=True)
class Lanes:
    """What each lane says of some passages: rows are the passages.

    ``similarity`` is the cosine, zeros where there is no vector. ``shares`` are the field scores
    as shares of the ideal (``search.lexical.Overlap``), ``best`` the best of them in the
    audience, ``native`` whether a passage is in the query's language, and ``prose`` whether it is
    a piece of an answer or a note.
    """

    similarity: Values
    shares: Mapping[str, Values]
    best: Mapping[str, Share]
    native: npt.NDArray[np.bool_]
    prose: npt.NDArray[np.bool_]


def share(overlap: Overlap, positions: npt.NDArray[np.int64]) -> Values:
    """The field scores of these passages divided by the ideal one; zeros where there is none."""
    scores = overlap.at(positions).astype(np.float64)
    return scores / overlap.ideal if overlap.ideal > 0 else np.zeros(len(positions))


def best_share(overlap: Overlap) -> float:
    """The best share of any passage of the audience."""
    return overlap.highest / overlap.ideal if overlap.ideal > 0 else 0.0


def fuse(lanes: Lanes) -> Values:
    """One score per passage; comparable within a query, and nearly so between queries.

    Words count by the geometric mean of two shares, that of the query and that of the best
    passage: a query in another language shares little with any, and then little is made of it.
    What forgives typing counts the less, the more of the words are found as they were typed.
    """
    fused = lanes.similarity.copy()
    for _name, part in contributions(lanes):
        fused += part
    return fused


def contributions(lanes: Lanes) -> Iterator[tuple[str, Values]]:
    """What each lexical lane adds to the cosine, passage by passage, in the order it is added."""
    trust = np.where(lanes.native, 1.0, FOREIGN_WORDS)
    for name, worth in worths(lanes.best).items():
        part = worth * lanes.shares[name]
        if name in WORD_WEIGHTS:
            part = part * trust * np.where(lanes.prose, _prose_rate(name), 1.0)
        yield name, part


def _prose_rate(name: str) -> float:
    """How many times as much words count in prose."""
    return PROSE_WEIGHTS[name] / WORD_WEIGHTS[name]


def worths(best: Mapping[str, Share]) -> dict[str, Any]:
    """What a share of each lexical lane counts, where these are the best shares of any passage."""
    missing = 1.0 - best["words"]
    heard = {name: np.maximum(best[name], 1e-9) for name in WORD_WEIGHTS}
    words = {name: weight / np.sqrt(heard[name]) for name, weight in WORD_WEIGHTS.items()}
    forgiving = {name: weight * missing for name, weight in FORGIVING_WEIGHTS.items()}
    return words | forgiving | {"meant": MEANT_WEIGHT * missing}


class Words:
    """The lexical lanes of one question, weighed once, to be added up for a few passages.

    Says what ``fuse`` says, but for the last digits, and skips the lanes that are silent.
    """

    def __init__(self, overlaps: Mapping[str, Overlap]) -> None:
        worth = worths({name: best_share(one) for name, one in overlaps.items()})
        loud = [(name, one) for name, one in overlaps.items() if one.highest > 0.0]
        weighed = {name: (one, float(worth[name]) / one.ideal) for name, one in loud}
        self._words = [
            (*weighed[name], weighed[name][1] * _prose_rate(name))
            for name in WORD_WEIGHTS
            if name in weighed
        ]
        self._forgiving = [each for name, each in weighed.items() if name not in WORD_WEIGHTS]

    def added(
        self,
        similarity: Values,
        positions: npt.NDArray[np.int64],
        *,
        native: npt.NDArray[np.bool_],
        prose: npt.NDArray[np.bool_],
    ) -> Values:
        """The fused scores of these passages: which are in the query's language, which prose."""
        fused = similarity
        if self._words:
            trust = np.where(native, 1.0, FOREIGN_WORDS)
            trust *= sum(
                np.where(prose, told, asked) * overlap.at(positions)
                for overlap, asked, told in self._words
            )
            fused = fused + trust
        for overlap, weight in self._forgiving:
            fused = fused + weight * overlap.at(positions)
        return fused

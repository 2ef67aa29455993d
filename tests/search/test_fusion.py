"""Fusion: lanes added up for a few passages say what lanes taken apart say."""

import numpy as np
import pytest

from search.fusion import (
    FORGIVING_WEIGHTS,
    WORD_WEIGHTS,
    Lanes,
    Values,
    Words,
    best_share,
    fuse,
    share,
)
from search.lexical import Overlap

NAMES = (*WORD_WEIGHTS, *FORGIVING_WEIGHTS, "meant")


@pytest.mark.parametrize("silent", [(), ("words", "whole"), ("spelling", "meant"), NAMES])
def test_words_add_up_to_what_their_lanes_are(silent: tuple[str, ...]) -> None:
    """Whichever lanes say nothing, and in either language of a passage."""
    chance = np.random.default_rng(7)
    overlaps = {}
    for name in NAMES:
        scores = chance.random(50).astype(np.float32)
        heard = name not in silent
        overlaps[name] = Overlap(scores if heard else scores * 0, 1.5 if heard else 0.0)
    positions, native = np.array([3, 3, 17, 40]), np.array([True, True, False, True])
    prose = np.array([True, False, True, False])
    similarity = chance.random(4)
    lanes = Lanes(
        similarity,
        {name: share(one, positions) for name, one in overlaps.items()},
        {name: best_share(one) for name, one in overlaps.items()},
        native,
        prose,
    )
    added = Words(overlaps).added(similarity, positions, native=native, prose=prose)
    assert fuse(lanes) == pytest.approx(added)


def fused(
    shares: dict[str, float], best: float = 1.0, *, native: bool = True, prose: bool = False
) -> float:
    """The score of one passage with these shares, no cosine, and this best share of words."""
    every: dict[str, Values] = {name: np.array([shares.get(name, 0.0)]) for name in NAMES}
    tops = dict.fromkeys(NAMES, 1.0) | {"words": best}
    lanes = Lanes(np.zeros(1), every, tops, np.array([native]), np.array([prose]))
    return float(fuse(lanes)[0])


@pytest.mark.parametrize("name", [*FORGIVING_WEIGHTS, "meant"])
def test_what_forgives_typing_counts_the_less_the_more_words_are_found(name: str) -> None:
    """In a straight line, down to nothing where all are found."""
    counted = [fused({name: 1.0}, best) for best in (0.0, 0.5, 1.0)]
    assert counted[0] > 0.1
    assert counted == pytest.approx([counted[0], counted[0] / 2, 0.0])


@pytest.mark.parametrize("name", WORD_WEIGHTS)
def test_words_count_more_in_prose_and_less_between_languages(name: str) -> None:
    """A piece of an answer says much; what two languages share are names, and accidents."""
    here = fused({name: 0.5})
    assert fused({name: 0.5}, prose=True) > 1.2 * here > 0.0
    assert fused({name: 0.5}, native=False) < 0.5 * here


def test_words_count_by_the_geometric_mean_of_two_shares() -> None:
    """Of the question's words, and of the best passage's: where all share little, little is made
    of it."""
    assert fused({"words": 0.25}, 0.25) == pytest.approx(fused({"words": 0.5}, 1.0))

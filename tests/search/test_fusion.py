"""Fusion: lanes added up for a few passages say what lanes taken apart say."""

import numpy as np
import pytest

from search.fusion import FORGIVING_WEIGHTS, WORD_WEIGHTS, Lanes, Words, best_share, fuse, share
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

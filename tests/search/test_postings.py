"""``search.postings``: counts that are revised are counts that are made anew."""

import random

import numpy as np
import pytest

from search.postings import NO_COUNTS, Counts, counts_of
from search.words import Terms

PARTS = ("terms", "begins", "passages", "counts", "lengths")


def spelled(count: int, seed: int) -> list[Terms]:
    """Terms of some passages, some of them empty."""
    dice = random.Random(seed)
    return [
        np.array(dice.choices(range(30), k=dice.randint(0, 12)), dtype=np.uint32)
        for _ in range(count)
    ]


def same(one: Counts, other: Counts) -> None:
    """Both say the same, array by array."""
    for part in PARTS:
        np.testing.assert_array_equal(getattr(one, part), getattr(other, part), err_msg=part)


@pytest.mark.parametrize("seed", range(6))
def test_revised_counts_are_those_of_all_that_is_left(seed: int) -> None:
    """Passages go and come anywhere in the order."""
    dice = random.Random(seed)
    old, added = spelled(40, seed), spelled(seed * 3, seed + 100)
    kept = np.array([dice.random() < 0.7 for _ in old])
    staying = [terms for terms, stays in zip(old, kept, strict=True) if stays]
    places = np.array(sorted(dice.sample(range(len(staying) + len(added)), len(added))), dtype=int)
    every, waiting = list(staying), iter(added)
    for place in places:
        every.insert(place, next(waiting))
    same(counts_of(every), counts_of(old).revised(kept, places, added))


def test_nothing_and_everything() -> None:
    """From no counts to some, and back."""
    made = counts_of(spelled(5, 1))
    nowhere = np.zeros(0, dtype=np.int64)
    same(made, NO_COUNTS.revised(np.zeros(0, dtype=bool), np.arange(5), spelled(5, 1)))
    same(NO_COUNTS, made.revised(np.zeros(5, dtype=bool), nowhere, ()))


def test_chapters_are_counted_as_their_passages_together() -> None:
    """Joined counts are those of the joined terms."""
    every = spelled(9, 4)
    begins = np.array([0, 1, 4, 8])
    chapters = np.array([0, 1, 1, 1, 2, 2, 2, 2, 3])
    together = [np.concatenate(every[a:b]) for a, b in zip(begins, [*begins[1:], 9], strict=True)]
    same(counts_of(together), counts_of(every).joined(chapters, begins))


def test_a_prefix_is_all_that_is_seen() -> None:
    """Occurrences behind the visible passages are not given, and unknown terms have none."""
    counts = counts_of([np.array([5, 5], dtype=np.uint32), np.array([5], dtype=np.uint32)])
    found = counts.occurrences(np.array([5, 6], dtype=np.uint32), visible=1)
    assert [([0], [2]), ([], [])] == [(a.tolist(), b.tolist()) for a, b in found]

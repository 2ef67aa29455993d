"""What slips cost: drawn as people make them, and mostly undone."""

import random
from collections.abc import Iterator

import pytest

from benchmarks.slips import (
    Cost,
    Typing,
    a_space_missing,
    costs,
    in_a_word,
    same_sound,
    table,
)
from benchmarks.subjects import shipped, shipped_model
from search.slips import slips
from search.sound import sound_of

MOST_LOST = 0.04
"""Of R@1, by one slip in each question of the shop."""
LEAST_WON = {"letter": 0.6, "space": 0.6, "sound": 0.3}
"""Share of what a slip costs that is won back."""


@pytest.fixture(scope="module")
def shop() -> Iterator[list[Cost]]:
    """What slips cost the shipped shop."""
    with shipped(shipped_model()) as subject:
        yield list(costs(subject))


@pytest.mark.parametrize("slip", LEAST_WON)
def test_most_of_what_a_slip_costs_is_won_back(shop: list[Cost], slip: str) -> None:
    """In the shop's own questions."""
    cost = next(one for one in shop if one.slip == slip)
    assert cost.typed < cost.plain
    assert cost.mended > cost.plain - MOST_LOST
    assert cost.mended - cost.typed > LEAST_WON[slip] * (cost.plain - cost.typed)


@pytest.mark.parametrize(
    ("typing", "text"),
    [(in_a_word, "where is my parcel 12"), (same_sound, "我的快递到哪里了 ok")],
)
def test_one_slip_is_made(typing: Typing, text: str) -> None:
    """In one word or one character; a text that offers no place for it stays."""
    chance = random.Random(3)
    typed = [typing(text, chance) for _ in range(50)]
    assert len(set(typed)) > 5
    for one in set(typed) - {text}:
        assert _is_one_slip(text, one)
    assert "12 ok" == typing("12 ok", chance)


def test_a_space_is_left_out() -> None:
    """Between two words, never beside a number."""
    chance = random.Random(3)
    typed = {a_space_missing("where is 12 it", chance) for _ in range(20)}
    assert {"whereis 12 it"} == typed
    assert "a 1 b" == a_space_missing("a 1 b", chance)


def _is_one_slip(text: str, typed: str) -> bool:
    if not text.isascii():
        changed = [(a, b) for a, b in zip(text, typed, strict=True) if a != b]
        return len(changed) == 1 and sound_of(changed[0][0]) == sound_of(changed[0][1])
    words = [(a, b) for a, b in zip(text.split(), typed.split(), strict=True) if a != b]
    return len(words) == 1 and words[0][1] in set(slips(words[0][0]))


def test_the_table_ends_with_the_means() -> None:
    """One line a set and kind, and one for each kind."""
    rows = [Cost("a", "letter", 3, 0.8, 0.6, 0.7), Cost("b", "letter", 3, 0.6, 0.5, 0.6)]
    rows.append(Cost("b", "sound", 2, 1.0, 0.5, 0.5))
    said = table(rows).splitlines()
    assert "| **mean** | letter | | 0.700 | 0.550 | 0.650 |" in said
    assert "| **mean** | sound | | 1.000 | 0.500 | 0.500 |" in said

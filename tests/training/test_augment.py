"""Noise that is taught on purpose."""

import random

from pypinyin import lazy_pinyin

from training.augment import (
    augment,
    drop_character,
    latin_typo,
    mix_languages,
    swap_homophone,
)


def test_a_homophone_sounds_the_same():
    """One character changes and the reading does not."""
    text = "怎么退货"
    changed = swap_homophone(text, random.Random(3))
    assert text != changed
    assert len(text) == len(changed)
    assert lazy_pinyin(text)[:1] == lazy_pinyin(text)[:1]
    assert 1 == sum(a != b for a, b in zip(text, changed, strict=True))


def test_a_character_is_dropped_only_from_a_text_that_can_spare_it():
    """A short word keeps its meaning."""
    assert "退货" == drop_character("退货", random.Random(1))
    assert 6 == len(drop_character("怎么申请退货呢", random.Random(1)))


def test_a_typo_stays_inside_its_word():
    """First and last letters stay, spaces stay."""
    changed = latin_typo("return my order", random.Random(5))
    assert "return my order" != changed
    assert 3 == len(changed.split())


def test_a_word_is_replaced_by_its_first_gloss():
    """The shopper's 退货 becomes return."""
    mixed = mix_languages("怎么退货", {"退货": ["return goods"]}, random.Random(1))
    assert "怎么 return goods" == mixed


def test_nothing_to_change_means_unchanged():
    """Digits have no homophones, no letters and no glosses."""
    chance = random.Random(1)
    assert "123" == swap_homophone("123", chance)
    assert "123" == latin_typo("123", chance)
    assert "123" == mix_languages("123", {}, chance)


def test_only_the_wanted_share_is_noisy():
    """A share of nothing leaves every text alone; the draw repeats with its seed."""
    assert "怎么申请退货" == augment("怎么申请退货", {}, random.Random(1), share=1e-9)
    first = [augment("怎么申请退货", {}, random.Random(9), share=0.9) for _ in range(3)]
    assert 1 == len(set(first))

"""The project's own phrasings."""

import pytest

from training.phrases import SOURCE, phrase_pairs, read_groups

TEXT = """
# head
device = 耳机, earphones; 手机, phone

退货怎么弄
how do I return it

{device}坏了
my {device} is broken
"""


def test_slots_are_filled_with_the_same_word_in_both_languages():
    """A drawn group asks about one device."""
    groups = read_groups(TEXT)
    assert ["退货怎么弄", "how do i return it"] == groups[0]
    assert {("耳机坏了", "my earphones is broken"), ("手机坏了", "my phone is broken")} == {
        tuple(group) for group in groups[1:]
    }


def test_an_unknown_slot_is_named():
    """A typing error in the file is reported with the line it is on."""
    with pytest.raises(ValueError, match="colour"):
        read_groups("{colour}的有吗\nis there a {colour} one")


def test_a_chain_of_pairs_links_every_group(tmp_path):
    """Two phrasings make one pair of kind intent."""
    path = tmp_path / "phrases.txt"
    path.write_text("退款多久到\nwhen is my refund due", "utf-8")
    (pair,) = phrase_pairs(path)
    assert ("退款多久到", "when is my refund due", "intent") == (pair.a, pair.b, pair.kind)


def test_the_file_that_ships_can_be_read():
    """Every group has at least two phrasings."""
    assert all(len(group) >= 2 for group in read_groups(SOURCE.read_text("utf-8")))

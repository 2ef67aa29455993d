"""What Chinese words mean, as read from dictionaries."""

import gzip

import pytest

from training.corpus import Pair
from training.glosses import clean_gloss, parse_cedict, read_glosses, read_shop_words


@pytest.mark.parametrize(
    ("gloss", "expected"),
    [
        ("to return merchandise", "return merchandise"),
        ("(coll.) express delivery", "express delivery"),
        ("CL:個|个[ge4]", ""),
        ("variant of 件[jian4]", ""),
        ("surname Wang", ""),
    ],
)
def test_a_gloss_keeps_only_what_carries_meaning(gloss, expected):
    """Notes, measure words and cross references would only blur a word's first embedding."""
    assert expected == clean_gloss(gloss)


def test_cedict_lines_are_read_under_the_simplified_word():
    """Comments are skipped and glosses keep their order."""
    lines = ["# CC-CEDICT", "退貨 退货 [tui4 huo4] /to return merchandise/to withdraw a product/"]
    assert {"退货": ["return merchandise", "withdraw a product"]} == parse_cedict(lines)


def test_synonyms_come_before_older_editions(tmp_path):
    """The newest source gives the first meanings; a meaning is listed once."""
    with gzip.open(tmp_path / "cedict-2005.u8.gz", "wt", encoding="utf-8") as out:
        out.write("蘋果 苹果 [ping2 guo3] /apple/apple fruit/\n")
    pairs = [Pair("苹果", "apple", "synonym", "zhen_cedict")]
    assert ["apple", "apple fruit"] == read_glosses(tmp_path, pairs)["苹果"]


def test_the_shop_words_are_well_formed():
    """Every line of the project's own list gives a word at least one meaning."""
    words = read_shop_words()
    assert len(words) > 200
    assert all(words.values())

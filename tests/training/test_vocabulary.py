"""Which pieces the model reads, and how likely each is."""

from collections import Counter

from training.vocabulary import (
    chinese_pieces,
    count_words,
    english_pieces,
    load_pieces,
    save_pieces,
)

WORDPIECES = [
    "[PAD]",
    "[unused0]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "!",
    "a",
    "return",
    "##ed",
    "##!",
    "и",
    "退",
    "café",
]


def test_english_pieces_keep_their_rows_and_lose_what_shops_never_use():
    """Unused pieces, other scripts and the original's Han characters make room."""
    pieces = {piece.text: piece.origin for piece in english_pieces(WORDPIECES)}
    expected = {
        "[PAD]": 0,
        "[UNK]": 2,
        "[CLS]": 3,
        "[SEP]": 4,
        "!": 6,
        "▁a": 7,
        "▁return": 8,
        "ed": 9,
        "▁café": 13,
    }
    assert expected == {text: pieces[text] for text in expected}
    assert {"и", "▁и", "退", "[unused0]"}.isdisjoint(pieces)


def test_words_are_counted_along_the_likeliest_cut():
    """研究生命 is 研究 and 生命, not 研究生 and 命."""
    general = Counter({"研究": 900, "研究生": 300, "生命": 900, "命": 100, "起源": 500})
    assert {"研究": 1, "生命": 1, "起源": 1} == count_words(["研究生命起源 abc"], general, [])


def test_chinese_pieces_take_wanted_words_first_and_stop_at_the_size():
    """Characters always have a place, then the shop's words, then the most frequent ones."""
    general = Counter({"我们": 50, "苹果": 20, "生僻": 1})
    pieces = chinese_pieces(
        Counter({"苹果": 5}), general, ["我们", "苹果", "生僻"], size=9, always=["催发货"]
    )
    words = [piece.text for piece in pieces if len(piece.text) > 1]
    assert ["催发货", "苹果", "我们"] == words
    assert 9 == len(pieces)
    assert all(piece.origin is None and piece.score < 0 for piece in pieces)


def test_pieces_survive_saving(tmp_path):
    """Pieces are kept between steps without loss."""
    pieces = english_pieces(WORDPIECES)
    save_pieces(pieces, tmp_path / "pieces.json")
    assert pieces == load_pieces(tmp_path / "pieces.json")

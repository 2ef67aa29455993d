"""How texts are cut."""

import pytest
from tokenizers import Tokenizer

from training.tokenizer import build_tokenizer, save_tokenizer
from training.vocabulary import Piece

ENGLISH = ["▁return", "▁ref", "und", "ed", "u", "nded", "▁3", "▁wi", "▁fi", "-", "?", "!"]
CHINESE = ["退货", "怎么", "怎么办", "办理", "理", "天", "我"]


@pytest.fixture
def tokenizer():
    special = [Piece(name, 0.0, 0) for name in ("[PAD]", "[UNK]", "[CLS]", "[SEP]")]
    scores = {"▁ref": -4.0, "u": -9.0, "怎么办": -9.0, "理": -9.0}
    rest = [Piece(text, scores.get(text, -6.0), None) for text in ENGLISH + CHINESE]
    return build_tokenizer([*special, *rest], max_tokens=12)


def cut(tokenizer, text):
    return tokenizer.encode(text, add_special_tokens=False).tokens


def test_languages_are_cut_apart_and_only_latin_words_are_marked(tokenizer):
    """Han runs, words, digits and punctuation are separate, with or without spaces."""
    assert ["退货", "▁return", "怎么", "办理", "?"] == cut(tokenizer, "退货Return怎么办理？")
    assert ["我", "▁3", "天"] == cut(tokenizer, "我3天")
    assert ["▁wi", "-", "▁fi", "!"] == cut(tokenizer, "Wi-Fi！")


def test_a_word_of_several_pieces_is_continued_without_a_mark(tokenizer):
    """The long first piece wins, as in WordPiece."""
    assert ["▁ref", "und", "ed"] == cut(tokenizer, "refunded")


def test_special_tokens_frame_a_text_and_long_texts_end(tokenizer):
    """The tokenizer itself adds [CLS] and [SEP] and cuts at its limit, with no padding."""
    assert ["[CLS]", "退货", "[SEP]"] == tokenizer.encode("退货").tokens
    assert 12 == len(tokenizer.encode("退货" * 40).ids)
    assert [3, 4] == [len(item.ids) for item in tokenizer.encode_batch(["退货", "退货 return"])]


def test_a_saved_tokenizer_cuts_the_same(tokenizer, tmp_path):
    """The compact file loses nothing."""
    save_tokenizer(tokenizer, tmp_path / "tokenizer.json")
    loaded = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    text = "退货Return怎么办理 refunded 3天?"
    assert tokenizer.encode(text).ids == loaded.encode(text).ids


def test_a_vocabulary_without_special_pieces_is_refused():
    """Their numbers are part of the folder's contract."""
    with pytest.raises(ValueError, match="must begin with"):
        build_tokenizer([Piece("a", -1.0, None)])

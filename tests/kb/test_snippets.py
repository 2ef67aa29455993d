"""``kb.snippets``: the beginning of an answer, cut where a reader would."""

from hypothesis import given
from hypothesis import strategies as st

from kb.snippets import snippet


def test_short_text_is_whole() -> None:
    """Nothing is added to an answer that fits; its lines are joined."""
    assert "One line. Two." == snippet("One line.\nTwo.")
    assert "" == snippet(" \n ")


def test_cut_after_a_sentence() -> None:
    """A sentence that ends in the last half is a good end, in either language."""
    assert "啊" * 80 + "。" == snippet("啊" * 80 + "。" + "哦" * 80)
    assert "word " * 15 + "end." == snippet("word " * 15 + "end. " + "more " * 30)


def test_no_end_at_a_semicolon() -> None:
    """Half a sentence says that it goes on."""
    assert "啊" * 80 + "…" == snippet("啊" * 80 + "；" + "哦" * 80)
    assert "word " * 15 + "end…" == snippet("word " * 15 + "end; " + "more " * 30)


def test_chinese_sentences_join_without_a_gap() -> None:
    """Lines of Chinese are joined as Chinese is written, those of English with a space."""
    assert "先看。再说。OK. Then." == snippet("先看。\n再说。\nOK.\nThen.")


def test_cut_between_words_or_anywhere() -> None:
    """Without such an end the cut falls between words, and inside a long word only if it must."""
    assert ("word " * 24).strip() + "…" == snippet("word " * 60)
    assert "字" * 120 + "…" == snippet("字" * 300)
    assert "A version 3.5 of" in snippet("A version 3.5 of " + "it " * 60)


@given(st.text(max_size=400))
def test_never_longer_than_asked(text: str) -> None:
    """At most 120 characters and the ellipsis, on one line, all from the beginning."""
    found = snippet(text)
    assert len(found) <= 121
    assert "\n" not in found
    assert " ".join(text.split()).startswith(found.removesuffix("…").rstrip())

"""The list by which a typing slip is known: words, and nothing that only looks like one."""

from training.slips import COMMON, COMMONER, OCCURS, english_words


def test_the_commonest_word_comes_first() -> None:
    """Words that occur often enough; then wordpieces that do not occur, in their order."""
    texts = ["send it back"] * OCCURS + ["send parcels"] * (OCCURS - 1)
    assert ["send", "back", "it", "zebra", "apple"] == english_words(texts, ["zebra", "apple"])


def test_a_slip_of_a_commoner_word_is_no_word() -> None:
    """However often it is made; an ending is none, nor is a whole wordpiece that occurs."""
    common = ["adress address chnage change refunds refund"] * OCCURS
    texts = [*common, *["address change refund"] * OCCURS * COMMONER]
    assert {"address", "change", "refund", "refunds"} == set(english_words(texts, []))
    assert "adress" in english_words(texts, ["adress"])


def test_a_word_of_a_dictionary_is_a_word() -> None:
    """However like a common one; last where it does not occur. Fragments are none."""
    texts = ["about it"] * OCCURS * COMMONER + ["abort it"] * OCCURS
    assert ["it", "about"] == english_words(texts, [])
    assert ["it", "about", "abort", "nappy"] == english_words(texts, [], ["abort", "nappy"])
    assert [] == english_words(["didn't", "they'll", "didn’t"] * OCCURS, ["didn", "ll"])


def test_a_wordpiece_that_lacks_a_letter_of_a_common_word_is_no_word() -> None:
    """German *oder* is a slip of *order*, where it does not occur as a word of its own."""
    texts = ["my order"] * COMMON
    assert ["my", "order", "ordner"] == english_words(texts, ["oder", "ordner"])
    assert "oder" in english_words([*texts, *["oder"] * OCCURS], ["oder"])

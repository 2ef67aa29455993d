"""``search.words``, ``search.sound`` and ``search.fields``: what BM25 counts."""

from concurrent.futures import ThreadPoolExecutor
from time import thread_time

import numpy as np
import pytest

from search.fields import FIELDS, query_terms, spelling_terms
from search.sound import cut_pinyin, sound_terms
from search.words import stem, words


def shared(one: object, other: object) -> int:
    """How many terms two texts have in common."""
    return len(np.intersect1d(one, other))  # type: ignore[arg-type]


def test_chinese_gives_characters_and_pairs() -> None:
    """No word list decides what can be found."""
    assert ["退", "货", "款", "退货", "货款"] == list(words("退货款"))


def test_latin_words_are_stemmed_and_folded() -> None:
    """Endings, accents and small words do not keep a question from its entry."""
    assert ["return", "order", "cafe"] == list(words("the returning orders café"))


def test_codes_are_found_whole_and_in_parts() -> None:
    """AB-12 is found as AB12, AB 12 and AB-12."""
    assert {"ab", "12", "ab12"} <= set(words("ab-12"))
    assert {"ab12", "ab", "12"} <= set(words("ab12"))


def test_stemming_is_safe_in_threads() -> None:
    """The stemmer keeps state; many threads at once must not mix their words."""
    with ThreadPoolExecutor(8) as pool:
        stems = list(pool.map(lambda at: stem(f"{'ab' * (at % 50 + 2)}ing"), range(2_000)))
    assert [f"{'ab' * (at % 50 + 2)}" for at in range(2_000)] == stems


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("tuihuo", ("tui", "huo")), ("zenmetui", ("zen", "me", "tui")), ("return", ()), ("th", ())],
)
def test_pinyin_is_cut_into_syllables(word: str, syllables: tuple[str, ...]) -> None:
    """A word is pinyin only when nothing of it is left over."""
    assert syllables == cut_pinyin(word)


@pytest.mark.parametrize(("typed", "meant"), [("退或", "怎么退货"), ("积分对换", "积分兑换")])
def test_sound_finds_homophones(typed: str, meant: str) -> None:
    """What sounds the same shares terms."""
    assert shared(sound_terms(typed), sound_terms(meant))


def test_misspelt_words_share_most_grams() -> None:
    """``refnud`` is nearer to refund than to return."""
    typo = spelling_terms("refnud")
    assert shared(typo, spelling_terms("refund")) > shared(typo, spelling_terms("return"))


@pytest.mark.parametrize("letter", ["退", "a", "a-", "1.", "'", "tui", "_"])
def test_Q08_terms_are_made_in_linear_time(letter: str) -> None:
    """10⁵ hostile characters give terms in well under a second for every field."""
    text = (letter * 100_000)[:100_000]
    begun = thread_time()
    for field in FIELDS:
        if field.name in ("words", "spelling"):
            field.terms(text)
    assert thread_time() - begun < 1.0


@pytest.mark.parametrize("query", ['"', "-x", "near(", "a or", "'; drop", "${jndi}", "(a+)+$"])
def test_Q04_operators_are_plain_text(query: str) -> None:
    """No query language is spoken here."""
    assert set(query_terms(query)) == {field.name for field in FIELDS}

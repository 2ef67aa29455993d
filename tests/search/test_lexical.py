"""``search.lexical``: BM25 as the literature has it, for one audience at a time."""

import random

import bm25s
import numpy as np
import pytest

from search.lexical import K1, B, Postings, best_of
from search.words import Terms, terms

TEXTS = ["怎么退货", "退款多久到账", "return an order", "order, then return the item", "发票"]


def postings(texts: list[str]) -> Postings:
    """The postings of some texts."""
    return Postings([terms(text) for text in texts])


def test_scores_are_those_of_the_library() -> None:
    """Our sums are Lucene's BM25 as ``bm25s`` computes it, passage by passage."""
    dice = random.Random(3)
    vocabulary = [f"w{number}" for number in range(40)]
    texts = [dice.choices(vocabulary, k=dice.randint(1, 30)) for _ in range(200)]
    numbers = {word: number for number, word in enumerate(vocabulary)}
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index(texts, show_progress=False)
    own = Postings([np.array([numbers[w] for w in text], dtype=np.uint32) for text in texts])
    for _ in range(30):
        query = sorted(set(dice.choices(vocabulary, k=5)))
        ours = own.overlap(np.array([numbers[w] for w in query], dtype=np.uint32), visible=200)
        theirs = reference.get_scores(query) * 1.0
        np.testing.assert_allclose(theirs, ours.scores, rtol=1e-4, atol=1e-5)


def test_L10_hidden_passages_do_not_shift_visible_scores() -> None:
    """The scores of the visible prefix are those of an index that holds nothing else, exactly."""
    hidden = ["退货退货退货", "订单 return return", "发票发票"] * 50
    with_hidden = postings(TEXTS + hidden)
    alone = postings(TEXTS)
    for query in ("退货", "return order", "发票怎么开"):
        one = with_hidden.overlap(terms(query), visible=len(TEXTS))
        other = alone.overlap(terms(query), visible=len(TEXTS))
        assert other.ideal == one.ideal
        np.testing.assert_array_equal(other.scores, one.scores)


@pytest.mark.parametrize("query", ["", "？", "完全没有"])
def test_a_query_without_a_match_scores_zero(query: str) -> None:
    """Nothing shared is nothing found."""
    assert not postings(TEXTS).overlap(terms(query), visible=len(TEXTS)).scores.any()


def test_nothing_visible_and_nothing_at_all() -> None:
    """No passages are no error."""
    nothing: list[Terms] = []
    assert 0 == len(Postings(nothing).overlap(terms("退货"), visible=0).scores)
    assert 0 == len(postings(TEXTS).overlap(terms("退货"), visible=0).scores)


def test_the_ideal_is_out_of_reach() -> None:
    """Not even a passage that is the query itself has every term at full weight: about half."""
    overlap = postings([*TEXTS, "return an order"]).overlap(
        terms("return an order"), visible=len(TEXTS) + 1
    )
    assert 0.4 < overlap.scores.max() / overlap.ideal < 0.8


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 1.0])
def test_the_best_of_many_are_those_of_a_sort(seed: int, share: float) -> None:
    """Looking at a few scores first changes nothing, however many are zero or equal."""
    dice = np.random.default_rng(seed)
    scores = dice.integers(1, 200, 50_000).astype(np.float32)
    scores[dice.random(50_000) >= share] = 0.0
    order = np.lexsort((np.arange(50_000), -scores))[:64]
    expected = np.sort(order[scores[order] > 0])
    np.testing.assert_array_equal(expected, best_of(scores, 64))

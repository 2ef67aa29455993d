"""``search.rankings``: what is kept of questions, and words compared while the encoder works."""

import gc
import threading
import weakref
from collections.abc import Sequence

import numpy as np
import pytest

from database import utc_now
from kb.disclosure import Audience
from search.hashing import HashingEmbedder
from search.index import Index
from search.lexical import Overlap
from search.question import Question
from search.rankings import Rankings
from search.results import Mode
from tests.search.shop import ANYONE, EDITOR, Shop


def test_Q09_the_cache_is_bounded_and_kept_apart(shop: Shop) -> None:
    """A flood of queries leaves a bounded cache, and no audience sees another's entry in it."""
    shop.write("secret", disclosure="internal", question="怎么退货内部流程")
    shop.publish()
    engine = shop.engine()
    inside = engine.search("怎么退货内部流程", audience=EDITOR, lang="zh")
    outside = engine.search("怎么退货内部流程", audience=ANYONE, lang="zh")
    assert "secret" == inside.hits[0].slug
    assert outside == shop.engine().search("怎么退货内部流程", audience=ANYONE, lang="zh")
    rankings, serving = Rankings(shop.embedder, kept=10), engine.serving(now=utc_now())
    for number in range(50):
        rankings.of(f"退货 {number}", serving, audience=ANYONE)
    assert 10 == len(rankings)


def test_what_is_kept_of_questions_lets_an_old_index_go(shop: Shop) -> None:
    """A worker of a shop that publishes often holds one index, not one for each publication."""
    engine = shop.engine()
    engine.search("怎么退货", audience=ANYONE, lang="zh")
    old = weakref.ref(engine.serving(now=utc_now()).index)
    shop.write("gift-wrap", question="可以礼品包装吗？")
    shop.publish()
    engine.search("怎么包装", audience=ANYONE, lang="zh")
    gc.collect()
    assert old() is None


def test_L21_a_hidden_publication_makes_no_known_question_slow(shop: Shop) -> None:
    """What was asked before is known on: no time tells that something hidden was published."""
    encoded: list[str] = []
    engine = shop.engine()
    encode = shop.embedder.encode
    shop.embedder.encode = lambda texts: (encoded.extend(texts), encode(texts))[1]  # type: ignore[method-assign]
    known = engine.search("怎么退货", audience=ANYONE, lang="zh")
    shop.write("secret", disclosure="internal", question="怎么退货内部流程")
    shop.publish()
    encoded.clear()
    again = engine.search("怎么退货", audience=ANYONE, lang="zh")
    assert (known.hits, []) == (again.hits, encoded)
    shop.write("gift-wrap", question="可以礼品包装退货吗？")
    shop.publish()
    encoded.clear()
    engine.search("怎么退货", audience=ANYONE, lang="zh")
    assert ["怎么退货"] == encoded


def test_words_are_compared_while_the_encoder_works(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The encoder waits for the words to have been compared: one after the other, it would fail."""
    compared = threading.Event()
    overlaps = Index.overlaps

    def noted(index: Index, question: Question, *, audience: Audience) -> dict[str, Overlap]:
        found = overlaps(index, question, audience=audience)
        compared.set()
        return found

    class Slow(HashingEmbedder):
        def encode(self, texts: Sequence[str]) -> np.ndarray:
            assert compared.wait(10)
            return super().encode(texts)

    shop.embedder = Slow()
    monkeypatch.setattr(Index, "overlaps", noted)
    found = shop.engine().search("怎么退货", audience=ANYONE, lang="zh")
    assert (Mode.HYBRID, True) == (found.mode, bool(found.hits))

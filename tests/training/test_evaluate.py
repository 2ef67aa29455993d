"""The yardstick itself."""

import json

import numpy as np
import pytest

from training.evaluate import auroc, bm25, measure, pieces, read_set, table, terms


def test_auroc_counts_ties_half():
    """One of two positives is above the negative, the other ties."""
    assert 0.75 == auroc(np.array([0.9, 0.5], np.float32), np.array([0.5], np.float32))
    assert auroc(np.array([0.9], np.float32), np.array([], np.float32)) is None


def test_terms_are_han_characters_their_pairs_and_latin_words():
    """Part numbers stay whole."""
    assert ["退", "货", "退货", "e015"] == terms("退货 e015")


def test_bm25_prefers_the_passage_with_the_rarer_shared_term():
    """A word that every passage has decides nothing."""
    scores = bm25(["退货 流程", "退货 运费", "退货 地址"], ["退货运费"])
    assert 1 == scores[0].argmax()


def test_an_answer_is_cut_at_sentences():
    """Short sentences share a piece, long answers have several."""
    assert ["好的。 可以。"] == pieces("好的。可以。")
    assert 2 == len(pieces("一" * 100 + "。" + "二" * 100 + "。"))


def test_recall_and_auroc_of_a_tiny_set(tmp_path):
    """Alternates count for their entry; unanswerable queries only for AUROC."""
    entries = [{"id": "r", "question": "red", "alts": ["rouge"]}, {"id": "b", "question": "blue"}]
    queries = [
        {"q": "rouge", "ids": ["r"]},
        {"q": "blue", "ids": ["r"]},
        {"q": "tree", "ids": []},
        {"q": "red", "ids": ["b"], "split": "test"},
    ]
    for name, rows in (("entries", entries), ("queries", queries)):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    words = ["red", "rouge", "blue", "tree"]

    def encode(texts):
        return np.array([[float(text == word) for word in words] for text in texts], np.float32)

    result = measure(read_set(tmp_path), encode)
    assert 0.5 == result.dense
    assert pytest.approx(1.0) == result.dense_auroc
    assert "0.500 (1.000)" in table({"tiny": result})

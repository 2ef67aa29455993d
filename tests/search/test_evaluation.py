"""``search.evaluation``: the figures of ``flask eval run``."""

import json
from pathlib import Path

import pytest

from search.errors import FileInvalid
from search.evaluation import (
    Answer,
    JudgedQuery,
    ask,
    auroc,
    engine_over,
    figures,
    found_within,
    read_entries,
    read_queries,
)
from search.hashing import HashingEmbedder
from search.results import Outcome

ENTRIES = (
    {"id": "return", "question": "怎么退货？", "alts": ["不想要了"], "topic": "after"},
    {"id": "invoice", "question": "", "answer": "发票在订单页开具。"},
    {"id": "parcel", "question": "快递到哪里了？", "answer": None},
)
QUERIES = (
    {"q": "怎么退货", "ids": ["return"], "split": "dev"},
    {"q": "发票在哪里开具", "ids": ["invoice"], "split": "dev"},
    {"q": "hello world", "ids": [], "split": "dev"},
    {"q": "快递到哪里", "ids": ["parcel"], "split": "test"},
)
KEYS = {
    "entries",
    "queries",
    "unanswerable",
    "r_at_1",
    "r_at_5",
    "mrr_at_10",
    "auroc",
    "answered",
    "suggested",
    "missed",
    "wrong_among_answered",
    "ms_p50",
    "ms_p95",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation, with a question missing here and an answer there."""
    for name, records in (("entries", ENTRIES), ("queries", QUERIES)):
        lines = (json.dumps(record, ensure_ascii=False) for record in records)
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), "utf-8")
    return tmp_path


def test_the_engine_that_serves_is_asked(folder: Path) -> None:
    """Entries with or without question or answer are found, and the figures have their names."""
    entries = read_entries(folder)
    engine = engine_over(entries, HashingEmbedder())
    measured = figures(list(ask(engine, read_queries(folder))), entries=len(entries))
    assert set(measured.as_dict()) == KEYS
    assert (3, 4, 1) == (measured.entries, measured.queries, measured.unanswerable)
    assert (1.0, 1.0, 1.0) == (measured.r_at_1, measured.r_at_5, measured.mrr_at_10)
    assert 1.0 == round(measured.answered + measured.suggested + measured.missed, 3)


def test_a_split_is_a_part(folder: Path) -> None:
    """Only its queries are asked."""
    assert 3 == len(read_queries(folder, split="dev"))


def test_a_bad_line_is_named(folder: Path) -> None:
    """File and line of what cannot be read."""
    (folder / "queries.jsonl").write_text('{"q": "a", "ids": []}\nnonsense\n', "utf-8")
    with pytest.raises(FileInvalid, match=r"queries\.jsonl:2"):
        read_queries(folder)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"q": "a"}', "'ids' is missing"),
        ('{"q": "a", "ids": 3}', "not iterable"),
        ('{"q": "a", "ids": [], "level": "king"}', "king"),
        ("[]", "one JSON object"),
    ],
)
def test_a_line_that_is_no_query_is_named(folder: Path, line: str, said: str) -> None:
    """With what is wrong with it, and no other error."""
    (folder / "queries.jsonl").write_text(line + "\n", "utf-8")
    with pytest.raises(FileInvalid, match=rf"queries\.jsonl:1: .*{said}"):
        read_queries(folder)


def test_a_query_may_have_no_ids(folder: Path) -> None:
    """As an empty list says it: nothing answers."""
    (folder / "queries.jsonl").write_text('{"q": "a", "ids": null}\n', "utf-8")
    assert not read_queries(folder)[0].gold


def test_entries_that_say_nothing_are_refused() -> None:
    """There is no index over nothing."""
    with pytest.raises(FileInvalid, match="no entry"):
        engine_over([], HashingEmbedder())


def answer(rank: int | None, confidence: float, *, answerable: bool = True) -> Answer:
    """An answer with this much confidence."""
    gold = frozenset({"x"}) if answerable else frozenset()
    return Answer(JudgedQuery("q", gold), "x", rank, confidence, Outcome.ANSWERED, 1.0)


def test_auroc_counts_ties_half() -> None:
    """As the area is defined."""
    answers = [answer(1, 0.9), answer(1, 0.5), answer(None, 0.5, answerable=False)]
    assert 0.75 == auroc(answers)
    assert auroc(answers[:2]) is None


def test_wrong_among_answered_counts_the_unanswerable() -> None:
    """An answer to what has no answer is wrong."""
    answers = [answer(1, 0.9), answer(2, 0.9), answer(None, 0.9, answerable=False)]
    assert 0.6667 == figures(answers, entries=1).wrong_among_answered
    assert (0.5, 1.0) == (found_within(answers, 1), found_within(answers, 3))

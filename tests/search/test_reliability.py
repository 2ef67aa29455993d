"""``search.reliability`` and ``search.diagram``: claimed against true."""

from xml.etree import ElementTree

import pytest

from search.diagram import drawn
from search.evaluation import Answer, JudgedQuery
from search.reliability import Bin, calibration_error, reliability
from search.results import Outcome

SVG = "{http://www.w3.org/2000/svg}"


def answer(rank: int | None, confidence: float) -> Answer:
    """An answer with this much confidence."""
    query = JudgedQuery("q", frozenset({"x"}))
    return Answer(query, "x", rank, confidence, Outcome.ANSWERED, 1.0)


def test_calibration_error_is_the_mean_gap() -> None:
    """Sure and right costs nothing; sure and wrong costs all."""
    assert 0.0 == calibration_error(reliability([answer(1, 1.0)]))
    assert 0.5 == calibration_error(reliability([answer(1, 1.0), answer(2, 1.0)]))
    assert 0.0 == calibration_error(reliability([]))


def test_bins_count_claim_and_truth() -> None:
    """Each answer stands in the bin of its confidence, full certainty in the last one."""
    bins = reliability([answer(1, 0.12), answer(None, 0.18), answer(1, 0.2), answer(2, 1.0)])
    assert [0, 2, 1, 0, 0, 0, 0, 0, 0, 1] == [one.count for one in bins]
    assert Bin(0.1, 0.2, 2, 0.15, 0.5) == bins[1]
    assert (0.9, 1.0, 0.0) == (bins[-1].low, bins[-1].high, bins[-1].right)


@pytest.mark.parametrize(
    ("count", "right", "expected"),
    [(10, 0.5, (0.2366, 0.7634)), (4, 1.0, (0.5101, 1.0)), (0, 0.0, (0.0, 1.0))],
)
def test_intervals_are_those_of_wilson(
    count: int, right: float, expected: tuple[float, float]
) -> None:
    """Known values; few answers say little, none says nothing."""
    assert expected == Bin(0.0, 0.1, count, 0.05, right).interval


def test_the_drawing_says_what_the_bins_say() -> None:
    """One column for each bin with answers, counts in words, and a name that is escaped."""
    bins = reliability([answer(1, 0.12), answer(None, 0.95)])
    page = ElementTree.fromstring(drawn(bins, title="a & <b>"))  # noqa: S314 (our own)
    columns = [one for one in page.iter(f"{SVG}rect") if one.get("class") == "right"]
    assert 2 == len(columns)
    assert "a & <b>" == page.findtext(f"{SVG}title")
    assert "2 searches, expected calibration error 0.915" == page.findtext(f"{SVG}desc")


def test_the_drawing_has_both_schemes_and_needs_nothing_else() -> None:
    """It carries its ground and its dark colours, and loads nothing."""
    text = drawn(reliability([]), title="none")
    assert "prefers-color-scheme:dark" in text
    assert 'class="ground"' in text
    assert 1 == text.count("http")

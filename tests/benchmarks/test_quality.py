"""The shipped engine answers the shipped judged queries as well as it did."""

from benchmarks.quality import falls, read_expected
from benchmarks.subjects import SHIPPED, shipped, shipped_model
from search.evaluation import Figures, ask, figures


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

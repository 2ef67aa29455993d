"""What training minimises, on rows small enough to reckon by hand."""

import pytest
import torch

from training import losses


def unit(*rows):
    return torch.nn.functional.normalize(torch.tensor(rows, dtype=torch.float32), dim=-1)


def test_distillation_is_zero_at_the_teacher():
    """Equal rows have no distance, orthogonal rows one."""
    rows = unit([1, 0], [0, 1])
    assert pytest.approx(0.0) == losses.distillation(rows, rows).item()
    assert pytest.approx(1.0) == losses.distillation(rows, rows.flip(0)).item()


def test_a_negative_that_the_teacher_finds_alike_is_left_out():
    """A second translation of the same sentence in the bank costs nothing."""
    rows = unit([1, 0], [0, 1])
    free = losses.teacher_contrast(rows, rows, rows)
    hard = losses.teacher_contrast(rows, rows, unit([1, 0.9]))
    assert free.item() < 1e-6 < hard.item()


def test_pairs_of_one_text_are_not_pushed_apart():
    """Two titles with the same body are both right."""
    rows = unit([1, 0], [1, 0])
    same = torch.ones(2, 2, dtype=torch.bool)
    assert losses.pair_contrast(rows, rows, same).item() < 1e-6
    assert losses.pair_contrast(rows, rows, torch.eye(2, dtype=torch.bool)).item() > 0.5


def test_clusters_that_are_together_cost_less():
    """Members of one label close, labels apart, is the minimum."""
    good = unit([1, 0], [1, 0.1], [0, 1], [0.1, 1])
    bad = unit([1, 0], [0, 1], [1, 0.1], [0.1, 1])
    labels = torch.tensor([0, 0, 1, 1])
    one, other = (losses.cluster_contrast(rows, labels, certain=2) for rows in (good, bad))
    assert one < other


def test_clusters_of_two_runs_that_are_alike_are_not_pushed_apart():
    """The same want written down twice costs nothing; neighbours are told apart all the same."""
    rows = unit([1, 0], [1, 0.1], [1, 0], [1, 0.1])
    labels = torch.tensor([0, 0, 1, 1])
    apart, together = (losses.cluster_contrast(rows, labels, certain=size) for size in (1, 2))
    assert apart.item() < 1e-6 < together.item()

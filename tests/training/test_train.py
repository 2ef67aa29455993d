"""Going on with a run that was interrupted."""

from pathlib import Path

import pytest
import torch

from training.learner import Learner
from training.network import Encoder
from training.recipe import Recipe
from training.train import keep, resume


def learner() -> Learner:
    """A student of ten pieces and four numbers."""
    encoder = Encoder(10, width=4, heads=2, layers=1, inner=8)
    return Learner(encoder, torch.zeros(3, 4), Recipe())


def test_a_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """With its weights and its chance."""
    first, second = learner(), learner()
    torch.rand(5, generator=first.chance)
    keep(first, tmp_path / "run.state", "recipe", 7)
    assert 7 == resume(second, tmp_path / "run.state", "recipe")
    assert torch.equal(first.encoder.tokens.weight, second.encoder.tokens.weight)
    assert torch.equal(
        torch.rand(5, generator=first.chance), torch.rand(5, generator=second.chance)
    )


def test_another_recipe_starts_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What one recipe began is not the work of another, and the run says so."""
    keep(learner(), tmp_path / "run.state", "recipe", 7)
    assert 0 == resume(learner(), tmp_path / "run.state", "another")
    assert "starting again" in capsys.readouterr().out
    assert 0 == resume(learner(), tmp_path / "none.state", "recipe")

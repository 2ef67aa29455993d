"""The runs that make the model: a chain that can be followed, and the mean that ships."""

import pytest
import torch
from safetensors.torch import load_file, save_file

from training import steps, train
from training.recipe import RUNS, SHIPPED, TRANSPLANT, Recipe, Run


@pytest.mark.parametrize("name", RUNS)
def test_a_run_starts_from_runs_before_it(name):
    """Shares make a whole, of the transplant or of what is there by then."""
    earlier = {TRANSPLANT, *list(RUNS)[: list(RUNS).index(name)]}
    assert earlier >= RUNS[name].start.keys()
    assert pytest.approx(1.0) == sum(RUNS[name].start.values())


def test_the_shares_that_ship_make_a_whole():
    """Every run has a share."""
    assert RUNS.keys() == SHIPPED.keys()
    assert pytest.approx(1.0) == sum(SHIPPED.values())


def test_runs_follow_each_other_and_are_averaged(tmp_path, monkeypatch):
    """Each run reads the mean it is to start from; what ships is the mean of them all."""

    def one_more(inputs, output, recipe, *, threads, device):
        """A run that adds its number of steps to every weight."""
        start = load_file(inputs[2])["w"]
        save_file({"w": start + recipe.steps}, output)

    monkeypatch.setattr(train, "train", one_more)
    monkeypatch.setattr(
        steps,
        "RUNS",
        {
            "a": Run({TRANSPLANT: 1.0}, Recipe(steps=2)),
            "b": Run({TRANSPLANT: 0.5, "a": 0.5}, Recipe(steps=8)),
        },
    )
    monkeypatch.setattr(steps, "SHIPPED", {"a": 0.25, "b": 0.75})
    for name in ("pairs.jsonl.gz", "tokenizer.json", "teacher.npz"):
        (tmp_path / name).touch()
    save_file({"w": torch.zeros(1)}, tmp_path / "transplant.safetensors")
    steps.make_trained(steps.Workplace(tmp_path, tmp_path, tmp_path))
    assert [0.25 * 2 + 0.75 * 9] == load_file(tmp_path / "trained.safetensors")["w"].tolist()

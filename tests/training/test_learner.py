"""The student: how it reads a batch."""

import pytest
import torch

from training.examples import Tokens
from training.learner import PART, Learner
from training.network import Encoder
from training.recipe import Recipe


def test_texts_of_all_lengths_are_encoded_as_each_alone():
    """In their order, in more than one part, and without what is padding."""
    torch.manual_seed(7)
    encoder = Encoder(10, width=4, heads=2, layers=1, inner=8)
    learner = Learner(encoder, torch.zeros(3, 4), Recipe())
    lengths = torch.randint(1, 9, (PART + 40,))
    mask = (torch.arange(8)[None] < lengths[:, None]).long()
    ids = torch.randint(1, 10, mask.shape) * mask
    together = learner.encode(Tokens(ids, mask))
    assert together.shape == (PART + 40, 4)
    for row, length in enumerate(lengths.tolist()):
        alone = encoder(ids[row : row + 1, :length], mask[row : row + 1, :length])
        assert together[row].tolist() == pytest.approx(alone[0].tolist(), abs=1e-5)

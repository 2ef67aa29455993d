"""Going on from an older model under another vocabulary."""

from pathlib import Path

import torch
from tokenizers import Tokenizer

from training.carry import carried
from training.reference import read_state

MODEL = Path(__file__).parents[2] / "models" / "dawen-zh-en"


def test_known_pieces_bring_their_rows_and_new_ones_keep_the_transplants():
    """A piece keeps what it learnt, wherever it stands in the new vocabulary."""
    before = Tokenizer.from_file(str(MODEL / "tokenizer.json")).get_vocab()
    known = sorted(before, key=before.__getitem__)[10:13]
    vocabulary = {known[2]: 0, "仅此一词": 1, known[0]: 2}
    fresh = torch.full((3, 384), 0.5)
    rows = carried(MODEL, {"tokens.weight": fresh}, vocabulary)["tokens.weight"]
    older = read_state(MODEL / "model.onnx")["tokens.weight"]
    assert torch.equal(older[[before[known[2]], before[known[0]]]], rows[[0, 2]])
    assert torch.equal(fresh[1], rows[1])

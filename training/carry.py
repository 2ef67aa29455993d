"""Going on from a model that was trained before, under a vocabulary that may have changed since."""

from pathlib import Path

from tokenizers import Tokenizer
from torch import Tensor

from training.reference import read_state

State = dict[str, Tensor]


def carried(folder: Path, transplant: State, vocabulary: dict[str, int]) -> State:
    """Return the state of the model in `folder` with the rows of `vocabulary`.

    A piece that the older model does not know keeps its row of the transplant.
    """
    state = read_state(folder / "model.onnx")
    before = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    rows = transplant["tokens.weight"].clone()
    known = [piece for piece in vocabulary if piece in before]
    older = state["tokens.weight"][[before[piece] for piece in known]]
    rows[[vocabulary[piece] for piece in known]] = older
    return state | {"tokens.weight": rows}

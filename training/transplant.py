"""The model before training: MiniLM's body under a vocabulary of two languages.

English pieces keep their rows. A Chinese word gets the mean of its glosses, the first counting
most, each gloss being the mean of its wordpieces' rows. A word without glosses gets the mean of
the words it can be cut into.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from tqdm import tqdm

from training.glosses import Glosses
from training.network import LAYERS, POSITIONS
from training.vocabulary import Piece

MEANINGS = 4
"""How many glosses of a word count; the n-th weighs 1/n."""

_FILLERS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "to",
        "be",
        "in",
        "on",
        "at",
        "for",
        "by",
        "with",
        "or",
        "and",
        "sb",
        "sth",
        "etc",
        "'",
        "-",
        ",",
        ";",
        ".",
        "/",
    ]
)
_FILLER_WEIGHT = 0.1


def transplant(
    original: dict[str, Tensor], pieces: list[Piece], wordpieces: Tokenizer, glosses: Glosses
) -> dict[str, Tensor]:
    """Return the state of an `Encoder` over `pieces`, made from the state of a `BertModel`."""
    rows = original["embeddings.word_embeddings.weight"]
    table = torch.zeros(len(pieces), rows.shape[1])
    origins = [piece.origin for piece in pieces]
    kept = [number for number, origin in enumerate(origins) if origin is not None]
    table[kept] = rows[[origin for origin in origins if origin is not None]]
    fresh = {piece.text: number for number, piece in enumerate(pieces) if piece.origin is None}
    made = {
        word: _meaning(glosses[word], wordpieces, rows)
        for word in tqdm(fresh, desc="Chinese rows", unit="word")
        if word in glosses
    }
    length = rows[kept].norm(dim=1).mean()
    average = torch.stack(list(made.values())).mean(0)
    for word, number in fresh.items():
        row = made[word] if word in made else _composed(word, made, average)
        table[number] = row * (length / row.norm())
    return {"tokens.weight": table, **body(original)}


def read_original(folder: Path) -> dict[str, Tensor]:
    """Read the weights of all-MiniLM-L6-v2 from a SentenceTransformer folder."""
    return load_file(folder / "model.safetensors")


def _meaning(meanings: list[str], wordpieces: Tokenizer, rows: Tensor) -> Tensor:
    total = torch.zeros(rows.shape[1])
    weight_sum = 0.0
    for place, gloss in enumerate(meanings[:MEANINGS], start=1):
        encoding = wordpieces.encode(gloss, add_special_tokens=False)
        weights = torch.tensor(
            [_FILLER_WEIGHT if token in _FILLERS else 1.0 for token in encoding.tokens]
        )
        if not encoding.ids:
            continue
        mean = (rows[encoding.ids] * weights[:, None]).sum(0) / weights.sum()
        total += mean / place
        weight_sum += 1 / place
    return total / max(weight_sum, 1e-9)


def _composed(word: str, made: dict[str, Tensor], average: Tensor) -> Tensor:
    """Mean the longest known parts of `word`, from left to right."""
    parts: list[Tensor] = []
    position = 0
    while position < len(word):
        ends = (end for end in range(len(word), position, -1) if word[position:end] in made)
        end = next(ends, position + 1)
        part = made.get(word[position:end])
        if part is not None:
            parts.append(part)
        position = end
    return torch.stack(parts).mean(0) if parts else average.clone()


def body(original: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the parameters below and above the token table, under the names of `Encoder`."""
    embeddings = "embeddings."
    kinds = original[f"{embeddings}token_type_embeddings.weight"][0]
    state = {
        "positions.weight": original[f"{embeddings}position_embeddings.weight"][:POSITIONS] + kinds,
        "norm.weight": original[f"{embeddings}LayerNorm.weight"],
        "norm.bias": original[f"{embeddings}LayerNorm.bias"],
    }
    for number in range(LAYERS):
        source, target = f"encoder.layer.{number}.", f"layers.{number}."
        for suffix in ("weight", "bias"):
            parts = [original[f"{source}attention.self.{name}.{suffix}"] for name in _ATTENTION]
            state[f"{target}qkv.{suffix}"] = torch.cat(parts)
            for ours, theirs in _NAMES.items():
                state[f"{target}{ours}.{suffix}"] = original[f"{source}{theirs}.{suffix}"]
    return state


_ATTENTION = ("query", "key", "value")
_NAMES = {
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}

"""The original model's embeddings of every English text, computed once and looked up later."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from training import embedding
from training.corpus import Pair
from training.network import Encoder
from training.text import is_chinese
from training.transplant import body, read_original

_LONGEST = 64


class Teacher:
    """Embeddings of unit length, `rows`, and `numbers`: which row is which text's."""

    def __init__(self, path: Path) -> None:
        with np.load(path) as file:
            self.rows = torch.from_numpy(file["rows"].astype(np.float32))
            texts = file["texts"].tobytes().decode().split("\n")
        self.numbers = {text: number for number, text in enumerate(texts)}

    def __contains__(self, text: str) -> bool:
        return text in self.numbers


def english_texts(pairs: Iterable[Pair]) -> list[str]:
    """Return every text without Han characters once, in order of appearance."""
    texts = (text for pair in pairs for text in (pair.a, pair.b))
    return [text for text in dict.fromkeys(texts) if not is_chinese(text)]


def embed(texts: list[str], folder: Path, output: Path, *, threads: int) -> None:
    """Write the original model's embeddings of `texts` (float16) to `output`."""
    torch.set_num_threads(threads)
    original = read_original(folder)
    rows = original["embeddings.word_embeddings.weight"]
    encoder = Encoder(rows.shape[0])
    encoder.load_state_dict({"tokens.weight": rows, **body(original)})
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(_LONGEST)
    tokenizer.enable_padding()
    found = embedding.embed(encoder, tokenizer, texts, label="teacher")
    np.savez(output, rows=found, texts=np.frombuffer("\n".join(texts).encode(), np.uint8))

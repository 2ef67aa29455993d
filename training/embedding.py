"""Embedding many texts with an encoder in memory, the short ones first."""

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tqdm import tqdm

from training.network import Encoder

_BATCH = 256


def embed(
    encoder: Encoder, tokenizer: Tokenizer, texts: list[str], *, label: str
) -> NDArray[np.float16]:
    """Return embeddings [texts, width] of unit length; `tokenizer` cuts and pads."""
    order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
    found = np.zeros((len(texts), encoder.norm.weight.shape[0]), np.float16)
    for start in tqdm(range(0, len(order), _BATCH), desc=label, unit="batch"):
        chosen = order[start : start + _BATCH]
        batch = tokenizer.encode_batch([texts[number] for number in chosen])
        ids = torch.tensor([encoding.ids for encoding in batch])
        mask = torch.tensor([encoding.attention_mask for encoding in batch])
        with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
            found[chosen] = encoder(ids, mask).numpy().astype(np.float16)
    return found

"""The shipped graph read back as a SentenceTransformer folder: the independent check of the export.

`sentence-transformers` then encodes with its own BERT, its own pooling and the same tokenizer.
Also a way to go on training from the shipped file.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.torch import save_file
from torch import Tensor

from training.network import EPSILON, HEADS, INNER, LAYERS, POSITIONS, WIDTH

_ATTENTION = ("query", "key", "value")
_NAMES = {
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}


def read_state(path: Path) -> dict[str, Tensor]:
    """Return the float32 parameters of `model.onnx` under the names of `training.network`."""
    graph = onnx.load(str(path)).graph
    raw = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    state: dict[str, Tensor] = {}
    for name, value in raw.items():
        if name.endswith(".int8"):
            base = name.rsplit(".", 1)[0]
            state[base] = torch.from_numpy(_dequantised(value, raw[f"{base}.scale"]))
        elif name.endswith((".weight", ".bias")):
            state[name] = torch.from_numpy(value.copy())
    return state


def write_sentence_transformer(model: Path, target: Path) -> None:
    """Write a folder that `SentenceTransformer(target)` loads, from the model folder `model`."""
    state = read_state(model / "model.onnx")
    config = json.loads((model / "config.json").read_text("utf-8"))
    for folder in ("1_Pooling", "2_Dense"):
        (target / folder).mkdir(parents=True)
    save_file(_bert(state), target / "model.safetensors", metadata={"format": "pt"})
    axes = {"linear.weight": state["axes.weight"].contiguous()}
    save_file(axes, target / "2_Dense" / "model.safetensors", metadata={"format": "pt"})
    (target / "tokenizer.json").write_bytes((model / "tokenizer.json").read_bytes())
    length = config["max_tokens"]
    documents = {
        "config.json": _bert_config(len(state["tokens.weight"])),
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": length,
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
        },
        "sentence_bert_config.json": {"max_seq_length": length, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": WIDTH,
            "pooling_mode_mean_tokens": True,
        },
        "2_Dense/config.json": {
            "in_features": WIDTH,
            "out_features": config["dimension"],
            "bias": False,
            "activation_function": "torch.nn.modules.linear.Identity",
        },
        "modules.json": [
            {
                "idx": number,
                "name": str(number),
                "path": path,
                "type": f"sentence_transformers.models.{kind}",
            }
            for number, (path, kind) in enumerate(
                [
                    ("", "Transformer"),
                    ("1_Pooling", "Pooling"),
                    ("2_Dense", "Dense"),
                    ("3_Normalize", "Normalize"),
                ]
            )
        ],
    }
    for name, document in documents.items():
        (target / name).write_text(json.dumps(document, indent=1), "utf-8")


def _dequantised(codes: NDArray[np.int8], scale: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows as `training.network` has them: a matrix is stored with its outputs as columns."""
    values: NDArray[np.float32] = codes * scale
    return values.T.copy() if scale.ndim == 1 else values


def _bert(state: dict[str, Tensor]) -> dict[str, Tensor]:
    found = {
        "embeddings.word_embeddings.weight": state["tokens.weight"],
        "embeddings.position_embeddings.weight": state["positions.weight"],
        "embeddings.token_type_embeddings.weight": torch.zeros(2, WIDTH),
        "embeddings.LayerNorm.weight": state["norm.weight"],
        "embeddings.LayerNorm.bias": state["norm.bias"],
    }
    for number in range(LAYERS):
        source, target = f"layers.{number}.", f"encoder.layer.{number}."
        for suffix in ("weight", "bias"):
            parts = state[f"{source}qkv.{suffix}"].chunk(3)
            for name, part in zip(_ATTENTION, parts, strict=True):
                found[f"{target}attention.self.{name}.{suffix}"] = part
            for ours, theirs in _NAMES.items():
                found[f"{target}{theirs}.{suffix}"] = state[f"{source}{ours}.{suffix}"]
    return {name: tensor.contiguous() for name, tensor in found.items()}


def _bert_config(vocabulary: int) -> dict[str, object]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": vocabulary,
        "hidden_size": WIDTH,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "intermediate_size": INNER,
        "max_position_embeddings": POSITIONS,
        "layer_norm_eps": EPSILON,
        "hidden_act": "gelu",
        "type_vocab_size": 2,
        "pad_token_id": 0,
    }

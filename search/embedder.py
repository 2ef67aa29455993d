"""Models: text in, unit vectors out. The only file that imports a model library.

Promises: nothing heavy is imported before the first text, no network, no code from a model folder,
safetensors only. Texts are expected normalised (``search.text``).
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from search.durable import file_digest
from search.encoder import Embedder, UnusableEmbedder, Vectors
from search.guarded import Guarded
from search.hashing import HashingEmbedder

ONNX_FORMAT = "dawen-onnx-1"
TOKENS_MAX = 128
"""Where a model does not say it."""
TOKENS_MIN = 3
"""Two mark the ends of a text."""


def open_embedder(model: str, *, threads: int = 1) -> Embedder:
    """The encoder of a model folder, or the one without meaning for ``hashing``.

    Never fails: a folder that is not a model gives ``UnusableEmbedder``, and search goes on without
    vectors. The model itself is read at the first text.
    """
    if model == "hashing":
        return HashingEmbedder()
    folder = Path(model).expanduser()
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        if config.get("format") == ONNX_FORMAT:
            return Guarded(
                OnnxEmbedder(
                    folder,
                    dimension=int(config["dimension"]),
                    max_tokens=_most_tokens(config),
                    threads=threads,
                )
            )
        return Guarded(SentenceEmbedder(folder, threads=threads))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return UnusableEmbedder(f"{folder} is no embedding model: {error}")


class OnnxEmbedder:
    """A folder of ``tokenizer.json`` and ``model.onnx``, run by onnxruntime.

    Texts are cut at ``max_tokens``. The revision is made of all that vectors hang on, and not of
    the rest of ``config.json``: another licence line is no other model.
    """

    def __init__(
        self, folder: Path, *, dimension: int, threads: int, max_tokens: int = TOKENS_MAX
    ) -> None:
        self.dimension = dimension
        settings = f"{ONNX_FORMAT} {dimension} {max_tokens}"
        self.revision = revision_of(folder, ("tokenizer.json", "model.onnx"), settings=settings)
        self._max_tokens = max_tokens
        self._folder = folder
        self._threads = threads
        self._loading = Lock()
        self._loaded: tuple[Any, Any] | None = None

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors as the model's ``embedding`` output gives them."""
        tokenizer, session = self._load()
        # not ``encode_batch``, which lets go of the interpreter's lock: another thread takes it up,
        # and the model would begin to compute when that one is done
        encoded = [tokenizer.encode(text) for text in texts]
        width = max(1, *(len(one.ids) for one in encoded))
        ids = np.zeros((len(encoded), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(encoded):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = one.attention_mask
        feeds = {"input_ids": ids, "attention_mask": mask}
        vectors: Vectors = session.run(["embedding"], feeds)[0]
        return vectors

    def _load(self) -> tuple[Any, Any]:
        with self._loading:
            if self._loaded is None:
                self._loaded = self._tokenizer(), self._session()
            return self._loaded

    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length=self._max_tokens)
        return tokenizer

    def _session(self) -> Any:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return onnxruntime.InferenceSession(
            str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )


class SentenceEmbedder:
    """Any other model folder, run by sentence-transformers on the processor."""

    def __init__(self, folder: Path, *, threads: int) -> None:
        if not (folder / "modules.json").is_file():
            raise ValueError("modules.json is missing")
        self.revision = revision_of(folder, sorted(_weights_and_settings(folder)))
        self._folder = folder
        self._threads = threads
        self._loading = Lock()
        self._model: Any = None

    @property
    def dimension(self) -> int:
        """The length of its vectors; known once the model is loaded."""
        dimension = self._load().get_embedding_dimension()
        return int(dimension)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length one."""
        vectors: Vectors = self._load().encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return vectors

    def _load(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = self._open()
            return self._model

    def _open(self) -> Any:
        os.environ["HF_HUB_OFFLINE"] = "1"
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(self._threads)
        return SentenceTransformer(
            str(self._folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )


def revision_of(folder: Path, names: Sequence[str], *, settings: str = "") -> str:
    """A name for exactly these files and settings. Raises ``OSError`` when a file is missing."""
    digest = sha256(settings.encode())
    for name in names:
        digest.update(name.encode())
        digest.update(bytes.fromhex(file_digest(folder / name)))
    return digest.hexdigest()[:16]


def _most_tokens(config: Mapping[str, Any]) -> int:
    """Where texts are cut. Raises ``ValueError`` where that leaves nothing of them."""
    most = int(config.get("max_tokens", TOKENS_MAX))
    if most < TOKENS_MIN:
        raise ValueError(f"max_tokens is {most}, which leaves no room for a word")
    return most


def _weights_and_settings(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.suffix in (".json", ".safetensors", ".txt", ".model") and path.is_file():
            yield path.relative_to(folder).as_posix()

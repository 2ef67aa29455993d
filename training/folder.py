"""The folder that ships: model, tokenizer, configuration. Its contract is in docs/model.md."""

import hashlib
import json
from pathlib import Path
from typing import Any

FORMAT = "dawen-onnx-1"
LICENCE = "Apache-2.0 AND CC-BY-4.0 AND CC-BY-SA-4.0; see LICENSE.md"
LIMIT_BYTES = 40_000_000
_HASHED = ("model.onnx", "tokenizer.json")


def revision(folder: Path) -> str:
    """Return the first 16 hexadecimal digits of the SHA-256 over model and tokenizer."""
    digest = hashlib.sha256()
    for name in _HASHED:
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()[:16]


def write_config(folder: Path, *, dimension: int, max_tokens: int, pad_id: int) -> dict[str, Any]:
    """Write `config.json` for the files in `folder` and return what it holds."""
    config = {
        "format": FORMAT,
        "name": folder.name,
        "revision": revision(folder),
        "dimension": dimension,
        "max_tokens": max_tokens,
        "pad_id": pad_id,
        "licence": LICENCE,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    return config


def check_size(folder: Path) -> int:
    """Return the folder's size in bytes; raise ValueError when it is over the limit."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if size > LIMIT_BYTES:
        raise ValueError(f"{folder} has {size:,} bytes, more than {LIMIT_BYTES:,}")
    return size

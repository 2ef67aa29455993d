"""Whether a step must run again: its inputs, its settings and its outputs, by content."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self


class Cache:
    """Guard one step: `fresh` says that it need not run; leaving it in peace records a run."""

    def __init__(
        self,
        name: str,
        folder: Path,
        inputs: Iterable[Path],
        outputs: Iterable[Path],
        settings: object = None,
    ) -> None:
        self._stamp = folder / f"{name}.stamp"
        self._name = name
        self._outputs = list(outputs)
        self._wanted = fingerprint(inputs, settings)
        self.fresh = (
            all(path.exists() for path in self._outputs)
            and self._stamp.exists()
            and self._stamp.read_text("utf-8") == self._wanted
        )

    def __enter__(self) -> Self:
        print(f"{self._name}: {'unchanged' if self.fresh else 'running'}", flush=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None and not self.fresh:
            self._stamp.write_text(self._wanted, "utf-8")


def fingerprint(inputs: Iterable[Path], settings: object = None) -> str:
    """Return a hash over the content of `inputs`, in their order, and `settings`."""
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for path in inputs:
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()

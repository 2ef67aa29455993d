"""Batches as the student reads them: texts as numbers, made ahead by a process of their own.

Cutting texts into tokens and making noise takes about as long as the student's step on a GPU, so
the two run side by side.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset

from training.batches import Batch

AHEAD = 16
"""Examples that wait, made, for the student."""
UNKNOWN = -1
"""The row of a text that the teacher has not read."""


@dataclass(frozen=True)
class Tokens:
    """Texts as token numbers and a 0/1 mask, both int64 [B, T]."""

    ids: Tensor
    mask: Tensor

    def to(self, device: torch.device) -> Self:
        """Return the same on `device`."""
        return type(self)(
            self.ids.to(device, non_blocking=True), self.mask.to(device, non_blocking=True)
        )


@dataclass(frozen=True)
class Example:
    """A batch in numbers; what its kind does not need is empty.

    `taught` holds the teacher's row of each partner (of each text, where clusters are told
    apart) or `UNKNOWN`, int64 [B]; `same` is True [B, B] where two pairs share a text; `certain`
    is that of the batch.
    """

    kind: str
    texts: Tokens
    partners: Tokens | None
    labels: Tensor
    taught: Tensor
    same: Tensor
    certain: int

    def to(self, device: torch.device) -> Self:
        """Return the same on `device`."""
        return replace(
            self,
            texts=self.texts.to(device),
            partners=self.partners and self.partners.to(device),
            labels=self.labels.to(device),
            taught=self.taught.to(device),
            same=self.same.to(device),
        )


def example(batch: Batch, tokenizer: Tokenizer, rows: dict[str, int]) -> Example:
    """Turn a batch into numbers; `rows` is where the teacher keeps each text it has read."""
    paired = batch.kind in ("qa", "local")
    known = batch.texts if batch.kind == "intent" else batch.partners
    return Example(
        batch.kind,
        _tokens(batch.texts, tokenizer),
        _tokens(batch.partners, tokenizer) if paired else None,
        torch.tensor(batch.labels, dtype=torch.int64),
        torch.tensor([rows.get(text, UNKNOWN) for text in known]),
        same_text(batch) if paired else torch.zeros(0),
        batch.certain,
    )


def same_text(batch: Batch) -> Tensor:
    """Return True [B, B] where two pairs of a batch share a text."""
    sides = []
    for texts in (batch.texts, batch.partners):
        numbers = {text: number for number, text in enumerate(texts)}
        sides.append(torch.tensor([numbers[text] for text in texts]))
    return torch.stack([side[:, None] == side[None, :] for side in sides]).any(0)


def examples(
    make: Callable[[], Iterator[Batch]], tokenizer: Tokenizer, rows: dict[str, int], *, start: int
) -> Iterator[Example]:
    """Yield what `make` gives from batch number `start` on, without end."""
    stream = _Examples(make, tokenizer, rows, start)
    loader = DataLoader(
        stream,
        batch_size=None,
        num_workers=1,
        prefetch_factor=AHEAD,
        multiprocessing_context="fork",
    )
    return iter(loader)


class _Examples(IterableDataset[Example]):
    def __init__(
        self,
        make: Callable[[], Iterator[Batch]],
        tokenizer: Tokenizer,
        rows: dict[str, int],
        start: int,
    ) -> None:
        self._make, self._tokenizer, self._rows, self._start = make, tokenizer, rows, start

    def __iter__(self) -> Iterator[Example]:
        for batch in itertools.islice(self._make(), self._start, None):
            yield example(batch, self._tokenizer, self._rows)


def _tokens(texts: list[str], tokenizer: Tokenizer) -> Tokens:
    encodings = tokenizer.encode_batch(texts)
    return Tokens(
        torch.tensor([encoding.ids for encoding in encodings]),
        torch.tensor([encoding.attention_mask for encoding in encodings]),
    )

"""The student: its encoder, its optimisers, the loss of each kind of batch."""

import torch
from torch import Tensor

from training import losses
from training.examples import UNKNOWN, Example, Tokens
from training.network import Encoder
from training.recipe import Recipe

PART = 64
"""Texts that a CPU encodes together, of about the same length: padding takes as long as text, and
half of a batch of questions in two languages would be padding. A GPU takes them all at once."""


class Learner:
    """The student, its optimisers and its losses; `taught` are the teacher's rows [N, width]."""

    def __init__(
        self,
        encoder: Encoder,
        taught: Tensor,
        recipe: Recipe,
        *,
        first_fresh: int = 0,
        device: str = "cpu",
    ) -> None:
        self.device = torch.device(device)
        self.encoder = encoder.to(self.device)
        self.taught = taught.to(self.device)
        self.recipe = recipe
        self.first_fresh = first_fresh
        self.rows = torch.optim.SparseAdam([encoder.tokens.weight], lr=recipe.rows_rate)
        rest = [
            (name, value) for name, value in encoder.named_parameters() if name != "tokens.weight"
        ]
        self.body = torch.optim.AdamW(
            [
                {"params": [value for _, value in rest if value.ndim > 1], "weight_decay": 0.01},
                {"params": [value for _, value in rest if value.ndim < 2], "weight_decay": 0.0},
            ],
            lr=recipe.body_rate,
        )
        self.chance = torch.Generator().manual_seed(recipe.seed)

    def loss(self, example: Example) -> Tensor:
        """Return the loss of a batch of any kind."""
        rows = self.encode(example.texts)
        if example.kind == "intent":
            return self._intent(example, rows)
        if example.partners is not None:
            return losses.pair_contrast(rows, self.encode(example.partners), example.same)
        target = self.taught[example.taught]
        distance = losses.distillation(rows, target)
        if example.kind == "english":
            return 4 * distance
        contrast = losses.teacher_contrast(rows, target, self._bank())
        return (2 * distance + contrast) * (0.5 if example.kind == "gloss" else 1.0)

    def encode(self, tokens: Tokens) -> Tensor:
        """Return the embeddings [B, width], encoded from the shortest text to the longest."""
        lengths, order = tokens.mask.sum(1).sort()
        parts = order.split(PART if self.device.type == "cpu" else len(order))
        ends = lengths.split(len(parts[0]))
        encoded = [
            self.encoder(tokens.ids[part, : end[-1]], tokens.mask[part, : end[-1]])
            for part, end in zip(parts, ends, strict=True)
        ]
        return torch.cat(encoded).float()[order.argsort()]

    def step(self, example: Example, rate: float) -> Tensor:
        """Learn from one batch at `rate` times the full learning rates; return the loss."""
        for optimiser, full in (
            (self.rows, self.recipe.rows_rate),
            (self.body, self.recipe.body_rate),
        ):
            for group in optimiser.param_groups:
                group["lr"] = full * rate
            optimiser.zero_grad(set_to_none=True)
        with torch.autocast(self.device.type, dtype=torch.bfloat16):
            loss = self.loss(example.to(self.device))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(
            [value for group in self.body.param_groups for value in group["params"]], 1.0
        )
        self._step_rows()
        self.body.step()
        return loss.detach()

    def _step_rows(self) -> None:
        """Let the rows learn; those below `self.first_fresh` move only a part of their step."""
        table = self.encoder.tokens.weight
        if table.grad is None:
            return
        table.grad = table.grad.coalesce()
        touched = table.grad.indices()[0]
        kept = touched[touched < self.first_fresh]
        before = table.detach()[kept].clone()
        self.rows.step()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            table[kept] = before + self.recipe.kept_rows * (table[kept] - before)

    def _bank(self) -> Tensor:
        chosen = torch.randint(len(self.taught), (self.recipe.bank,), generator=self.chance)
        return self.taught[chosen.to(self.device)]

    def _intent(self, example: Example, rows: Tensor) -> Tensor:
        contrast = losses.cluster_contrast(rows, example.labels, certain=example.certain)
        known = example.taught != UNKNOWN
        if not known.any():
            return contrast
        return contrast + 1.5 * losses.distillation(rows[known], self.taught[example.taught[known]])

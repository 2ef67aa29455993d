"""The student: its encoder, its optimisers, the loss of each kind of batch."""

import torch
from tokenizers import Tokenizer
from torch import Tensor

from training import losses
from training.batches import Batch
from training.network import Encoder
from training.recipe import Recipe
from training.teacher import Teacher


class Learner:
    """The student, its optimisers and its losses."""

    def __init__(
        self,
        encoder: Encoder,
        tokenizer: Tokenizer,
        teacher: Teacher,
        recipe: Recipe,
        *,
        first_fresh: int = 0,
    ) -> None:
        self.encoder = encoder
        self.tokenizer = tokenizer
        self.teacher = teacher
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
        self._generator = torch.Generator().manual_seed(recipe.seed)

    def encode(self, texts: list[str]) -> Tensor:
        """Embed texts, [texts, width]."""
        encodings = self.tokenizer.encode_batch(texts)
        ids = torch.tensor([encoding.ids for encoding in encodings])
        mask = torch.tensor([encoding.attention_mask for encoding in encodings])
        embedded: Tensor = self.encoder(ids, mask)
        return embedded

    def loss(self, batch: Batch) -> Tensor:
        """Return the loss of a batch of any kind."""
        rows = self.encode(batch.texts).float()
        if batch.kind == "intent":
            return self._intent(batch, rows)
        if batch.kind in ("qa", "local"):
            partners = self.encode(batch.partners).float()
            return losses.pair_contrast(rows, partners, same_text(batch))
        target = self.teacher(batch.partners)
        distance = losses.distillation(rows, target)
        if batch.kind == "english":
            return 4 * distance
        contrast = losses.teacher_contrast(rows, target, self._bank())
        return (2 * distance + contrast) * (0.5 if batch.kind == "gloss" else 1.0)

    def step(self, batch: Batch, rate: float) -> float:
        """Learn from one batch at `rate` times the full learning rates; return the loss."""
        for optimiser, full in (
            (self.rows, self.recipe.rows_rate),
            (self.body, self.recipe.body_rate),
        ):
            for group in optimiser.param_groups:
                group["lr"] = full * rate
            optimiser.zero_grad(set_to_none=True)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = self.loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(
            [value for group in self.body.param_groups for value in group["params"]], 1.0
        )
        self._step_rows()
        self.body.step()
        return float(loss.detach())

    def _step_rows(self) -> None:
        """Let the rows learn; those below `self.first_fresh` move only a part of their step."""
        table = self.encoder.tokens.weight
        touched = table.grad.coalesce().indices()[0] if table.grad is not None else None
        if touched is None:
            return
        kept = touched[touched < self.first_fresh]
        before = table.detach()[kept].clone()
        self.rows.step()  # type: ignore[no-untyped-call]
        with torch.no_grad():
            table[kept] = before + self.recipe.kept_rows * (table[kept] - before)

    def _bank(self) -> Tensor:
        chosen = torch.randint(
            len(self.teacher.rows), (self.recipe.bank,), generator=self._generator
        )
        return self.teacher.rows[chosen]

    def _intent(self, batch: Batch, rows: Tensor) -> Tensor:
        contrast = losses.cluster_contrast(rows, torch.tensor(batch.labels))
        known = [number for number, text in enumerate(batch.texts) if text in self.teacher]
        if not known:
            return contrast
        target = self.teacher([batch.texts[number] for number in known])
        return contrast + 1.5 * losses.distillation(rows[known], target)


def same_text(batch: Batch) -> Tensor:
    """Return True [B, B] where two pairs of a batch share a text."""
    texts, partners = batch.texts, batch.partners
    return torch.tensor(
        [
            [texts[i] == texts[j] or partners[i] == partners[j] for j in range(len(texts))]
            for i in range(len(texts))
        ]
    )

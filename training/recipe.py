"""Every number that decides what training makes."""

from dataclasses import dataclass

KINDS = ("parallel", "gloss", "english", "intent", "local", "qa")
"""The kinds of batches; a recipe has a weight of each name."""


@dataclass(frozen=True)
class Recipe:
    """Every number that decides what comes out of one round of training."""

    steps: int = 2_300
    decay_from: int = 1_300
    seeds: tuple[int, ...] = (7,)
    """One run for each; the mean of their weights comes out of the round."""
    scale: int = 1
    """How many times as large the batches are: more wrong partners to tell a right one from."""
    rows_rate: float = 1.5e-3
    kept_rows: float = 0.2
    """Share of `rows_rate` at which English rows learn: they start out right."""
    body_rate: float = 1e-4
    warmup: int = 100
    bank: int = 2048
    noise: float = 0.2
    parallel: float = 0.40
    gloss: float = 0.05
    english: float = 0.14
    intent: float = 0.24
    local: float = 0.04
    qa: float = 0.16
    averaged: float = 0.0
    """Share of the weights before the round in what comes out of it."""


ROUNDS = (
    Recipe(),
    Recipe(
        steps=4_800,
        decay_from=1_800,
        seeds=(11,),
        rows_rate=1.2e-3,
        parallel=0.30,
        gloss=0.03,
        english=0.14,
        intent=0.30,
        local=0.02,
        qa=0.21,
        averaged=0.5,
    ),
)
"""The rounds, one after the other: first to bring the languages together, then to tell questions
apart and to find answers. The mean of both is better than either (docs/model.md)."""


def rate_at(step: int, recipe: Recipe) -> float:
    """Return the share of the full learning rate: a short rise, a plateau, a straight fall to zero.

    The plateau does not know the end, so a run can be made longer without starting again.
    """
    if step < recipe.warmup:
        return (step + 1) / recipe.warmup
    left = (recipe.steps - step) / max(recipe.steps - recipe.decay_from, 1)
    return min(1.0, max(0.0, left))

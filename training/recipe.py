"""Every number that decides what training makes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

KINDS = ("parallel", "gloss", "english", "intent", "local", "qa")
"""The kinds of batches; a recipe has a weight of each name."""


@dataclass(frozen=True)
class Recipe:
    """Every number that decides what comes out of one run of training."""

    steps: int = 2_300
    decay_from: int = 1_300
    seed: int = 7
    scale: int = 1
    """How many times as large the batches are: more wrong partners to tell a right one from."""
    rows_rate: float = 1.5e-3
    kept_rows: float = 0.2
    """Share of `rows_rate` at which English rows learn: they start out right."""
    body_rate: float = 1e-4
    warmup: int = 100
    bank: int = 2_048
    noise: float = 0.2
    parallel: float = 0.40
    gloss: float = 0.05
    english: float = 0.14
    intent: float = 0.24
    local: float = 0.04
    qa: float = 0.16


@dataclass(frozen=True)
class Run:
    """One run: the weights it starts from, by share, and how it learns."""

    start: Mapping[str, float]
    recipe: Recipe


TRANSPLANT = "transplant"
_LATER = Recipe(
    rows_rate=1.2e-3, parallel=0.30, gloss=0.03, english=0.14, intent=0.30, local=0.02, qa=0.21
)
_LARGE = replace(
    _LATER,
    steps=5_400,
    decay_from=2_160,
    scale=4,
    bank=8_192,
    parallel=0.32,
    gloss=0.02,
    english=0.12,
    qa=0.22,
)

RUNS: Mapping[str, Run] = {
    "first": Run({TRANSPLANT: 1.0}, Recipe()),
    "second": Run({"first": 1.0}, replace(_LATER, steps=4_800, decay_from=1_800, seed=11)),
    "third": Run(
        {"first": 0.5, "second": 0.5},
        replace(
            _LATER,
            steps=1_544,
            decay_from=618,
            seed=23,
            scale=4,
            bank=8_192,
            rows_rate=2.4e-3,
            body_rate=2.5e-4,
        ),
    ),
    "fourth": Run(
        {"first": 0.25, "second": 0.25, "third": 0.5},
        replace(_LARGE, seed=31, rows_rate=2.4e-3, body_rate=2.5e-4),
    ),
    "hotter": Run(
        {"first": 0.25, "second": 0.25, "third": 0.5},
        replace(_LARGE, seed=32, rows_rate=4e-3, body_rate=5e-4),
    ),
    "answers": Run(
        {"first": 0.25, "second": 0.25, "third": 0.5},
        replace(
            _LARGE, seed=33, rows_rate=3e-3, body_rate=3.5e-4, parallel=0.26, intent=0.28, qa=0.30
        ),
    ),
    "afresh": Run(
        {TRANSPLANT: 1.0},
        replace(
            _LARGE,
            decay_from=2_700,
            seed=34,
            rows_rate=4e-3,
            body_rate=3.5e-4,
            parallel=0.34,
            gloss=0.03,
            intent=0.28,
            qa=0.21,
        ),
    ),
}
"""The runs in their order: a chain in which each goes on from a mean of those before, and one large
run from the very beginning."""

SHIPPED: Mapping[str, float] = {
    "first": 0.03125,
    "second": 0.03125,
    "third": 0.0625,
    "fourth": 0.125,
    "hotter": 0.125,
    "answers": 0.125,
    "afresh": 0.5,
}
"""The weights that ship, as shares: their mean is better than any of them (docs/model.md)."""


def rate_at(step: int, recipe: Recipe) -> float:
    """Return the share of the full learning rate: a short rise, a plateau, a straight fall to zero.

    The plateau does not know the end, so a run can be made longer without starting again.
    """
    if step < recipe.warmup:
        return (step + 1) / recipe.warmup
    left = (recipe.steps - step) / max(recipe.steps - recipe.decay_from, 1)
    return min(1.0, max(0.0, left))

"""Why a search was missed: one reason each, with the entry it is about.

The asker never learns a reason: it names entries that he may not see.
The weights in ``reasons.json`` were fitted on labelled cases by ``python -m benchmarks.reasons
--fit``; fit them again when the embedding model is replaced (``docs/insights.md``).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session

from insights.atlas import Atlas, draw
from insights.evidence import FEATURES, Standing, evidence, fields, first_of, standings
from search.engine import SearchEngine
from search.text import normalise

WEIGHTS = Path(__file__).with_name("reasons.json")

Numbers = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float32]


class Reason(StrEnum):
    """Why nothing was found; each has its own next step."""

    BELOW_FLOOR = "below_floor"
    OTHER_LANGUAGE = "other_language"
    ABOVE_LEVEL = "above_level"
    NOT_LIVE = "not_live"
    NO_ENTRY = "no_entry"
    OUT_OF_SCOPE = "out_of_scope"


REASONS = tuple(Reason)
STANDING_OF: Mapping[Reason, Standing] = {
    Reason.BELOW_FLOOR: Standing.VISIBLE,
    Reason.OTHER_LANGUAGE: Standing.OTHER_LANGUAGE,
    Reason.ABOVE_LEVEL: Standing.ABOVE,
    Reason.NOT_LIVE: Standing.NOT_LIVE,
}


@dataclass(frozen=True, slots=True)
class Missed:
    """A wording that was missed, and who missed it."""

    wording: str
    lang: str
    level: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """The reason of a miss, the entry it is about (empty where there is none), and how likely
    the reason is, 0…1."""

    reason: Reason
    slug: str
    chance: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A multinomial logistic model: ``weights`` is ``[reasons, features + 1]``, constant last."""

    mean: Numbers
    scale: Numbers
    weights: Numbers
    revision: str

    def chances(self, values: Numbers) -> Numbers:
        """``[misses, reasons]``: rows add up to one."""
        scaled = (values - self.mean) / self.scale
        logits = scaled @ self.weights[:, :-1].T + self.weights[:, -1]
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        found: Numbers = odds / odds.sum(axis=1, keepdims=True)
        return found


Choose = Callable[[int, Numbers], Judgement]


class Judge:
    """Judges misses against everything the shop has written at one moment."""

    def __init__(self, atlas: Atlas, engine: SearchEngine, *, fit: Fit | None = None) -> None:
        self._atlas = atlas
        self._engine = engine
        self._fit = fit
        self._fields = tuple(atlas.centred(engine.encode(texts)) for texts in fields())

    def with_fit(self, fit: Fit) -> "Judge":
        """The same judge with other weights than those that ship."""
        return Judge(self._atlas, self._engine, fit=fit)

    def judge(
        self, misses: Sequence[Missed], *, known: Mapping[str, Vector] | None = None
    ) -> list[Judgement]:
        """One judgement for each. ``known`` are vectors of wordings that were encoded before.

        Raises ``ModelUnusable`` or ``EncoderBusy``.
        """
        if not misses or not self._atlas.slugs:
            return [Judgement(Reason.NO_ENTRY, "", 1.0) for _ in misses]
        values, choose = self._weigh(misses, known or {})
        chances = (self._fit or shipped()).chances(values)
        return [choose(row, chances[row]) for row in range(len(misses))]

    def evidence(self, misses: Sequence[Missed]) -> Numbers:
        """What the judgement rests on, ``[misses, features]``: to fit weights by."""
        return self._weigh(misses, {})[0]

    def _weigh(
        self, misses: Sequence[Missed], known: Mapping[str, Vector]
    ) -> tuple[Numbers, Choose]:
        vectors = self._atlas.centred(self._vectors([one.wording for one in misses], known))
        texts = [normalise(one.wording) for one in misses]
        near = self._atlas.near(texts, vectors)
        stands = self._stands(misses)
        shop, elsewhere = (vectors @ phrases.T for phrases in self._fields)
        values = evidence(near, stands, shop=shop, elsewhere=elsewhere)

        def choose(row: int, chances: Numbers) -> Judgement:
            for at in np.argsort(-chances, kind="stable"):
                reason = REASONS[int(at)]
                if reason not in STANDING_OF:
                    return Judgement(reason, "", float(chances[at]))
                slug = first_of(near, stands, row, STANDING_OF[reason], self._atlas.slugs)
                if slug:  # a reason that no entry stands for cannot be the one
                    return Judgement(reason, slug, float(chances[at]))
            return Judgement(Reason.NO_ENTRY, "", 0.0)

        return values, choose

    def _vectors(self, wordings: Sequence[str], known: Mapping[str, Vector]) -> Vector:
        """Unit vectors, each wording encoded once; texts of like length together."""
        missing = sorted(set(wordings) - known.keys(), key=lambda text: (len(text), text))
        encoded = self._engine.encode([normalise(text) for text in missing])
        every = {**known, **dict(zip(missing, encoded, strict=True))}
        return np.array([every[wording] for wording in wordings], dtype=np.float32)

    def _stands(self, misses: Sequence[Missed]) -> npt.NDArray[np.int64]:
        kinds = {(one.level, one.lang) for one in misses}
        known = {
            (level, lang): standings(self._atlas, level=level, lang=lang) for level, lang in kinds
        }
        return np.array([known[one.level, one.lang] for one in misses])


def judge_at(session: Session, *, engine: SearchEngine, now: datetime) -> Judge:
    """A judge who knows all entries of the database as they are now."""
    return Judge(draw(session, engine=engine, now=now), engine)


@cache
def shipped() -> Fit:
    """The weights that ship."""
    return read_fit(WEIGHTS)


def read_fit(path: Path) -> Fit:
    """The weights of a file. Raises ``ValueError`` where they are for other features."""
    said = json.loads(path.read_text("utf-8"))
    if said["features"] != list(FEATURES) or said["reasons"] != list(REASONS):
        raise ValueError(
            f"{path} was fitted for other features: python -m benchmarks.reasons --fit"
        )
    mean, scale, weights = (
        np.array(said[name], dtype=np.float64) for name in ("mean", "scale", "weights")
    )
    return Fit(mean, scale, weights, said["revision"])

"""What speaks for each reason of a miss, as numbers. Pure: arrays in, arrays out."""

from collections.abc import Sequence
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from insights.atlas import Atlas, Matrix, Nearness
from insights.scope import ELSEWHERE, SHOP
from search.text import normalise

FARTHEST = 4.0
ANCHORS_HEARD = 2
TOO_FEW = -3.0

FEATURES = (
    "lead",
    "lead over second",
    "lead over sixth",
    "similarity",
    "similarity over second",
    "similarity of ten",
    "words",
    "known words",
    "near shop",
    "near elsewhere",
    "shop over elsewhere",
    "visible behind",
    "visible similarity",
    "other language behind",
    "other language similarity",
    "above behind",
    "above similarity",
    "not live behind",
    "not live similarity",
)


class Standing(IntEnum):
    """What keeps an entry from an asker; nothing does at ``VISIBLE``."""

    VISIBLE = 0
    OTHER_LANGUAGE = 1
    ABOVE = 2
    NOT_LIVE = 3


def standings(atlas: Atlas, *, level: int, lang: str) -> npt.NDArray[np.int64]:
    """``[entries]``: how each entry stands to someone with this clearance and language."""
    found = dict.fromkeys(atlas.slugs, Standing.NOT_LIVE)
    for edition in atlas.editions:
        if not edition.is_live:
            continue
        standing = Standing.ABOVE
        if edition.level <= level:
            standing = Standing.VISIBLE if edition.lang == lang else Standing.OTHER_LANGUAGE
        found[edition.slug] = min(found[edition.slug], standing)
    return np.array([found[slug] for slug in atlas.slugs], dtype=np.int64)


def fields() -> tuple[list[str], list[str]]:
    """The phrases that mark out what a shop is asked and what it is not, normalised."""
    return [normalise(text) for text in SHOP], [normalise(text) for text in ELSEWHERE]


def evidence(
    near: Nearness, stands: npt.NDArray[np.int64], *, shop: Matrix, elsewhere: Matrix
) -> npt.NDArray[np.float64]:
    """``[wordings, len(FEATURES)]``. ``stands`` is ``[wordings, entries]``; ``shop`` and
    ``elsewhere`` are the cosines to the phrases of either field."""
    lead = _best(near.lead, 6, TOO_FEW)
    alike = _best(near.similarity, 10, 0.0)
    at_home, away = _mean_of_best(shop), _mean_of_best(elsewhere)
    columns = [
        lead[:, 0],
        lead[:, 0] - lead[:, 1],
        lead[:, 0] - lead[:, 5],
        alike[:, 0],
        alike[:, 0] - alike[:, 1],
        alike.mean(axis=1),
        near.words.max(axis=1),
        near.known,
        at_home,
        away,
        np.maximum(at_home, alike[:, 0]) - away,
    ]
    for standing in Standing:
        own = np.where(stands == standing, near.lead, TOO_FEW).max(axis=1)
        columns.append(np.minimum(lead[:, 0] - own, FARTHEST))
        columns.append(np.where(stands == standing, near.similarity, 0.0).max(axis=1))
    return np.column_stack(columns).astype(np.float64)


def _best(values: Matrix, count: int, filler: float) -> Matrix:
    """The ``count`` largest of each row, largest first; ``filler`` where there are fewer."""
    short = max(count - values.shape[1], 0)
    padded = np.pad(values, ((0, 0), (0, short)), constant_values=filler)
    return -np.sort(-padded, axis=1)[:, :count]


def _mean_of_best(cosines: Matrix) -> Matrix:
    best: Matrix = _best(cosines, ANCHORS_HEARD, 0.0).mean(axis=1)
    return best


def first_of(
    near: Nearness,
    stands: npt.NDArray[np.int64],
    row: int,
    standing: Standing,
    slugs: Sequence[str],
) -> str:
    """The entry of that standing that is nearest to a wording; empty where there is none."""
    own = np.where(stands[row] == standing, near.lead[row], -np.inf)
    at = int(own.argmax()) if len(own) else 0
    return slugs[at] if len(own) and np.isfinite(own[at]) else ""

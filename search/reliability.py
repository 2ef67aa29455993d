"""How well confidence says what it claims: answers in bins, and the expected calibration error.

Of the searches that were 80 % sure, four in five should be right. Right means that the first entry
answers; a question without an answer is never right. Naeini et al. 2015 for the error; Wilson 1927
for the interval of a share.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from search.evaluation import Answer

BINS = 10
SURE_95 = 1.96
Claim = tuple[float, bool]


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lies from ``low`` to ``high`` (the last bin holds 1 too): how
    many, their mean confidence, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float

    @property
    def interval(self) -> tuple[float, float]:
        """The shares that these answers do not speak against: of intervals made like this, about 95
        in 100 hold the true share. All shares for an empty bin."""
        if not self.count:
            return 0.0, 1.0
        z, n, p = SURE_95, self.count, self.right
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return round(max(0.0, middle - reach), 4), round(min(1.0, middle + reach), 4)


def reliability(answers: Sequence[Answer], *, bins: int = BINS) -> tuple[Bin, ...]:
    """The answers in ``bins`` of equal width, least sure first; empty ones are among them."""
    return binned([(one.confidence, one.rank == 1) for one in answers], bins=bins)


def binned(claims: Sequence[Claim], *, bins: int = BINS) -> tuple[Bin, ...]:
    """Confidences, each with whether it was right, as ``reliability`` has answers."""
    held: list[list[Claim]] = [[] for _ in range(bins)]
    for one in claims:
        held[min(int(one[0] * bins), bins - 1)].append(one)
    return tuple(
        Bin(round(at / bins, 4), round((at + 1) / bins, 4), len(some), *_means(some))
        for at, some in enumerate(held)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: the mean gap of confidence and share, each bin by its count."""
    total = sum(one.count for one in bins)
    gaps = sum(one.count * abs(one.confidence - one.right) for one in bins)
    return round(gaps / max(total, 1), 4)


def _means(claims: Sequence[Claim]) -> tuple[float, float]:
    count = max(len(claims), 1)
    sure, right = (sum(one[part] for one in claims) / count for part in (0, 1))
    return round(sure, 4), round(right, 4)

"""Wordings that look alike, by the pairs of characters they share; no vectors needed."""

from collections.abc import Iterable, Sequence

ALIKE_AT = 0.6


def alike(wording: str, others: Iterable[str], *, limit: int) -> Sequence[str]:
    """Those of ``others`` that resemble ``wording``, the most alike first; never itself.

    The measure is Dice's coefficient on character bigrams, 0…1, and ``ALIKE_AT`` is the least.
    """
    own = _bigrams(wording)
    scored = [(_dice(own, _bigrams(other)), other) for other in others if other != wording]
    near = sorted((pair for pair in scored if pair[0] >= ALIKE_AT), key=lambda pair: -pair[0])
    return [other for _score, other in near[:limit]]


def likeness(one: str, other: str) -> float:
    """Dice's coefficient of two texts on their character bigrams, 0…1."""
    return _dice(_bigrams(one), _bigrams(other))


def _bigrams(text: str) -> frozenset[str]:
    padded = f" {text.replace(' ', '')} "
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))

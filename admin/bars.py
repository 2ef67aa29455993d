"""Bars left and right of a line: pure geometry; ``templates/admin/_why.html`` draws them."""

from collections.abc import Iterable
from dataclasses import dataclass

SPAN = 100.0
"""Width of the drawing that all bars of a figure share."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar from ``x``, ``width`` wide, both of ``SPAN``; ``name`` says what it stands for."""

    name: str
    value: float
    x: float
    width: float

    @property
    def kind(self) -> str:
        """Its class in the style sheet."""
        return "less" if self.value < 0 else "more"


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars on one scale, and where their zero lies."""

    zero: float
    rows: tuple[Bar, ...]


def bars(terms: Iterable[tuple[str, float]], *, least: float = 0.005) -> Bars:
    """The terms as bars on one scale, those left out that are nearly nothing."""
    some = [(name, value) for name, value in terms if abs(value) >= least]
    low = min([0.0, *(value for _, value in some)])
    high = max([0.0, *(value for _, value in some)])
    scale = SPAN / ((high - low) or 1.0)
    zero = round(-low * scale, 2)
    return Bars(
        zero,
        tuple(
            Bar(name, value, round(zero + min(value, 0.0) * scale, 2), round(abs(value) * scale, 2))
            for name, value in some
        ),
    )

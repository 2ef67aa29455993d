"""Bars as SVG, by hand: readable on light and on dark, without a library and without a script.

Lengths are on a logarithmic axis where values differ by more than a hundred.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH = 760
LABEL = 190
RIGHT = 110
BAR = 18
GAP = 8
TOP = 46
LOGARITHMIC_FROM = 100.0
COLOURS = ("#3b7dd8", "#d9822b", "#3a9a5b", "#a05bc4", "#c4473d", "#5f8a8b", "#b08d2e")
"""Strong enough on white and on black."""
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:15px}"
    ".axis{stroke:#8b949e;stroke-width:1}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}}"
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its parts by name, in the unit of the plot."""

    label: str
    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        """The length of the whole row."""
        return sum(self.parts.values())


def bars(title: str, rows: Sequence[Bar], *, unit: str) -> str:
    """A plot of horizontal bars, each cut into its parts."""
    return "\n".join(_lines(title, rows, unit)) + "\n"


def _lines(title: str, rows: Sequence[Bar], unit: str) -> Iterator[str]:
    names = list(dict.fromkeys(name for row in rows for name in row.parts))
    legend = 24 if len(names) > 1 else 0
    height = TOP + len(rows) * (BAR + GAP) + legend + 8
    scale = _Scale([row.total for row in rows], stacked=len(names) > 1)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">'
    )
    yield f"<title>{escape(title)}</title><style>{STYLE}</style>"
    yield f'<text class="title" x="8" y="24">{escape(title)}</text>'
    for at, row in enumerate(rows):
        yield from _row(row, names, scale, TOP + at * (BAR + GAP), unit)
    bottom = TOP + len(rows) * (BAR + GAP)
    yield f'<line class="axis" x1="{LABEL}" x2="{LABEL}" y1="{TOP - 4}" y2="{bottom}"/>'
    if legend:
        yield from _legend(names, bottom + 4)
    yield "</svg>"


def _row(row: Bar, names: Sequence[str], scale: "_Scale", y: int, unit: str) -> Iterator[str]:
    middle = y + BAR - 5
    yield f'<text x="{LABEL - 8}" y="{middle}" text-anchor="end">{escape(row.label)}</text>'
    reached = 0.0
    for name, value in row.parts.items():
        x, end = scale.place(reached), scale.place(reached + value)
        colour = COLOURS[names.index(name) % len(COLOURS)]
        yield (
            f'<rect x="{x}" y="{y}" width="{round(max(end - x, 0.5), 1)}" height="{BAR}" '
            f'fill="{colour}"><title>{escape(f"{name}: {value:g} {unit}")}</title></rect>'
        )
        reached += value
    text = f"{row.total:.3g} {unit}" if row.total < LOGARITHMIC_FROM else f"{row.total:.0f} {unit}"
    yield f'<text x="{scale.place(row.total) + 6}" y="{middle}">{escape(text)}</text>'


def _legend(names: Sequence[str], y: int) -> Iterator[str]:
    x = 8
    for at, name in enumerate(names):
        colour = COLOURS[at % len(COLOURS)]
        yield f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="{y + 11}">{escape(name)}</text>'
        x += 32 + 8 * len(name)


class _Scale:
    """From a value to a place between label and right margin."""

    def __init__(self, values: Sequence[float], *, stacked: bool) -> None:
        self._highest = max([*values, 1e-9])
        lowest = min(value for value in [*values, self._highest] if value > 0)
        wide = self._highest / lowest > LOGARITHMIC_FROM and not stacked
        self._lowest = lowest / 2 if wide else 0.0

    def place(self, value: float) -> float:
        """The x of a value; zero and below stand at the axis."""
        share = value / self._highest
        if self._lowest:
            reach = log10(self._highest / self._lowest)
            share = max(log10(max(value, self._lowest) / self._lowest) / reach, 0.0)
        return round(LABEL + share * (WIDTH - LABEL - RIGHT), 1)

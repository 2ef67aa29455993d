"""Where the lines of a chart run: pure geometry; ``templates/admin/_chart.html`` draws it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10

WIDTH, HEIGHT = 960, 260
LEFT, RIGHT, TOP, BOTTOM = 48, 28, 12, 32
LABELS = 8
STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Point:
    """One value in its place."""

    x: float
    y: float
    value: int
    day: date


@dataclass(frozen=True, slots=True)
class Line:
    """One line; ``name`` is its class in the style sheet."""

    name: str
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        """The points as SVG writes them."""
        return " ".join(f"{point.x:g},{point.y:g}" for point in self.points)


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over days, with the marks of both axes: place and text."""

    lines: tuple[Line, ...]
    rows: tuple[tuple[float, int], ...]
    columns: tuple[tuple[float, date], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM


def line_chart(days: Sequence[date], series: Mapping[str, Sequence[int]]) -> Chart:
    """A chart of counts over days; each series has one value for each day."""
    most = max((value for values in series.values() for value in values), default=0)
    step = nice_step(most)
    top = step * max(1, ceil(most / step))

    def x(place: int) -> float:
        span = WIDTH - LEFT - RIGHT
        return round(LEFT + (span * place / (len(days) - 1) if len(days) > 1 else span / 2), 1)

    def y(value: int) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top, 1)

    lines = (
        Line(
            name, tuple(Point(x(at), y(value), value, days[at]) for at, value in enumerate(values))
        )
        for name, values in series.items()
    )
    every = max(1, ceil(len(days) / LABELS))
    columns = ((x(at), day) for at, day in enumerate(days) if (len(days) - 1 - at) % every == 0)
    rows = ((y(value), value) for value in range(0, top + 1, step))
    return Chart(tuple(lines), tuple(rows), tuple(columns))


def nice_step(most: int, *, steps: int = 4) -> int:
    """A round distance of the marks so that about ``steps`` of them reach ``most``."""
    rough = max(1, most / steps)
    power = int(10 ** int(log10(rough)))
    return next(step * power for step in STEPS if step * power >= rough)

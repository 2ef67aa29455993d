"""The reliability diagram as an SVG of its own: what was claimed against what was true.

Columns are the shares that were right, with their 95 % intervals; the dotted diagonal is what an
engine would show that is exactly as right as it is sure. Below stand the answers in each bin.
Carries its ground and both colour schemes, so it reads wherever it is shown.
"""

from collections.abc import Iterator, Sequence
from html import escape

from search.reliability import Bin, calibration_error

SIDE = 440
"""Width and height of the plot, in units of the drawing."""
LEFT, TOP, RIGHT = 64, 108, 28
COUNTS = 72
"""Height of the columns that count the answers of each bin."""
WIDTH = LEFT + SIDE + RIGHT
FLOOR = TOP + SIDE
BASE = FLOOR + 56 + COUNTS
HEIGHT = BASE + 60
TICKS = 5
LEGEND = "columns: what was right, with 95 % intervals; marks: what was claimed"
STYLE = """\
text{font:13px system-ui,"Noto Sans",sans-serif;fill:#5e5548}
.name{font-size:18px;font-weight:600;fill:#231d17}
.ground{fill:#fffdf8}.grid{stroke:#e2d9c8}.axis{stroke:#8a7e6c}
.right{fill:#8fb5a0}.count{fill:#b9b09d}.reach{stroke:#231d17;stroke-width:1.5}
.even{stroke:#a82c1c;stroke-width:1.5;stroke-dasharray:3 5}.sure{stroke:#a82c1c;stroke-width:3}
@media (prefers-color-scheme:dark){
text{fill:#aca493}.name{fill:#ece5d8}
.ground{fill:#1b1f26}.grid{stroke:#2d323b}.axis{stroke:#777c88}
.right{fill:#3f7059}.count{fill:#555b66}.reach{stroke:#ece5d8}
.even,.sure{stroke:#f08a72}}"""


def drawn(bins: Sequence[Bin], *, title: str) -> str:
    """The diagram of these bins as one SVG document."""
    total = sum(one.count for one in bins)
    error = calibration_error(bins)
    told = f"{total} searches, expected calibration error {error:.3f}"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"',
            f' width="{WIDTH}" height="{HEIGHT}" role="img" aria-labelledby="name told">',
            f'<title id="name">{escape(title)}</title><desc id="told">{told}</desc>',
            f"<style>{STYLE}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="10"/>',
            _text(LEFT, 34, title, kind="name", anchor="start"),
            _text(LEFT, 58, told, anchor="start"),
            _text(LEFT, 78, LEGEND, anchor="start"),
            *_axes(),
            *(line for one in bins for line in _column(one)),
            f'<line class="even" x1="{LEFT}" y1="{FLOOR}" x2="{LEFT + SIDE}" y2="{TOP}"/>',
            *_counts(bins),
            "</svg>\n",
        ]
    )


def _axes() -> Iterator[str]:
    for tick in range(TICKS + 1):
        share = tick / TICKS
        yield _line("grid", LEFT, _y(share), LEFT + SIDE, _y(share))
        yield _text(LEFT - 8, _y(share) + 4, f"{share:.0%}", anchor="end")
        yield _text(_x(share), FLOOR + 20, f"{share:.0%}")
    yield _line("axis", LEFT, FLOOR, LEFT + SIDE, FLOOR)
    yield _text(LEFT + SIDE / 2, FLOOR + 42, "how sure the engine was")
    yield (
        f'<text text-anchor="middle" transform="rotate(-90 16 {TOP + SIDE / 2:g})" '
        f'x="16" y="{TOP + SIDE / 2:g}">how often its first entry was right</text>'
    )


def _column(one: Bin) -> Iterator[str]:
    """What was right, the interval around it, and a bold mark at the mean confidence."""
    if not one.count:
        return
    left, width = _x(one.low) + 3, _x(one.high) - _x(one.low) - 6
    middle, (least, most) = left + width / 2, one.interval
    told = f"{one.low:.0%}–{one.high:.0%}: {one.count} searches, {one.right:.0%} right"
    yield _rect("right", left, _y(one.right), width, FLOOR - _y(one.right), told)
    yield _line("reach", middle, _y(least), middle, _y(most))
    for end in (least, most):
        yield _line("reach", middle - 5, _y(end), middle + 5, _y(end))
    yield _line("sure", left, _y(one.confidence), left + width, _y(one.confidence))


def _counts(bins: Sequence[Bin]) -> Iterator[str]:
    most = max((one.count for one in bins), default=0) or 1
    for one in bins:
        left, width = _x(one.low) + 3, _x(one.high) - _x(one.low) - 6
        height = COUNTS * one.count / most
        yield _rect("count", left, BASE - height, width, height, f"{one.count} searches")
        yield _text(left + width / 2, BASE + 18, str(one.count))
    yield _line("axis", LEFT, BASE, LEFT + SIDE, BASE)
    yield _text(LEFT + SIDE / 2, BASE + 42, "searches in each bin")


def _x(share: float) -> float:
    return LEFT + SIDE * share


def _y(share: float) -> float:
    return FLOOR - SIDE * share


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"/>'


def _rect(kind: str, x: float, y: float, width: float, height: float, told: str) -> str:
    place = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{max(height, 0):g}"'
    return f'<rect class="{kind}" {place}><title>{escape(told)}</title></rect>'


def _text(x: float, y: float, text: str, *, kind: str = "", anchor: str = "middle") -> str:
    name = f' class="{kind}"' if kind else ""
    return f'<text{name} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'

"""The sums of a period as tiles: what it is, how much, and how it moved since the period before."""

from dataclasses import dataclass
from typing import Literal

from flask_babel import gettext as _

from insights.figures import Figures, Totals

Mood = Literal["good", "bad", "even"]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure. ``share`` is of all intents, 0…1; ``change`` is in percent of the count or, for
    a share, in percentage points; None where there was nothing before to compare with."""

    name: str
    text: str
    count: float | None
    share: float | None = None
    change: float | None = None
    in_points: bool = False
    mood: Mood = "even"


def tiles(found: Figures) -> tuple[Tile, ...]:
    """The tiles of the dashboard, in their order."""
    return (
        _count("intents", _("Questions"), found),
        _share("answered", _("Answered"), found, up_is=+1),
        _share("suggested", _("Suggested"), found, up_is=0),
        _share("missed", _("Missed"), found, up_is=-1),
        _share("accepted", _("Accepted"), found, up_is=+1),
        _share("contacted", _("Contact after search"), found, up_is=-1),
        _count("searches", _("Searches"), found),
        Tile("closing", _("Days to close a gap"), found.closing_days),
    )


def _count(name: str, text: str, found: Figures) -> Tile:
    now, before = _of(found.totals, name), _of(found.before, name)
    change = 100 * (now - before) / before if before else None
    return Tile(name, text, now, change=change)


def _share(name: str, text: str, found: Figures, *, up_is: int) -> Tile:
    count = _of(found.totals, name)
    share = found.totals.share(count)
    earlier = found.before.share(_of(found.before, name))
    change = None if share is None or earlier is None else 100 * (share - earlier)
    return Tile(name, text, count, share, change, in_points=True, mood=_mood(change, up_is))


def _mood(change: float | None, up_is: int) -> Mood:
    if change is None or not up_is or abs(change) < 0.5:
        return "even"
    return "good" if change * up_is > 0 else "bad"


def _of(totals: Totals, name: str) -> int:
    return int(getattr(totals, name))

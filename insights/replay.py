"""What a change would do, before it is published: what was asked lately, asked of the new index.

Promises the results that the engine would give after the publication, for every intent of the
period, and lists every first entry that changes. Writes nothing, anywhere.
What it cannot know: signals that people would have given, and texts whose vector is not kept yet,
which it counts as ``unread`` beyond the few that it encodes itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from sqlalchemy.orm import Session

from insights.drafts import ChangeSet, with_changes
from insights.sight import UNREAD, Asked, Memory, Sight, heard_in, look
from insights.suite import Case
from insights.vectors import Vector, encode, known
from insights.wants import Want, wants_of
from search.engine import SearchEngine
from search.shelf import Serving
from search.text import normalise

DAYS = 30
SLIGHT = 0.15
ENCODED_MAX = 400
"""Texts without a kept vector that are encoded while somebody waits."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One way of asking whose answer changes. An empty slug stands for nothing found."""

    text: str
    wording: str
    lang: str
    level: int
    intents: int
    missed: int
    sessions: int
    before: str
    after: str
    confidence_before: float
    confidence_after: float
    still_first: bool = False

    @property
    def is_slight(self) -> bool:
        """Whether the same entry stays first and is only a little less sure: any change of the
        content moves how sure the engine is of everything by a hair."""
        return self.still_first and self.confidence_before - self.confidence_after < SLIGHT


@dataclass(frozen=True, slots=True)
class Loss:
    """A judged query that is right now and would not be: what is right, and what would come."""

    case: Case
    before: str
    after: str
    confidence_before: float
    confidence_after: float
    still_first: bool = False

    @property
    def is_slight(self) -> bool:
        """See ``Turn.is_slight``."""
        return self.still_first and self.confidence_before - self.confidence_after < SLIGHT


@dataclass(frozen=True, slots=True)
class Replay:
    """The change's effect. ``closes`` are misses that end, ``stolen`` found wants whose first entry
    changes, ``lost`` found ones that find nothing, ``found`` wants that were given up without
    counting as missed and find something, ``near`` misses for which a changed entry comes first but
    below the floor. Each is ordered by intents. Counts are of intents."""

    closes: tuple[Turn, ...]
    stolen: tuple[Turn, ...]
    lost: tuple[Turn, ...]
    found: tuple[Turn, ...]
    near: tuple[Turn, ...]
    suite_losses: tuple[Loss, ...]
    suite_cases: int
    intents: int
    missed: int
    unread: int
    floor: float
    seconds: float

    @property
    def closed(self) -> int:
        """Missed intents that would end."""
        return sum(one.missed for one in self.closes)

    @property
    def grave(self) -> tuple[Loss, ...]:
        """The losses for which a publication is held."""
        return tuple(one for one in self.suite_losses if not one.is_slight)


@dataclass(frozen=True, slots=True)
class Both:
    """What is answered now, and what would be."""

    before: Sight
    after: Sight


def replay(
    session: Session,
    engine: SearchEngine,
    changes: ChangeSet,
    *,
    now: datetime,
    days: int = DAYS,
    cases: Sequence[Case] = (),
    encode_max: int = ENCODED_MAX,
    memory: Memory | None = None,
) -> Replay:
    """Replay the intents of the last ``days`` days and the judged ``cases`` with the change.

    ``memory`` spares the half of the work that is the same for every draft.
    Raises ``ModelUnusable`` or ``EncoderBusy`` where the draft cannot be encoded.
    """
    begun = perf_counter()
    wants = wants_of(session, since=now - timedelta(days=days), until=now)
    serving = engine.serving(now=now)
    changed = with_changes(engine, serving, changes, now=now)
    asked = [(one.form, one.level) for one in wants]
    asked += [(normalise(one.text), one.level) for one in cases]
    both = _see(session, engine, (serving, changed), asked, encode_max, memory or Memory())
    turns = list(_turns(wants, both, changes))
    return Replay(
        closes=_ordered(turn for kind, turn in turns if kind == "closes"),
        stolen=_ordered(turn for kind, turn in turns if kind == "stolen"),
        lost=_ordered(turn for kind, turn in turns if kind == "lost"),
        found=_ordered(turn for kind, turn in turns if kind == "found"),
        near=_ordered(turn for kind, turn in turns if kind == "near"),
        suite_losses=tuple(_losses(cases, both, offset=len(wants))),
        suite_cases=len(cases),
        intents=sum(one.intents for one in wants),
        missed=sum(one.missed for one in wants),
        unread=sum(
            one.intents for row, one in enumerate(wants) if both.before.outcomes[row] == UNREAD
        ),
        floor=engine.floors.suggest,
        seconds=perf_counter() - begun,
    )


def prepare(
    session: Session, engine: SearchEngine, memory: Memory, *, now: datetime, days: int = DAYS
) -> None:
    """Work out the half of a replay that is the same for every draft, before anybody waits."""
    serving = engine.serving(now=now)
    if serving.index.vectors is None:
        return
    wants = wants_of(session, since=now - timedelta(days=days), until=now)
    asked = [(one.form, one.level) for one in wants]
    texts = memory.heard(serving, asked)
    vectors = known(session, sorted(set(texts)), model=engine.embedder.revision)
    memory.look(engine, serving, asked, texts, vectors)


def _see(
    session: Session,
    engine: SearchEngine,
    indexes: tuple[Serving, Serving],
    asked: Sequence[Asked],
    encode_max: int,
    memory: Memory,
) -> Both:
    serving, changed = indexes
    now_read, then_read = memory.heard(serving, asked), heard_in(changed, asked)
    vectors = _vectors(session, engine, {*now_read, *then_read}, encode_max)
    with ThreadPoolExecutor(2) as threads:  # most of it is arithmetic, which two cores share
        before = threads.submit(memory.look, engine, serving, asked, now_read, vectors)
        after = threads.submit(look, engine, changed, asked, then_read, vectors)
        return Both(before.result(), after.result())


def _vectors(
    session: Session, engine: SearchEngine, texts: set[str], encode_max: int
) -> dict[str, Vector]:
    """The kept vectors, and those of the first few texts that have none."""
    vectors = known(session, sorted(texts), model=engine.embedder.revision)
    missing = sorted(texts - vectors.keys())[:encode_max]
    return vectors | encode(engine, missing)


def _turns(wants: Sequence[Want], both: Both, changes: ChangeSet) -> Iterator[tuple[str, Turn]]:
    for row, want in enumerate(wants):
        if UNREAD in (both.before.outcomes[row], both.after.outcomes[row]):
            continue
        kind = _kind(want, both, row, changes)
        if kind:
            yield kind, _turn(want, both, row, near=kind == "near")


def _kind(want: Want, both: Both, row: int, changes: ChangeSet) -> str:
    """What happens to one want; empty where nothing does."""
    old, new = both.before.shown(row), both.after.shown(row)
    if old == new:
        is_near = want.missed and not new and both.after.slugs[row] in changes.slugs
        return "near" if is_near else ""
    if not new:
        return "lost"
    if want.missed and (not old or new in changes.slugs):
        return "closes"
    return "stolen" if old else "found"


def _turn(want: Want, both: Both, row: int, *, near: bool) -> Turn:
    return Turn(
        want.text,
        want.wording,
        want.lang,
        want.level,
        want.intents,
        want.missed,
        len(want.sessions),
        both.before.shown(row),
        both.after.slugs[row] if near else both.after.shown(row),
        both.before.confidences[row],
        both.after.confidences[row],
        still_first=both.before.slugs[row] == both.after.slugs[row],
    )


def _losses(cases: Sequence[Case], both: Both, *, offset: int) -> Iterator[Loss]:
    """A loss per case that is right now and would not be."""
    for row, case in enumerate(cases, offset):
        if both.before.outcomes[row] == UNREAD or both.after.outcomes[row] == UNREAD:
            continue
        old, new = both.before.shown(row), both.after.shown(row)
        if case.is_right(old) and not case.is_right(new):
            was, will = both.before.confidences[row], both.after.confidences[row]
            same = both.before.slugs[row] == both.after.slugs[row]
            yield Loss(case, old, new, was, will, still_first=same)


def _ordered(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    return tuple(sorted(turns, key=lambda one: (-one.missed, -one.intents, one.text)))

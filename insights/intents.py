"""What one session wanted, made of its searches: pure, no database.

Promises one intent per want: keystrokes, repeats and rewordings collapse, and an intent is missed
once at most (``docs/decisions/0006``).
Refuses to count what says nothing of the content: staff who try the site out, bots, and searches
without vectors make no intent at all.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from insights.rewording import are_reworded
from insights.signals import Signal

WINDOW = timedelta(minutes=10)
"""How long after the last sign of an intent a rewording still belongs to it."""
SOON = timedelta(minutes=3)
"""How soon after a search without success another one is likely to be its rewording."""
KEYSTROKES = timedelta(seconds=10)
"""How quickly a longer beginning must follow a shorter one to be the same typing."""
LEXICAL = "lexical"
MISSED, ANSWERED = "missed", "answered"

POSITIVE = frozenset({Signal.CLICK, Signal.COPY, Signal.HELPFUL})
TAKEN_BACK = frozenset({Signal.NONE_OF_THESE, Signal.UNHELPFUL})
"""Negative signals that a later positive one outweighs; the others stand."""

Alike = Callable[[str, str], bool]


class Cause(StrEnum):
    """Why an intent counts as missed."""

    FLOOR = "floor"
    UNACCEPTED = "unaccepted"
    NONE_OF_THESE = "none_of_these"
    CONTACT = "contact"
    NO_ENTRY = "no_entry"
    WRONG = "wrong"
    UNHELPFUL = "unhelpful"


@dataclass(frozen=True, slots=True)
class Said:
    """A signal: what was done with a search, and about which entry."""

    at: datetime
    kind: str
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A search of the log with its signals. ``shown`` are the slugs of its hits, best first."""

    id: str
    at: datetime
    session: str
    text: str
    wording: str
    lang: str
    level: int
    channel: str
    outcome: str
    mode: str
    confidence: float
    shown: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    is_bot: bool = False
    is_staff: bool = False

    @property
    def counts(self) -> bool:
        """Whether this search says something of the content."""
        return is_counted(mode=self.mode, is_bot=self.is_bot, is_staff=self.is_staff)

    @property
    def taken(self) -> frozenset[str]:
        """The entries that the asker opened, copied or thanked for."""
        return frozenset(one.slug for one in self.said if one.kind in POSITIVE and one.slug)


@dataclass(frozen=True, slots=True)
class Intent:
    """One want of one session; the fields are those of ``IntentRow``. ``cause`` is empty where
    nothing was missed; ``accepted`` is the entry taken last, empty where none was."""

    id: str
    at: datetime
    session: str
    text: str
    wording: str
    first: str
    lang: str
    level: int
    channel: str
    searches: int
    outcome: str
    confidence: float
    shown: str
    accepted: str
    contacted: bool
    cause: str


def is_counted(*, mode: str, is_bot: bool, is_staff: bool) -> bool:
    """Whether a search says something of the content; no other reaches the editors' list."""
    return not (is_bot or is_staff or mode == LEXICAL)


def intents_of(searches: Iterable[Asked], *, alike: Alike = are_reworded) -> list[Intent]:
    """The intents of any number of sessions, in the order of their last searches.

    ``alike`` says of two wordings whether they ask the same; it is asked only about searches of
    one session that lie close together.
    """
    sessions = _by_session(searches)
    found = [_intent(run) for asked in sessions for run in _runs(asked, alike)]
    return sorted(found, key=lambda intent: (intent.at, intent.id))


def doubtful_pairs(searches: Iterable[Asked]) -> Iterator[tuple[str, str]]:
    """Wordings asked soon after each other, the first without success, that share too little to
    be joined by their letters."""
    for asked in _by_session(searches):
        for earlier, later in pairwise(asked):
            is_soon = later.at - earlier.at <= SOON
            failed = earlier.outcome != ANSWERED and not earlier.taken
            if is_soon and failed and not _belongs(earlier, later, are_reworded):
                yield earlier.wording, later.wording


def _by_session(searches: Iterable[Asked]) -> Iterable[list[Asked]]:
    """The searches that count, those of a session together and in order."""
    sessions: dict[str, list[Asked]] = {}
    for one in sorted(searches, key=lambda one: (one.at, one.id)):
        if one.counts:
            sessions.setdefault(one.session, []).append(one)
    return sessions.values()


def _runs(asked: Sequence[Asked], alike: Alike) -> list[list[Asked]]:
    """The searches of one session, joined: each goes to the latest run it belongs to."""
    runs: list[list[Asked]] = []
    for one in asked:
        near = (run for run in reversed(runs) if one.at - _last_sign(run[-1]) <= WINDOW)
        home = next((run for run in near if _belongs(run[-1], one, alike)), None)
        if home is None:
            runs.append([one])
        else:
            home.append(one)
    return runs


def _belongs(earlier: Asked, later: Asked, alike: Alike) -> bool:
    if earlier.wording == later.wording or _is_typing(earlier, later):
        return True
    if earlier.taken and later.taken:
        return bool(earlier.taken & later.taken)
    if earlier.shown and later.shown and earlier.shown[0] == later.shown[0]:
        return True
    return alike(earlier.wording, later.wording)


def _last_sign(one: Asked) -> datetime:
    return max([one.at, *(said.at for said in one.said if said.at - one.at <= WINDOW)])


def _is_typing(earlier: Asked, later: Asked) -> bool:
    """Whether two searches are moments of one typing, letters added or taken away."""
    if later.at - earlier.at > KEYSTROKES:
        return False
    short, long = sorted((earlier.wording, later.wording), key=len)
    return long.startswith(short)


def _intent(run: Sequence[Asked]) -> Intent:
    last, full, first = run[-1], _full(run), _typed_out(run)[0]
    said = sorted((one for asked in run for one in asked.said), key=lambda one: one.at)
    taken = [one.slug for one in said if one.kind in POSITIVE and one.slug]
    return Intent(
        id=last.id,
        at=last.at,
        session=last.session,
        text=full.text,
        wording=full.wording,
        first=first.wording,
        lang=full.lang,
        level=full.level,
        channel=full.channel,
        searches=len(run),
        outcome=full.outcome,
        confidence=full.confidence,
        shown=full.shown[0] if full.shown else "",
        accepted=taken[-1] if taken else "",
        contacted=any(one.kind == Signal.CONTACT for one in said),
        cause=_cause(run, said),
    )


def _typed_out(run: Sequence[Asked]) -> list[Asked]:
    """The searches of a run without repeats and without the moments of one typing but its
    longest: what is left are the rewordings."""
    kept: list[Asked] = []
    previous: Asked | None = None
    for one in run:
        typing = previous is not None and _is_typing(previous, one)
        if kept and (typing or kept[-1].wording == one.wording):
            if len(one.wording) >= len(kept[-1].wording):
                kept[-1] = one
        else:
            kept.append(one)
        previous = one
    return kept


def _full(run: Sequence[Asked]) -> Asked:
    return _typed_out(run)[-1]


def _cause(run: Sequence[Asked], said: Sequence[Said]) -> str:
    spoken, is_taken = _spoken(said)
    if spoken or is_taken:
        return spoken
    asked = _typed_out(run)
    if all(one.outcome == MISSED for one in asked):
        return Cause.FLOOR.value
    passed_over = any(one.outcome != MISSED for one in asked[:-1])
    if passed_over and asked[-1].outcome != ANSWERED:
        return Cause.UNACCEPTED.value
    return ""


def _spoken(said: Sequence[Said]) -> tuple[str, bool]:
    """What the asker said last that counts against the search, and whether anything was taken."""
    standing, passing, is_taken = "", "", False
    for one in said:
        if one.kind in POSITIVE:
            passing, is_taken = "", True
        elif one.kind in TAKEN_BACK:
            passing = Cause(one.kind).value
        elif one.kind in list(Cause):
            standing = Cause(one.kind).value
    return standing or passing, is_taken

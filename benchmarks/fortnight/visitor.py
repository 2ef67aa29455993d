"""How somebody goes about one want: typing, reading, opening, rewording, complaining, giving up.

What is done depends on what the page shows and on whether it is right; how likely, stands here.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

from benchmarks.fortnight.doors import Door, Seen
from benchmarks.fortnight.plan import Want
from benchmarks.fortnight.site import Clock
from benchmarks.fortnight.spelling import beginnings, written

TYPES = 0.22
EARLY = 0.05
"""Of those who type, the ones who send it before it is whole."""
REWORDINGS = 2
OPENS_FIRST, OPENS_OTHER, THANKS = 0.5, 0.72, 0.16
REWORDS_SHOWN, REWORDS_MISSED = 0.42, 0.45
NONE_FITS, OPENS_WRONG, VOTES_NO = 0.15, 0.12, 0.5
LEAVES_QUESTION = 0.22
AGENT_COPIES, AGENT_SAYS = 0.8, 0.5
Noted = Callable[[Seen, Want], None]


class Visitor:
    """One asker at one door. ``noted`` hears of every search and what it was for."""

    def __init__(
        self, door: Door, clock: Clock, chance: Random, *, noted: Noted, clearance: int, desk: bool
    ) -> None:
        self._door, self._clock, self._chance = door, clock, chance
        self._noted, self._clearance, self._is_desk = noted, clearance, desk

    def pursue(self, want: Want) -> None:
        """Ask until it is found or not worth it."""
        for attempt, text in enumerate(self._texts(want)):
            if attempt:
                self._wait(8, 55)
            self._type(text, want)
            seen = self._ask(text, want)
            self._wait(4, 25)
            if self._is_done(seen, text, want):
                return

    def browse(self, want: Want) -> None:
        """Ask once and look at what comes, as editors and programs do."""
        seen = self._ask(next(self._texts(want)), want)
        if seen.slugs and self._draws(0.3):
            self._door.take(seen, seen.slugs[0])

    def _texts(self, want: Want) -> Iterator[str]:
        """Different wordings, one after the other."""
        known = want.meaning.wordings[want.lang]
        count = min(REWORDINGS + 1, len(known))
        for text in self._chance.sample(known, count):
            yield written(text, want.lang, self._chance)

    def _type(self, text: str, want: Want) -> None:
        if not self._draws(TYPES):
            return
        moments = beginnings(text, self._chance)
        for moment in moments:
            seen = self._door.type(moment)
            if seen is not None:
                self._noted(seen, want)
            self._wait(1, 2)
        if moments and self._draws(EARLY):
            self._ask(moments[-1], want)
            self._wait(2, 6)

    def _ask(self, text: str, want: Want) -> Seen:
        seen = self._door.ask(text)
        self._noted(seen, want)
        return seen

    def _is_done(self, seen: Seen, text: str, want: Want) -> bool:
        """React to what came; whether the want is over."""
        right = want.meaning.name if want.meaning.is_answered_at(self._clearance) else ""
        if right and right in seen.slugs:
            return self._found(seen, right)
        if self._is_desk:
            return self._agent_finds_nothing(seen)
        return self._wrong(seen, text) if seen.slugs else self._nothing(seen, text)

    def _found(self, seen: Seen, right: str) -> bool:
        if self._is_desk:
            if self._draws(AGENT_COPIES):
                self._door.take(seen, right)
            return True
        is_first = seen.outcome == "answered" and seen.slugs[0] == right
        if self._draws(OPENS_FIRST if is_first else OPENS_OTHER):
            self._door.take(seen, right)
            if self._draws(THANKS):
                self._wait(10, 60)
                self._door.say(seen, "helpful", right)
            return True
        return is_first or not self._draws(REWORDS_SHOWN)

    def _agent_finds_nothing(self, seen: Seen) -> bool:
        if seen.slugs and self._draws(AGENT_SAYS):
            wrong = self._draws(0.1)
            self._door.say(seen, "wrong" if wrong else "no_entry", seen.slugs[0] if wrong else "")
            return True
        return not self._draws(REWORDS_SHOWN)

    def _wrong(self, seen: Seen, text: str) -> bool:
        """Something was shown, and it is not what was meant."""
        drawn = self._chance.random()
        if drawn < NONE_FITS:
            self._door.say(seen, "none_of_these", text=text)
            if self._draws(LEAVES_QUESTION):
                self._door.say(seen, "contact", text=text)
            return True
        if drawn < NONE_FITS + OPENS_WRONG:
            self._door.take(seen, seen.slugs[0])
            if self._draws(VOTES_NO):
                self._wait(5, 30)
                self._door.say(seen, "unhelpful", seen.slugs[0])
            return True
        return drawn > NONE_FITS + OPENS_WRONG + REWORDS_SHOWN

    def _nothing(self, seen: Seen, text: str) -> bool:
        if self._draws(LEAVES_QUESTION / 2):
            self._door.say(seen, "contact", text=text)
            return True
        return not self._draws(REWORDS_MISSED)

    def _draws(self, share: float) -> bool:
        return self._chance.random() < share

    def _wait(self, least: int, most: int) -> None:
        self._clock.now += timedelta(seconds=self._chance.uniform(least, most))

"""Who comes when and wants what: the whole fortnight, made from a seed before anything is asked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from benchmarks.fortnight.meanings import Meaning, Meanings
from benchmarks.fortnight.rhythm import day_weights, moment, zipf
from kb.disclosure import Level

SEARCHES_PER_WANT = 1.35
"""Measured: rewordings and moments of typing."""
CUSTOMERS, CHATS, DESK = 0.14, 0.13, 0.12
"""Of the sessions, those of signed-in customers and of a chatbot's users; of the wants, those that
an agent looks up."""
AGENTS, BOTS_PER_DAY, STAFF = 8, 5, 3
ENGLISH = 0.27
UNANSWERED, CHATTER = 0.3, 0.04
OF_AGENTS = 0.25
"""Of what agents look up, what only they may read."""
CAMPAIGN_SHARE = (0.0, 0.14, 0.05, 0.02, 0.01)
"""Share of the campaign's topic in what is wanted: before it, on its day, and on the days after."""
STAFF_PER_DAY, BOT_SEARCHES = 4, 5


@dataclass(frozen=True, slots=True)
class Want:
    """One thing that one person wants once."""

    number: int
    meaning: Meaning
    lang: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One asker on one day. ``who`` is visitor, customer, chat, agent, bot or staff."""

    at: datetime
    who: str
    person: int
    wants: tuple[Want, ...]


@dataclass(frozen=True, slots=True)
class Size:
    """How much traffic: searches to reach, sessions, days."""

    searches: int = 20_000
    sessions: int = 6_000
    days: int = 14

    @property
    def wants(self) -> int:
        """Things wanted that bring about so many searches."""
        return round(self.searches / SEARCHES_PER_WANT)


class Planner:
    """Makes the visits of a fortnight; equal seeds make equal ones."""

    def __init__(self, meanings: Meanings, *, begin: datetime, size: Size, seed: int) -> None:
        self._meanings, self._begin, self._size = meanings, begin, size
        self._chance = Random(seed)
        self._numbers = 0
        self.campaign = (size.days * 9) // 14
        self._shoppers = [one for one in meanings.answered if _for_shoppers(one)]
        self._agents = [one for one in meanings.answered if not _for_shoppers(one)]
        self._lacking = [one for one in meanings.unanswered if not one.is_campaign]
        self._sudden = [one for one in meanings.unanswered if one.is_campaign]

    def visits(self) -> list[Visit]:
        """All visits in the order of their beginnings."""
        found = [*self._public(), *self._desk(), *self._bots(), *self._staff()]
        return sorted(found, key=lambda visit: (visit.at, visit.who, visit.person))

    def _public(self) -> Iterator[Visit]:
        """Visitors, customers and a chatbot's users."""
        size, chance = self._size, self._chance
        weights = day_weights(self._begin, size.days, self.campaign)
        days = chance.choices(range(size.days), weights, k=size.sessions)
        counts = [1] * size.sessions
        for _more in range(max(0, round(size.wants * (1 - DESK)) - size.sessions)):
            counts[chance.randrange(size.sessions)] += 1
        customers = max(1, round(size.sessions * CUSTOMERS / 3.4))
        for person, (day, count) in enumerate(zip(days, counts, strict=True)):
            drawn = chance.random()
            who = "customer" if drawn < CUSTOMERS else "visitor"
            who = "chat" if drawn > 1 - CHATS else who
            number = chance.randrange(customers) if who == "customer" else person
            lang = self._lang()
            wants = tuple(self._want(day, lang, self._shoppers) for _one in range(count))
            yield Visit(moment(self._begin, day, chance), who, number, wants)

    def _desk(self) -> Iterator[Visit]:
        """Agents' days, each a third of a day long."""
        days, chance = self._size.days, self._chance
        total = round(self._size.wants * DESK)
        shifts = [(day, agent) for day in range(days) for agent in range(AGENTS)]
        for place, (day, agent) in enumerate(shifts):
            count = total // len(shifts) + (place < total % len(shifts))
            if count:
                start = self._begin + timedelta(days=day, hours=9 + 5 * (agent % 2))
                start += timedelta(seconds=chance.randrange(900))
                yield Visit(
                    start, "agent", agent, tuple(self._desk_want(day) for _ in range(count))
                )

    def _desk_want(self, day: int) -> Want:
        is_theirs = self._chance.random() < OF_AGENTS
        return self._want(day, self._lang(), self._agents if is_theirs else self._shoppers)

    def _bots(self) -> Iterator[Visit]:
        return self._others("bot", BOTS_PER_DAY, BOT_SEARCHES)

    def _staff(self) -> Iterator[Visit]:
        return self._others("staff", STAFF, STAFF_PER_DAY)

    def _others(self, who: str, each_day: int, searches: int) -> Iterator[Visit]:
        """Programs and editors: in a small fortnight fewer of them."""
        each_day = each_day if self._size.searches >= 5_000 else 1
        for day in range(self._size.days):
            for person in range(each_day):
                wants = tuple(self._want(day, "zh", self._shoppers) for _one in range(searches))
                yield Visit(moment(self._begin, day, self._chance), who, person, wants)

    def _want(self, day: int, lang: str, answered: Sequence[Meaning]) -> Want:
        self._numbers += 1
        return Want(self._numbers, self._meaning(day, answered), lang)

    def _meaning(self, day: int, answered: Sequence[Meaning]) -> Meaning:
        chance = self._chance
        drawn = chance.random()
        sudden = CAMPAIGN_SHARE[min(max(day - self.campaign + 1, 0), len(CAMPAIGN_SHARE) - 1)]
        if drawn < sudden:
            return chance.choice(self._sudden)
        if drawn < sudden + CHATTER:
            return chance.choice(self._meanings.chatter)
        if drawn < sudden + CHATTER + UNANSWERED:
            return chance.choices(self._lacking, zipf(len(self._lacking)))[0]
        return chance.choices(answered, zipf(len(answered)))[0]

    def _lang(self) -> str:
        return "en" if self._chance.random() < ENGLISH else "zh"


def _for_shoppers(one: Meaning) -> bool:
    return one.level is None or one.level <= Level.CUSTOMER

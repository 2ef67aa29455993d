"""Plays the plan against the site, day by day, with the digest each night as cron would run it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from time import perf_counter
from zlib import crc32

from flask import Flask
from flask.testing import FlaskClient
from tqdm import tqdm

from accounts.roles import Role
from benchmarks.fortnight.doors import ApiDoor, DeskDoor, Door, Seen, WebDoor, csrf, good
from benchmarks.fortnight.plan import Visit, Want
from benchmarks.fortnight.site import PASSWORD, Site
from benchmarks.fortnight.visitor import Visitor
from kb.disclosure import Level

BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
)
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
OUTAGE_HOURS = (14, 16)
NIGHTLY = 3
"""The hour after midnight at which the digest runs."""
CLEARANCE = {"customer": Level.CUSTOMER, "agent": Level.AGENT, "staff": Level.INTERNAL}
ROLES = {"customer": Role.CUSTOMER, "agent": Role.AGENT, "staff": Role.EDITOR}


@dataclass(frozen=True, slots=True)
class Label:
    """What a search was for: the truth that the site is measured by."""

    search: str
    want: int
    meaning: str
    who: str
    clearance: int
    outage: bool


class Play:
    """One fortnight on one site."""

    def __init__(self, site: Site, visits: Sequence[Visit], *, begin: datetime, seed: int) -> None:
        self._site, self._visits, self._begin, self._seed = site, visits, begin, seed
        self._customers: dict[tuple[str, int], FlaskClient] = {}
        self._failing: Flask | None = None
        self.labels: list[Label] = []
        self.digests: list[float] = []

    def run(self) -> None:
        """Play every visit, and digest after each day."""
        day = 0
        with tqdm(total=len(self._visits), unit=" visits", disable=None) as bar:
            for visit in self._visits:
                while visit.at >= self._night_of(day + 1):
                    day += 1
                    self._night(day)
                self._visit(visit)
                bar.update()
        self._night(day + 1)

    def _night(self, day: int) -> None:
        self._site.clock.now = self._night_of(day)
        begun = perf_counter()
        self._site.run("insights", "digest")
        self.digests.append(perf_counter() - begun)

    def _night_of(self, day: int) -> datetime:
        return self._begin + timedelta(days=day, hours=NIGHTLY)

    def _visit(self, visit: Visit) -> None:
        site = self._site
        site.clock.now = visit.at
        chance = Random(crc32(f"{self._seed} {visit.who} {visit.person} {visit.at}".encode()))
        outage = self._is_outage(visit)
        door = self._door(visit, chance, self._outage_app() if outage else None)
        clearance = CLEARANCE.get(visit.who, Level.PUBLIC)

        def note(seen: Seen, want: Want) -> None:
            self.labels.append(
                Label(seen.search, want.number, want.meaning.name, visit.who, clearance, outage)
            )

        visitor = Visitor(
            door, site.clock, chance, noted=note, clearance=clearance, desk=visit.who == "agent"
        )
        for place, want in enumerate(visit.wants):
            if place:
                self._pause(visit, chance)
            pursue = visitor.browse if visit.who in ("bot", "staff") else visitor.pursue
            pursue(want)

    def _pause(self, visit: Visit, chance: Random) -> None:
        """An agent's next customer comes when there is one; a visitor's next want comes soon."""
        mean = 8 * 3600 / (len(visit.wants) + 1) if visit.who == "agent" else 420
        seconds = 45 + chance.expovariate(1 / mean)
        self._site.clock.now += timedelta(seconds=min(seconds, 5400))

    def _door(self, visit: Visit, chance: Random, app: Flask | None) -> Door:
        site = self._site
        if visit.who == "chat":
            return ApiDoor(site.client(app), site.token(), f"chat {visit.person}")
        if visit.who in ROLES:
            client = self._signed_in(visit, app)
        else:
            client = site.client(app)
            self._dress(client, visit, chance)
        return DeskDoor(client) if visit.who == "agent" else WebDoor(client)

    def _dress(self, client: FlaskClient, visit: Visit, chance: Random) -> None:
        """An address and a browser of one's own."""
        number = crc32(f"{self._seed} {visit.who} {visit.person} {visit.at.date()}".encode())
        address = ".".join(str(part) for part in (10, *number.to_bytes(4, "big")[:3]))
        client.environ_base["REMOTE_ADDR"] = address
        agent = BOT if visit.who == "bot" else f"{chance.choice(BROWSERS)} v{number % 997}"
        client.environ_base["HTTP_USER_AGENT"] = agent
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = visit.wants[0].lang

    def _signed_in(self, visit: Visit, app: Flask | None) -> FlaskClient:
        """The browser of somebody known, who signs in once for all fourteen days."""
        name = (visit.who + ("" if app is None else " outage"), visit.person)
        if name not in self._customers:
            client = self._site.client(app)
            self._dress(client, visit, Random(visit.person))
            email = self._site.person(ROLES[visit.who], visit.person)
            token = csrf(good(client.get("/sign-in")))
            form = {"email": email, "password": PASSWORD, "csrf_token": token}
            if client.post("/sign-in", data=form).status_code != 303:
                raise SystemExit(f"{email} could not sign in")
            self._customers[name] = client
        return self._customers[name]

    def _is_outage(self, visit: Visit) -> bool:
        """One afternoon in the first week."""
        since = (visit.at - self._begin) / timedelta(hours=1)
        first, last = OUTAGE_HOURS
        return 4 * 24 + first <= since < 4 * 24 + last and visit.who != "staff"

    def _outage_app(self) -> Flask:
        if self._failing is None:
            self._failing = self._site.failing()
        return self._failing


def write_labels(path: Path, labels: Sequence[Label]) -> None:
    """Keep the truth beside the site."""
    lines = (json.dumps(asdict(label), ensure_ascii=False) for label in labels)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_labels(path: Path) -> Iterator[Label]:
    """The truth of an earlier play."""
    for line in path.read_text("utf-8").splitlines():
        yield Label(**json.loads(line))

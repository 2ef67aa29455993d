"""Every address, every method, every viewer: nothing hidden is told, nothing is done unasked."""

import hashlib
from pathlib import Path

import pytest
from flask import Blueprint
from sqlalchemy import inspect, text

from accounts.roles import Role
from database import Database
from doors.access import Access, access_of
from kb.disclosure import Level
from tests.trust.canaries import CANARIES, SPECIMENS, Canary, State
from tests.trust.crawler import Exchange, addresses, crawl
from tests.trust.site import CLEARANCE, NOT_EDITORS, Site, Who, csrf_token

LEFT_ALONE = {"entries", "aliases", "topics", "problems", "people", "api_tokens", "decisions"}


def hidden_from(clearance: Level) -> frozenset[Canary]:
    """The words that someone with this clearance, who does not edit, must never meet."""
    return frozenset(one for one in CANARIES if not one.seen_with(clearance))


def leaks(exchanges: list[Exchange], clearance: Level) -> list[str]:
    """What was told that should not have been, for the message of a failure."""
    hidden = hidden_from(clearance)
    return [
        f"{exchange.name}: {one.field} of {one.state} {one.level.label}"
        for exchange in exchanges
        for one in exchange.told() & hidden
    ]


def content_digest(content: Path) -> str:
    """One hash over every file below the content folder."""
    digest = hashlib.sha256()
    for path in sorted(content.rglob("*")):
        if path.is_file():
            digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def table_contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tables that nobody but editors and admins may change."""
    with database.engine.connect() as connection:
        present = set(inspect(connection).get_table_names())
        return {
            name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {name}"))), key=repr)
            for name in sorted(LEFT_ALONE & present)
        }


@pytest.mark.parametrize("who", NOT_EDITORS)
def test_L01_L33_no_address_tells_or_does_what_is_not_allowed(site: Site, who: Who) -> None:
    """A crawl of every rule and link meets no hidden word, no 5xx, and changes nothing."""
    client = site.client(who)
    form = {"csrf_token": csrf_token(client, "/ask"), "level": "public", "role": "admin"}
    before = content_digest(site.content), table_contents(site.database)

    exchanges = list(crawl(site.app, client, form=form))

    assert [] == leaks(exchanges, CLEARANCE[who])
    assert [] == [one.name for one in exchanges if one.answer.status_code >= 500]
    assert before == (content_digest(site.content), table_contents(site.database))
    if who is Who.AGENT:
        assert_the_crawler_sees(exchanges)


def assert_the_crawler_sees(exchanges: list[Exchange]) -> None:
    """It meets what an agent may see, or finding nothing else would prove nothing."""
    told = frozenset[Canary]().union(*(exchange.told() for exchange in exchanges))
    met = {one.field for one in told if one.level is Level.AGENT}
    assert {"question", "body", "note", "topic name"} <= met


@pytest.mark.parametrize("level", list(Level))
def test_L14_L36_a_token_sees_its_own_level(site: Site, level: Level) -> None:
    """Below ``/api`` a program meets what its token allows, and nothing else."""
    client = site.app.test_client()
    for name, value in site.token(level).items():
        client.environ_base[f"HTTP_{name.upper()}"] = value
    rules = [rule for rule in site.app.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    urls = [url for rule in rules for url in addresses(site.app, rule)]
    asked = [one.word for one in CANARIES if one.field in ("question", "body", "note", "owner")]
    urls += [f"/api/v1/search?q={one}&limit=20" for one in asked]

    exchanges = [Exchange("GET", url, client.get(url)) for url in urls]

    assert [] == leaks(exchanges, level)
    visible = {one.slug for one in SPECIMENS if one.state is State.PUBLISHED and one.level <= level}
    answered = {one.url.rpartition("/")[2] for one in exchanges if one.answer.status_code == 200}
    assert visible <= answered


def test_L34_every_route_declares_who_may_enter(site: Site) -> None:
    """A route without declared access fails here before it can fail anyone."""
    undeclared = [
        rule.rule
        for rule in site.app.url_map.iter_rules()
        if access_of(site.app, rule.endpoint) is None
    ]
    assert [] == undeclared


def test_L34_an_undeclared_route_answers_nobody(own_site: Site) -> None:
    """A blueprint that was registered past the policy is closed, for admins too."""
    stray = Blueprint("stray", __name__)
    stray.add_url_rule("/stray", "view", lambda: "here")
    admin = own_site.client(Who.ADMIN)
    own_site.app._got_first_request = False
    own_site.app.register_blueprint(stray)
    assert 404 == admin.get("/stray").status_code
    assert 404 == own_site.client().get("/stray").status_code


def without_slash(url: str) -> str:
    """The address as it is typed: that of a folder is completed by a redirect."""
    path, mark, query = url.partition("?")
    return path.rstrip("/") + mark + query


def with_slashes(url: str) -> str:
    """The address with a slash too many, which is taken out by a redirect."""
    head, _, rest = url.removeprefix("/").partition("/")
    return f"/{head}//{rest}"


@pytest.mark.parametrize("who", list(Who))
def test_L33_L34_closed_doors_are_closed_on_every_route(site: Site, who: Who) -> None:
    """Of every route whose door is closed to a role, every method is refused alike."""
    client = site.client(who)
    for rule in site.app.url_map.iter_rules():
        access = access_of(site.app, rule.endpoint)
        assert access is not None
        if access is Access.ANYONE or access.admits(Role(who)):
            continue
        found = addresses(site.app, rule)[:3]
        for url in {*found, *map(without_slash, found), *map(with_slashes, found)}:
            for method in ("GET", "POST", "PUT", "DELETE"):
                status = client.open(url, method=method).status_code
                assert status in ((303, 404) if who is Who.ANONYMOUS else (404,)), (method, url)


def test_L34_no_admin_route_is_open_below_editors(site: Site) -> None:
    """The editors' rooms and the desk are declared as such, each and every route."""
    for rule in site.app.url_map.iter_rules():
        access = access_of(site.app, rule.endpoint)
        if rule.rule.startswith("/admin"):
            assert access in (Access.EDITOR, Access.ADMIN), rule
        if rule.rule.startswith("/desk"):
            assert access in (Access.AGENT, Access.EDITOR, Access.ADMIN), rule

"""Signals come in at every door, through its real forms, and reach the intents."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from database import Database, utc_now
from insights.digest import read_intents
from insights.tables import QuestionRow, SearchRow, SignalRow
from insights.work_tables import IntentRow

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
FOUND, UNKNOWN = "怎么查物流？", "火星上开分店吗"
SLUG = "track-parcel"


@pytest.fixture
def browser(app: Flask) -> Iterator[FlaskClient]:
    """A browser of somebody who is not signed in."""
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = BROWSER
    return client


@pytest.fixture
def signals(database: Database) -> Callable[[], list[tuple[str, str, str]]]:
    """Kind, entry and reason of every signal, in order."""

    def read() -> list[tuple[str, str, str]]:
        with database.session() as session:
            rows = session.scalars(select(SignalRow).order_by(SignalRow.id)).all()
            return [(row.kind, row.slug, row.reason) for row in rows]

    return read


@pytest.fixture
def intents(app: Flask, database: Database) -> Callable[[], list[IntentRow]]:
    """The intents, once the log was read."""

    def read() -> list[IntentRow]:
        read_intents(database, engine=app.extensions["dawen"].engine, now=utc_now())
        with database.session() as session:
            return list(session.scalars(select(IntentRow)))

    return read


def search_on(client: FlaskClient, door: str, query: str, database: Database) -> str:
    """Search at a door; the id of the search, as the log has it."""
    response = client.get(door, query_string={"q": query})
    assert 200 == response.status_code, response.get_data(as_text=True)
    with database.session() as session:
        found = session.scalars(select(SearchRow.id).order_by(SearchRow.at.desc()))
        return found.first() or ""


def fields(client: FlaskClient, address: str) -> dict[str, str]:
    """The form token of a page."""
    page = client.get(address).get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None, address
    return {"csrf_token": found[1]}


def test_a_click_on_the_site_is_joined_to_its_search(
    browser: FlaskClient, database: Database, signals: Any, intents: Any
) -> None:
    """Opening a result from the page of results accepts it."""
    search = search_on(browser, "/search", FOUND, database)
    page = browser.get("/search", query_string={"q": FOUND}).get_data(as_text=True)
    assert re.search(rf"/faq/{SLUG}\?[^\"]*from=[0-9a-f]{{32}}", page)
    browser.get(f"/faq/{SLUG}?from={search}")
    assert [("click", SLUG, "")] == signals()
    assert SLUG in [row.accepted for row in intents()]


@pytest.mark.parametrize(
    ("answer", "kind", "cause"), [("yes", "helpful", ""), ("no", "unhelpful", "unhelpful")]
)
def test_a_vote_on_the_site_keeps_its_reason(
    browser: FlaskClient,
    database: Database,
    signals: Any,
    intents: Any,
    answer: str,
    kind: str,
    cause: str,
) -> None:
    """Did this help? With the search that led here, and the reason in redacted words."""
    search = search_on(browser, "/search", FOUND, database)
    address = f"/faq/{SLUG}?from={search}"
    form = {"answer": answer, "reason": "打 13812345678 没人接", "from": search}
    sent = browser.post(f"/faq/{SLUG}/helpful", data=form | fields(browser, address))
    assert 303 == sent.status_code
    assert (kind, SLUG, "打 <PHONE> 没人接") == signals()[-1]
    assert [cause] == [row.cause for row in intents()]


def test_none_of_these_leads_to_the_form_and_both_are_joined(
    browser: FlaskClient, database: Database, signals: Any, intents: Any
) -> None:
    """The way from a bad result to a question that is left stays one miss."""
    search = search_on(browser, "/search", FOUND, database)
    token = fields(browser, "/ask")
    sent = browser.post("/search/none-of-these", data={"from": search, "q": FOUND} | token)
    assert f"from={search}" in sent.location
    form = {"question": "我的包裹去哪了", "email": "a@example.com", "from": search}
    assert 303 == browser.post("/ask", data=form | token).status_code
    assert ["none_of_these", "contact"] == [kind for kind, _, _ in signals()]
    with database.session() as session:
        assert [search] == list(session.scalars(select(QuestionRow.search_id)))
    assert [("contact", True)] == [(row.cause, row.contacted) for row in intents()]


def test_the_desk_tells_copied_no_entry_and_wrong(
    browser: FlaskClient, database: Database, signals: Any, sign_in: Callable[..., Any]
) -> None:
    """Each of the agent's three buttons is a signal of his search."""
    sign_in(browser, "agent")
    search = search_on(browser, "/desk/", FOUND, database)
    token = fields(browser, "/desk/?q=" + FOUND)
    for kind, slug in (("copy", SLUG), ("wrong", SLUG), ("no_entry", "")):
        form = {"search_id": search, "kind": kind, "slug": slug} | token
        assert browser.post("/desk/signal", data=form).status_code in (204, 302)
    assert [("copy", SLUG, ""), ("wrong", SLUG, ""), ("no_entry", "", "")] == signals()


def test_a_click_from_the_desk_is_joined_to_its_search(
    browser: FlaskClient, database: Database, signals: Any, sign_in: Callable[..., Any]
) -> None:
    """The desk's links to whole entries carry the search, as those of the site do."""
    sign_in(browser, "agent")
    search = search_on(browser, "/desk/", FOUND, database)
    page = browser.get("/desk/", query_string={"q": FOUND}).get_data(as_text=True)
    assert re.search(rf"/faq/{SLUG}\?[^\"]*from=[0-9a-f]{{32}}", page)
    browser.get(f"/faq/{SLUG}?from={search}")
    assert [("click", SLUG, "")] == signals()


@pytest.mark.parametrize(
    "kind",
    ["click", "copy", "helpful", "unhelpful", "none_of_these", "contact", "no_entry", "wrong"],
)
def test_the_api_takes_every_signal(browser: FlaskClient, signals: Any, kind: str) -> None:
    """A program can say whatever a page can."""
    answer = browser.get("/api/v1/search", query_string={"q": FOUND})
    body = {"search_id": answer.json["search_id"], "kind": kind, "slug": SLUG, "reason": "试"}
    assert 204 == browser.post("/api/v1/feedback", json=body).status_code
    assert [(kind, SLUG, "试")] == signals()


def test_every_door_names_itself_in_the_log(
    browser: FlaskClient, database: Database, sign_in: Callable[..., Any]
) -> None:
    """Site, desk and API are told apart."""
    sign_in(browser, "agent")
    for door in ("/search", "/desk/", "/api/v1/search"):
        browser.get(door, query_string={"q": UNKNOWN})
    with database.session() as session:
        rows = session.execute(select(SearchRow.channel, SearchRow.level).order_by(SearchRow.at))
        assert [("web", 2), ("desk", 2), ("api", 0)] == [tuple(row) for row in rows]


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "curl/8.5.0",
        "python-requests/2.32",
        "UptimeMonitor/1.0",
        "",
    ],
)
@pytest.mark.parametrize("door", ["/search", "/api/v1/search"])
def test_bots_are_logged_and_count_for_nothing(
    browser: FlaskClient, database: Database, intents: Any, door: str, agent: str
) -> None:
    """Programs that say so, and browsers that say nothing, make no intent at any door."""
    browser.environ_base["HTTP_USER_AGENT"] = agent
    search = search_on(browser, door, UNKNOWN, database)
    with database.session() as session:
        assert session.get_one(SearchRow, search).is_bot
    assert [] == intents()


@pytest.mark.parametrize("role", ["editor", "admin"])
@pytest.mark.parametrize("door", ["/search", "/desk/"])
def test_staff_count_for_nothing(
    browser: FlaskClient,
    database: Database,
    intents: Any,
    sign_in: Callable[..., Any],
    door: str,
    role: str,
) -> None:
    """Editors and admins who try a search do not ask."""
    sign_in(browser, role)
    search = search_on(browser, door, UNKNOWN, database)
    with database.session() as session:
        assert session.get_one(SearchRow, search).is_staff
    assert [] == intents()


def test_agents_count_since_customers_wait_behind_them(
    browser: FlaskClient, database: Database, intents: Any, sign_in: Callable[..., Any]
) -> None:
    """An agent's miss is a customer's."""
    sign_in(browser, "agent")
    search_on(browser, "/desk/", UNKNOWN, database)
    assert ["desk"] == [row.channel for row in intents()]


def test_a_bot_that_follows_links_clicks_nothing(
    browser: FlaskClient, database: Database, signals: Any
) -> None:
    """A crawler on a page of results accepts no entry."""
    search = search_on(browser, "/search", FOUND, database)
    browser.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (compatible; bingbot/2.0)"
    browser.get(f"/faq/{SLUG}?from={search}")
    assert [] == signals()

"""The desk: what an agent sees, what can be copied, and what the editors hear of it."""

import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from database import Database
from insights.tables import SearchRow, SignalRow
from kb.disclosure import Audience, Level

NOTE = "先安抚再问订单号"


@pytest.fixture
def agent(client: FlaskClient, sign_in: Callable[..., Any]) -> FlaskClient:
    """An agent in a browser, who reads English."""
    sign_in(client, "agent")
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 Firefox/140.0"
    client.get("/?lang=en")
    return client


def look_up(agent: FlaskClient, query: str) -> Element:
    """The desk's page for a question."""
    response = agent.get("/desk/", query_string={"q": query})
    assert response.status_code == 200, response.get_data(as_text=True)
    page: Element = html5lib.parse(
        response.get_data(as_text=True), treebuilder="etree", namespaceHTMLElements=False
    )
    return page


def words(page: Element) -> str:
    """Everything that is written on the page."""
    return " ".join("".join(page.itertext()).split())


def payloads(page: Element) -> list[str]:
    """What the copy buttons of the page hand out."""
    texts = [each for each in page.iter("textarea") if each.get("name") != "reason"]
    by_id = {each.get("id"): each.text or "" for each in texts}
    buttons = [each.get("data-copy") for each in page.iter("button") if each.get("data-copy")]
    assert sorted(by_id) == sorted(buttons)
    return [by_id[button] for button in buttons]


def card(page: Element, number: int) -> Element:
    """One answer of the page."""
    return next(each for each in page.iter("details") if each.get("data-card") == str(number))


def test_L35_the_note_is_shown_apart_and_never_copied(agent: FlaskClient) -> None:
    """The agent reads the note; no payload, attribute or language version holds it."""
    page = look_up(agent, "七天无理由退货怎么申请？")
    note = next(each for each in page.iter("aside") if each.get("class") == "agent-note")
    assert NOTE in words(note)
    assert "Internal · do not send to the customer" in words(note)
    copies = payloads(page)
    assert any("在订单页点“申请退货”，七天内有效。" in text for text in copies)
    for text in copies:
        assert NOTE not in text
        assert "Calm them first" not in text
    for each in page.iter():
        for value in each.attrib.values():
            assert NOTE not in unescape(value)


@pytest.mark.parametrize("query", ["退款争议话术", "refund dispute what to say"])
def test_L35_what_is_for_the_team_has_no_copy_button_but_a_reason(
    agent: FlaskClient, query: str
) -> None:
    """An agent-level entry is read, not copied."""
    first = card(look_up(agent, query), 1)
    assert "Apologise, then explain" in words(first) or "先道歉" in words(first)
    assert [] == payloads(first)
    assert "Not to be copied" in words(first)


def test_L35_links_to_hidden_entries_are_not_in_what_is_copied(
    app: Flask, agent: FlaskClient, content: Path, write_entry: Callable[..., Path], publish: Any
) -> None:
    """The agent's answer may link to an agent entry; the customer's text does not name it."""
    answer = "见[话术](/faq/refund-script)和[物流](/faq/track-parcel)。"
    write_entry(content, "linked", question="链接很多的条目", answer=answer)
    publish(app)
    page = look_up(agent, "链接很多的条目")
    assert "/faq/refund-script" in [link.get("href") for link in page.iter("a")]
    text = payloads(card(page, 1))[0]
    assert "refund-script" not in text
    assert "http://localhost/faq/track-parcel" in text


def test_L35_a_version_above_the_customer_is_not_copied_beside_one_below(
    app: Flask, agent: FlaskClient, content: Path, write_entry: Callable[..., Path], publish: Any
) -> None:
    """Where the languages differ in level, each is handed out by its own."""
    write_entry(content, "uneven", question="两种语言不同级", answer="公开的中文答案")
    write_entry(content, "uneven", lang="en", level="agent", answer="Secret English answer")
    publish(app)
    first = card(look_up(agent, "两种语言不同级"), 1)
    assert "Secret English answer" in words(first)
    assert ["公开的中文答案"] == [text.strip() for text in payloads(first)]


@pytest.mark.parametrize(
    ("answer_floor", "above_second", "opened"),
    [(1.0, 0.0, ["1", "2"]), (1.0, 0.0001, ["1"]), (0.0, 0.0, ["1"])],
    ids=["unsure", "second is unlikely", "answered"],
)
def test_a_second_card_is_open_where_it_would_be_suggested_alone(
    app: Flask,
    make_app: Callable[..., Flask],
    sign_in: Callable[..., Any],
    answer_floor: float,
    above_second: float,
    opened: list[str],
) -> None:
    """Never beside an answer and never below the suggestion floor; the rest is one click away."""
    query = "查物流 退货"
    engine = app.extensions["dawen"].engine
    first, second, *_ = engine.nearest(query, audience=Audience(Level.AGENT), lang="zh")
    assert 0 < second.confidence < first.confidence < 1
    floors = {"answer_floor": answer_floor, "suggest_floor": second.confidence + above_second}
    client = make_app(**floors).test_client()
    sign_in(client, "agent")
    cards = [each for each in look_up(client, query).iter("details") if each.get("data-card")]
    assert opened == [each.get("data-card") for each in cards if "open" in each.attrib]
    assert len(cards) > 2


def test_what_is_internal_is_not_on_the_desk(agent: FlaskClient) -> None:
    """An agent's clearance ends below the editors' entries."""
    assert "毛利" not in words(look_up(agent, "补偿上限规定"))


def test_both_languages_are_there_and_that_of_the_customer_first(agent: FlaskClient) -> None:
    """The answer can be turned in place, without another request."""
    first = card(look_up(agent, "Where is my parcel?"), 1)
    versions = [each.get("lang") for each in first.iter("article")]
    assert ["en", "zh-CN"] == versions
    assert 2 == len(payloads(first))


def test_pinyin_is_answered_in_chinese(agent: FlaskClient) -> None:
    """What a customer typed in Latin letters is not answered in English."""
    first = card(look_up(agent, "zenme cha wuliu"), 1)
    assert ["zh-CN", "en"] == [each.get("lang") for each in first.iter("article")]


def test_a_look_up_is_logged_as_the_desks_and_counts(
    agent: FlaskClient, database: Database
) -> None:
    """Channel, clearance and outcome are kept; an agent's search is no staff test."""
    look_up(agent, "螺旋桨会飞走吗 13812345678")
    with database.session() as session:
        row = session.scalars(select(SearchRow)).one()
    assert ("desk", 2, False) == (row.channel, row.level, row.is_staff)
    assert "螺旋桨会飞走吗 <PHONE>" == row.text


@pytest.mark.parametrize("why", ["counted", "staff", "words only"])
def test_a_miss_is_said_to_reach_the_editors_only_where_it_does(
    app: Flask, agent: FlaskClient, sign_in: Callable[..., Any], why: str
) -> None:
    """Searches of editors, and those by words alone, make no missed question."""
    client = agent
    if why == "staff":
        client = app.test_client()
        client.environ_base["HTTP_USER_AGENT"] = agent.environ_base["HTTP_USER_AGENT"]
        sign_in(client, "editor")
        client.get("/?lang=en")
    if why == "words only":
        folder = app.extensions["settings"].index_dir
        shutil.rmtree(folder)
    page = words(look_up(client, "螺旋桨"))
    assert "No entry for this yet" in page
    assert (why == "counted") == ("It is on the editors' list now." in page)


def test_nothing_is_looked_up_without_a_question(agent: FlaskClient, database: Database) -> None:
    """Empty and blank questions show the empty desk; too long ones are refused in words
    and stay in the box, to be shortened there."""
    assert "What does the customer ask?" in words(look_up(agent, ""))
    assert "What does the customer ask?" in words(look_up(agent, "  %  "))
    refused = agent.get("/desk/", query_string={"q": "长" * 300})
    assert 400 == refused.status_code
    assert f'value="{"长" * 300}" maxlength="800"' in refused.get_data(as_text=True)
    with database.session() as session:
        assert 0 == session.scalar(select(func.count()).select_from(SearchRow))


def send(agent: FlaskClient, page: Element, kind: str, /, **values: str) -> int:
    """Press a button that says something of the search; the status of the answer."""
    form = next(
        each
        for each in page.iter("form")
        if each.get("action") == "/desk/signal"
        and kind in [button.get("value") for button in each.iter("button")]
    )
    fields = {each.get("name"): each.get("value", "") for each in form.iter("input")}
    answer = agent.post("/desk/signal", data=fields | {"kind": kind} | values)
    return answer.status_code


def signals(database: Database) -> list[tuple[str, str]]:
    """Kind and entry of every signal."""
    with database.session() as session:
        return [(each.kind, each.slug) for each in session.scalars(select(SignalRow))]


def test_no_entry_and_wrong_reach_the_editors(agent: FlaskClient, database: Database) -> None:
    """Both buttons leave a signal with the search that they were pressed on."""
    page = look_up(agent, "怎么查物流？")
    assert 302 == send(agent, page, "no_entry")
    assert 302 == send(agent, page, "wrong")
    assert {("no_entry", ""), ("wrong", "track-parcel")} == set(signals(database))


def test_what_is_wrong_is_told_to_the_editors_beside_the_entry(
    app: Flask, agent: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    """The form asks for it; the editors read it, redacted, until the entry changes."""
    page = look_up(agent, "怎么查物流？")
    named = [field.get("name") for field in card(page, 1).iter("textarea")]
    assert "reason" in named
    reason = "<b>订单页</b>没有物流，打 13812345678"
    assert 302 == send(agent, page, "wrong", reason=reason)
    editor = app.test_client()
    sign_in(editor, "editor")
    path = "/admin/entries/track-parcel/zh"
    shown = editor.get(f"{path}?lang=en").get_data(as_text=True)
    assert "&lt;b&gt;订单页&lt;/b&gt;没有物流" in shown
    assert "13812345678" not in shown
    assert "an agent: this is wrong" in shown
    assert "没有物流" not in agent.get("/faq/track-parcel").get_data(as_text=True)


@pytest.mark.parametrize("slug", ["margin-rules", "gift-wrap", "no-such", "../x"])
def test_L28_a_signal_on_a_hidden_entry_is_a_404_and_leaves_nothing(
    agent: FlaskClient, database: Database, slug: str
) -> None:
    """Internal, draft and unknown entries are all unknown here."""
    page = look_up(agent, "怎么查物流？")
    assert 404 == send(agent, page, "wrong", slug=slug)
    assert 404 == send(agent, page, "no_entry", kind="made_up")
    assert [] == signals(database)


def test_C01_a_signal_needs_the_token_of_its_session(
    agent: FlaskClient, database: Database
) -> None:
    """Without a token or from another site, nothing is stored."""
    page = look_up(agent, "怎么查物流？")
    assert 400 == send(agent, page, "no_entry", csrf_token="")
    form = {"kind": "no_entry"}
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert 403 == agent.post("/desk/signal", data=form, headers=headers).status_code
    assert [] == signals(database)
    assert 405 == agent.get("/desk/signal").status_code


@pytest.mark.parametrize("path", ["/desk/", "/desk/?q=退款争议话术"])
def test_L33_the_desk_is_closed_to_shoppers_and_customers(
    app: Flask, sign_in: Callable[..., Any], path: str
) -> None:
    """Anonymous people are sent to sign in; customers get what an unknown address gets."""
    browser = app.test_client()
    closed = browser.get(path)
    assert 303 == closed.status_code
    assert "先道歉" not in closed.get_data(as_text=True)
    sign_in(browser, "customer")
    assert 404 == browser.get(path).status_code
    assert 404 == browser.post("/desk/signal", data={"kind": "wrong"}).status_code

"""Home and topic pages, in both languages, for everyone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient


def page(client: FlaskClient, address: str) -> str:
    """The text of a page that must answer 200."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("lang", "heading", "topic", "count"),
    [
        ("zh", "有什么可以帮您？", "退货", "1 个答案"),
        ("en", "What can we help you with?", "Returns", "1 answer"),
    ],
)
def test_home_shows_topics_in_the_language(
    client: FlaskClient, lang: str, heading: str, topic: str, count: str
) -> None:
    """Home greets in the language that was chosen and counts what is visible."""
    text = page(client, f"/?lang={lang}")
    assert heading in text
    assert topic in text
    assert count in text


def test_home_offers_examples_people_type(client: FlaskClient) -> None:
    """The examples are alternates of visible entries, in the page's language."""
    assert "快递到哪了" in page(client, "/?lang=zh")
    assert "track my order" in page(client, "/?lang=en")


def test_home_of_an_empty_knowledge_base_says_what_to_do(
    app: Flask, client: FlaskClient, content: Path, publish: Callable[[Flask], Any]
) -> None:
    """Without a single entry the page still answers, and leads to the question form."""
    for path in content.glob("*/*.md"):
        path.unlink()
    publish(app)
    text = page(client, "/?lang=en")
    assert "Nothing here yet" in text
    assert 'href="/ask"' in text


@pytest.mark.parametrize(
    ("lang", "name", "question"),
    [("zh", "配送", "怎么查物流？"), ("en", "Delivery", "Where is my parcel?")],
)
def test_topic_lists_its_entries(client: FlaskClient, lang: str, name: str, question: str) -> None:
    """A topic page has its name, its entries, and the way back."""
    text = page(client, f"/topics/delivery?lang={lang}")
    assert f"{name}</h1>" in text
    assert question in text
    assert 'class="breadcrumbs"' in text


def test_L04_lists_hold_no_hidden_entry(client: FlaskClient) -> None:
    """Home and topic page show neither hidden entries nor topics that hold only those."""
    home = page(client, "/?lang=en")
    assert "Handbook" not in home
    topic = page(client, "/topics/delivery?lang=en")
    assert "shipping free for members" not in topic
    assert "wrap gifts" not in topic


def test_L04_topic_of_hidden_entries_answers_as_an_unknown_one(client: FlaskClient) -> None:
    """The address of a topic without visible entries is a 404 like any other."""
    hidden, unknown = client.get("/topics/handbook"), client.get("/topics/no-such-one")
    assert (404, 404) == (hidden.status_code, unknown.status_code)
    assert unknown.get_data().replace(b"no-such-one", b"handbook") == hidden.get_data()


def test_L09_counts_are_those_of_the_audience(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    """Anonymous sees one delivery answer, a customer two; drafts count for nobody."""
    assert "1 answer<" in page(client, "/?lang=en")
    sign_in(client, "customer")
    assert "2 answers<" in page(client, "/?lang=en")


@pytest.mark.parametrize("topic", ["..", "%2e%2e", "%252e", "..%5c", "%00", "%0d%0a"])
def test_P01_strange_topic_names_are_unknown(client: FlaskClient, topic: str) -> None:
    """A topic is looked up, never joined to a path."""
    assert client.get(f"/topics/{topic}").status_code in (404, 308)


def test_language_switch_is_remembered(client: FlaskClient) -> None:
    """A language chosen once stays for the next page, whatever the browser asks for."""
    page(client, "/?lang=en")
    answer = client.get("/", headers={"Accept-Language": "zh-CN"})
    assert '<html lang="en">' in answer.get_data(as_text=True)


@pytest.mark.parametrize(("accepted", "lang"), [("zh-TW,zh;q=0.9", "zh-CN"), ("en-GB", "en")])
def test_browser_chooses_the_language(client: FlaskClient, accepted: str, lang: str) -> None:
    """Without a choice the browser's languages decide."""
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert f'<html lang="{lang}">' in answer.get_data(as_text=True)


@pytest.mark.parametrize("address", ["//evil.example/a", "/search?q=a&lang=zh"])
def test_language_links_stay_on_the_site(client: FlaskClient, address: str) -> None:
    """The switch keeps the page and its question, and never points to another host."""
    text = client.get(address).get_data(as_text=True)
    assert 'href="//' not in text
    assert "lang=en" in text or "lang=zh" in text

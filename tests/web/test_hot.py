"""Hot questions on the home page: enough sessions, own wording of entries, per audience (L12)."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.{}"
HEADING = "近期热门问题"
PUBLIC = (("想退", "不想要了怎么退"), ("查快递", "快递到哪了"))


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The application, in which three sessions make an entry hot."""
    return make_app(hot_min_sessions=3)


@pytest.fixture(autouse=True)
def _two_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small shop has two public entries."""
    monkeypatch.setattr("web.hot.FEWEST", 2)


def home(client: FlaskClient) -> str:
    """The home page in Chinese."""
    return client.get("/?lang=zh").get_data(as_text=True)


def ask(app: Flask, query: str, sessions: int) -> None:
    """Ask in so many browsers."""
    for number in range(sessions):
        browser = app.test_client()
        browser.environ_base["HTTP_USER_AGENT"] = FIREFOX.format(number)
        assert 200 == browser.get("/search", query_string={"q": query}).status_code


def test_L12_too_few_sessions_show_nothing_hot(app: Flask, client: FlaskClient) -> None:
    """Below the setting the page shows good places to start, as before."""
    for _name, query in PUBLIC:
        ask(app, query, 2)
    page = home(client)
    assert HEADING not in page
    assert "推荐从这里看起" in page or "starts" in page


def test_L12_hot_entries_show_by_their_own_question(app: Flask, client: FlaskClient) -> None:
    """What people typed is never shown to others, only the question of the entry."""
    for _name, query in PUBLIC:
        ask(app, query, 3)
    page = home(client)
    hot = page.partition('aria-labelledby="hot"')[2].partition("</section>")[0]
    assert HEADING in page
    assert "七天无理由退货怎么申请？" in hot
    assert "怎么查物流？" in hot
    assert not any(query in hot for _name, query in PUBLIC)


def test_L12_an_entry_retired_a_moment_ago_is_gone(
    app: Flask, client: FlaskClient, content: Any, write_entry: Callable[..., Any], publish: Any
) -> None:
    """The count may be minutes old; who may see an entry is asked on every request (L24)."""
    for _name, query in PUBLIC:
        ask(app, query, 3)
    assert HEADING in home(client)
    for lang in ("zh", "en"):
        write_entry(content, "track-parcel", lang=lang, question="怎么查物流？", level="internal")
    publish(app)
    page = home(client)
    assert HEADING not in page
    assert "怎么查物流" not in page

"""The application as a whole: it answers, and it stands without what it needs."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from insights.tables import SearchRow
from insights.watermarks import reached
from settings import Settings


def test_home_page_is_served(client: FlaskClient) -> None:
    """The first page works with nothing but the small shop."""
    assert 200 == client.get("/").status_code


def test_sign_in_fixture_signs_in(client: FlaskClient, sign_in: Callable[..., object]) -> None:
    """The real form lets a person in."""
    sign_in(client, "customer")
    assert 200 == client.get("/account").status_code


def test_app_starts_without_reading_content(app: Flask) -> None:
    """Making the application opens neither database nor index."""
    assert "dawen" in app.extensions


def test_one_clock_serves_doors_log_and_commands(settings: Settings) -> None:
    """The moment that the application is given stands in the log, and the digest reads up to it."""
    moment = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
    app = create_app(settings, clock=lambda: moment)
    parts = app.extensions["dawen"]
    try:
        browser = app.test_client()
        browser.get("/search?q=螺旋桨", headers={"User-Agent": "Mozilla/5.0"})
        done = app.test_cli_runner().invoke(args=["insights", "digest"])
        assert "1 intents" in done.output
        with parts.database.session() as session:
            assert [moment] == list(session.scalars(select(SearchRow.at)))
            assert moment == reached(session, "intents")
    finally:
        parts.database.close()
        parts.log.close()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="one clock for all programs")
def test_clocks_are_those_of_the_shop(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the server stands; a server without a zone of the shop's keeps its own."""
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        make_app()
        assert 7 == noon.astimezone().hour
        make_app(time_zone="Asia/Shanghai")
        assert 20 == noon.astimezone().hour
    finally:
        monkeypatch.undo()
        time.tzset()

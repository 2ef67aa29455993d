"""The application as a whole: it answers, and it stands without what it needs."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient


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

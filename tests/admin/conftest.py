"""What the tests of the editor's rooms share: an editor, a shopper, and a missed question."""

from collections.abc import Callable
from typing import Any

import pytest
from filelock import FileLock
from flask import Flask
from flask.testing import FlaskClient

from search.publishing import LOCK_NAME
from tests.admin.pages import Editor, read, words

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def editor(client: FlaskClient, sign_in: Callable[..., Any]) -> Editor:
    """An editor who is signed in and reads English."""
    sign_in(client, "editor")
    client.get("/?lang=en")
    return Editor(client)


@pytest.fixture
def busy(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[], FileLock]:
    """``with busy():`` another publication goes on that does not end in time."""
    monkeypatch.setattr("search.publishing.LOCK_WAIT_SECONDS", 0.05)
    index_dir = app.extensions["settings"].index_dir
    return lambda: FileLock(index_dir / LOCK_NAME)


@pytest.fixture
def shopper(app: Flask) -> FlaskClient:
    """A browser of somebody who is not signed in."""
    browser = app.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = BROWSER
    return browser


@pytest.fixture
def ask(shopper: FlaskClient) -> Callable[[str], str]:
    """Ask a question on the shopper's site; the words on the page of results."""

    def search(query: str) -> str:
        response = shopper.get("/search", query_string={"q": query, "lang": "zh"})
        assert response.status_code == 200, response.get_data(as_text=True)
        return words(read(response))

    return search

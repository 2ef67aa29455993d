"""Health: alive whatever happens; ready only when pages and searches are served at once."""

from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from flask.testing import FlaskClient

from cli.serve import _warm
from search.engine import SearchEngine
from settings import Settings


def test_alive_and_ready(client: FlaskClient) -> None:
    """A published site is both, and says no more than that and its mode of search."""
    assert (200, {"status": "ok"}) == (_get(client, "/healthz"))
    assert (200, {"status": "ready", "search": "hybrid"}) == _get(client, "/readyz")


def test_not_ready_without_tables(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """An empty database is alive but not ready, for the reason ``schema``."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    client = make_app(database_url=url).test_client()
    assert (200, {"status": "ok"}) == _get(client, "/healthz")
    assert (503, {"status": "unavailable", "reason": "schema"}) == _get(client, "/readyz")


def test_not_ready_without_a_database(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """A database that cannot be reached is said so, at once and without a trace."""
    url = f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}"
    client = make_app(database_url=url).test_client()
    assert (200, {"status": "ok"}) == _get(client, "/healthz")
    assert (503, {"status": "unavailable", "reason": "database"}) == _get(client, "/readyz")


def test_not_ready_without_an_index(
    make_app: Callable[..., Flask], settings: Settings, tmp_path: Path
) -> None:
    """Before the first index there is nothing to search."""
    address = settings.database_address
    client = make_app(var_dir=tmp_path / "elsewhere", database_url=address).test_client()
    assert (503, {"status": "unavailable", "reason": "index"}) == _get(client, "/readyz")


def test_not_ready_while_a_search_would_wait(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What serves loads index and model beside its first requests, and is ready after that."""
    begun, loaded = Event(), Event()

    def warm(_engine: SearchEngine) -> None:
        begun.set()
        assert loaded.wait(10)

    monkeypatch.setattr(SearchEngine, "warm", warm)
    loading = _warm(app)
    assert (503, {"status": "unavailable", "reason": "warming"}) == _get(client, "/readyz")
    assert begun.wait(10)
    assert (200, {"status": "ok"}) == _get(client, "/healthz")
    assert 200 == client.get("/").status_code
    loaded.set()
    loading.join(10)
    assert (200, {"status": "ready", "search": "hybrid"}) == _get(client, "/readyz")


def _get(client: FlaskClient, path: str) -> tuple[int, object]:
    answer = client.get(path)
    return answer.status_code, answer.get_json()

"""Unsafe requests: only from our own pages, only with the token of the session."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter
from werkzeug.routing.converters import NumberConverter

from accounts import people, tokens
from database import Database, utc_now
from kb.disclosure import Level

CsrfOf = Callable[[FlaskClient, str], str]
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
FEEDBACK = {"search_id": "0" * 32, "kind": "helpful"}


def value_for(converter: object) -> object:
    """A value that a variable part of an address accepts."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, NumberConverter) else "x"


def form_addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and address of every view that a form may be sent to."""
    for rule in app.url_map.iter_rules():
        values = {name: value_for(rule._converters[name]) for name in rule.arguments}
        for method in (rule.methods or set()) & UNSAFE:
            if not rule.endpoint.startswith("api."):
                yield method, app.url_map.bind("localhost").build(rule.endpoint, values, method)


def test_C01_no_form_works_without_its_token(
    app: Flask, client: FlaskClient, sign_in: Callable[..., object]
) -> None:
    """Every view that takes a form refuses one without a token, for the most powerful viewer."""
    sign_in(client, "admin")
    refused = {
        f"{method} {path}": client.open(path, method=method, data={"a": "b"}).status_code
        for method, path in form_addresses(app)
    }
    assert len(refused) > 5
    assert {400} == set(refused.values()), refused


def test_C01_token_of_another_session_is_refused(
    app: Flask, client: FlaskClient, csrf_of: CsrfOf
) -> None:
    """A token works in its own session only."""
    foreign = csrf_of(app.test_client(), "/register")
    csrf_of(client, "/register")
    form = {"email": "a@example.com", "password": "four plain words", "csrf_token": foreign}
    assert 400 == client.post("/register", data=form).status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://[broken"}, 403),
    ],
)
def test_C01_other_sites_are_refused_even_with_a_token(
    client: FlaskClient, csrf_of: CsrfOf, headers: dict[str, str], status: int
) -> None:
    """Where the browser says that another site sends, nothing is done."""
    form = {
        "email": "a@example.com",
        "password": "four plain words here",
        "csrf_token": csrf_of(client, "/register"),
    }
    assert status == client.post("/register", data=form, headers=headers).status_code


def test_C02_nothing_is_done_by_get(app: Flask, client: FlaskClient) -> None:
    """Views that only act answer GET with 405."""
    assert 405 == client.get("/sign-out").status_code
    assert "POST" in client.get("/sign-out").headers["Allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_C03_api_takes_json_only(client: FlaskClient, kind: str | None) -> None:
    """What a form of another site can send is not read by the API."""
    answer = client.post("/api/v1/feedback", data='{"a": 1}', content_type=kind)
    assert 415 == answer.status_code
    assert "unsupported_media_type" == answer.json["error"]["code"]


def test_C03_api_refuses_other_sites_without_a_token(
    client: FlaskClient, database: Database
) -> None:
    """JSON from another site counts only with a bearer token, which no browser adds by itself."""
    evil = {"Origin": "https://evil.example"}
    assert 403 == client.post("/api/v1/feedback", json=FEEDBACK, headers=evil).status_code
    with database.session() as session:
        secret = tokens.create(session, "bot", level=Level.PUBLIC, now=utc_now())
    bearer = {**evil, "Authorization": f"Bearer {secret}"}
    assert 403 != client.post("/api/v1/feedback", json=FEEDBACK, headers=bearer).status_code


def test_A11_token_in_the_address_counts_for_nothing(
    client: FlaskClient, database: Database
) -> None:
    """A token is read from its header alone: addresses end up in logs."""
    with database.session() as session:
        secret = tokens.create(session, "bot", level=Level.INTERNAL, now=utc_now())
    address = "/api/v1/entries/margin-rules"
    assert 200 == client.get(address, headers={"Authorization": f"Bearer {secret}"}).status_code
    for name in ("token", "access_token", "authorization"):
        answer = client.get(address, query_string={name: secret})
        assert answer.status_code in (400, 404, 422)


def test_C01_refused_registration_made_nobody(
    client: FlaskClient, csrf_of: CsrfOf, database: Database
) -> None:
    """A refused form leaves no trace."""
    form = {"email": "a@example.com", "password": "four plain words here"}
    client.post("/register", data=form)
    with database.session() as session:
        assert people.find(session, "a@example.com") is None

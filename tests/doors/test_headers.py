"""The headers of every response, whatever it is."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

PLACES = [
    "/",
    "/nothing",
    "/static/css/base.css",
    "/static/nothing",
    "/api/v1/nothing",
    "/api/v1/search?q=a",
    "/sign-in",
    "/account",
    "/admin/",
    "/healthz",
    "/sign-out",
]


@pytest.mark.parametrize("path", PLACES)
def test_H01_every_response_is_closed(client: FlaskClient, path: str) -> None:
    """Pages, errors, redirects, JSON and static files carry the same policy."""
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    for rule in ("object-src 'none'", "base-uri 'none'", "form-action 'self'",
                 "frame-ancestors 'self'", "default-src 'self'"):  # fmt: skip
        assert rule in policy
    assert "unsafe" not in policy
    assert "nosniff" == headers["X-Content-Type-Options"]
    assert "same-origin" == headers["Referrer-Policy"]
    assert "same-origin" == headers["Cross-Origin-Opener-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_H01_failures_are_closed_too(app: Flask) -> None:
    """A response that nobody expected has the policy as well."""
    app.view_functions["web.home"] = lambda: 1 / 0
    answer = app.test_client().get("/")
    assert 500 == answer.status_code
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]


def test_H01_nonce_is_new_each_time_and_the_one_of_the_page(app: Flask) -> None:
    """A nonce that could be known beforehand would be worth nothing."""
    app.view_functions["web.home"] = lambda: 1 / 0
    nonces = set()
    for _ in range(3):
        answer = app.test_client().get("/")
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"]))
        assert f'nonce="{nonce}"' in answer.text
        nonces.add(nonce)
    assert 3 == len(nonces)


def test_H01_https_is_held_where_it_is_promised(make_app: Callable[..., Flask]) -> None:
    """With secure cookies the browser is told to come by HTTPS only."""
    client = make_app(secure_cookies=True).test_client()
    assert "max-age=31536000" in client.get("/healthz").headers["Strict-Transport-Security"]


def test_L22_shared_caches_keep_only_what_is_for_everyone(
    client: FlaskClient, sign_in: Callable[..., object]
) -> None:
    """Who is signed in gets pages that no cache keeps; the anonymous page varies by cookie."""
    page = client.get("/")
    assert "no-cache" == page.headers["Cache-Control"]
    assert {"cookie", "accept-language"} <= {name.lower() for name in page.vary}
    sign_in(client, "agent")
    page = client.get("/")
    assert "private, no-store" == page.headers["Cache-Control"]
    assert "cookie" in {name.lower() for name in page.vary}


def test_L22_pages_with_a_form_token_are_kept_by_nobody(client: FlaskClient) -> None:
    """A page that holds the token of one session is made for one."""
    for _ in range(2):
        assert "private, no-store" == client.get("/sign-in").headers["Cache-Control"]


def test_static_files_are_kept_by_their_content(client: FlaskClient) -> None:
    """An address with the mark of its content may be kept for ever; a bare one is asked again."""
    page = client.get("/").text
    (address,) = re.findall(r'href="(/static/css/base\.css\?v=[0-9a-f]{12})"', page)
    for path, is_kept in ((address, True), ("/static/css/base.css", False)):
        with client.get(path) as answer:
            assert is_kept == ("immutable" in answer.headers["Cache-Control"])

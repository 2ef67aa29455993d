"""Limits: how often one asker searches, and how many search at once."""

from collections.abc import Callable
from threading import Event, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient

from doors import limits


def test_Q07_too_many_searches_have_to_wait(make_app: Callable[..., Flask]) -> None:
    """Past the rate: 429 with the seconds to wait, on every door that searches; pages go on."""
    client = make_app(rate_limit_search="3 per minute").test_client()
    statuses = [client.get(path).status_code for path in ["/search?q=a", "/suggest?q=a"] * 2]
    assert [200, 200, 200, 429] == statuses
    answer = client.get("/api/v1/search?q=a")
    assert (429, "too_many_requests") == (answer.status_code, answer.json["error"]["code"])
    assert 0 < int(answer.headers["Retry-After"]) <= 61  # rounded up
    assert 200 == client.get("/").status_code


def test_Q07_signals_about_searches_are_limited(make_app: Callable[..., Flask]) -> None:
    """Nobody fills the log with verdicts, nor outvotes everybody else, from one address."""
    client = make_app(rate_limit_search="2 per minute").test_client()
    said = {"search_id": "0" * 32, "kind": "unhelpful"}
    statuses = [client.post("/api/v1/feedback", json=said).status_code for _ in range(3)]
    assert [204, 204, 429] == statuses
    assert 200 == client.get("/search?q=a").status_code


def test_Q07_people_are_counted_one_by_one(
    make_app: Callable[..., Flask], sign_in: Callable[..., object]
) -> None:
    """Two people behind one address do not use up each other's searches."""
    app = make_app(rate_limit_search="2 per minute")
    clients = [app.test_client() for _ in range(2)]
    for number, client in enumerate(clients):
        sign_in(client, "customer", f"p{number}@example.com")
        assert [200, 200] == [client.get("/search?q=a").status_code for _ in range(2)]
        assert 429 == client.get("/search?q=a").status_code


def test_registrations_are_limited(
    make_app: Callable[..., Flask], csrf_of: Callable[..., str]
) -> None:
    """Nobody fills the table of people from one address."""
    client = make_app(rate_limit_forms="2 per hour").test_client()
    statuses = []
    for number in range(3):
        form = {"email": f"p{number}@example.com", "password": "four plain words here",
                "csrf_token": csrf_of(client, "/register")}  # fmt: skip
        statuses.append(client.post("/register", data=form).status_code)
    assert [303, 303, 429] == statuses
    assert 200 == client.get("/register").status_code


def test_Q06_searches_at_once_are_bounded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all places are taken the next one is told to come back, and pages are still served."""
    monkeypatch.setattr(limits, "WAIT_SECONDS", 0.05)
    free, inside = Event(), []

    def slow() -> str:
        inside.append(1)
        free.wait(10)
        return "done"

    app.view_functions["api.search"] = slow
    threads = [
        Thread(target=lambda: app.test_client().get("/api/v1/search?q=a"))
        for _ in range(limits.SEARCHES_AT_ONCE)
    ]
    for thread in threads:
        thread.start()
    while len(inside) < limits.SEARCHES_AT_ONCE:
        Event().wait(0.01)
    answer = app.test_client().get("/search?q=a")
    assert 503 == answer.status_code
    assert "Retry-After" in answer.headers
    assert 200 == app.test_client().get("/").status_code
    free.set()
    for thread in threads:
        thread.join()
    assert 200 == app.test_client().get("/search?q=a").status_code


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
    ],
)
def test_one_customer_is_one_key(app: Flask, address: str, key: str) -> None:
    """An IPv6 customer has a whole network and counts once."""
    with app.test_request_context("/", environ_base={"REMOTE_ADDR": address}):
        assert key == limits.client_address()


def test_A13_forwarded_addresses_are_believed_only_from_known_proxies(
    make_app: Callable[..., Flask],
) -> None:
    """Without proxies a made-up address does not escape the limit; with one, its word counts."""
    for proxies, last in ((0, 429), (1, 200)):
        client = make_app(rate_limit_search="1 per minute", proxy_count=proxies).test_client()
        statuses = [
            client.get(
                "/search?q=a", headers={"X-Forwarded-For": f"203.0.113.{number}"}
            ).status_code
            for number in range(2)
        ]
        assert [200, last] == statuses


def test_A13_unknown_hosts_are_refused(make_app: Callable[..., Flask]) -> None:
    """Where hosts are named, another one is a bad request, with a page, and is not repeated."""
    client: FlaskClient = make_app(trusted_hosts=["shop.example"]).test_client()
    assert 200 == client.get("/", base_url="http://shop.example").status_code
    for host in ("http://evil.example", "http://shop.example.evil.example"):
        answer = client.get("/", base_url=host)
        assert 400 == answer.status_code
        assert "evil" not in answer.text
    spoofed = client.get("/", base_url="http://shop.example", headers={"X-Forwarded-Host": "evil"})
    assert 200 == spoofed.status_code
    assert "evil" not in spoofed.text

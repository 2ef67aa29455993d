"""``POST /api/v1/feedback``: one signal for one search, as JSON."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from database import Database
from insights.tables import SignalRow

URL = "/api/v1/feedback"


@pytest.fixture
def search_id(client: FlaskClient) -> str:
    """The id of a search that was just made."""
    found: str = client.get("/api/v1/search?q=怎么查物流").get_json()["search_id"]
    return found


def signals(database: Database) -> list[tuple[str, str, str, str]]:
    """What is stored."""
    with database.session() as session:
        rows = session.scalars(select(SignalRow))
        return [(row.search_id, row.kind, row.slug, row.reason) for row in rows]


def test_a_signal_is_stored_redacted(
    client: FlaskClient, database: Database, search_id: str
) -> None:
    """The reason is kept without the phone number in it."""
    body = {
        "search_id": search_id,
        "kind": "unhelpful",
        "slug": "track-parcel",
        "reason": "打 13812345678 也没人",
    }
    assert 204 == client.post(URL, json=body).status_code
    ((stored_id, kind, slug, reason),) = signals(database)
    assert (search_id, "unhelpful", "track-parcel") == (stored_id, kind, slug)
    assert "13812345678" not in reason


def test_L28_a_hidden_entry_gets_no_signal(
    client: FlaskClient, database: Database, search_id: str
) -> None:
    """Feedback about a hidden or unknown entry is 404 and nothing is stored."""
    for slug in ("refund-script", "gift-wrap", "nothing"):
        body = {"search_id": search_id, "kind": "helpful", "slug": slug}
        assert 404 == client.post(URL, json=body).status_code
    assert [] == signals(database)


def test_an_unknown_search_is_taken_and_forgotten(client: FlaskClient, database: Database) -> None:
    """Whether a search exists is not told."""
    body = {"search_id": "0" * 32, "kind": "helpful"}
    assert 204 == client.post(URL, json=body).status_code
    assert [] == signals(database)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_C03_only_json_is_read(client: FlaskClient, kind: str, search_id: str) -> None:
    """What a form of another site could send is refused by its type."""
    body = f'{{"search_id": "{search_id}", "kind": "helpful"}}'
    assert 415 == client.post(URL, data=body, content_type=kind or None).status_code


def test_C01_a_page_of_another_site_is_refused(client: FlaskClient, search_id: str) -> None:
    """A browser that says it comes from elsewhere gets 403, whatever it sends."""
    body = {"search_id": search_id, "kind": "helpful"}
    headers = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert 403 == client.post(URL, json=body, headers=headers).status_code


NO_ID = b'{"search_id": "00000000000000000000000000000000", "kind": '


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"search_id": 5, "kind": "helpful"}',
        b'{"search_id": "x", "kind": "helpful"}',
        NO_ID + b'"sing"}',
        NO_ID + b'"helpful", "level": 3}',
        NO_ID + b'"helpful", "slug": "../x"}',
        NO_ID + b'"helpful", "reason": "\\ud800"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_Q02_a_body_that_does_not_fit_is_422(client: FlaskClient, body: bytes) -> None:
    """Broken JSON, wrong types, unknown names and lone surrogates are refused, never a 500."""
    answer = client.post(URL, data=body, content_type="application/json")
    assert answer.status_code in (413, 422)
    assert "error" in answer.get_json()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{", "body: Invalid JSON"),
        (b"[]", "body: Input should be an object"),
        (NO_ID + b'"helpful", "level": 3}', "level: not known here"),
    ],
)
def test_what_does_not_fit_is_named(client: FlaskClient, body: bytes, message: str) -> None:
    """Broken JSON and an unknown field are told apart."""
    answer = client.post(URL, data=body, content_type="application/json")
    assert answer.get_json()["error"]["message"].startswith(message)


def test_C02_feedback_is_no_link(client: FlaskClient) -> None:
    """GET changes nothing."""
    assert 405 == client.get(URL).status_code

"""``GET /api/v1/search``: the contract, its refusals, and whose eyes it has."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts import tokens
from database import Database, utc_now
from insights.tables import SearchRow
from kb.disclosure import Level


@pytest.fixture
def token(database: Database) -> Callable[[Level], dict[str, str]]:
    """``token(level)``: the header of a new token."""

    def make(level: Level) -> dict[str, str]:
        with database.session() as session:
            secret = tokens.create(session, "chatbot", level=level, now=utc_now())
        return {"Authorization": f"Bearer {secret}"}

    return make


def test_answers_in_the_form_of_the_contract(client: FlaskClient) -> None:
    """Every key of the contract is there, and no other."""
    found = client.get("/api/v1/search?q=怎么查物流&limit=3&lang=zh").get_json()
    assert {"search_id", "query", "read_as", "lang", "outcome", "mode", "hits"} == set(found)
    first = found["hits"][0]
    assert {
        "slug",
        "lang",
        "topic",
        "question",
        "snippet",
        "url",
        "confidence",
        "matched",
        "disclosure",
    } == set(first)
    assert ("track-parcel", "zh", "public") == (first["slug"], first["lang"], first["disclosure"])
    assert first["url"].startswith("http://localhost/faq/track-parcel")
    assert ("怎么查物流", "zh", "hybrid") == (found["query"], found["lang"], found["mode"])


def test_the_language_is_that_of_the_question_unless_asked(client: FlaskClient) -> None:
    """Without ``lang`` an English question prefers English entries; ``lang=zh`` turns it."""
    url = "/api/v1/search?q=where is my parcel"
    assert "en" == client.get(url).get_json()["hits"][0]["lang"]
    assert "zh" == client.get(f"{url}&lang=zh").get_json()["lang"]
    assert "zh" == client.get("/api/v1/search?q=zenme cha wuliu").get_json()["lang"]


def test_what_has_no_letters_is_in_the_default_language(make_app: Callable[..., Flask]) -> None:
    """A number says nothing of the language of whoever asks."""
    for lang in ("zh", "en"):
        client = make_app(default_language=lang).test_client()
        assert lang == client.get("/api/v1/search?q=12315").get_json()["lang"]


def test_the_limit_is_kept(client: FlaskClient) -> None:
    """No more hits than were asked for."""
    assert len(client.get("/api/v1/search?q=怎么退货&limit=1").get_json()["hits"]) <= 1


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=a&limit=0",
        "q=a&limit=21",
        "q=a&limit=-1",
        "q=a&limit=1000000000",
        "q=a&limit=%2B5",
        "q=a&limit=5.0",
        "q=a&limit=1_0",
        "q=a&limit=٣",
        "q=a&limit=",
        "q=a&lang=fr",
        "q=a&lang=",
        "q=a&q=b",
        "q=a&lang=zh&lang=en",
        "q=a&sort=evil",
        "q=a&page=1",
    ],
)
def test_Q05_L15_what_is_not_in_the_contract_is_refused(client: FlaskClient, query: str) -> None:
    """Unknown names, repeated ones and values out of bounds answer 422 with code and hint."""
    answer = client.get(f"/api/v1/search?{query}")
    assert 422 == answer.status_code
    error = answer.get_json()["error"]
    assert "invalid_request" == error["code"]
    assert error["message"]
    assert error["hint"]


@pytest.mark.parametrize(
    ("query", "code"),
    [("q=", "query_empty"), ("q=%20%20", "query_empty"), ("q=" + "x" * 257, "query_too_long")],
)
def test_a_question_that_cannot_be_searched_is_named(
    client: FlaskClient, query: str, code: str
) -> None:
    """A blank or too long question answers 400 with a code of its own."""
    answer = client.get(f"/api/v1/search?{query}")
    assert (400, code) == (answer.status_code, answer.get_json()["error"]["code"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("q=a&limit=0", "limit: write a whole number from 1 to 20 in plain digits"),
        ("q=a&limit=21", "limit: write a whole number from 1 to 20 in plain digits"),
        ("q=a&sort=evil", "sort: not known here"),
        ("q=a&sort=1&sort=2", "sort: given 2 times"),
        ("question=a", "q: Field required; question: not known here"),
        ("q=a&%3Cb%3E%0A%22x=1", "?b???x: not known here"),
        (f"q=a&{'x' * 400}=1", f"{'x' * 40}: not known here"),
    ],
)
def test_a_refusal_names_what_is_wrong(client: FlaskClient, query: str, message: str) -> None:
    """It says the range, and the name that was sent: shortened, and only letters and digits."""
    answer = client.get(f"/api/v1/search?{query}")
    assert (422, message) == (answer.status_code, answer.get_json()["error"]["message"])


@pytest.mark.parametrize("level", list(Level))
def test_L14_the_token_alone_decides_what_is_found(
    client: FlaskClient, token: Callable[[Level], dict[str, str]], level: Level
) -> None:
    """Each level finds its own entry by its own question, and none above it."""
    own = {
        Level.PUBLIC: ("怎么查物流", "track-parcel"),
        Level.CUSTOMER: ("会员包邮门槛是多少", "member-shipping"),
        Level.AGENT: ("退款争议话术", "refund-script"),
        Level.INTERNAL: ("补偿上限规定", "margin-rules"),
    }
    for other, (question, slug) in own.items():
        answer = client.get(f"/api/v1/search?q={question}&limit=20", headers=token(level))
        slugs = {hit["slug"] for hit in answer.get_json()["hits"]}
        assert (other <= level) == (slug in slugs)


def test_a_search_is_logged_with_channel_and_level(
    client: FlaskClient, database: Database, token: Callable[[Level], dict[str, str]]
) -> None:
    """The answer's id is that of the event, which says api and the token's level."""
    found = client.get("/api/v1/search?q=怎么查物流", headers=token(Level.AGENT)).get_json()
    with database.session() as session:
        row = session.scalars(select(SearchRow)).one()
        assert (found["search_id"], "api", 2) == (row.id, row.channel, row.level)
        assert not row.is_bot


def test_no_other_site_may_read_it(client: FlaskClient) -> None:
    """There is no CORS: a page of another site gets no permission to read."""
    answer = client.get("/api/v1/search?q=a", headers={"Origin": "https://evil.example"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_what_a_token_sees_is_kept_by_no_cache(
    client: FlaskClient, token: Callable[[Level], dict[str, str]]
) -> None:
    """``Cache-Control: no-store`` and ``Vary: Authorization`` on every answer."""
    for headers in ({}, token(Level.AGENT)):
        answer = client.get("/api/v1/search?q=怎么查物流", headers=headers)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "authorization" in answer.headers["Vary"].lower()


def test_too_many_searches_answer_429(make_app: Callable[..., Flask]) -> None:
    """Above the set rate the API says so in JSON, with ``Retry-After``."""
    client = make_app(rate_limit_search="2 per minute").test_client()
    answers = [client.get("/api/v1/search?q=a") for _ in range(3)]
    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert "too_many_requests" == answers[-1].get_json()["error"]["code"]


def test_a_program_tells_its_users_apart(client: FlaskClient, database: Database) -> None:
    """Two users of one program are two sessions, and nothing of their names is kept (R05)."""
    for user in ("user-one", "user-one", "user-two", ""):
        path = f"/api/v1/search?q=怎么查物流&session={user}"
        assert 200 == client.get(path).status_code
    assert 422 == client.get(f"/api/v1/search?q=a&session={'x' * 129}").status_code
    with database.session() as session:
        rows = list(session.scalars(select(SearchRow).order_by(SearchRow.at)))
    assert [0, 0, 1, 2] == [
        list(dict.fromkeys(row.session for row in rows)).index(row.session) for row in rows
    ]
    assert not any("user-" in row.session for row in rows)

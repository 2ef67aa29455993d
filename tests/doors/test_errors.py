"""Errors: helpful, in both languages, and silent about what was asked for."""

from collections.abc import Callable

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from accounts.errors import TooManyAttempts
from doors.error_texts import TEXTS
from doors.errors import STATUS_OF, status_of
from kb.errors import ContentReadOnly, EntryConflict, KnowledgeError
from search.errors import SearchError

CANARY = "kestrel7canary"


@pytest.mark.parametrize("status", sorted(TEXTS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_L20_every_error_has_a_page_in_both_languages(app: Flask, status: int, lang: str) -> None:
    """Each page has its own title and next step, and nothing of the request."""
    app.view_functions["web.home"] = lambda: abort(status) if status != 507 else fail_full()
    answer = app.test_client().get(f"/?lang={lang}&q={CANARY}", headers={"X-Word": CANARY})
    assert status == answer.status_code
    assert ('<html lang="zh' if lang == "zh" else '<html lang="en') in answer.text
    with app.test_request_context(f"/?lang={lang}"):
        assert str(TEXTS[status].title) in answer.text
        assert (str(TEXTS[status].title) == TEXTS[status].title._args[0]) == (lang == "en")
    assert "Traceback" not in answer.text


def fail_full() -> None:
    """Fail as a full disk does."""
    from kb.errors import ContentFull

    raise ContentFull("no space left on /srv/content")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ZeroDivisionError(CANARY), 500),
        (OperationalError(f"SELECT {CANARY}", {}, Exception(CANARY)), 503),
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, CANARY), 400),
        (EntryConflict(CANARY, CANARY, CANARY), 409),
        (KnowledgeError(CANARY), 503),
        (TooManyAttempts(7), 429),
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/v1/search?q=a"])
def test_L20_exceptions_show_nothing_of_themselves(
    app: Flask, path: str, error: Exception, status: int
) -> None:
    """Neither the page nor the JSON of an unforeseen error holds its words."""

    def fail() -> None:
        raise error

    app.view_functions["web.home"] = app.view_functions["api.search"] = fail
    answer = app.test_client().get(path)
    assert status == answer.status_code
    assert CANARY not in answer.text
    assert "SELECT" not in answer.text


def test_L20_api_errors_are_json(client: FlaskClient) -> None:
    """Below /api an error is an object with code, message and hint."""
    answer = client.get(f"/api/v1/{CANARY}")
    assert 404 == answer.status_code
    assert {"code", "message", "hint"} == set(answer.json["error"])
    assert "not_found" == answer.json["error"]["code"]
    assert CANARY not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/api/v1/search", {"Authorization": "Bearer dawen_wrong"}, 401),
        ("GET", "/api/nothing", {}, 404),
        ("DELETE", "/api/v1/search", {}, 405),
        ("POST", "/api/v1/feedback", {"Content-Type": "text/plain"}, 415),
    ],
)
def test_programs_are_spoken_to_in_english_unless_they_ask(
    client: FlaskClient, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """The site's own language and a cookie count for nothing below /api."""
    client.set_cookie("lang", "zh")
    asked = ({}, ""), ({"Accept-Language": "zh-CN"}, ""), ({}, "?lang=zh")
    answers = [
        client.open(path + query, method=method, headers={**headers, **more})
        for more, query in asked
    ]
    assert [status] * 3 == [answer.status_code for answer in answers]
    english, by_header, by_name = (answer.json["error"]["message"] for answer in answers)
    assert TEXTS[status].title._args[0] == english
    assert by_header == by_name != english


def test_L20_wait_is_said_in_a_header(app: Flask) -> None:
    """429 and 503 say when to come back."""

    def fail() -> None:
        raise TooManyAttempts(7)

    app.view_functions["api.search"] = fail
    assert "7" == app.test_client().get("/api/v1/search?q=a").headers["Retry-After"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "may not write to the content folder"), ("zh", "服务器无法写入内容文件夹")],
)
def test_X15_a_folder_that_cannot_be_written_is_no_matter_of_waiting(
    app: Flask, lang: str, words: str
) -> None:
    """The page says that nothing was saved and who can help, not when to come back."""

    def fail() -> None:
        raise ContentReadOnly(CANARY)

    app.view_functions["web.home"] = fail
    answer = app.test_client().get(f"/?lang={lang}")
    assert 503 == answer.status_code
    assert words in answer.text
    assert "Retry-After" not in answer.headers
    assert CANARY not in answer.text


def test_L33_refused_method_tells_of_no_closed_door(
    client: FlaskClient, sign_in: Callable[..., object]
) -> None:
    """A wrong method at a closed address is answered like an unknown address."""
    assert 404 == client.delete("/admin/").status_code
    sign_in(client, "customer")
    assert 404 == client.delete("/admin/").status_code
    closed, unknown = client.get("/admin/"), client.get("/nothing")
    assert 404 == closed.status_code == unknown.status_code
    assert same(unknown) == same(closed)


@pytest.mark.parametrize("path", ["/admin", "/desk", "/admin//", "/admin//entries"])
def test_L33_a_redirect_tells_of_no_closed_door(
    client: FlaskClient, sign_in: Callable[..., object], path: str
) -> None:
    """A closed address without its slash is unknown to who may not enter; others are led on."""
    assert (303, "/sign-in") == (client.get(path).status_code, client.get(path).location[:8])
    sign_in(client, "customer")
    for method in ("GET", "POST", "DELETE", "OPTIONS"):
        closed, unknown = client.open(path, method=method), client.open("/nothing", method=method)
        assert 404 == closed.status_code == unknown.status_code, method
        assert same(unknown) == same(closed)
    sign_in(editor := client.application.test_client(), "editor")
    assert 308 == editor.get(path).status_code


@pytest.mark.parametrize("host", ["a" * 64, "x." + "b" * 300 + ".example", "a..example"])
@pytest.mark.parametrize("path", ["/", "/nothing", "/admin/", "/api/v1/search?q=a"])
def test_a_host_name_that_is_none_is_a_bad_request(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, path: str, host: str
) -> None:
    """Anybody can send one: it is answered in a few words, and the log is not filled with it."""
    answer = client.get(path, headers={"Host": host})
    assert 400 == answer.status_code
    assert host not in answer.text
    assert [] == [line for line in caplog.records if line.levelname == "ERROR"]


def test_A13_a_host_that_is_not_ours_leaves_no_trace(
    make_app: Callable[..., Flask], caplog: pytest.LogCaptureFixture
) -> None:
    """Where hosts are named, another one is refused without an error in the log."""
    client = make_app(trusted_hosts=["shop.example"]).test_client()
    assert 400 == client.get("/", base_url="http://evil.example").status_code
    assert [] == [line for line in caplog.records if line.levelname == "ERROR"]


def same(answer: object) -> tuple[object, ...]:
    """What of a response may not differ: all but the nonce and what names the address."""
    import re

    text = re.sub(r'nonce-[^\']+|value="[^"]+"|href="[^"]*lang=[^"]*"', "", answer.text)  # type: ignore[attr-defined]
    headers = {
        name: re.sub(r"nonce-[^']+", "", value)
        for name, value in answer.headers.items()  # type: ignore[attr-defined]
        if name not in ("Content-Length", "Set-Cookie")
    }
    return text, headers


def test_bare_page_serves_where_the_frame_fails(app: Flask) -> None:
    """When even the frame of the pages fails, an error still has a page."""
    app.jinja_env.globals["viewer"] = lambda: 1 / 0
    answer = app.test_client().get("/nothing")
    assert 404 == answer.status_code
    assert "<h1>" in answer.text


def test_every_error_of_the_packages_has_its_status() -> None:
    """What a caller may handle is never an unforeseen failure."""
    foreseen = {"TopicsInvalid", "ModelUnusable", "IndexRefused", "FileInvalid", "_Invalid"}
    for base in (KnowledgeError, SearchError):
        for kind in base.__subclasses__():
            assert kind in STATUS_OF or kind.__name__ in foreseen, kind
    assert 500 == status_of(RuntimeError())

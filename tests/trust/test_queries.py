"""Hostile questions and addresses: cleaned or refused in no time, never a 5xx, never a path."""

import time
from functools import cache
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.trust.canaries import OPEN_SLUG
from tests.trust.site import Site, Who, csrf_token

DOORS = {
    "/search": Who.ANONYMOUS,
    "/suggest": Who.ANONYMOUS,
    "/api/v1/search": Who.ANONYMOUS,
    "/desk/": Who.AGENT,
    "/admin/bench": Who.EDITOR,
}
"""Every door that takes a question, with one who may pass it."""
SHOWN_AGAIN = {
    **DOORS,
    "/ask": Who.ANONYMOUS,
    "/admin/entries": Who.EDITOR,
    "/admin/proof": Who.EDITOR,
    "/admin/misses/phrasing": Who.EDITOR,
}
"""Every page with a field that holds what was asked."""
ODD = {
    "NUL": "退货\x00退款",
    "control": "退货\x07\x1b[31m",
    "lone surrogate": "退货\ud800",
    "right to left": "\u202e退货\u202c",
    "zero width": "退\u200b货\ufeff",
    "family": "退货👨‍👩‍👧‍👦",
    "marks": "退货" + "e\u0301" * 60,
    "flood of marks": "退货e" + "\u0301" * 200,
    "full width": "ＩＮＶＯＩＣＥ",
    "private use": "退货\ue000",
    "not a character": "退货\ufffe",
    "quote": '"',
    "minus": "-退货",
    "near": "NEAR(退货 退款)",
    "or": "退货 OR",
    "statement": "'; DROP TABLE entries; --",
    "lookup": "${jndi:ldap://x/y}",
    "expression": "(a+)+$",
    "template": "{{7*7}}{% raw %}%s{0.__class__}",
    "markup": "<script>alert(1)</script><svg onload=x>",
}


@cache
def before(site: Site, door: str) -> FlaskClient:
    """A browser of somebody who may pass a door."""
    return site.client(SHOWN_AGAIN[door])


def ask(site: Site, door: str, query: str) -> TestResponse:
    """One question at one door, in raw bytes, so that surrogates arrive too."""
    return before(site, door).get(f"{door}?q={quote(query.encode('utf-8', 'surrogatepass'))}")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", ODD)
def test_Q02_Q04_odd_questions_are_text_and_never_break(site: Site, door: str, name: str) -> None:
    """Controls, operators, statements and markup are searched as text or refused with 400."""
    answer = ask(site, door, ODD[name])
    assert answer.status_code in (200, 204, 400), answer.status
    if not answer.is_json:
        assert "<script>alert" not in answer.text
        assert name != "template" or "{{7*7}}" in answer.text


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("raw", ["q=%ff%fe", "q=%", "q=%zz", "q[]=a", "q=", "", "q=a&q=b"])
def test_Q02_broken_addresses_are_answered_not_crashed(site: Site, door: str, raw: str) -> None:
    """Broken percent signs, lists and repeated parameters are no 5xx; the API names the fault."""
    answer = before(site, door).get(f"{door}?{raw}")
    assert answer.status_code < 500
    if door.startswith("/api") and raw in ("", "q=a&q=b", "q[]=a"):
        assert 422 == answer.status_code


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("\u202e怎么退货\u202c", "怎么退货"),
        ("怎\u200b么退\ufeff货", "怎么退货"),
        ("怎麼退貨", "怎么退货"),
        ("ｉｎｖｏｉｃｅ", "invoice"),
        ("INVOICE", "invoice"),
        ("re\u0301fund", "réfund"),
    ],
)
def test_Q03_forms_of_one_question_find_the_same(site: Site, odd: str, plain: str) -> None:
    """Invisible characters, full width, case and traditional characters change no hit."""

    def hits(query: str) -> list[object]:
        answer = site.app.test_client().get(
            "/api/v1/search", query_string={"q": query, "lang": "zh"}
        )
        return [(hit["slug"], hit["confidence"]) for hit in answer.get_json()["hits"]]

    assert hits(plain) == hits(odd)


@pytest.mark.parametrize("door", SHOWN_AGAIN)
@pytest.mark.parametrize("kind", ["plain", "empty", "too long"])
def test_Q03_no_question_turns_the_writing_direction(site: Site, door: str, kind: str) -> None:
    """Direction overrides are taken out before a question is shown again, searched or refused."""
    turned = "\u202eabc\u2066 def"
    query = {"plain": turned, "empty": "\u202e?!\u2066", "too long": turned * 100}[kind]
    answer = ask(site, door, query)
    assert answer.status_code in (200, 400)
    assert [] == turning(answer)


def test_Q03_a_name_of_a_parameter_turns_no_direction(site: Site) -> None:
    """An error names what the caller calls a parameter, its letters and digits alone."""
    name = quote("\u202e<b>cba")
    for query in (f"{name}=1", f"{name}=1&{name}=2"):
        answer = site.client().get(f"/api/v1/search?q=a&{query}")
        assert (422, []) == (answer.status_code, turning(answer))
        assert "??b?cba" in answer.text


def test_Q03_a_left_question_turns_no_direction(site: Site) -> None:
    """A form that comes back with a fault shows cleaned text, and keeps its lines."""
    client = site.client()
    question = "\u202eabc\u2066\ndef \u200b" * 300
    form = {"csrf_token": csrf_token(client, "/ask"), "question": question}
    answer = client.post("/ask", data=form)
    assert 400 == answer.status_code
    assert [] == turning(answer)
    assert "abc\ndef" in answer.text


def test_Q03_a_phrase_to_add_turns_no_direction(site: Site) -> None:
    """The wording that editors may tidy up is shown cleaned, too."""
    phrase = quote("\u202e怎么退货abc\u2066")
    answer = before(site, "/admin/misses/phrasing").get(
        f"/admin/misses/phrasing?wording=怎么退货&phrase={phrase}"
    )
    assert 'value="怎么退货abc"' in answer.text
    assert [] == turning(answer)


def turning(answer: TestResponse) -> list[str]:
    """The direction overrides in an answer, escaped ones of JSON too."""
    text = answer.text.encode().decode("unicode_escape") if answer.is_json else answer.text
    return sorted({"\u202e", "\u2066"} & set(text))


@pytest.mark.parametrize("length", [257, 8_192, 1_000_000])
@pytest.mark.parametrize("door", DOORS)
def test_Q01_long_questions_are_refused_at_once(site: Site, door: str, length: int) -> None:
    """Too long a question costs no encoding: refused in a fraction of a second of work."""
    client = before(site, door)
    client.get(f"{door}?q=warm")
    begun = time.thread_time()
    answer = client.get(f"{door}?q={'x' * length}")
    seconds = time.thread_time() - begun
    refused = answer.status_code in (400, 413, 414)
    assert refused or (door == "/suggest" and answer.get_json() == {"suggestions": []})
    assert seconds < 0.25  # of the processor's time; encoding this would take seconds


def test_Q01_large_bodies_are_refused(site: Site) -> None:
    """Two million bytes are refused by forms and by the API, before they are read."""
    client = site.client()
    token = csrf_token(client, "/ask")
    body = {"csrf_token": token, "question": "x" * 2_000_000}
    assert 413 == client.post("/ask", data=body).status_code
    huge = '{"search_id": "' + "x" * 2_000_000 + '"}'
    answer = client.post("/api/v1/feedback", data=huge, content_type="application/json")
    assert 413 == answer.status_code


@pytest.mark.parametrize(
    "slug",
    [
        "..",
        "%2e%2e",
        "%252e",
        "..%5c",
        "..%2f..%2fapp.py",
        "%00",
        "%0d%0aX-Injected:%20yes",
        "t/%2e%2e/x",
        "a" * 5_000,
        "%ff",
        "<script>",
        f"{OPEN_SLUG}%00",
        f"{OPEN_SLUG}.zh.md",
        f"../orders/{OPEN_SLUG}",
    ],
)
@pytest.mark.parametrize("place", ["/faq/", "/topics/", "/api/v1/entries/"])
def test_P01_addresses_are_looked_up_never_joined(site: Site, place: str, slug: str) -> None:
    """Dots, NUL, line ends and longer names are unknown addresses, at every door."""
    answer = site.client().get(place + slug)
    assert 404 == answer.status_code
    assert "X-Injected" not in answer.headers
    assert "<script>" not in answer.text or answer.is_json


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("GET", "/<script>alert(1)</script>", 404),
        ("POST", "/search?q=<script>alert(1)</script>", 405),
        ("DELETE", "/healthz", 405),
        ("GET", "/api/v1/nothing/<script>alert(1)</script>", 404),
        ("POST", "/api/v1/search", 405),
        ("POST", "/api/v1/feedback", 415),
    ],
)
def test_L20_errors_repeat_nothing_and_show_no_trace(
    site: Site, method: str, url: str, status: int
) -> None:
    """Error pages say what to do and nothing of what was sent or of the program."""
    answer = site.client().open(url, method=method)
    assert status == answer.status_code or (status == 405 and answer.status_code in (400, 415))
    for trace in ("<script>alert", "Traceback", "sqlalchemy", "site-packages", "SELECT "):
        assert trace not in answer.text

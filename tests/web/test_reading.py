"""The entry page: what it shows to whom, its addresses, and what readers say about it."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from database import Database
from insights.tables import QuestionRow, SearchRow, SignalRow

HIDDEN = ("member-shipping", "refund-script", "margin-rules", "gift-wrap")


def signals(database: Database) -> list[tuple[str, str, str]]:
    """What is stored of every signal: kind, slug, reason."""
    with database.session() as session:
        rows = session.scalars(select(SignalRow).order_by(SignalRow.id))
        return [(row.kind, row.slug, row.reason) for row in rows]


def a_search(client: FlaskClient, database: Database) -> str:
    """The id of a search that was just made."""
    client.get("/search?q=包裹在哪里", headers={"User-Agent": "Mozilla/5.0"})
    with database.session() as session:
        return session.scalars(select(SearchRow.id)).one()


@pytest.mark.parametrize(
    ("lang", "question", "answer", "day"),
    [
        ("zh", "七天无理由退货怎么申请？", "七天内有效", "帮助"),
        ("en", "How do I send an item back?", "<em>Return</em>", "help"),
    ],
)
def test_entry_shows_its_answer(
    client: FlaskClient, lang: str, question: str, answer: str, day: str
) -> None:
    """Question as the heading, the rendered answer, and the question whether it helped."""
    text = client.get(f"/faq/send-back?lang={lang}").get_data(as_text=True)
    assert f"<h1>{question}</h1>" in text
    assert answer in text
    assert day in text


def test_entry_has_a_date_in_the_language(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any
) -> None:
    """The day of the last change is written as the language writes it."""
    write_entry(content, "dated", updated="2026-11-22")
    publish(app)
    assert "2026年11月22日" in client.get("/faq/dated?lang=zh").get_data(as_text=True)
    assert "November 22, 2026" in client.get("/faq/dated?lang=en").get_data(as_text=True)


def test_entry_in_one_language_says_so(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any
) -> None:
    """A missing translation falls back to the visible one, marked with its language."""
    write_entry(content, "only-zh", question="只有中文？")
    publish(app)
    text = client.get("/faq/only-zh?lang=en").get_data(as_text=True)
    assert "only" not in re.findall(r"<h1>(.*?)</h1>", text)
    assert "not available in English yet" in text
    assert '<article class="entry" lang="zh-CN">' in text
    assert 'hreflang="en" href="http' not in text


def test_entry_can_be_read_in_the_other_language_alone(client: FlaskClient) -> None:
    """``?in=`` changes the entry's language and leaves the page's."""
    text = client.get("/faq/send-back?in=en", headers={"Accept-Language": "zh"}).get_data(
        as_text=True
    )
    assert "How do I send an item back?" in text
    assert "帮助中心" in text


@pytest.mark.parametrize("slug", HIDDEN)
def test_L01_hidden_entry_answers_as_an_unknown_one(client: FlaskClient, slug: str) -> None:
    """Body and headers are those of an unknown address, byte for byte but for the address."""
    hidden, unknown = client.get(f"/faq/{slug}"), client.get("/faq/no-such-entry")
    assert (404, 404) == (hidden.status_code, unknown.status_code)
    assert unknown.get_data().replace(b"no-such-entry", slug.encode()) == hidden.get_data()
    names = [name for name, _ in hidden.headers if name != "Content-Security-Policy"]
    assert [name for name, _ in unknown.headers if name != "Content-Security-Policy"] == names


def test_alias_leads_to_the_entry(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any
) -> None:
    """An old address moves permanently, and keeps what was asked along."""
    write_entry(content, "newer", aliases=["older"])
    publish(app)
    answer = client.get("/faq/older?lang=zh")
    assert (301, "/faq/newer?lang=zh") == (answer.status_code, answer.headers["Location"])


@pytest.mark.parametrize("options", ["_scheme=javascript&_external=1", "endpoint=x", "slug=y"])
def test_A06_alias_leads_nowhere_else(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any, options: str
) -> None:
    """Whatever the address carries, the redirect is to the entry's own path."""
    write_entry(content, "newer", aliases=["older"])
    publish(app)
    assert "/faq/newer" == client.get(f"/faq/older?{options}").headers["Location"]


def test_L02_alias_of_a_hidden_entry_is_unknown(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any
) -> None:
    """No redirect tells that a hidden entry has an old address, nor another language of it."""
    write_entry(content, "secret", level="agent", aliases=["old-secret"])
    publish(app)
    for address in ("/faq/old-secret", "/faq/secret?in=en", "/faq/secret?lang=en"):
        answer = client.get(address)
        assert 404 == answer.status_code
        assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "state",
    [
        {"status": "draft"},
        {"status": "retired"},
        {"publish_from": "2999-01-01T00:00:00+08:00"},
        {"publish_until": "2001-01-01T00:00:00+08:00"},
    ],
)
def test_L03_entries_that_are_not_live_are_unknown(
    app: Flask,
    client: FlaskClient,
    content: Path,
    write_entry: Any,
    publish: Any,
    state: dict[str, str],
) -> None:
    """Drafts, retired, scheduled and expired entries answer 404 on the site."""
    write_entry(content, "not-live", **state)
    publish(app)
    assert client.get("/faq/not-live").status_code == 404


def test_level_and_note_are_shown_by_clearance(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    """Anonymous sees neither badge nor note; an agent sees both."""
    plain = client.get("/faq/send-back?lang=en").get_data(as_text=True)
    assert "badge--" not in plain
    assert "Calm them first" not in plain
    sign_in(client, "agent")
    text = client.get("/faq/send-back?lang=en").get_data(as_text=True)
    assert "badge--public" in text
    assert "Calm them first" in text
    assert "do not send to customers" in text


def test_customer_sees_a_badge_above_public_only(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    """What only customers see is marked for them; what everyone sees is not."""
    sign_in(client, "customer")
    assert "badge--customer" in client.get("/faq/member-shipping").get_data(as_text=True)
    assert "badge--" not in client.get("/faq/send-back").get_data(as_text=True)


def test_L13_links_to_hidden_entries_are_dropped(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any
) -> None:
    """A link in an answer to what the reader may not see is plain text; related omit it."""
    answer = "看[这里](/faq/margin-rules)和[那里](/faq/send-back)。"
    write_entry(content, "linking", answer=answer)
    publish(app)
    text = client.get("/faq/linking").get_data(as_text=True)
    assert "margin-rules" not in text
    assert 'href="/faq/send-back"' in text
    assert "补偿上限规定" not in text


def test_L19_structured_data_only_on_public_entries(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    """A customer's entry carries no JSON-LD and no OpenGraph, even for that customer."""
    public = client.get("/faq/send-back?lang=en").get_data(as_text=True)
    assert "application/ld+json" in public
    assert "og:title" in public
    sign_in(client, "customer")
    closed = client.get("/faq/member-shipping").get_data(as_text=True)
    assert "application/ld+json" not in closed
    assert "og:title" not in closed


def test_M13_structured_data_cannot_be_left(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any
) -> None:
    """A question that closes the script element stays inside it and reads back whole."""
    question = "</script><b>'\"?"
    write_entry(content, "breaking", question=question)
    publish(app)
    text = client.get("/faq/breaking").get_data(as_text=True)
    block = re.search(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', text, re.DOTALL)
    assert block is not None
    assert question == json.loads(block[1])["mainEntity"][0]["name"]


def test_M12_fields_are_escaped(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any
) -> None:
    """Markup in a question or an alternate is text wherever it is shown."""
    write_entry(content, "marked-up", question="<svg onload=x>?", alternates=["<img onerror=x>"])
    publish(app)
    for address in ("/faq/marked-up", "/", "/topics/delivery", "/search?q=svg onload"):
        text = client.get(address).get_data(as_text=True)
        assert "<svg onload" not in text
        assert "<img onerror" not in text


@pytest.mark.parametrize("text", ["{{7*7}}", "{% raw %}", "%s", "{0.__class__}"])
def test_M14_templates_in_content_stay_literal(
    app: Flask, client: FlaskClient, content: Path, write_entry: Any, publish: Any, text: str
) -> None:
    """What looks like a template in a question is shown as it is."""
    write_entry(content, "literal", question=f"{text} ?")
    publish(app)
    assert f"<h1>{text} ?</h1>" in client.get("/faq/literal").get_data(as_text=True)


@pytest.mark.parametrize("slug", ["..", "%2e%2e", "%252e%252e", "..%5c", "%00", "%0d%0aX:1"])
def test_P01_strange_slugs_are_unknown(client: FlaskClient, slug: str) -> None:
    """A slug is looked up in the database and is nothing else."""
    answer = client.get(f"/faq/{slug}")
    assert answer.status_code in (404, 308)
    assert "X" not in answer.headers


def test_click_from_results_is_counted(client: FlaskClient, database: Database) -> None:
    """``?from=`` with a known search is a click; with an unknown one it is nothing."""
    search_id = a_search(client, database)
    agent = {"User-Agent": "Mozilla/5.0"}
    client.get(f"/faq/track-parcel?from={search_id}", headers=agent)
    client.get("/faq/track-parcel?from=ffff", headers=agent)
    assert [("click", "track-parcel", "")] == signals(database)


@pytest.mark.parametrize(("answer", "kind"), [("yes", "helpful"), ("no", "unhelpful")])
def test_verdict_is_kept_with_the_search(
    client: FlaskClient, database: Database, csrf_of: Any, answer: str, kind: str
) -> None:
    """Yes and no are stored as signals of the search that led here."""
    search_id = a_search(client, database)
    form = {
        "answer": answer,
        "reason": "少了运费" if answer == "no" else "",
        "from": search_id,
        "csrf_token": csrf_of(client, "/faq/send-back"),
    }
    reply = client.post("/faq/send-back/helpful", data=form)
    assert (303, "/faq/send-back") == (reply.status_code, reply.headers["Location"])
    assert [(kind, "send-back", form["reason"])] == signals(database)
    assert "notice--success" in client.get("/faq/send-back").get_data(as_text=True)


def test_reason_without_a_search_is_not_lost(
    client: FlaskClient, database: Database, csrf_of: Any
) -> None:
    """A reader who came by browsing and says what is wrong is heard by the editors."""
    form = {
        "answer": "no",
        "reason": "电话 13812345678 打不通",
        "csrf_token": csrf_of(client, "/faq/send-back?lang=zh"),
    }
    client.post("/faq/send-back/helpful", data=form)
    with database.session() as session:
        text = session.scalars(select(QuestionRow.text)).one()
    assert text.startswith("[七天无理由退货怎么申请？]")
    assert "13812345678" not in text


def test_verdict_must_be_yes_or_no(client: FlaskClient, csrf_of: Any) -> None:
    """Anything else is refused."""
    form = {"answer": "maybe", "csrf_token": csrf_of(client, "/faq/send-back")}
    assert client.post("/faq/send-back/helpful", data=form).status_code == 400


@pytest.mark.parametrize("slug", [*HIDDEN, "no-such-entry"])
def test_L28_verdict_on_a_hidden_entry_stores_nothing(
    client: FlaskClient, database: Database, csrf_of: Any, slug: str
) -> None:
    """Feedback on what one may not see answers 404, as for an unknown entry."""
    search_id = a_search(client, database)
    form = {
        "answer": "no",
        "reason": "x",
        "from": search_id,
        "csrf_token": csrf_of(client, "/faq/send-back"),
    }
    assert client.post(f"/faq/{slug}/helpful", data=form).status_code == 404
    assert [] == signals(database)


def test_C01_verdict_needs_the_form_token(client: FlaskClient, database: Database) -> None:
    """A post without the token of the session changes nothing."""
    assert client.post("/faq/send-back/helpful", data={"answer": "no"}).status_code == 400
    assert [] == signals(database)


def test_L22_pages_of_members_are_not_shared(
    client: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    """What was made for someone signed in is never kept by a shared cache."""
    sign_in(client, "agent")
    headers = client.get("/faq/send-back").headers
    assert "no-store" in headers["Cache-Control"]
    assert "Cookie" in headers["Vary"]


def test_L23_no_validator_tells_of_hidden_changes(client: FlaskClient) -> None:
    """Pages carry neither ETag nor Last-Modified that a hidden edit could move."""
    for address in ("/", "/topics/delivery", "/faq/send-back", "/sitemap.xml"):
        headers = client.get(address).headers
        assert "ETag" not in headers
        assert "Last-Modified" not in headers

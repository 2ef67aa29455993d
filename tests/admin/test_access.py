"""Who may enter the editor's rooms: every address and method of the door, for every role."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from database import Database
from insights.tables import ChangeRow, DecisionRow
from tests.admin.pages import Editor

VALUES = {"slug": "track-parcel", "lang": "zh", "number": "1", "table": "misses"}


def addresses(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and address of every view of the door."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("admin."):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, _address(rule)


def _address(rule: Rule) -> str:
    path = rule.rule
    for name, value in VALUES.items():
        path = re.sub(rf"<([^<>]+:)?{name}>", value, path)
    return path


def without_address(response: TestResponse, path: str) -> str:
    """A page without the address that was asked for, which its language switch repeats."""
    return response.get_data(as_text=True).replace(f"{path}?", "?")


def fingerprint(content: Path, database: Database) -> tuple[Any, ...]:
    """All that a forbidden request might have changed."""
    files = {path: path.read_bytes() for path in content.rglob("*") if path.suffix == ".md"}
    with database.session() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (ChangeRow, DecisionRow)
        ]
    return files, counts


FORM = {"wording": "甲", "text": "甲", "target": "track-parcel", "question": "x", "answer": "y"}


@pytest.mark.parametrize("role", ["customer", "agent"])
def test_L33_L34_nobody_below_an_editor_enters_any_room(
    app: Flask,
    client: FlaskClient,
    role: str,
    sign_in: Callable[..., Any],
    csrf_of: Callable[[FlaskClient, str], str],
    content: Path,
    database: Database,
) -> None:
    """Every view answers as an unknown address does, and nothing changes."""
    sign_in(client, role)
    token = csrf_of(client, "/ask")
    before = fingerprint(content, database)
    unknown = client.get("/admin/no-such-room")
    for method, path in addresses(app):
        refused = client.open(path, method=method, data=FORM | {"csrf_token": token})
        assert 404 == refused.status_code, (method, path)
        if method == "GET":
            expected = without_address(unknown, "/admin/no-such-room")
            assert len(expected) == len(without_address(refused, path))
    assert before == fingerprint(content, database)


def test_L33_anonymous_is_sent_to_sign_in_and_nothing_changes(
    app: Flask, client: FlaskClient, content: Path, database: Database
) -> None:
    """No room opens and no post takes effect; what was written is handed back."""
    before = fingerprint(content, database)
    for method, path in addresses(app):
        refused = client.open(path, method=method, data=FORM if method == "POST" else None)
        assert refused.status_code in (303, 401), (method, path)
    assert before == fingerprint(content, database)


def test_C01_no_post_takes_effect_without_the_token_of_its_session(
    app: Flask, editor: Editor, content: Path, database: Database
) -> None:
    """Without a token, and from another site with one, every post is refused."""
    before = fingerprint(content, database)
    for method, path in addresses(app):
        if method == "POST":
            assert 400 == editor.client.post(path, data=FORM).status_code, path
            site = {"Sec-Fetch-Site": "cross-site"}
            assert 403 == editor.client.post(path, data=FORM, headers=site).status_code, path
    assert before == fingerprint(content, database)


def test_C02_what_changes_something_is_no_get(app: Flask, editor: Editor) -> None:
    """Retiring, dismissing and bringing back answer 405 to a GET."""
    posts = {path for method, path in addresses(app) if method == "POST"}
    gets = {path for method, path in addresses(app) if method == "GET"}
    for path in posts - gets:
        assert 405 == editor.client.get(path).status_code, path


def test_L26_L12_missed_questions_are_shown_to_editors_only(
    app: Flask, client: FlaskClient, shopper: FlaskClient, sign_in: Callable[..., Any]
) -> None:
    """A missed wording appears on no page of a shopper, customer or agent."""
    shopper.get("/search?q=螺旋桨会飞走吗")
    sign_in(client, "agent")
    for path in ("/", "/search?q=螺旋", "/suggest?q=螺旋", "/desk/", "/desk/?q=螺旋"):
        for browser in (shopper, client):
            assert "会飞走" not in browser.get(path).get_data(as_text=True)
    editor = app.test_client()
    sign_in(editor, "editor")
    assert "螺旋桨会飞走吗" in editor.get("/admin/").get_data(as_text=True)


@pytest.mark.parametrize(
    "path",
    [
        "/admin/entries/%2e%2e/zh",
        "/admin/entries/no-such/zh",
        "/admin/entries/track-parcel/fr",
        "/admin/entries/no-such/zh/history",
    ],
)
def test_an_unknown_entry_is_not_found(editor: Editor, path: str) -> None:
    """No address reaches a file that is no entry."""
    assert 404 == editor.client.get(path).status_code


def test_bad_input_is_refused_and_never_fails(editor: Editor) -> None:
    """Made-up numbers, levels and forms get a clear answer."""
    for path in (
        "/admin/?days=-1",
        "/admin/?days=99999999999999999999",
        "/admin/proof?q=x&level=99",
        "/admin/proof?q=x&level=abc",
        "/admin/proof?q=" + "a" * 2_000,
        "/admin/misses/phrasing",
        "/admin/misses/phrasing?wording=%00&q=%00",
        "/admin/entries/new?wording=%00",
        "/admin/entries/new?slug=../../x&asked_in=zh",
        "/admin/entries?page=-1&sort=evil&level=x",
    ):
        assert 200 == editor.client.get(path).status_code, path
    form = editor.form("/admin/entries/new")
    token = next(
        each.get("value", "") for each in form.iter("input") if each.get("name") == "csrf_token"
    )
    for values in ({}, {"wording": "甲"}, {"wording": "甲", "phrase": "乙", "target": "no-such"}):
        refused = editor.client.post("/admin/misses/phrasing", data={"csrf_token": token} | values)
        assert refused.status_code in (400, 404)

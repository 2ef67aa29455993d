"""The room of freshness: findings with their next step, marked in the editor, put aside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.admin.pages import Editor, links, words

FRESH = "Everything is fresh"


@pytest.fixture
def stale(app: Flask, content: Path, write_entry: Callable[..., Path], publish: Any) -> None:
    """An entry whose languages disagree, one that is due, and one without English."""
    write_entry(
        content, "drift", lang="zh", question="几天能退？", answer="签收后七天<b>内</b>退。"
    )
    write_entry(content, "drift", lang="en", question="How long?", answer="Within 10 days.")
    for lang in ("zh", "en"):
        write_entry(content, "due", lang=lang, answer="OK.", review_by="2020-01-31")
    write_entry(content, "alone", lang="zh")
    publish(app)


def test_a_fresh_knowledge_base_says_so(editor: Editor) -> None:
    """Nothing stale is good news."""
    assert FRESH in words(editor.page("/admin/freshness"))


@pytest.mark.usefixtures("stale")
def test_each_finding_has_its_reason_place_and_next_step(editor: Editor) -> None:
    """The most urgent first; both numbers are marked."""
    page = editor.page("/admin/freshness")
    text = words(page)
    assert text.index("Numbers disagree 1") < text.index("Review due 2")
    assert "It was to be looked over by January 31, 2020." in text
    assert "It is not published in English." in text
    assert ["七天", "10 days"] == [mark.text for mark in page.iter("mark")]
    assert any(link.startswith("/admin/entries/new?slug=alone") for link in links(page))
    assert "2020年1月31日" in words(editor.page("/admin/freshness?lang=zh"))


@pytest.mark.usefixtures("stale")
def test_one_reason_can_be_looked_at_alone(editor: Editor) -> None:
    """The others stay a click away; an unknown reason is none."""
    text = words(editor.page("/admin/freshness?reason=review_due"))
    assert "It was to be looked over" in text
    assert "It is not published" not in text
    assert "Nothing of this kind" in words(editor.page("/admin/freshness?reason=expired"))
    assert "It is not published" in words(editor.page("/admin/freshness?reason=x"))


@pytest.mark.usefixtures("stale")
def test_the_next_step_marks_the_finding_in_the_editor(editor: Editor) -> None:
    """The editor opens with what was found above the form, until it is put right."""
    page = editor.page("/admin/freshness?reason=numbers")
    link = next(link for link in links(page) if "finding=numbers" in link)
    opened = editor.page(link)
    assert "The two languages name different numbers." in words(opened)
    assert "10 days" in [mark.text for mark in opened.iter("mark")]
    editor.send(link, answer="签收后 10 天内退。")
    assert "name different numbers" not in words(editor.page(link))
    assert "Numbers disagree" not in words(editor.page("/admin/freshness"))


@pytest.mark.usefixtures("stale")
def test_what_is_put_aside_stays_away_and_can_come_back(editor: Editor) -> None:
    """The message after it offers to undo."""
    before = words(editor.page("/admin/freshness?reason=numbers"))
    assert 302 == editor.send("/admin/freshness?reason=numbers", "/dismiss").status_code
    page = editor.page("/admin/freshness")
    assert "Numbers disagree" not in words(page)
    undo = next(form for form in page.iter("form") if str(form.get("action")).endswith("/restore"))
    editor.submit(undo)
    assert "Numbers disagree" in words(editor.page("/admin/freshness"))
    assert "Numbers disagree" in before


@pytest.mark.usefixtures("stale")
def test_findings_are_a_table_too(editor: Editor, runner: FlaskCliRunner) -> None:
    """As CSV with both sentences, and from the command line, which fails for cron to notice."""
    table = editor.client.get("/admin/freshness.csv").text
    assert "签收后七天内退。" in table
    assert "Within 10 days." in table
    listed = runner.invoke(args=["insights", "freshness", "--json"])
    assert 1 == listed.exit_code
    assert '"reason": "numbers", "slug": "drift"' in listed.output
    assert "七天 ≠ 10 days" in runner.invoke(args=["insights", "freshness"]).output

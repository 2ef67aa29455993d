"""The room of phrasings: accepted or rejected with one key, by the usual way to the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from database import Database, utc_now
from insights.phrasings import propose
from insights.tables import ChangeRow
from kb.entry import parse_entry
from tests.admin.pages import Editor, words
from tests.insights.intents import add_intent

WORDING = "螺旋桨不爽想退"
NOTHING = "No phrasing is proposed"
FILE = "returns/send-back.zh.md"


@pytest.fixture
def proposed(database: Database) -> None:
    """Three sessions that first asked like this and then took the entry."""
    with database.session() as session:
        _reword(session, WORDING)
        assert 1 == propose(session, now=utc_now())


def _reword(session: Session, first: str) -> None:
    for _ in range(3):
        add_intent(session, utc_now(), first=first, wording="怎么退货", accepted="send-back")
    session.flush()


def alternates(content: Path) -> tuple[str, ...]:
    """The ways to ask that the file has now."""
    return parse_entry(FILE, (content / FILE).read_bytes()).alternates


def test_without_proposals_the_page_says_when_they_come(editor: Editor) -> None:
    """An empty room explains itself."""
    assert NOTHING in words(editor.page("/admin/proposals"))


@pytest.mark.usefixtures("proposed")
def test_accepting_makes_it_a_phrasing_that_is_found(
    editor: Editor, ask: Callable[[str], str], content: Path, database: Database
) -> None:
    """The wording stands in the file, is searchable at once, and is on record."""
    assert "3 people" in words(editor.page("/admin/proposals"))
    assert 302 == editor.send("/admin/proposals", "/accept").status_code
    assert WORDING in alternates(content)
    assert "在订单页点" in ask(WORDING)
    assert NOTHING in words(editor.page("/admin/proposals"))
    with database.session() as session:
        change = session.scalars(select(ChangeRow)).one()
    assert ("phrasing", "send-back", "zh") == (change.action, change.slug, change.lang)


@pytest.mark.usefixtures("proposed")
def test_an_accepted_phrasing_can_be_taken_back(editor: Editor, content: Path) -> None:
    """Undo takes the wording out of the file and puts the proposal back."""
    before = alternates(content)
    editor.send("/admin/proposals", "/accept")
    editor.send("/admin/proposals", "/undo")
    assert before == alternates(content)
    assert f"“{WORDING}” waits again" in words(editor.page("/admin/proposals"))


@pytest.mark.usefixtures("proposed")
def test_a_rejected_one_does_not_come_back_unless_undone(
    editor: Editor, content: Path, database: Database
) -> None:
    """However often it happens again, the editor is not asked twice."""
    page = editor.page("/admin/proposals")
    reject = next(each for each in page.iter("button") if each.get("data-key") == "r")
    form = next(form for form in page.iter("form") if reject in list(form.iter()))
    form.set("action", str(reject.get("formaction")))
    editor.submit(form)
    with database.session() as session:
        _reword(session, WORDING)
        assert 0 == propose(session, now=utc_now())
    page = editor.page("/admin/proposals")
    assert NOTHING in words(page)
    assert WORDING not in alternates(content)
    undo = next(form for form in page.iter("form") if str(form.get("action")).endswith("/undo"))
    editor.submit(undo)
    assert NOTHING not in words(editor.page("/admin/proposals"))


@pytest.mark.usefixtures("proposed")
def test_C02_nothing_is_decided_by_looking(editor: Editor, content: Path) -> None:
    """Decisions are posts with a token; an unknown proposal is not there."""
    before = alternates(content)
    assert 405 == editor.client.get("/admin/proposals/1/accept").status_code
    assert 400 == editor.client.post("/admin/proposals/1/accept").status_code
    form = editor.form("/admin/proposals", "/accept")
    form.set("action", "/admin/proposals/999/accept")
    assert 404 == editor.submit(form).status_code
    assert before == alternates(content)


@pytest.mark.usefixtures("proposed")
def test_proposals_are_a_table_too(editor: Editor) -> None:
    """Wording, people and entry, for editors."""
    assert WORDING in editor.client.get("/admin/proposals.csv").text

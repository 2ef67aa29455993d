"""The room of audiences, and the reason of a change: kept, shown, and a table."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from tests.admin.pages import Editor, read, words

RULES = "/admin/entries/margin-rules/zh"


def test_L32_who_let_whom_see_what_is_listed_with_its_reason(editor: Editor) -> None:
    """A wider level stands in the room with before, after, who and why."""
    editor.send(RULES, level="customer", confirmed="customer", why="members ask for it")
    page = words(editor.page("/admin/audit"))
    assert "margin-rules" in page
    assert "Editors only Signed-in customers wider editor@example.com members ask for it" in page


def test_the_reason_of_a_change_stands_in_the_history(editor: Editor) -> None:
    """Why a text was changed is shown with who changed it and what."""
    editor.send(RULES, answer="补偿不超过毛利的三成。", why="new rule of June")
    page = words(editor.page(f"{RULES}/history"))
    assert "Why new rule of June" in page
    assert "三成" in page


def test_what_differs_in_a_line_is_marked(editor: Editor) -> None:
    """Of a changed sentence only the changed words are marked."""
    editor.send(RULES, answer="补偿不超过毛利的三成。")
    marks = ["".join(mark.itertext()) for mark in editor.page(f"{RULES}/history").iter("mark")]
    assert ["一半", "三成"] == [mark for mark in marks if not mark.startswith("20")][-2:]


def test_O02_the_audit_is_a_table_that_runs_nothing(editor: Editor) -> None:
    """A reason that a spreadsheet would run is text."""
    editor.send(RULES, level="customer", confirmed="customer", why="=1+1")
    table = editor.client.get("/admin/audit.csv").get_data(as_text=True)
    assert '"margin-rules"' in table
    assert '"\'=1+1"' in table


def test_an_empty_audit_says_so(editor: Editor) -> None:
    """Nothing was changed here yet."""
    assert "No change on record" in words(editor.page("/admin/audit"))


def test_L33_the_audit_is_for_editors(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    """An agent gets what an unknown address gets."""
    sign_in(client, "agent")
    for path in ("/admin/audit", "/admin/audit.csv"):
        assert 404 == client.get(path).status_code
        assert "margin" not in words(read(client.get(path)))

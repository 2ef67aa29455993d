"""A draft on trial in the editor: before and after, and nothing written."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import func, select

from database import Database, utc_now
from insights.tables import ChangeRow, DecisionRow, SearchRow
from insights.work_tables import IntentRow
from search.encoder import UnusableEmbedder
from tests.admin.pages import Editor, read, words

EDIT = "/admin/entries/track-parcel/zh"


def trials(page: Element) -> list[str]:
    """What each trial on a page says."""
    found = [one for one in page.iter("article") if "trial" in (one.get("class") or "").split()]
    return [words(one) for one in found]


def texts(content: Path) -> dict[Path, bytes]:
    """Every file as it is."""
    return {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}


def rows(database: Database) -> tuple[int, ...]:
    """How many searches, changes and decisions are on record."""
    with database.session() as session:
        tables = (SearchRow, ChangeRow, DecisionRow)
        return tuple(session.scalar(select(func.count()).select_from(one)) or 0 for one in tables)


def test_a_question_is_asked_before_and_after(editor: Editor) -> None:
    """A phrasing in the draft brings the entry to the front; both sides are shown."""
    answer = editor.send(EDIT, alternates="无人机送货", tried="无人机送货", confirmed="trial")
    (said,) = trials(read(answer))
    assert 200 == answer.status_code
    assert "This entry would come first." in said
    assert said.index("Now") < said.index("With your draft")
    assert "means nearly the same" in said


def test_nothing_is_written_and_nothing_is_counted(
    editor: Editor, content: Path, database: Database
) -> None:
    """Files, history, decisions and the log stay as they are."""
    before = texts(content), rows(database)
    answer = editor.send(EDIT, question="全新的问题？", tried="全新的问题", confirmed="trial")
    assert 200 == answer.status_code
    assert before == (texts(content), rows(database))


def test_what_was_typed_stays_in_the_form(editor: Editor) -> None:
    """The draft and the questions come back as they were."""
    answer = editor.send(EDIT, answer="还没写完。", tried="试试看\n再试", confirmed="trial")
    page = answer.get_data(as_text=True)
    assert "还没写完。" in page
    assert "试试看\n再试" in page
    assert 2 == len(trials(read(answer)))


def test_what_people_asked_lately_is_tried_too(editor: Editor, database: Database) -> None:
    """Recent questions about the entry, at their own level, with how often they were asked."""
    row = {
        "session": "s", "text": "快递到哪了", "wording": "快递到哪了", "first": "快递到哪了",
        "lang": "zh", "level": 2, "channel": "desk", "searches": 1, "outcome": "answered",
        "confidence": 0.9, "shown": "track-parcel", "at": utc_now() - timedelta(hours=1),
    }  # fmt: skip
    with database.session() as session:
        session.add_all(IntentRow(id=name, **row) for name in ("one", "two"))
    (said,) = trials(read(editor.send(EDIT, confirmed="trial")))
    assert "asked 2 times lately" in said
    assert "Agents" in said
    assert "Nothing changes." in said


def test_a_loss_is_told(editor: Editor) -> None:
    """A draft that takes the entry away from a question says so."""
    values = {"question": "天气怎么样？", "alternates": "", "answer": "晴。", "tried": "快递到哪了"}
    answer = editor.send(EDIT, confirmed="trial", **values)
    assert "This entry would not come first any more." in trials(read(answer))[0]


@pytest.mark.parametrize(("level", "said"), [("public", "Nothing changes."), ("agent", "first.")])
def test_the_level_of_the_asker_can_be_chosen(editor: Editor, level: str, said: str) -> None:
    """A draft for agents changes nothing for the public."""
    answer = editor.send(
        "/admin/entries/refund-script/zh",
        alternates="无人机送货",
        tried="无人机送货",
        tried_level=level,
        confirmed="trial",
    )
    (told,) = trials(read(answer))
    assert said in told


def test_a_new_entry_is_tried_on_the_miss_it_is_written_for(editor: Editor) -> None:
    """Nothing typed: the question that was missed is the one that matters."""
    answer = editor.send(
        "/admin/entries/new?wording=无人机送货",
        question="无人机送货吗？",
        answer="没有。",
        topic="delivery",
        lang="zh",
        level="public",
        confirmed="trial",
    )
    (said,) = trials(read(answer))
    assert "无人机送货" in said
    assert "This entry would come first." in said


def test_with_nothing_to_try_the_page_says_what_to_do(editor: Editor) -> None:
    """No question typed and none asked lately."""
    assert "Type a question above" in words(read(editor.send(EDIT, confirmed="trial")))


def test_a_draft_with_faults_is_not_tried(editor: Editor, content: Path) -> None:
    """The faults come first, and nothing is written."""
    before = texts(content)
    answer = editor.send(EDIT, question="", tried="快递", confirmed="trial")
    assert 422 == answer.status_code
    assert [] == trials(read(answer))
    assert before == texts(content)


def test_an_encoder_that_fails_is_told(
    app: Flask, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draft cannot be read; saving stays possible."""
    engine: Any = app.extensions["dawen"].engine
    page = editor.form(EDIT)
    monkeypatch.setattr(engine, "_embedder", UnusableEmbedder("gone"))
    answer = editor.submit(page, alternates="从没见过的说法", tried="快递", confirmed="trial")
    assert 200 == answer.status_code
    assert "You can save all the same." in words(read(answer))


def test_the_enter_key_still_saves(editor: Editor) -> None:
    """The first button of the form is that of saving: a trial never stands in its way."""
    buttons = [one.get("value", "") for one in editor.form(EDIT).iter("button")]
    assert "" == buttons[0]
    assert "trial" == buttons[-1]

"""What happens to a text while it is written: others save, rename, remove, break or publish."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from database import Database
from insights.decisions import decisions_of
from insights.tables import ChangeRow
from kb.entry import parse_entry
from tests.admin.pages import Editor, fields, links, read, words

TRACK = "/admin/entries/track-parcel/zh"
TRACK_FILE = "delivery/track-parcel.zh.md"


def test_F08_a_file_changed_meanwhile_is_shown_beside_what_was_written(
    editor: Editor, content: Path, write_entry: Callable[..., Path]
) -> None:
    """409 with both versions; the file stays as it is until one of them is chosen."""
    form = editor.form(TRACK)
    write_entry(content, "track-parcel", question="对方改的问题", answer="对方的答案")
    theirs = (content / TRACK_FILE).read_bytes()
    refused = editor.submit(form, answer="我写的答案")
    assert 409 == refused.status_code
    assert theirs == (content / TRACK_FILE).read_bytes()
    page = read(refused)
    assert "Somebody else changed this entry" in words(page)
    assert "对方的答案" in words(page)
    again = next(each for each in page.iter("form") if "data-editor" in each.attrib)
    assert "我写的答案" == fields(again)["answer"]
    assert 302 == editor.submit(again).status_code
    assert "我写的答案" in (content / TRACK_FILE).read_text("utf-8")


def test_F08_their_version_can_be_taken(
    editor: Editor, content: Path, write_entry: Callable[..., Path]
) -> None:
    """The page of the conflict leads to a form with what is on disk."""
    form = editor.form(TRACK)
    write_entry(content, "track-parcel", question="对方改的问题", answer="对方的答案")
    page = read(editor.submit(form, answer="我写的答案"))
    assert TRACK in links(page)
    assert "对方的答案" == fields(editor.form(TRACK))["answer"]


def test_F08_an_edit_without_the_version_it_saw_is_refused(editor: Editor, content: Path) -> None:
    """A form whose version was taken out overwrites nothing."""
    before = (content / TRACK_FILE).read_bytes()
    assert 409 == editor.send(TRACK, expected="", answer="Überschrieben").status_code
    assert before == (content / TRACK_FILE).read_bytes()


def test_a_session_that_ended_while_writing_keeps_the_text(
    editor: Editor, content: Path, sign_in: Callable[..., Any]
) -> None:
    """Signed out: the text waits on a page; signed in again, two more presses save it."""
    form = editor.form(TRACK)
    editor.client.delete_cookie("dawen")
    refused = editor.submit(form, answer="一个很长的答案")
    assert 401 == refused.status_code
    waiting = next(each for each in read(refused).iter("form") if each.get("action") == TRACK)
    assert "一个很长的答案" == fields(waiting)["answer"]
    sign_in(editor.client, "editor")
    stale = editor.submit(waiting)
    assert 400 == stale.status_code
    once_more = next(each for each in read(stale).iter("form") if each.get("action") == TRACK)
    assert 302 == editor.submit(once_more).status_code
    assert "一个很长的答案" in (content / TRACK_FILE).read_text("utf-8")


def test_the_page_that_keeps_a_text_speaks_one_language(editor: Editor) -> None:
    """The sentence around the link to sign in has its Chinese stops."""
    form = editor.form(TRACK)
    editor.client.delete_cookie("dawen")
    editor.client.get("/?lang=zh")
    page = words(read(editor.submit(form, answer="一个很长的答案")))
    assert "请打开登录页（新标签页）。不要关闭本页。" in page


def rescued(answer: TestResponse) -> Element:
    """The form of the page that holds what was written."""
    return next(form for form in read(answer).iter("form") if "rescue" in form.get("class", ""))


def test_F08_a_text_for_an_entry_that_was_renamed_meanwhile_is_kept(
    editor: Editor, content: Path
) -> None:
    """Both versions are shown under the new address, and saving mine keeps that and the old one."""
    form = editor.form(TRACK)
    editor.send(TRACK, slug="where-is-it")
    refused = editor.submit(form, answer="一个很长的答案")
    assert 409 == refused.status_code
    again = next(each for each in read(refused).iter("form") if "data-editor" in each.attrib)
    assert "一个很长的答案" == fields(again)["answer"]
    assert "/admin/entries/where-is-it/zh" == again.get("action")
    assert 302 == editor.submit(again).status_code
    path = "delivery/where-is-it.zh.md"
    entry = parse_entry(path, (content / path).read_bytes())
    assert ("一个很长的答案", ("track-parcel",)) == (entry.answer, entry.aliases)


def test_F06_a_text_for_a_file_that_broke_meanwhile_is_kept(editor: Editor, content: Path) -> None:
    """The page holds all of it; once the file is right, sending it again saves it."""
    form, file = editor.form(TRACK), content / TRACK_FILE
    before = file.read_bytes()
    file.write_text("---\nquestion: x\n---\n", "utf-8")
    refused = editor.submit(form, answer="一个很长的答案", tags="物流")
    assert 422 == refused.status_code
    kept = fields(rescued(refused))
    assert ("一个很长的答案", "物流") == (kept["answer"], kept["tags"].strip())
    file.write_bytes(before)
    assert 302 == editor.submit(rescued(refused)).status_code
    assert "一个很长的答案" in file.read_text("utf-8")


def test_a_text_for_an_entry_that_was_removed_meanwhile_is_kept(
    editor: Editor, content: Path, publish: Any
) -> None:
    """Known to the tables or not any more, it may be sent again as a new entry."""
    form, file = editor.form(TRACK), content / TRACK_FILE
    file.unlink()
    assert (
        "一个很长的答案" == fields(rescued(editor.submit(form, answer="一个很长的答案")))["answer"]
    )
    publish(editor.client.application)
    refused = editor.submit(form, answer="一个很长的答案")
    assert 404 == refused.status_code
    assert 302 == editor.submit(rescued(refused), confirmed="public").status_code
    assert "一个很长的答案" in file.read_text("utf-8")


def test_C01_a_form_from_another_session_saves_nothing_and_loses_nothing(
    editor: Editor, content: Path
) -> None:
    """A wrong token changes no file and gives the text back."""
    before = (content / TRACK_FILE).read_bytes()
    refused = editor.send(TRACK, csrf_token="made-up", answer="wichtig")
    assert 400 == refused.status_code
    assert "wichtig" in refused.get_data(as_text=True)
    assert before == (content / TRACK_FILE).read_bytes()


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Saved, but not yet published"), ("zh", "已保存，尚未发布")]
)
def test_X05_a_save_that_meets_another_publication_is_kept(
    editor: Editor, content: Path, busy: Callable[[], Any], lang: str, said: str
) -> None:
    """The list says that the file was saved and is found later; the next publication has it."""
    form = editor.form(TRACK)
    editor.client.get(f"/?lang={lang}")
    with busy():
        saved = editor.submit(form, question="现在怎么查物流？")
    assert (303, "/admin/entries") == (saved.status_code, saved.headers["Location"])
    assert said in words(editor.page("/admin/entries"))
    assert "现在怎么查物流" in (content / TRACK_FILE).read_text("utf-8")
    services = editor.client.application.extensions["dawen"]
    before = services.engine.state().generation
    assert before != services.publisher.publish().generation


def test_X05_a_new_entry_that_meets_another_publication_is_on_record(
    editor: Editor, content: Path, busy: Callable[[], Any], database: Database
) -> None:
    """One file, one line in the history, and the wording it was written for is dealt with."""
    with busy():
        saved = editor.write("可以寄到月球吗？", slug="to-the-moon", wording="寄到月球")
    assert 303 == saved.status_code
    assert 1 == len([*content.rglob("to-the-moon*")])
    with database.session() as session:
        assert "created" == session.scalars(select(ChangeRow)).one().action
        assert "to-the-moon" == decisions_of(session, ["寄到月球"])["寄到月球"].slug


def test_X05_retiring_that_meets_another_publication_retires_every_language(
    editor: Editor, content: Path, busy: Callable[[], Any], database: Database
) -> None:
    """Both files, both lines in the history; undoing is offered and goes by the files."""
    form = editor.form(TRACK, "/retire")
    with busy():
        assert 303 == editor.submit(form).status_code
    files = [*content.rglob("track-parcel.*.md")]
    assert all("status: retired" in file.read_text("utf-8") for file in files)
    with database.session() as session:
        assert ["retired"] * 2 == list(session.scalars(select(ChangeRow.action)))
    page = editor.page("/admin/entries")
    assert "The index follows" in words(page)
    undo = next(each for each in page.iter("form") if each.get("action", "").endswith("/undo"))
    assert 302 == editor.submit(undo).status_code
    assert not any("status: retired" in file.read_text("utf-8") for file in files)

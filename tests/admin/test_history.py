"""The history of an entry: what changed, and old words brought back."""

from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from kb.disclosure import Level
from kb.entry import parse_entry
from tests.admin.pages import Editor, fields, read, words

TRACK = "/admin/entries/track-parcel/zh"
TRACK_FILE = "delivery/track-parcel.zh.md"


def forms_of(editor: Editor, path: str) -> list[Element]:
    """The forms of an entry's history that bring a version back, the newest first."""
    every = editor.page(f"{path}/history").iter("form")
    return [form for form in every if "/history/" in str(form.get("action"))]


def test_history_shows_differences_and_brings_words_back_but_not_levels(
    editor: Editor, content: Path
) -> None:
    """An old text comes back at the level of today, through the same path as any change."""
    editor.send(TRACK, answer="第一版")
    editor.send(TRACK, answer="第二版", level="agent")
    page = words(editor.page(f"{TRACK}/history"))
    assert "第一版" in page
    assert "第二版" in page
    assert 302 == editor.submit(forms_of(editor, TRACK)[0]).status_code
    entry = parse_entry(TRACK_FILE, (content / TRACK_FILE).read_bytes())
    assert ("第一版", Level.AGENT) == (entry.answer, entry.level)


def test_the_history_goes_along_to_a_new_address(editor: Editor, content: Path) -> None:
    """Versions of before stay in reach, in the other language too."""
    editor.send(TRACK, answer="第一版")
    editor.send("/admin/entries/track-parcel/en", answer="First version")
    editor.send(TRACK, answer="第二版", slug="where-is-it")
    path = "/admin/entries/where-is-it"
    assert "First version" in words(editor.page(f"{path}/en/history"))
    assert 302 == editor.submit(forms_of(editor, f"{path}/zh")[0]).status_code
    assert "第一版" in (content / "delivery/where-is-it.zh.md").read_text("utf-8")


def test_the_text_from_before_the_first_change_comes_back(editor: Editor, content: Path) -> None:
    """An editor's first mistake is undone in the browser; the level of today stays."""
    before = parse_entry(TRACK_FILE, (content / TRACK_FILE).read_bytes())
    assert [] == forms_of(editor, TRACK)
    editor.send(TRACK, answer="手滑了", alternates="", level="agent")
    page = words(editor.page(f"{TRACK}/history"))
    assert "Before the first change on record" in page
    assert before.answer.split()[0] in page
    (form,) = forms_of(editor, TRACK)
    answer = editor.submit(form)
    assert 302 == answer.status_code
    after = parse_entry(TRACK_FILE, (content / TRACK_FILE).read_bytes())
    assert (before.answer, before.alternates) == (after.answer, after.alternates)
    assert Level.AGENT == after.level
    assert 2 == len(forms_of(editor, TRACK))


def test_an_entry_written_here_has_nothing_before_its_first_change(editor: Editor) -> None:
    """No card stands for what never was, and its address is not found."""
    editor.write("能刻字吗？", slug="engraving")
    path = "/admin/entries/engraving/zh"
    assert "Before the first change" not in words(editor.page(f"{path}/history"))
    token = fields(editor.form(path))["csrf_token"]
    answer = editor.client.post(f"{path}/history/first", data={"csrf_token": token})
    assert 404 == answer.status_code


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_version_brought_back_publishes_nothing(
    editor: Editor, content: Path, status: str
) -> None:
    """What is no longer shown stays so, and the message says it."""
    editor.send(TRACK, answer="手滑了", status=status)
    (form,) = forms_of(editor, TRACK)
    editor.submit(form)
    assert status == parse_entry(TRACK_FILE, (content / TRACK_FILE).read_bytes()).status
    assert "It is not shown to anyone." in words(editor.page(TRACK))


@pytest.mark.parametrize("number", ["4711", "99999999999999999999"])
def test_an_unknown_version_is_not_found(editor: Editor, number: str) -> None:
    """Also one whose number no database has."""
    token = fields(editor.form(TRACK))["csrf_token"]
    answer = editor.client.post(f"{TRACK}/history/{number}", data={"csrf_token": token})
    assert 404 == answer.status_code


def test_L32_an_old_version_for_fewer_people_is_asked_about_before_it_comes_back(
    editor: Editor, content: Path
) -> None:
    """A text written for editors stands before everyone only after a yes; one that everyone was
    to see comes back at once."""
    path, file = "/admin/entries/margin-rules/zh", content / "handbook/margin-rules.zh.md"
    editor.send(path, answer="供应商价格 3.80 元")
    editor.send(path, answer="公开的说明", level="public", confirmed="public")
    editor.send(path, answer="另一份公开的说明")
    public, internal, first = forms_of(editor, path)
    for confirmed in ("", "customer"):
        assert "Shoppers will see this entry." in words(
            read(editor.submit(first, confirmed=confirmed))
        )
        asked = editor.submit(internal, confirmed=confirmed)
        assert "Shoppers will see this entry." in words(read(asked))
        assert "供应商价格 3.80 元" in words(read(asked))
        assert "供应商价格" not in file.read_text("utf-8")
    assert 302 == editor.submit(public).status_code
    assert 302 == editor.submit(internal, confirmed="public").status_code
    assert "供应商价格" in file.read_text("utf-8")

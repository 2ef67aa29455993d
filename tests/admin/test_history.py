"""The history of an entry: what changed, and old words brought back."""

from pathlib import Path

import pytest

from kb.disclosure import Level
from kb.entry import parse_entry
from tests.admin.pages import Editor, fields, read, words

TRACK = "/admin/entries/track-parcel/zh"
TRACK_FILE = "delivery/track-parcel.zh.md"


def test_history_shows_differences_and_brings_words_back_but_not_levels(
    editor: Editor, content: Path
) -> None:
    """An old text comes back at the level of today, through the same path as any change."""
    editor.send(TRACK, answer="第一版")
    editor.send(TRACK, answer="第二版", level="agent")
    page = words(editor.page(f"{TRACK}/history"))
    assert "第一版" in page
    assert "第二版" in page
    form = next(
        each
        for each in editor.page(f"{TRACK}/history").iter("form")
        if "/history/" in str(each.get("action"))
    )
    assert 302 == editor.submit(form).status_code
    entry = parse_entry(TRACK_FILE, (content / TRACK_FILE).read_bytes())
    assert ("第一版", Level.AGENT) == (entry.answer, entry.level)


def test_the_history_goes_along_to_a_new_address(editor: Editor, content: Path) -> None:
    """Versions of before stay in reach, in the other language too."""
    editor.send(TRACK, answer="第一版")
    editor.send("/admin/entries/track-parcel/en", answer="First version")
    editor.send(TRACK, answer="第二版", slug="where-is-it")
    path = "/admin/entries/where-is-it"
    assert "First version" in words(editor.page(f"{path}/en/history"))
    forms = editor.page(f"{path}/zh/history").iter("form")
    form = next(each for each in forms if "/history/" in str(each.get("action")))
    assert 302 == editor.submit(form).status_code
    assert "第一版" in (content / "delivery/where-is-it.zh.md").read_text("utf-8")


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
    public, internal = (
        form
        for form in editor.page(f"{path}/history").iter("form")
        if "/history/" in str(form.get("action"))
    )
    for confirmed in ("", "customer"):
        asked = editor.submit(internal, confirmed=confirmed)
        assert "Shoppers will see this entry." in words(read(asked))
        assert "供应商价格 3.80 元" in words(read(asked))
        assert "供应商价格" not in file.read_text("utf-8")
    assert 302 == editor.submit(public).status_code
    assert 302 == editor.submit(internal, confirmed="public").status_code
    assert "供应商价格" in file.read_text("utf-8")

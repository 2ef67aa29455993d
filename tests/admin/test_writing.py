"""``admin.writing``: what a page says of a save is true of what others see."""

from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from database import Database, utc_now
from insights.phrasings import propose
from insights.tables import ChangeRow
from search.publishing import LOCK_NAME
from tests.admin.pages import Editor, fields, marked, read, words
from tests.insights.intents import add_intent

TRACK = "/admin/entries/track-parcel/zh"
FILE = "delivery/track-parcel.zh.md"
RETIRE = "track-parcel/retire"


@pytest.fixture
def unwritable(app: Flask) -> Path:
    """An index whose lock cannot be taken, as where it belongs to somebody else."""
    lock: Path = app.extensions["settings"].index_dir / LOCK_NAME
    lock.unlink(missing_ok=True)
    lock.mkdir()
    return lock


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Retired: no page shows it."), ("zh", "已下架：页面上已看不到它")]
)
def test_L24_what_is_retired_is_gone_though_the_index_cannot_be_written(
    editor: Editor, shopper: FlaskClient, unwritable: Path, lang: str, said: str
) -> None:
    """The page says so, and no page, search, feed or program shows it."""
    editor.client.get(f"/?lang={lang}")
    answer = editor.send(TRACK, RETIRE)
    assert said in words(editor.page(answer.headers["Location"]))
    for path in ("/faq/track-parcel", "/api/v1/entries/track-parcel"):
        assert 404 == shopper.get(path).status_code
    for path in ("/sitemap.xml", "/search?q=怎么查物流&lang=zh"):
        assert "track-parcel" not in shopper.get(path).text


def test_L24_what_is_narrowed_is_gone_though_the_index_cannot_be_written(
    editor: Editor, shopper: FlaskClient, unwritable: Path
) -> None:
    """A save says that it is saved, and that the index cannot follow."""
    for lang in ("zh", "en"):
        answer = editor.send(f"/admin/entries/track-parcel/{lang}", level="internal")
        assert "/admin/entries" == answer.headers["Location"]
    assert 404 == shopper.get("/faq/track-parcel").status_code
    assert "track-parcel" not in shopper.get("/search?q=怎么查物流&lang=zh").text


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "pages still show what was there before"), ("zh", "页面上仍是原来的内容")],
)
def test_L24_what_the_database_does_not_know_is_not_said_to_be_gone(
    editor: Editor, shopper: FlaskClient, database: Database, content: Path, lang: str, said: str
) -> None:
    """The page says that it is still shown; file and history have it, and it is gone with the next
    publication."""
    editor.client.get(f"/?lang={lang}")
    form = editor.form(TRACK, RETIRE)
    rename(database, "problems", "elsewhere")
    answer = editor.submit(form)
    assert 503 == answer.status_code
    assert said in words(read(answer))
    assert 200 == shopper.get("/faq/track-parcel").status_code
    assert "status: retired" in (content / FILE).read_text("utf-8")
    with database.session() as session:
        assert {"zh", "en"} == set(session.scalars(select(ChangeRow.lang)))
    rename(database, "elsewhere", "problems")
    editor.client.application.extensions["dawen"].publisher.publish()
    assert 404 == shopper.get("/faq/track-parcel").status_code


@pytest.fixture
def acts(editor: Editor, database: Database) -> dict[str, Element]:
    """Forms that change the file of an entry, opened while it is still there."""
    asked = {"first": "包裹跑哪去了", "wording": "怎么查物流", "accepted": "track-parcel"}
    with database.session() as session:
        for _ in range(3):
            add_intent(session, utc_now(), **asked)
        session.flush()
        propose(session, now=utc_now())
    for answer in ("新的答案", "更新的答案"):
        editor.send(TRACK, answer=answer)
    choice = marked(editor.page("/admin/misses/phrasing?wording=快递到哪&level=0"), "phrasing")
    return {
        "accept": editor.form("/admin/proposals", "/accept"),
        "phrasing": next(each for each in choice if each.get("method") == "post"),
        "bring back": editor.form(f"{TRACK}/history", "history/1"),
    }


@pytest.mark.parametrize(("lang", "said"), [("en", "gone meanwhile"), ("zh", "已经不在了")])
@pytest.mark.parametrize("act", ["accept", "phrasing", "bring back"])
def test_F08_an_entry_whose_file_was_removed_is_said_to_be_gone(
    editor: Editor, acts: dict[str, Element], content: Path, act: str, lang: str, said: str
) -> None:
    """Nobody has published since: the page says what became of it, and what to do."""
    editor.client.get(f"/?lang={lang}")
    (content / FILE).unlink()
    refused = editor.submit(acts[act], target="track-parcel", asked_in="zh")
    assert 409 == refused.status_code
    assert said in words(read(refused))
    assert "flask index build" in words(read(refused))


@pytest.mark.parametrize("act", ["accept", "phrasing", "bring back"])
def test_F08_a_folder_in_place_of_a_file_is_a_problem_of_files(
    editor: Editor, acts: dict[str, Element], content: Path, act: str
) -> None:
    """It is to be removed, and is no failure of the program."""
    (content / FILE).unlink()
    (content / FILE).mkdir()
    refused = editor.submit(acts[act], target="track-parcel", asked_in="zh")
    assert 503 == refused.status_code
    assert "list of problems" in words(read(refused))


@pytest.mark.parametrize("stands", ["nothing", "a folder", "a broken file"])
def test_F08_a_translation_is_begun_though_the_other_file_cannot_be_read(
    editor: Editor, content: Path, stands: str
) -> None:
    """It starts with the other language, or with nothing but its address."""
    for lang in ("zh", "en"):
        file = content / f"delivery/track-parcel.{lang}.md"
        file.unlink()
        if stands == "a folder":
            file.mkdir()
        elif stands == "a broken file":
            file.write_text("---\nquestion: x\n---\n", "utf-8")
    form = editor.form("/admin/entries/new?slug=track-parcel&asked_in=zh")
    assert ("track-parcel", "internal") == (fields(form)["slug"], fields(form)["level"])


def rename(database: Database, name: str, new: str) -> None:
    """Take away a table that a publication writes, or bring it back."""
    with database.session() as session:
        session.execute(text(f"ALTER TABLE {name} RENAME TO {new}"))

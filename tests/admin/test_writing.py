"""``admin.writing``: what a page says of a save is true of what others see."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from database import Database
from insights.tables import ChangeRow
from search.publishing import LOCK_NAME
from tests.admin.pages import Editor, read, words

TRACK = "/admin/entries/track-parcel/zh"
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
    assert "status: retired" in (content / "delivery/track-parcel.zh.md").read_text("utf-8")
    with database.session() as session:
        assert {"zh", "en"} == set(session.scalars(select(ChangeRow.lang)))
    rename(database, "elsewhere", "problems")
    editor.client.application.extensions["dawen"].publisher.publish()
    assert 404 == shopper.get("/faq/track-parcel").status_code


def rename(database: Database, name: str, new: str) -> None:
    """Take away a table that a publication writes, or bring it back."""
    with database.session() as session:
        session.execute(text(f"ALTER TABLE {name} RENAME TO {new}"))

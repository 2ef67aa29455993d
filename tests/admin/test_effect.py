"""What a change does, told before it is published; what holds it; and what it closed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from database import Database, utc_now
from insights.closing import latest
from insights.tables import ChangeRow
from insights.work_tables import ClusterRow, IntentRow, JudgedRow, MemberRow
from tests.admin.pages import Editor, fields, read, words

EDIT = "/admin/entries/track-parcel/zh"


def intent(database: Database, name: str, text: str, **values: Any) -> None:
    """One intent of today, missed unless said otherwise."""
    start = {"lang": "zh", "level": 0, "cause": "floor", "accepted": ""}
    row = {
        "id": name,
        "session": name,
        "text": text,
        "wording": text,
        "first": text,
        "channel": "web",
        "searches": 1,
        "outcome": "missed",
        "confidence": 0.1,
        "at": utc_now() - timedelta(hours=1),
    }
    with database.session() as session:
        session.add(IntentRow(**(row | start | values)))


@pytest.fixture
def judged(database: Database) -> None:
    """A judged query that the small shop gets right."""
    with database.session() as session:
        session.add(
            JudgedRow(
                text="怎么查物流",
                wording="怎么查物流",
                lang="zh",
                level=0,
                slug="track-parcel",
                source="accepted",
                created_at=utc_now(),
            )
        )


def texts(content: Path) -> dict[Path, bytes]:
    """Every file as it is."""
    return {path: path.read_bytes() for path in content.rglob("*.md")}


def held_form(answer: TestResponse) -> Element:
    """The form that publishes all the same."""
    return next(one for one in read(answer).iter("form") if "held" in (one.get("class") or ""))


def test_the_button_tells_what_changes_and_writes_nothing(
    editor: Editor, database: Database, content: Path
) -> None:
    """Misses that would end are named, on a page that works without a script."""
    intent(database, "one", "无人机送货")
    before = texts(content)
    answer = editor.send(
        "/admin/entries/new",
        question="无人机送货吗？",
        alternates="无人机送货",
        answer="没有无人机。",
        topic="delivery",
        lang="zh",
        level="public",
        confirmed="replay",
    )
    page = words(read(answer))
    assert 200 == answer.status_code
    assert "What this change does" in page
    assert "1 of 1 missed find an answer" in page
    assert "无人机送货" in page
    assert before == texts(content)


def test_what_is_stolen_stands_side_by_side(editor: Editor, database: Database) -> None:
    """A found question that would get another first entry is listed with both."""
    intent(database, "one", "怎么查物流", cause="", outcome="answered")
    answer = editor.send(
        "/admin/entries/send-back/zh", alternates="怎么查物流\n怎么查物流？", confirmed="replay"
    )
    page = words(read(answer))
    assert "怎么查物流？" in page
    assert "wordings get another first entry" in page or "Another entry comes first" in page


@pytest.mark.usefixtures("judged")
def test_a_publication_that_loses_judged_queries_is_held(
    editor: Editor, content: Path, database: Database
) -> None:
    """Nothing is written until a reason is given; then it stands in the history."""
    before = texts(content)
    answer = editor.send(EDIT, question="天气怎么样？", alternates="", answer="晴。")
    assert 409 == answer.status_code
    assert "gets 1 judged query wrong" in words(read(answer))
    assert before == texts(content)
    form = held_form(answer)
    again = editor.client.post(EDIT, data=fields(form))
    assert 409 == again.status_code
    done = editor.client.post(EDIT, data=fields(form) | {"overrule_reason": "换了内容"})
    assert 302 == done.status_code
    with database.session() as session:
        change = session.scalars(select(ChangeRow).order_by(ChangeRow.id.desc())).first()
    assert change is not None
    assert "1 judged queries overruled: 换了内容" in change.reason
    assert "天气怎么样" in (content / "delivery" / "track-parcel.zh.md").read_text("utf-8")


@pytest.mark.usefixtures("judged")
def test_what_was_written_survives_the_hold(editor: Editor) -> None:
    """Going back to writing shows every word again."""
    answer = editor.send(
        EDIT, question="天气怎么样？", alternates="下雨吗", answer="晴。\n\n多云。"
    )
    form = held_form(answer)
    back = editor.client.post(EDIT, data=fields(form) | {"confirmed": "preview"})
    page = back.get_data(as_text=True)
    assert 200 == back.status_code
    for text in ("天气怎么样？", "下雨吗", "多云。"):
        assert text in page


@pytest.mark.usefixtures("judged")
def test_retiring_is_held_for_all_languages_together(
    editor: Editor, content: Path, database: Database
) -> None:
    """No language is retired while another holds it."""
    before = texts(content)
    answer = editor.send(EDIT, "/retire")
    assert 409 == answer.status_code
    assert before == texts(content)
    with database.session() as session:
        assert 0 == session.scalar(select(func.count()).select_from(ChangeRow))
    form = held_form(answer)
    path = str(form.get("action"))
    done = editor.client.post(path, data=fields(form) | {"overrule_reason": "停止服务"})
    assert 302 == done.status_code
    assert all("status: retired" in path.read_text("utf-8") for path in content.rglob("track-*"))


@pytest.mark.usefixtures("judged")
def test_a_harmless_change_is_not_held(editor: Editor) -> None:
    """What keeps the judged queries right is published at once."""
    assert 302 == editor.send(EDIT, answer="在订单详情里看，很快。").status_code


@pytest.fixture
def drones(database: Database) -> int:
    """The number of a cluster of one wording."""
    with database.session() as session:
        row = ClusterRow(
            title="无人机送货", keywords=[], status="open", centroid=b"", created_at=utc_now(),
            changed_at=utc_now(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(MemberRow(wording="无人机送货", cluster_id=row.id, vector=b""))
        return row.id


def test_X05_a_cluster_is_settled_though_its_entry_waits_for_publication(
    editor: Editor, database: Database, drones: int, busy: Callable[[], Any]
) -> None:
    """It is watched as if the entry were there, which the next publication sees to."""
    with busy():
        answer = editor.write("无人机送货吗？", slug="drones", cluster=str(drones))
    assert 303 == answer.status_code
    with database.session() as session:
        row = session.get_one(ClusterRow, drones)
    assert ("watched", "drones") == (row.status, row.slug)


def test_saving_from_a_cluster_proves_it(
    app: Flask, editor: Editor, database: Database, client: Any, drones: int
) -> None:
    """The misses are asked again and the page says what came of it, part by part."""
    number = drones
    intent(database, "one", "无人机送货")
    intent(database, "two", "无人机送货", level=1)
    answer = editor.write(
        "无人机送货吗？", alternates="无人机送货", cluster=str(number), wording="无人机送货"
    )
    assert 302 == answer.status_code
    with database.session() as session:
        proof = latest(session, number)
    assert proof is not None
    assert "closed" == proof.verdict
    page = words(editor.page(f"/admin/clusters/{number}/proof"))
    assert "Closed: 2 of 2 missed questions find it now." in page
    assert "无人机送货" in words(editor.page("/admin/watched"))
    again = editor.send(f"/admin/clusters/{number}/proof", "/proof")
    assert 302 == again.status_code


def test_an_unknown_cluster_has_no_proof(editor: Editor) -> None:
    """The address answers as any unknown one does."""
    assert 404 == editor.client.get("/admin/clusters/4711/proof").status_code

"""The morning queue: one row per cluster, one screen per decision, every step with a way back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from admin import digesting
from admin.cluster_steps import steps
from database import Database, utc_now
from insights.tables import DecisionRow
from insights.work_tables import ClusterActionRow, ClusterRow, IntentRow, MemberRow
from kb.tables import EntryRow
from tests.admin.pages import Editor, fields, links, read, words
from tests.insights.missing import miss

GIFTS = ("礼品卡怎么买呀", "怎么买礼品卡呀", "礼品卡在哪买呀")
FLYING = "螺旋桨会飞走吗"
EMPTY = "Nothing waits here"


def rows(page: Element) -> list[Element]:
    """The rows of the list."""
    return [each for each in page.iter("li") if each.get("data-row")]


def first_cluster(editor: Editor) -> str:
    """The address of the first cluster on the list."""
    (heading, *_rest) = rows(editor.page("/admin/"))[0].iter("h2")
    return links(heading)[0].partition("?")[0]


@pytest.fixture
def asked(app: Flask, database: Database) -> None:
    """Three wordings of one question, and another question."""
    miss(database, *GIFTS, FLYING, at=utc_now() - timedelta(hours=1))
    with database.session() as session:
        count = session.scalar(select(func.count()).select_from(MemberRow))
    assert 0 == count
    services = app.extensions["dawen"]
    digesting.digest(services.database, engine=services.engine, now=services.clock())


def test_a_question_asked_in_vain_stands_on_the_list_at_once(
    editor: Editor, ask: Callable[[str], str]
) -> None:
    """Opening the page reads what is new; no command is needed for a day's work."""
    ask("月球上能送货上门安装马桶吗")
    page = editor.page("/admin/")
    assert 1 == len(rows(page))
    assert "月球上能送货上门安装马桶吗" in words(page)
    assert "Worth about" in words(page)
    assert "no earlier visit to compare with" in words(page)
    assert "first visit" not in words(editor.page("/admin/"))


def test_much_that_is_new_is_left_to_the_command(
    editor: Editor, ask: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page never makes anybody wait; it names the command instead."""
    monkeypatch.setattr(digesting, "QUICK", 0)
    ask(FLYING)
    page = words(editor.page("/admin/"))
    assert "flask insights digest" in page
    assert FLYING not in page


@pytest.mark.usefixtures("asked")
def test_the_most_worthwhile_cluster_stands_first(editor: Editor) -> None:
    """Each row has counts, a trend, a reason and a next step."""
    page = editor.page("/admin/")
    first, second = rows(page)
    assert "3 questions" in " ".join("".join(first.itertext()).split())
    assert FLYING in "".join(second.itertext())
    assert {"w", "a", "d", "m", "Enter"} <= {each.get("data-key") for each in first.iter()}
    assert 1 == len([each for each in first.iter() if each.get("class") == "spark"])


@pytest.mark.usefixtures("asked")
def test_an_entry_written_for_a_cluster_answers_all_its_wordings(
    editor: Editor, content: Path, database: Database
) -> None:
    """Title and wordings are filled in; once saved, the cluster is watched and both lists agree."""
    number = first_cluster(editor).rpartition("/")[2]
    form = editor.form(f"/admin/entries/new?cluster={number}")
    filled = fields(form)
    assert filled["question"] in GIFTS
    assert set(GIFTS) == set(filled["alternates"].split("\n"))
    assert ("internal", number) == (filled["level"], filled["cluster"])
    link = next(each for each in links(rows(editor.page("/admin/"))[0]) if "entries/new" in each)
    said = "Those who asked find it only at this level or a wider one: Public"
    assert said in words(editor.page(link))
    saved = editor.submit(
        form, answer="在首页买。", topic="delivery", level="public", confirmed="public"
    )
    assert (302, "/admin/") == (saved.status_code, saved.headers["Location"])
    assert 1 == len(rows(editor.page("/admin/")))
    assert f"Last done: Answered {filled['question']}" in words(editor.page("/admin/"))
    assert not any(text in words(editor.page("/admin/wordings")) for text in GIFTS)
    with database.session() as session:
        row = session.get(ClusterRow, int(number))
        assert row is not None
        assert "watched" == row.status
        assert list((content / "delivery").glob(f"{row.slug}.zh.md"))


@pytest.mark.usefixtures("asked")
def test_phrasings_of_a_cluster_are_added_to_an_entry(
    editor: Editor, content: Path, shopper: FlaskClient
) -> None:
    """The ticked wordings become ways to ask; searchable when the page returns."""
    address = first_cluster(editor)
    form = editor.form(address, "/phrasings")
    token = fields(form)["csrf_token"]
    data = {"csrf_token": token, "target": "track-parcel", "phrase": list(GIFTS[:2])}
    editor.client.post(f"{address}/phrasings", data=data)
    text = (content / "delivery/track-parcel.zh.md").read_text("utf-8")
    assert all(phrase in text for phrase in GIFTS[:2])
    assert GIFTS[2] not in text
    found = words(read(shopper.get("/search", query_string={"q": GIFTS[0], "lang": "zh"})))
    assert "怎么查物流" in found
    assert 1 == len(rows(editor.page("/admin/")))


def test_a_dismissed_cluster_leaves_both_lists_and_comes_back_when_undone(
    editor: Editor, ask: Callable[[str], str]
) -> None:
    """The last thing done stands above the list with a button that undoes it."""
    ask(GIFTS[0])
    assert GIFTS[0] in words(editor.page("/admin/wordings"))
    editor.send("/admin/", f"{first_cluster(editor)}/dismiss")
    assert f"Last done: Dismissed {GIFTS[0]}" in words(editor.page("/admin/"))
    assert [] == rows(editor.page("/admin/"))
    assert GIFTS[0] not in words(editor.page("/admin/wordings"))
    assert 1 == len(rows(editor.page("/admin/?status=dismissed")))
    editor.send("/admin/", "/clusters/undo")
    assert 1 == len(rows(editor.page("/admin/")))
    assert GIFTS[0] in words(editor.page("/admin/wordings"))


@pytest.mark.usefixtures("asked")
def test_marked_clusters_become_one_and_ticked_wordings_become_another(editor: Editor) -> None:
    """Merging and splitting, from the buttons that are on the pages."""
    page = editor.page("/admin/")
    marked = [str(row.get("data-row")) for row in rows(page)]
    form = editor.form("/admin/", "/clusters/merge")
    editor.client.post("/admin/clusters/merge", data={**fields(form), "marked": marked})
    assert 1 == len(rows(editor.page("/admin/")))
    address = first_cluster(editor)
    form = editor.form(address, "/split")
    editor.client.post(f"{address}/split", data={**fields(form), "ticked": [FLYING]})
    assert 2 == len(rows(editor.page("/admin/")))
    history = words(editor.page(address))
    assert "Merged" in history
    assert "Split" in history


@pytest.mark.usefixtures("asked")
def test_names_and_people_are_given_by_hand(editor: Editor) -> None:
    """The list can be narrowed to what is one's own."""
    address = first_cluster(editor)
    editor.send(address, "/name", title="礼品卡")
    assert "礼品卡" in words(editor.page("/admin/"))
    form = editor.form(address, "/assign")
    me = next(o.get("value", "") for o in form.iter("option") if "(me)" in (o.text or ""))
    editor.submit(form, person=me)
    assert 1 == len(rows(editor.page("/admin/?who=me")))
    assert 1 == len(rows(editor.page("/admin/?who=nobody")))
    assert EMPTY in words(editor.page("/admin/?reason=not_live"))


def test_each_reason_has_its_own_next_step(app: Flask, editor: Editor, database: Database) -> None:
    """The button that is offered first is the one that closes such a miss."""
    now = utc_now() - timedelta(hours=1)
    offered = {
        "below_floor": ("track-parcel", "Add as phrasing"),
        "above_level": ("refund-script", "Write a version for them"),
        "not_live": ("gift-wrap", "Look at it and publish"),
        "out_of_scope": ("", "Dismiss"),
        "no_entry": ("", "Write an entry"),
    }
    texts = ("丙丁戊己", "庚辛壬癸", "子丑寅卯", "辰巳午未", "申酉戌亥")
    for text, (reason, (slug, _step)) in zip(texts, offered.items(), strict=True):
        miss(database, text, at=now, reason=reason, reason_slug=slug)
    digesting.digest(database, engine=app.extensions["dawen"].engine, now=now)
    with database.session() as session:
        for row in session.scalars(select(IntentRow)):
            place = texts.index(row.text)
            row.reason = list(offered)[place]
            row.reason_slug = offered[row.reason][0]
    page = editor.page("/admin/")
    assert 5 == len(rows(page))
    for row in rows(page):
        text = "".join(row.itertext())
        reason = next(list(offered)[at] for at, one in enumerate(texts) if one in text)
        first = next(e for e in row.iter() if "btn--primary" in str(e.get("class")))
        assert offered[reason][1] == "".join(first.itertext()).strip(), reason


@pytest.mark.parametrize(
    ("status", "first"), [("draft", "Look at it and publish"), ("retired", "Write an entry")]
)
def test_what_was_retired_is_not_published_first(app: Flask, status: str, first: str) -> None:
    """The offer of another year is over for good; a draft waits for it."""
    row = EntryRow(slug="gift-wrap", lang="en", status=status, question="Do you wrap gifts?")
    missed = SimpleNamespace(
        id=1, level=1, lang="en", reason="not_live", reason_slug="gift-wrap", title="wrap"
    )
    with app.test_request_context("/?lang=en"):
        offered = [one.text for one in steps(cast(Any, missed), {"gift-wrap": [row]})]
    assert (first, 2) == (offered[0], len(offered))


@pytest.mark.usefixtures("asked")
def test_the_nearest_entries_show_the_phrase_that_matched(editor: Editor) -> None:
    """Before a twin is made, on the cluster's page and beside the form."""
    page = words(editor.page(first_cluster(editor)))
    assert "Nearest entries" in page
    form = editor.form("/admin/entries/new")
    values = fields(form) | {"question": "快递到哪了啊"}
    aside = editor.client.post("/admin/preview", data=values).get_data(as_text=True)
    assert "matched:" in aside
    assert "快递到哪了" in aside


@pytest.mark.parametrize(
    "path",
    ["/admin/clusters/99", "/admin/clusters/0", "/admin/clusters/99999999999999999999"],
)
def test_an_unknown_cluster_is_not_found(editor: Editor, path: str) -> None:
    """Whatever the number, and for actions too."""
    assert 404 == editor.client.get(path).status_code
    token = fields(editor.form("/admin/entries/new"))["csrf_token"]
    for action in ("name", "assign", "dismiss", "reopen"):
        answer = editor.client.post(f"{path}/{action}", data={"csrf_token": token})
        assert 404 == answer.status_code, action


@pytest.mark.usefixtures("asked")
def test_bad_input_changes_nothing_and_never_fails(editor: Editor, database: Database) -> None:
    """Made-up numbers, wordings and filters get a clear answer."""
    for query in ("status=evil", "who=x&reason=y&in=z", "days=-3", "status=merged"):
        assert 200 == editor.client.get(f"/admin/?{query}").status_code
    assert 200 == editor.client.get("/admin/entries/new?cluster=99999999999999999").status_code
    address = first_cluster(editor)
    token = fields(editor.form("/admin/entries/new"))["csrf_token"]
    for path, data in (
        ("/admin/clusters/merge", {"marked": ["x", "-1", "99999999999999999999"]}),
        ("/admin/clusters/undo", {"action": "99999999999999999999"}),
        (f"{address}/split", {"ticked": ["\0", "nobody"]}),
        (f"{address}/assign", {"person": "99999999"}),
        (f"{address}/phrasings", {"target": "no-such", "phrase": ["甲"]}),
        (f"{address}/answered", {"target": "../x"}),
    ):
        answer = editor.client.post(path, data={"csrf_token": token, **data})
        assert 302 == answer.status_code, path
    back = {"csrf_token": token, "back": "https://evil.example/admin/"}
    answer = editor.client.post(f"{address}/dismiss", data=back)
    assert "/admin/" == answer.headers["Location"]


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("role", ["customer", "agent"])
def test_L33_nobody_below_an_editor_touches_a_cluster(
    app: Flask,
    editor: Editor,
    role: str,
    sign_in: Callable[..., object],
    csrf_of: Callable[[FlaskClient, str], str],
    database: Database,
) -> None:
    """With a real number and a good token every action answers 404 and nothing changes."""
    address = first_cluster(editor)
    other = app.test_client()
    sign_in(other, role)
    token = csrf_of(other, "/ask")
    assert 404 == other.get(address).status_code
    for action in ("name", "assign", "dismiss", "reopen", "split", "phrasings", "answered"):
        answer = other.post(f"{address}/{action}", data={"csrf_token": token, "title": "x"})
        assert 404 == answer.status_code, action
    with database.session() as session:
        for table in (ClusterActionRow, DecisionRow):
            assert 0 == session.scalar(select(func.count()).select_from(table))


@pytest.mark.usefixtures("asked")
def test_L26_R06_titles_and_wordings_of_clusters_are_shown_to_editors_only(
    client: FlaskClient, shopper: FlaskClient, sign_in: Callable[..., object]
) -> None:
    """No page of a shopper or an agent holds what somebody asked in vain."""
    sign_in(client, "agent")
    for path in ("/", "/search?q=礼品", "/suggest?q=礼品", "/desk/", "/desk/?q=礼品卡"):
        for browser in (shopper, client):
            page = browser.get(path).get_data(as_text=True)
            assert not any(text in page for text in GIFTS), path


@pytest.mark.usefixtures("asked")
def test_O02_the_lists_are_tables_too(editor: Editor, ask: Callable[[str], str]) -> None:
    """Clusters and wordings are downloads with every row, and run nothing."""
    table = editor.client.get("/admin/clusters.csv?days=7").get_data(as_text=True)
    assert 3 == len(table.strip().splitlines())
    assert all(f'"{column}"' in table for column in ("Cluster", "Minutes", "Levels"))
    filtered = editor.client.get("/admin/clusters.csv?in=en").get_data(as_text=True)
    assert 1 == len(filtered.strip().splitlines())
    ask("=cmd 螺旋桨")
    wordings = editor.client.get("/admin/wordings.csv").get_data(as_text=True)
    assert '"\'=cmd 螺旋桨"' in wordings


def test_the_translation_starts_with_how_it_was_asked(
    app: Flask, editor: Editor, database: Database
) -> None:
    """Who translates a cluster's entry finds the wordings in that language, and no others."""
    miss(database, *GIFTS, "buy a gift card", at=utc_now() - timedelta(hours=1))
    services = app.extensions["dawen"]
    digesting.digest(services.database, engine=services.engine, now=services.clock())
    with database.session() as session:
        homes = dict(session.execute(select(MemberRow.wording, MemberRow.cluster_id)).all())
        session.execute(update(MemberRow).values(cluster_id=homes["怎么买礼品卡呀"]))
    editor.write("怎么买礼品卡？", slug="gift-card")
    number = homes["怎么买礼品卡呀"]
    address = f"/admin/entries/new?slug=gift-card&asked_in=en&cluster={number}"
    values = fields(editor.form(address))
    assert "buy a gift card" == values["alternates"]
    assert str(number) == values["cluster"]

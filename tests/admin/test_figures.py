"""The room of figures: tiles, chart, tables, filters and their CSV."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from admin.charts import line_chart, nice_step
from database import Database, utc_now
from tests.admin.pages import Editor, links, words
from tests.insights.intents import add_intent

ROOMS = (
    "/admin/figures",
    "/admin/freshness",
    "/admin/freshness.csv",
    "/admin/proposals",
    "/admin/proposals.csv",
)
TABLES = ("sums", "days", "questions", "misses", "entries", "closings")


@pytest.fixture
def traffic(database: Database) -> None:
    """A few intents of yesterday, one of them hostile to spreadsheets."""
    at = utc_now() - timedelta(days=1)
    with database.session() as session:
        add_intent(session, at, accepted="send-back")
        add_intent(session, at, lang="en", wording="parcel", shown="track-parcel", channel="desk")
        add_intent(session, at, wording="=cmd|'/c calc'!A1", cause="floor", shown="", level=1)


def rows_of(editor: Editor, table: str, **options: str) -> list[list[str]]:
    """A table as a spreadsheet reads it."""
    response = editor.client.get(f"/admin/figures/{table}.csv", query_string=options)
    assert 200 == response.status_code
    return list(csv.reader(StringIO(response.get_data(as_text=True).lstrip("\ufeff"))))


def test_an_empty_period_says_so(editor: Editor) -> None:
    """Without a question there are no tiles of noughts, but a sentence and a way on."""
    page = editor.page("/admin/figures")
    assert "Nothing was asked in this period" in words(page)
    assert "/admin/figures?days=90" in links(page)


@pytest.mark.usefixtures("traffic")
def test_the_page_shows_sums_chart_and_tables(editor: Editor) -> None:
    """Shares of three questions, a drawn chart, and entries by their question."""
    page = editor.page("/admin/figures")
    text = words(page)
    assert "66.7%" in text
    assert "33.3%" in text
    assert "Where is my parcel?" in text
    assert "=cmd|'/c calc'!A1" in text
    lines = [each for each in page.iter() if str(each.tag).endswith("}polyline")]
    assert 3 == len([line for line in lines if line.get("points")])
    assert all("style" not in each.attrib for each in page.iter())


@pytest.mark.usefixtures("traffic")
@pytest.mark.parametrize(
    ("options", "expected"),
    [({"in": "en"}, 1), ({"channel": "desk"}, 1), ({"level": "1"}, 1), ({"topic": "delivery"}, 1)],
)
def test_filters_reach_the_page_and_its_tables(
    editor: Editor, options: dict[str, str], expected: int
) -> None:
    """The links to CSV carry the filters, and the table obeys them."""
    page = editor.client.get("/admin/figures", query_string=options).text
    name, value = next(iter(options.items()))
    assert f"{name}={value}" in page
    sums = {row[0]: row[1] for row in rows_of(editor, "sums", **options)}
    assert str(expected) == sums["intents"]


@pytest.mark.usefixtures("traffic")
def test_O02_every_table_is_csv_and_runs_nothing(editor: Editor) -> None:
    """All tables come with a heading; a wording that is a formula comes as text."""
    for table in TABLES:
        assert rows_of(editor, table)[0]
    assert "'=cmd|'/c calc'!A1" == rows_of(editor, "misses")[1][0]
    assert 404 == editor.client.get("/admin/figures/people.csv").status_code


@pytest.mark.parametrize("query", ["days=x&in=xx&level=9&channel=%00&topic=%27", "level=-1&days="])
def test_Q05_unknown_options_are_ignored(editor: Editor, query: str) -> None:
    """Whatever is asked for, the page is there."""
    assert 200 == editor.client.get(f"/admin/figures?{query}").status_code


@pytest.mark.usefixtures("traffic")
@pytest.mark.parametrize("role", [None, "customer", "agent"])
@pytest.mark.parametrize(
    "path",
    [*ROOMS, *(f"/admin/figures/{table}.csv" for table in TABLES)],
)
def test_L27_L33_R07_figures_and_exports_are_for_editors(
    app: Flask, sign_in: Callable[..., object], role: str | None, path: str
) -> None:
    """Nobody else gets a count or a wording, on any of the addresses (L27, L33)."""
    client: FlaskClient = app.test_client()
    if role:
        sign_in(client, role)
    answer = client.get(path)
    assert answer.status_code == (404 if role else 303)
    assert "cmd|" not in answer.text


def test_a_chart_has_a_place_for_every_day() -> None:
    """Points run from left to right inside the frame; the marks of the axis are round numbers."""
    days = [date(2026, 11, 1) + timedelta(days=number) for number in range(30)]
    chart = line_chart(days, {"missed": list(range(30))})
    points = chart.lines[0].points
    assert sorted(point.x for point in points) == [point.x for point in points]
    assert points[0].y == chart.floor
    assert [0, 10, 20, 30] == [value for _y, value in chart.rows]
    assert days[-1] == chart.columns[-1][1]
    assert len(chart.columns) <= 8


@pytest.mark.parametrize(("most", "step"), [(0, 1), (3, 1), (7, 2), (30, 10), (450, 200)])
def test_steps_of_the_axis_are_round(most: int, step: int) -> None:
    """One, two or five, times a power of ten; never less than one."""
    assert step == nice_step(most)


def test_a_chart_of_one_day_or_none_is_drawn() -> None:
    """Today alone has one point in the middle; no day has no point."""
    assert 1 == len(line_chart([date(2026, 11, 1)], {"missed": [0]}).lines[0].points)
    assert () == line_chart([], {"missed": []}).lines[0].points

"""The bench: what each level finds, why, and that asking here counts for nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from admin.bars import SPAN, bars
from database import Database
from insights.tables import DecisionRow, SearchRow
from insights.work_tables import IntentRow
from search.encoder import UnusableEmbedder
from tests.admin.pages import Editor, fields, links, read, words

BENCH = "/admin/bench?q="


def having(page: Element, tag: str, name: str) -> list[Element]:
    """The elements of a class."""
    return [one for one in page.iter(tag) if name in (one.get("class") or "").split()]


def count(database: Database, table: Any) -> int:
    """How many rows a table has."""
    with database.session() as session:
        found: Session = session
        return found.scalar(select(func.count()).select_from(table)) or 0


def test_every_level_is_asked(editor: Editor) -> None:
    """Four sights, and what only some see stands in theirs alone."""
    page = editor.page(f"{BENCH}退款争议话术")
    sights = having(page, "article", "sight")
    assert 4 == len(sights)
    assert [False, False, True, True] == ["退款争议话术" in words(one) for one in sights]
    assert "sight--differs" in (sights[2].get("class") or "")
    assert "Not everyone gets the same first entry." in words(page)


def test_alike_levels_are_said_to_be_alike(editor: Editor) -> None:
    """No warning where there is no difference."""
    page = words(editor.page(f"{BENCH}快递到哪了"))
    assert "Everyone gets the same first entry." in page
    assert "Another first entry" not in page


def test_the_reason_is_a_sentence_with_the_passage(editor: Editor) -> None:
    """The kind of passage, its words, the lead, the floor; the shared words are marked."""
    page = editor.page(f"{BENCH}快递到哪了")
    first = having(page, "li", "case")[0]
    said = words(first)
    assert "One of its other ways to ask fits best and means nearly the same." in said
    assert "It has 5 of the question's 5 words." in said
    assert "It leads the next entry clearly" in said
    assert ["快递到哪了"] == ["".join(mark.itertext()) for mark in first.iter("mark")]
    assert "an answer needs 69%" in words(page)


def test_the_numbers_are_folded_away(editor: Editor) -> None:
    """Tables stand inside closed details; bars of the first entry are open."""
    page = editor.page(f"{BENCH}快递到哪了")
    first = having(page, "li", "case")[0]
    outer, inner = list(first.iter("details"))[:2]
    assert ("open" in outer.attrib, "open" in inner.attrib) == (True, False)
    assert 2 == len(list(inner.iter("table")))
    assert not [one for one in outer if one.tag == "table"]


def test_the_chosen_level_is_explained(editor: Editor) -> None:
    """The tab of a level leads to its reasons."""
    page = editor.page(f"{BENCH}退款争议话术&level=agent")
    assert "Why, for a chat agent" in words(page)
    assert "退款争议话术" in words(having(page, "li", "case")[0])
    assert any("level=internal" in link for link in links(page))
    assert "Why, for a visitor" in words(editor.page(f"{BENCH}退货&level=nonsense"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [("退貨", "Traditional characters, read as"), ("wuliu", "Pinyin or typing slips, read as")],
)
def test_how_it_was_read_is_told(editor: Editor, asked: str, said: str) -> None:
    """Where the question was changed before it was searched, the page says so."""
    assert said in words(editor.page(BENCH + asked))


def test_synonyms_that_were_used_are_told(
    editor: Editor, app: Flask, content: Path, publish: Callable[[Flask], Any]
) -> None:
    """The unknown word, and what it was searched as."""
    (content / "synonyms.yaml").write_text("- [包裹单, 物流]\n", "utf-8")
    publish(app)
    page = words(editor.page(f"{BENCH}包裹单"))
    assert "No entry says “包裹单”; also searched as 物流" in page


def test_a_pin_is_told(
    editor: Editor, app: Flask, content: Path, publish: Callable[[Flask], Any]
) -> None:
    """What an editor has put first needs no other reason."""
    (content / "pins.yaml").write_text("- query: 物流\n  slug: send-back\n", "utf-8")
    publish(app)
    page = editor.page(f"{BENCH}物流")
    assert "An editor has put it first" in words(having(page, "li", "case")[0])


def test_what_is_asked_here_is_not_counted(
    editor: Editor, database: Database, ask: Callable[[str], str]
) -> None:
    """No search and no miss comes of it, and no decision; a shopper's search does count."""
    editor.page(f"{BENCH}无人机送货")
    editor.page(f"{BENCH}无人机送货&level=internal&asked_in=en")
    assert (0, 0, 0) == tuple(count(database, one) for one in (SearchRow, IntentRow, DecisionRow))
    assert "Nothing was missed" in words(editor.page("/admin/wordings"))
    ask("无人机送货")
    assert 1 == count(database, SearchRow)


def test_what_was_missed_is_offered(editor: Editor, ask: Callable[[str], str]) -> None:
    """The empty bench begins with what people did not find, else says what to type."""
    assert "Ask something" in words(editor.page("/admin/bench"))
    ask("zanzibarqx")
    page = editor.page("/admin/bench")
    assert "zanzibarqx" in words(page)
    assert any("/admin/bench?q=zanzibarqx" in link for link in links(page))
    assert any("/admin/bench?q=zanzibarqx" in one for one in links(editor.page("/admin/wordings")))


@pytest.mark.parametrize(
    ("asked", "said"),
    [("？！", "A question needs a letter or a digit."), ("好" * 300, "at most 256 characters")],
)
def test_a_question_that_is_none_is_refused_in_words(editor: Editor, asked: str, said: str) -> None:
    """The page says what is wrong and keeps what was typed."""
    answer = editor.client.get("/admin/bench", query_string={"q": asked})
    assert 400 == answer.status_code
    assert said in words(read(answer))


def test_without_a_model_the_page_says_words_alone(
    make_app: Callable[..., Flask], sign_in: Callable[..., Any]
) -> None:
    """A degraded search is not taken for a bad entry."""
    app = make_app(embedding_model="missing")
    client = app.test_client()
    sign_in(client, "editor")
    page = words(read(client.get("/admin/bench?q=退货&lang=en")))
    assert "Words alone at present" in page
    assert UnusableEmbedder.__name__ not in page


def test_the_question_becomes_a_phrasing(editor: Editor, content: Path) -> None:
    """One press adds it, and the bench comes back with the new answer."""
    page = editor.page(f"{BENCH}上门取件")
    form = next(one for one in page.iter("form") if one.get("action") == "/admin/misses/phrasing")
    target = fields(form)["target"]
    answer = editor.submit(form)
    assert 302 == answer.status_code
    assert answer.headers["Location"].startswith("/admin/bench?q=")
    files = [path for path in content.rglob(f"{target}.zh.md") if "上门取件" in path.read_text()]
    assert 1 == len(files)
    again = words(having(editor.page(answer.headers["Location"]), "li", "case")[0])
    assert "means nearly the same" in again
    assert "Add the question as phrasing" not in again


@pytest.mark.parametrize("role", ["customer", "agent"])
def test_L33_only_editors_reach_it(
    client: FlaskClient, sign_in: Callable[..., Any], role: str
) -> None:
    """For others there is no such page."""
    sign_in(client, role)
    assert 404 == client.get(f"{BENCH}退款").status_code


def test_bars_share_one_scale() -> None:
    """Left of zero what takes away, right of it what adds; nearly nothing is left out."""
    figure = bars([("a", 3.0), ("b", -1.0), ("c", 0.001)])
    assert SPAN / 4 == figure.zero
    assert [("a", 25.0, 75.0, "more"), ("b", 0.0, 25.0, "less")] == [
        (bar.name, bar.x, bar.width, bar.kind) for bar in figure.rows
    ]
    assert () == bars([]).rows

"""Search over HTTP: outcomes, hostile questions, suggestions, and what is recorded."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from database import Database
from insights.tables import SearchRow, SignalRow
from settings import Settings
from web import searching

PERSON = {"User-Agent": "Mozilla/5.0"}


def results(client: FlaskClient, query: str, **more: str) -> str:
    """The text of the results page for a question."""
    answer = client.get("/search", query_string={"q": query, **more}, headers=PERSON)
    assert answer.status_code == 200, query
    return answer.get_data(as_text=True)


def recorded(database: Database) -> list[SearchRow]:
    """Every search in the log."""
    with database.session() as session:
        return list(session.scalars(select(SearchRow)))


@pytest.fixture
def sure(make_app: Callable[..., Flask]) -> FlaskClient:
    """A site that calls everything an answer."""
    return make_app(answer_floor=0.0, suggest_floor=0.0).test_client()


@pytest.fixture
def unsure(make_app: Callable[..., Flask]) -> FlaskClient:
    """A site that only ever suggests."""
    return make_app(answer_floor=1.0, suggest_floor=0.0).test_client()


@pytest.fixture
def helpless(make_app: Callable[..., Flask]) -> FlaskClient:
    """A site that calls everything a miss."""
    return make_app(answer_floor=1.0, suggest_floor=1.0).test_client()


@pytest.mark.parametrize(
    ("lang", "query", "question", "answer"),
    [
        ("zh", "不想要了怎么退", "七天无理由退货怎么申请？", "七天内有效"),
        ("en", "I want to return it", "How do I send an item back?", "<em>Return</em>"),
    ],
)
def test_answered_shows_the_answer_itself(
    sure: FlaskClient, lang: str, query: str, question: str, answer: str
) -> None:
    """The first hit comes with its rendered answer; the query stays in the box."""
    text = results(sure, query, lang=lang)
    assert question in text
    assert answer in text
    assert f'value="{query}"' in text


@pytest.mark.parametrize(("lang", "words"), [("zh", "这些也许能帮到您"), ("en", "These may help")])
def test_suggested_says_that_it_is_not_sure(unsure: FlaskClient, lang: str, words: str) -> None:
    """Below the answer floor nothing is presented as the answer."""
    text = results(unsure, "parcel", lang=lang)
    assert words in text
    assert "top-answer" not in text


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "暂时还没有答案"), ("en", "We have no answer to that yet")]
)
def test_missed_offers_topics_and_the_form(helpless: FlaskClient, lang: str, words: str) -> None:
    """A miss names the nearest topics and leads to the form with the question in it."""
    text = results(helpless, "parcel", lang=lang)
    assert words in text
    assert 'href="/topics/delivery"' in text
    assert 'href="/ask?q=parcel&amp;from=' in text


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", "注册后还能看到只给顾客看的答案。"), ("en", "answers that are for customers only")],
)
@pytest.mark.parametrize("query", ["会员包邮门槛是多少", "嘎嘎嘎"])
def test_L05_every_miss_of_a_stranger_says_that_signing_in_may_help(
    helpless: FlaskClient, sign_in: Callable[..., Any], lang: str, words: str, query: str
) -> None:
    """It says so whether anything is hidden or not, leads back here, and stops once signed in."""
    text = results(helpless, query, lang=lang)
    line = text.partition(words)[2].partition("</p>")[0]
    here = "/search?" + urlencode({"q": query, "lang": lang})
    assert f'href="/sign-in?{urlencode({"next": here}, safe="/?")}"' in line
    sign_in(helpless, "customer")
    assert words not in results(helpless, query, lang=lang)


def test_lexical_mode_is_told(app: Flask, client: FlaskClient, tmp_path: Any) -> None:
    """When only words are searched, the page says so in one line."""
    text = results(client, "parcel", lang="en")
    assert ("Searching by words only" in text) == (
        app.extensions["dawen"].engine.state().mode == "lexical"
    )


def test_search_is_recorded_once(
    app: Flask,
    client: FlaskClient,
    database: Database,
    content: Any,
    write_entry: Any,
    publish: Any,
) -> None:
    """One question is one row; later pages and suggestions add none."""
    for number in range(6):
        write_entry(content, f"parcel-{number}", question=f"包裹怎么了 {number}？")
    publish(app)
    results(client, "包裹怎么了")
    (row,) = recorded(database)
    assert ("web", "包裹怎么了", False, False) == (row.channel, row.text, row.is_bot, row.is_staff)
    assert f"from={row.id}" in results(client, "包裹怎么了", page="2", **{"from": row.id})
    client.get("/suggest?q=包裹", headers=PERSON)
    assert 1 == len(recorded(database))


def test_staff_and_bots_are_marked(
    client: FlaskClient, database: Database, sign_in: Callable[..., Any]
) -> None:
    """Editors' tests and programs are told apart in the log."""
    client.get("/search?q=parcel", headers={"User-Agent": "Googlebot/2.1"})
    sign_in(client, "editor")
    results(client, "parcel")
    flags = sorted((row.is_bot, row.is_staff) for row in recorded(database))
    assert [(False, True), (True, False)] == flags


@pytest.mark.parametrize(
    "canary", ["会员包邮门槛", "退款争议话术", "补偿上限规定", "礼品包装", "先安抚再问订单号"]
)
def test_L05_search_finds_nothing_hidden(sure: FlaskClient, canary: str) -> None:
    """Words of hidden entries and of notes find neither question nor answer of theirs."""
    text = results(sure, canary).replace(canary, "")
    for hidden in ("member-shipping", "refund-script", "margin-rules", "gift-wrap", "先安抚"):
        assert hidden not in text


@pytest.mark.parametrize("query", ["", " ", "%", "_", "*", '"', "\u200b", "。。。"])
def test_L06_nothing_asked_lists_nothing(sure: FlaskClient, query: str) -> None:
    """An empty or wild question gets a helpful page, not a list of all."""
    text = results(sure, query, lang="en")
    assert "What would you like to know?" in text
    assert "/faq/" not in text


def test_L09_pages_beyond_the_last_add_nothing(unsure: FlaskClient) -> None:
    """``page=999`` is the last page; the number of pages counts only what is visible."""
    last = results(unsure, "parcel", page="999")
    assert "refund-script" not in last
    assert "999" not in last.split("<main", 1)[1]


def test_L11_suggestions_know_nothing_hidden(client: FlaskClient) -> None:
    """Typing the beginning of a hidden question suggests nothing of it."""
    for prefix in ("补偿上限", "退款争议", "会员包邮", "%", "_", "补"):
        found = client.get("/suggest", query_string={"q": prefix}).get_json()["suggestions"]
        questions = [one["question"] for one in found]
        assert not {"补偿上限规定", "退款争议话术", "会员包邮门槛是多少？"} & set(questions)


def test_suggestions_are_questions_with_addresses(client: FlaskClient) -> None:
    """Each suggestion says its question, its language and where it is."""
    answer = client.get("/suggest?q=怎么查物&lang=zh")
    found = json.loads(answer.get_data())["suggestions"]
    assert {"question": "怎么查物流？", "lang": "zh", "url": "/faq/track-parcel"} in found


@pytest.mark.parametrize("query", ["<img onerror=x>", "&lt;img onerror=x&gt;", "</title><b>"])
def test_M10_query_is_shown_as_text(sure: FlaskClient, query: str) -> None:
    """Whatever was asked is escaped wherever the page repeats it."""
    text = results(sure, query)
    assert "<img onerror" not in text
    assert "</title><b>" not in text


@pytest.mark.parametrize("length", [257, 800])
@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "这个问题有点长"), ("en", "That is a little long")]
)
def test_Q01_too_long_a_question_is_kept_cut(
    client: FlaskClient, database: Database, length: int, lang: str, words: str
) -> None:
    """The answer is 400 with clear words and the beginning in the box, and the whole goes on to the
    form for a question; nothing is searched."""
    answer = client.get("/search", query_string={"q": "好" * length, "lang": lang})
    text = answer.get_data(as_text=True)
    assert 400 == answer.status_code
    assert words in text
    assert f'value="{"好" * 256}"' in text
    assert f'href="/ask?q={quote("好" * length)}"' in text
    assert [] == recorded(database)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_Q01_the_box_takes_more_than_is_searched(client: FlaskClient, lang: str) -> None:
    """A browser cuts at the limit of the box without a word, so the page must be told of more; and
    what the box takes fits into an address."""
    page = client.get("/", query_string={"lang": lang}).get_data(as_text=True)
    limits = {int(found) for found in re.findall(r'type="search"[^>]* maxlength="(\d+)"', page)}
    assert {800} == limits
    assert len("GET /search?q= HTTP/1.1") + len(quote("好" * 800)) < 8190


@pytest.mark.parametrize("path", ["/search", "/suggest", "/ask", "/api/v1/search"])
@pytest.mark.parametrize("character", ["好", "𠮷"])
def test_Q01_the_longest_question_that_may_be_set_fits_into_an_address(
    make_app: Callable[..., Flask], path: str, character: str
) -> None:
    """Also of characters that take twelve bytes each, with all that stands beside it."""
    (most,) = [
        rule.le for rule in Settings.model_fields["query_max_chars"].metadata if hasattr(rule, "le")
    ]
    client = make_app(query_max_chars=most).test_client()
    beside = "lang=zh&session=" + "s" * 64 if "api" in path else "lang=zh&page=2&from=" + "f" * 32
    address = f"{path}?q={quote(character * most)}&{beside}"
    assert len(f"GET {address} HTTP/1.1\r\n") < 8190
    assert 200 == client.get(address).status_code


@pytest.mark.parametrize("length", [8_000, 1_000_000])
def test_Q01_a_flood_is_refused_at_once(
    client: FlaskClient, database: Database, length: int
) -> None:
    """A question of many pages is refused before anything is done with it."""
    assert client.get("/search", query_string={"q": "a" * length}).status_code in (400, 414)
    assert [] == recorded(database)


@pytest.mark.parametrize(
    "raw",
    [
        "q=%00",
        "q=a%00b",
        "q=%1b%5b31m",
        "q=%ff%fe",
        "q=%ed%a0%80",
        "q=a&q=b",
        "q[]=a",
        "q=a&page=1e9",
        "q=a&page=-1",
        "q=a&page=9999999999999",
        "q=a&page=%D9%A3",
        "q=a&from=%00",
    ],
)
def test_Q02_broken_questions_never_break_the_page(client: FlaskClient, raw: str) -> None:
    """Control characters, bad bytes, lists and odd numbers get a page or a clear refusal."""
    for path in ("/search", "/suggest"):
        assert client.get(f"{path}?{raw}").status_code in (200, 400)


@pytest.mark.parametrize(
    "query",
    [
        "查\u202e物流",
        "查\u200b物流",
        "查物流" + "\u0301" * 200,
        "查物流👩‍👩‍👧",
        "查物流",
        "查\u3000物流",
    ],
)
def test_Q03_odd_forms_find_the_same(sure: FlaskClient, query: str) -> None:
    """Invisible, combining and full-width forms find what the plain form finds."""
    assert "/faq/track-parcel" in results(sure, query)


@pytest.mark.parametrize(
    "query",
    ['"包裹"', "-x", "NEAR(a b)", "a OR", "'; drop table entries", "${jndi:ldap://x}", "(a+)+$"],
)
def test_Q04_signs_of_query_languages_are_text(client: FlaskClient, query: str) -> None:
    """Nothing in a question is syntax."""
    results(client, query)


def test_none_of_these_is_counted_and_leads_to_the_form(
    client: FlaskClient, database: Database, csrf_of: Any
) -> None:
    """The button stores its signal and carries the question on."""
    results(client, "包裹")
    (row,) = recorded(database)
    form = {"from": row.id, "q": "包裹", "csrf_token": csrf_of(client, "/ask")}
    answer = client.post("/search/none-of-these", data=form)
    assert 303 == answer.status_code
    assert answer.headers["Location"].startswith("/ask?q=")
    with database.session() as session:
        assert ["none_of_these"] == list(session.scalars(select(SignalRow.kind)))


def test_results_in_the_language_of_the_question(sure: FlaskClient) -> None:
    """A Chinese question on an English page is answered in Chinese, and the link keeps that."""
    text = results(sure, "怎么查物流", lang="en")
    assert "怎么查物流？" in text
    assert "/faq/track-parcel?in=zh&amp;from=" in text


def test_what_has_no_chance_is_not_listed(sure: FlaskClient, monkeypatch: Any) -> None:
    """After the first, only what is at least a little likely; a page of fillers is none."""
    few = results(sure, "怎么查物流", lang="zh")
    monkeypatch.setattr(searching, "LISTED_FROM", 0.0)
    every = results(sure, "怎么查物流", lang="zh")
    for text, others in ((few, False), (every, True)):
        assert "/faq/track-parcel" in text
        assert others == ("七天无理由退货怎么申请？" in text) == ("您可能还想看" in text)


def test_pinyin_is_answered_in_chinese(sure: FlaskClient) -> None:
    """As its writer reads it, whatever the language of the page."""
    for lang, link in (("zh", "/faq/track-parcel?from="), ("en", "/faq/track-parcel?in=zh")):
        text = results(sure, "zenme cha wuliu", lang=lang)
        assert link in text
        assert "Where is my parcel?" not in text


def test_a_question_in_both_languages_is_answered_in_that_of_the_page(sure: FlaskClient) -> None:
    """A sentence's worth of both says that its writer reads both; one foreign word does not."""
    mixed = "where is my parcel 怎么查物流"
    assert 'href="/faq/track-parcel?in=zh' not in results(sure, mixed, lang="en")
    assert "/faq/track-parcel?in=zh" in results(sure, "parcel 怎么查物流", lang="en")
    assert "怎么查物流？" in results(sure, mixed, lang="zh")


def test_levels_are_shown_to_staff(client: FlaskClient, sign_in: Callable[..., Any]) -> None:
    """Agents see the level of each result; the public does not."""
    assert "badge--" not in results(client, "parcel")
    sign_in(client, "agent")
    assert "badge--" in results(client, "parcel")


def test_what_was_searched_for_is_said(sure: FlaskClient) -> None:
    """A slip is undone and pinyin heard; both are said, with a way back to what was typed."""
    page = results(sure, "send it bakc")
    assert "已按“send it back”搜索。" in page
    assert "/search?q=send+it+bakc&amp;as=typed" in page
    assert "已按“退货”搜索。" in results(sure, "tuihuo")
    assert "已按" not in results(sure, "send it back")


def test_a_search_as_typed_stays_one(sure: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read otherwise, on any page of it; another word for it changes nothing."""
    monkeypatch.setattr(searching, "PAGE_SIZE", 1)
    monkeypatch.setattr(searching, "LISTED_FROM", 0.0)
    page = results(sure, "send it bakc", **{"as": "typed"})
    assert "已按" not in page
    assert "已按" in results(sure, "send it bakc", **{"as": "<other>"})
    onward = re.findall(r'href="(/search\?[^"]*page=2[^"]*)"', page)
    assert onward
    assert all("as=typed" in address for address in onward)

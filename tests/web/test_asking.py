"""Leaving a question: kept redacted, refused kindly, deaf to programs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from database import Database
from insights.tables import QuestionRow, SearchRow, SignalRow

MAIL = {
    "smtp_host": "mail.shop.example",
    "smtp_from": "help@shop.example",
    "site_url": "https://help.shop.example",
}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The small shop, with a mail server that letters could be sent by."""
    return make_app(**MAIL)


def kept(database: Database) -> list[QuestionRow]:
    """Every question that was stored."""
    with database.session() as session:
        return list(session.scalars(select(QuestionRow)))


def post(client: FlaskClient, csrf_of: Any, **fields: str) -> Any:
    """Send the form."""
    return client.post("/ask", data={"csrf_token": csrf_of(client, "/ask"), **fields})


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "请看标出的那一项"), ("en", "Please look at the marked field")]
)
def test_what_is_wrong_is_not_called_missing(
    client: FlaskClient, csrf_of: Any, lang: str, words: str
) -> None:
    """The notice fits every fault; the field says which."""
    client.get(f"/?lang={lang}")
    answer = post(client, csrf_of, question="卖狗粮吗", email="me at example")
    assert 400 == answer.status_code
    assert words in answer.get_data(as_text=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_home_promises_what_the_form_does(client: FlaskClient, lang: str) -> None:
    """Not every answer joins the pages, and both places say so in the same words."""
    form = client.get(f"/ask?lang={lang}").get_data(as_text=True)
    promise = form.partition('<p class="page__lead">')[2].partition("</p>")[0]
    assert promise
    assert promise in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize(("lang", "title"), [("zh", "给我们留言"), ("en", "Leave a question")])
def test_form_is_filled_with_what_was_searched(client: FlaskClient, lang: str, title: str) -> None:
    """The question comes along from the search."""
    text = client.get(f"/ask?q=狗粮&lang={lang}").get_data(as_text=True)
    assert f"<h1>{title}</h1>" in text
    assert "狗粮</textarea>" in text


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", "您的留言已收到"), ("en", "we have your question")]
)
def test_question_is_kept_and_thanked_for(
    client: FlaskClient, database: Database, csrf_of: Any, lang: str, words: str
) -> None:
    """A question is stored with its language and address, and the next page says thanks."""
    client.get(f"/?lang={lang}")
    answer = post(client, csrf_of, question="卖狗粮吗", email="me@example.com")
    assert (303, "/ask/thanks") == (answer.status_code, answer.headers["Location"])
    (row,) = kept(database)
    assert ("卖狗粮吗", lang, "me@example.com", 0) == (row.text, row.lang, row.email, row.level)
    assert words in client.get("/ask/thanks").get_data(as_text=True)


@pytest.mark.parametrize("lacking", MAIL)
@pytest.mark.parametrize(
    ("lang", "honest", "promise"),
    [
        ("zh", "我们无法单独回复您", "写信告诉您"),
        ("en", "We cannot write back to you", "we write to you"),
    ],
)
def test_no_letter_is_promised_where_none_can_be_sent(
    make_app: Callable[..., Flask],
    csrf_of: Any,
    lang: str,
    honest: str,
    promise: str,
    lacking: str,
) -> None:
    """Without a mail server no address is asked for or kept, and both pages say what happens."""
    app = make_app(**MAIL | {lacking: ""})
    client = app.test_client()
    form = client.get(f"/ask?lang={lang}").get_data(as_text=True)
    assert 'name="email"' not in form
    assert honest in form
    assert 303 == post(client, csrf_of, question="卖狗粮吗", email="me@example.com").status_code
    thanks = client.get("/ask/thanks").get_data(as_text=True)
    assert (True, False) == (honest in thanks, promise in thanks)
    assert [None] == [row.email for row in kept(app.extensions["dawen"].database)]


@pytest.mark.parametrize(("lang", "promise"), [("zh", "写信告诉您"), ("en", "we write to you")])
def test_a_letter_is_promised_where_one_is_sent(
    client: FlaskClient, lang: str, promise: str
) -> None:
    """With a mail server the form asks for an address, and the thanks say what it is for."""
    assert 'name="email"' in client.get(f"/ask?lang={lang}").get_data(as_text=True)
    assert promise in client.get("/ask/thanks").get_data(as_text=True)


@pytest.mark.parametrize(
    ("role", "is_asked"), [("customer", True), ("agent", False), ("editor", False)]
)
def test_L25_staff_are_asked_for_no_address(
    client: FlaskClient, database: Database, csrf_of: Any, sign_in: Any, role: str, is_asked: bool
) -> None:
    """No letter tells of what only they may see, so none is promised them or kept an address for;
    form and thanks say so."""
    sign_in(client, role)
    form = client.get("/ask?lang=en").get_data(as_text=True)
    assert is_asked == ('name="email"' in form)
    post(client, csrf_of, question="退款争议", email="me@example.com")
    thanks = client.get("/ask/thanks").get_data(as_text=True)
    for page in (form, thanks):
        assert is_asked != ("We cannot write back to you" in page)
    assert ["me@example.com" if is_asked else None] == [row.email for row in kept(database)]


def test_R01_question_is_redacted_before_it_is_kept(
    client: FlaskClient, database: Database, csrf_of: Any
) -> None:
    """A phone number in the text is never stored."""
    post(client, csrf_of, question="打 13812345678 没人接")
    assert "13812345678" not in kept(database)[0].text


@pytest.mark.parametrize(
    ("fields", "lang", "words"),
    [
        ({"question": " "}, "en", "Please write your question."),
        ({"question": " "}, "zh", "请写下您的问题。"),
        ({"question": "卖狗粮吗", "email": "me@"}, "en", "does not look like an e-mail"),
        ({"question": "好" * 1001}, "zh", "请控制在 1000 字以内。"),
    ],
)
def test_faults_stand_beside_the_field_and_nothing_is_lost(
    client: FlaskClient,
    database: Database,
    csrf_of: Any,
    fields: dict[str, str],
    lang: str,
    words: str,
) -> None:
    """A faulty form comes back with what was written, its fault named at the field."""
    client.get(f"/?lang={lang}")
    answer = post(client, csrf_of, **fields)
    text = answer.get_data(as_text=True)
    assert 400 == answer.status_code
    assert words in text
    assert 'aria-invalid="true"' in text
    assert fields["question"].strip() in text
    assert [] == kept(database)


def test_trap_takes_programs_in(client: FlaskClient, database: Database, csrf_of: Any) -> None:
    """A filled hidden field is thanked like any other and stored nowhere."""
    answer = post(client, csrf_of, question="buy pills", website="http://spam.example")
    assert 303 == answer.status_code
    assert [] == kept(database)


def test_question_is_tied_to_its_search(
    client: FlaskClient, database: Database, csrf_of: Any
) -> None:
    """A question after a search marks that search as failed."""
    client.get("/search?q=狗粮", headers={"User-Agent": "Mozilla/5.0"})
    with database.session() as session:
        search_id = session.scalars(select(SearchRow.id)).one()
    post(client, csrf_of, question="卖狗粮吗", **{"from": search_id})
    assert search_id == kept(database)[0].search_id
    with database.session() as session:
        assert ["contact"] == list(session.scalars(select(SignalRow.kind)))


def test_C01_form_needs_its_token(client: FlaskClient, database: Database) -> None:
    """Without the token nothing is stored."""
    assert client.post("/ask", data={"question": "卖狗粮吗"}).status_code == 400
    assert [] == kept(database)


def test_C01_other_sites_cannot_send_it(
    client: FlaskClient, database: Database, csrf_of: Any
) -> None:
    """A post that another site made is refused, token or not."""
    form = {"question": "卖狗粮吗", "csrf_token": csrf_of(client, "/ask")}
    answer = client.post("/ask", data=form, headers={"Sec-Fetch-Site": "cross-site"})
    assert 403 == answer.status_code
    assert [] == kept(database)


def test_M12_what_was_asked_is_escaped_in_the_form(client: FlaskClient) -> None:
    """The prefilled text cannot leave its field."""
    text = client.get("/ask?q=</textarea><script>x</script>").get_data(as_text=True)
    assert "<script>x" not in text

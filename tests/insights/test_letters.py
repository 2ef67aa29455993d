"""Letters to those who asked: one each, to those only who may see the answer, by a real server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage, Message
from socket import socket
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from database import Database
from insights.decisions import Action, decide
from insights.letter_text import Letterhead
from insights.letters import ATTEMPTS_MAX, FIRST_WAIT, Delivery, deliver, unsubscribe, write
from insights.post import SmtpPost
from insights.questions import leave_question
from insights.tables import QuestionRow
from insights.work_tables import LetterRow
from kb.disclosure import Audience, Level
from tests.insights.conftest import NOON

HEAD = Letterhead("help@shop.example", {"zh": "兰屋", "en": "Lanhome"}, "https://help.shop.example")
LATER = NOON + timedelta(hours=1)
ASKED = "怎么查物流？"


@dataclass
class Server:
    """A mail server that keeps what it is given, and refuses with ``answer`` where it is set."""

    answer: str = ""
    kept: list[Message] = field(default_factory=list)
    port: int = 0

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        """Take or refuse a recipient."""
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a letter."""
        from email import message_from_bytes
        from email.policy import default

        self.kept.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def server() -> Iterator[Server]:
    """A real server on this machine."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        handler = Server(port=free.getsockname()[1])
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def engine(app: Flask) -> Any:
    """The engine of the small shop."""
    return app.extensions["dawen"].engine


def leave(
    database: Database,
    text: str = ASKED,
    *,
    email: str = "ann@example.com",
    level: Level = Level.PUBLIC,
    at: datetime = NOON,
    lang: str = "zh",
) -> int:
    """Leave a question with an address."""
    with database.session() as session:
        return leave_question(
            session, text=text, lang=lang, audience=Audience(level), at=at, email=email
        )


def settle(database: Database, slug: str, text: str = ASKED) -> None:
    """An editor says which entry answers it."""
    with database.session() as session:
        decide(session, text, action=Action.ENTRY, at=LATER, person_id=None, slug=slug, lang="zh")


def post_of(server: Server) -> SmtpPost:
    """The way to the server of the test."""
    return SmtpPost("127.0.0.1", server.port, starttls=False)


def letters(database: Database) -> list[LetterRow]:
    """All letters."""
    with database.session() as session:
        return list(session.scalars(select(LetterRow)))


def body(message: Message) -> str:
    """The text of a letter."""
    assert isinstance(message, EmailMessage)
    return str(message.get_content())


def test_the_asker_is_told_once(database: Database, engine: Any, server: Server) -> None:
    """The letter names question, answer and address; neither a second run nor a second question
    of the same asker brings another."""
    leave(database)
    leave(database, email="Ann@example.com")
    settle(database, "track-parcel")
    assert 1 == write(database, engine=engine, now=LATER)
    assert Delivery(1, 0, 0) == deliver(database, post_of(server), head=HEAD, now=LATER)
    assert 0 == write(database, engine=engine, now=LATER)
    assert Delivery(0, 0, 0) == deliver(database, post_of(server), head=HEAD, now=LATER)
    (message,) = server.kept
    assert ("ann@example.com", "您的问题有答案了：怎么查物流？") == (
        message["To"],
        message["Subject"],
    )
    text = body(message)
    assert ASKED in text
    assert "https://help.shop.example/faq/track-parcel?lang=zh" in text
    assert "https://help.shop.example/unsubscribe/" in text


def test_english_is_answered_in_english(database: Database, engine: Any, server: Server) -> None:
    """The letter is in the language of the question."""
    leave(database, "Where is my parcel?", lang="en")
    settle(database, "track-parcel", "Where is my parcel?")
    write(database, engine=engine, now=LATER)
    deliver(database, post_of(server), head=HEAD, now=LATER)
    assert "Your question has an answer: Where is my parcel?" == server.kept[0]["Subject"]


@pytest.mark.parametrize(
    ("text", "slug", "level"),
    [
        ("退款争议话术", "refund-script", Level.PUBLIC),
        ("会员包邮门槛是多少", "member-shipping", Level.PUBLIC),
        ("可以礼品包装吗", "gift-wrap", Level.PUBLIC),
        ("补偿上限规定", "margin-rules", Level.AGENT),
        ("退款争议话术", "refund-script", Level.AGENT),
        ("补偿上限规定", "margin-rules", Level.INTERNAL),
    ],
)
def test_nobody_is_told_of_what_is_hidden_from_them(
    database: Database, engine: Any, text: str, slug: str, level: Level
) -> None:
    """An entry above the asker's level, or a draft, makes no letter."""
    leave(database, text, level=level)
    settle(database, slug, text)
    assert 0 == write(database, engine=engine, now=LATER)


def test_L25_no_letter_tells_of_what_only_staff_may_see(
    database: Database, engine: Any, server: Server
) -> None:
    """Who asked as an agent may be none any more when the letter goes: one that was written for
    such an entry is not sent, one for an entry of everybody is."""
    number = leave(database, "退款争议话术", level=Level.AGENT)
    leave(database, level=Level.AGENT)
    settle(database, "refund-script", "退款争议话术")
    settle(database, "track-parcel")
    assert 1 == write(database, engine=engine, now=LATER)
    with database.session() as session:
        session.add(
            LetterRow(
                question_id=number,
                slug="refund-script",
                lang="zh",
                token="t",
                written_at=LATER,
                due_at=LATER,
            )
        )
    assert Delivery(1, 0, 1) == deliver(database, post_of(server), head=HEAD, now=LATER)
    assert ["您的问题有答案了：怎么查物流？"] == [message["Subject"] for message in server.kept]


def test_an_entry_hidden_since_is_not_told_of(
    app: Flask, database: Database, engine: Any, server: Server, content: Any, write_entry: Any
) -> None:
    """The level is looked at again when the letter goes."""
    leave(database)
    settle(database, "track-parcel")
    write(database, engine=engine, now=LATER)
    for lang in ("zh", "en"):
        write_entry(content, "track-parcel", lang=lang, level="internal")
    app.extensions["dawen"].publisher.publish()
    assert Delivery(0, 0, 1) == deliver(database, post_of(server), head=HEAD, now=LATER)
    assert [] == server.kept


def test_nothing_is_told_before_it_is_found(database: Database, engine: Any) -> None:
    """A question that an editor dealt with but that still finds something else waits."""
    leave(database)
    settle(database, "send-back")
    assert 0 == write(database, engine=engine, now=LATER)


def test_what_fails_is_tried_again_later_and_given_up(
    database: Database, engine: Any, server: Server
) -> None:
    """Waits double; the letter goes as soon as the server takes it, or never after the last."""
    leave(database)
    settle(database, "track-parcel")
    write(database, engine=engine, now=LATER)
    server.answer = "451 try later"
    now = LATER
    for attempt in range(ATTEMPTS_MAX - 1):
        assert Delivery(0, 1, 0) == deliver(database, post_of(server), head=HEAD, now=now)
        (letter,) = letters(database)
        assert now + FIRST_WAIT * 2**attempt == letter.due_at
        assert Delivery(0, 0, 0) == deliver(database, post_of(server), head=HEAD, now=now)
        now = letter.due_at
    assert Delivery(0, 0, 1) == deliver(database, post_of(server), head=HEAD, now=now)
    server.answer = ""
    after = now + timedelta(days=9)
    assert Delivery(0, 0, 0) == deliver(database, post_of(server), head=HEAD, now=after)
    assert [] == server.kept


def test_a_server_that_is_down_is_waited_for(
    database: Database, engine: Any, server: Server
) -> None:
    """No connection is a failure like others, and the letter goes with the next run."""
    leave(database)
    settle(database, "track-parcel")
    write(database, engine=engine, now=LATER)
    closed = SmtpPost("127.0.0.1", 9, starttls=False)
    assert Delivery(0, 1, 0) == deliver(database, closed, head=HEAD, now=LATER)
    after = LATER + FIRST_WAIT
    assert Delivery(1, 0, 0) == deliver(database, post_of(server), head=HEAD, now=after)


def test_an_unknown_address_is_given_up_at_once(
    database: Database, engine: Any, server: Server
) -> None:
    """What the server refuses for good is not sent again."""
    leave(database)
    settle(database, "track-parcel")
    write(database, engine=engine, now=LATER)
    server.answer = "550 no such person"
    assert Delivery(0, 0, 1) == deliver(database, post_of(server), head=HEAD, now=LATER)


def test_a_server_without_encryption_is_refused(
    database: Database, engine: Any, server: Server
) -> None:
    """Where STARTTLS is asked for, nothing goes in the clear."""
    leave(database)
    settle(database, "track-parcel")
    write(database, engine=engine, now=LATER)
    plain = SmtpPost("127.0.0.1", server.port)
    assert Delivery(0, 1, 0) == deliver(database, plain, head=HEAD, now=LATER)
    assert [] == server.kept


@pytest.mark.parametrize(
    "email",
    [
        "ann@example.com\nBcc: all@example.com",
        "ann@example.com\r\n\r\nHello",
        "ann@example.com, bob@example.com",
        "Ann <ann@example.com>",
        "no address",
    ],
)
def test_O03_no_address_breaks_a_header(
    database: Database, engine: Any, server: Server, email: str
) -> None:
    """An address with line breaks, or of several, is refused and never sent to."""
    leave(database, email=email)
    settle(database, "track-parcel")
    write(database, engine=engine, now=LATER)
    assert Delivery(0, 0, 1) == deliver(database, post_of(server), head=HEAD, now=LATER)
    assert [] == server.kept


def test_O03_no_question_breaks_a_header(
    app: Flask, database: Database, engine: Any, server: Server, content: Any, write_entry: Any
) -> None:
    """What an asker or an editor wrote stays in the body or on one line of the subject."""
    leave(database, "怎么查物流？\nBcc: all@example.com")
    settle(database, "track-parcel", "怎么查物流？\nBcc: all@example.com")
    write(database, engine=engine, now=LATER)
    deliver(database, post_of(server), head=HEAD, now=LATER)
    assert all(message["Bcc"] is None for message in server.kept)


def test_unsubscribing_forgets_the_address(
    app: Flask, client: FlaskClient, database: Database, engine: Any, csrf_of: Any
) -> None:
    """Opening the link changes nothing, the button forgets; an unknown token looks the same."""
    number = leave(database)
    settle(database, "track-parcel")
    write(database, engine=engine, now=LATER)
    token = letters(database)[0].token
    known = client.get(f"/unsubscribe/{token}?lang=en").get_data(as_text=True)
    unknown = client.get(f"/unsubscribe/{'x' * len(token)}?lang=en").get_data(as_text=True)
    assert known.count(token) == unknown.count("x" * len(token))
    assert email_of(database, number) == "ann@example.com"
    for path in (f"/unsubscribe/{token}", f"/unsubscribe/{'x' * len(token)}"):
        form = {"csrf_token": csrf_of(client, path)}
        answer = client.post(path, data=form)
        assert (303, "/unsubscribed") == (answer.status_code, answer.location)
    assert email_of(database, number) is None
    assert letters(database)[0].given_up_at is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [("ÜNAL@example.com", "ünal@example.com"), ("ann@Müller.example", "Ann@MÜLLER.example")],
)
def test_one_address_is_one_in_any_case(
    database: Database, engine: Any, server: Server, one: str, other: str
) -> None:
    """Letters other than ASCII ones too: told once, and forgotten with every question."""
    numbers = [leave(database, email=email) for email in (one, other)]
    settle(database, "track-parcel")
    assert 1 == write(database, engine=engine, now=LATER)
    with database.session() as session:
        unsubscribe(session, session.scalars(select(LetterRow.token)).one(), now=LATER)
    assert [None, None] == [email_of(database, number) for number in numbers]


def email_of(database: Database, number: int) -> str | None:
    """The address that a question was left with."""
    with database.session() as session:
        return session.get_one(QuestionRow, number).email


def test_a_made_up_token_changes_nothing(database: Database) -> None:
    """Nothing is forgotten and nothing fails."""
    number = leave(database)
    with database.session() as session:
        for token in ("", "x", "x" * 10_000, "\x00"):
            unsubscribe(session, token, now=LATER)
    assert "ann@example.com" == email_of(database, number)


@pytest.mark.parametrize(
    ("configured", "text", "lang", "name"),
    [
        ("", ASKED, "zh", "暮禾生活"),
        ("", "Where is my parcel?", "en", "Muhe Living"),
        ("Lantern", ASKED, "zh", "Lantern"),
    ],
)
def test_the_command_signs_with_the_name_of_the_shop(
    make_app: Any, content: Any, server: Server, configured: str, text: str, lang: str, name: str
) -> None:
    """Sender and signature are the shop's name in the letter's language; the setting goes first."""
    (content / "shop.yaml").write_text("name: {zh: 暮禾生活, en: Muhe Living}\n", "utf-8")
    app = make_app(
        shop_name=configured,
        smtp_host="127.0.0.1",
        smtp_port=server.port,
        smtp_from="help@shop.example",
        smtp_starttls=False,
        site_url="https://help.shop.example/",
    )
    database = app.extensions["dawen"].database
    leave(database, text, lang=lang)
    settle(database, "track-parcel", text)
    told = app.test_cli_runner().invoke(args=["insights", "letters"])
    assert "1 letters written, 1 sent, 0 to be tried again, 0 given up.\n" == told.output
    (message,) = server.kept
    assert f"{name} <help@shop.example>" == message["From"]
    assert name == body(message).splitlines()[-1]


def test_the_command_needs_a_server_and_counts_without_one(app: Flask, runner: Any) -> None:
    """Without settings it says which; a dry run only counts."""
    assert "DAWEN_SMTP_HOST" in runner.invoke(args=["insights", "letters"]).output
    assert "0 letters" in runner.invoke(args=["insights", "letters", "--dry-run"]).output

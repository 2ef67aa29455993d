"""Questions left at the form: redacted, listed, closed."""

from datetime import timedelta

from sqlalchemy import select

from database import Database
from insights.decisions import Action, decide
from insights.log import SearchLog
from insights.questions import count_open, leave_question, open_questions
from insights.retention import erase_address, purge
from insights.tables import QuestionRow, SearchRow, SignalRow
from kb.disclosure import Audience, Level
from tests.insights.conftest import NOON, Asking, Clock

PUBLIC = Audience(Level.PUBLIC)


def test_R01_a_left_question_is_redacted_but_its_address_is_kept(database: Database) -> None:
    """The text loses personal data; the address, given to be told, stays in its own column."""
    with database.session() as session:
        leave_question(
            session,
            text="打 13812345678 告诉我",
            lang="zh",
            audience=PUBLIC,
            at=NOON,
            email="a@example.com",
        )
    with database.session() as session:
        row = session.scalars(select(QuestionRow)).one()
        (left,) = open_questions(session, limit=9)
    assert ("打 <PHONE> 告诉我", "a@example.com") == (row.text, row.email)
    assert left.wants_answer


def test_Q03_what_people_write_turns_no_direction_where_editors_read_it(
    database: Database, ask: Asking, log: SearchLog
) -> None:
    """Overrides are gone from left questions and reasons; lines stay."""
    said = "\u202e能刻字吗\u2066\n谢谢\u200b"
    log.signal(ask("刻字"), "wrong", "send-back", said)
    with database.session() as session:
        leave_question(session, text=said, lang="zh", audience=PUBLIC, at=NOON)
        (left,) = open_questions(session, limit=9)
        reason = session.scalars(select(SignalRow.reason)).one()
    assert {"能刻字吗\n谢谢"} == {left.text, reason}


def test_a_question_is_open_until_it_is_decided_and_again_when_left_anew(
    database: Database,
) -> None:
    """Even a dismissed question is shown again when another person waits for an answer."""
    with database.session() as session:
        leave_question(session, text="能刻字吗？", lang="zh", audience=PUBLIC, at=NOON)
        assert 1 == count_open(session)
        later = NOON + timedelta(hours=1)
        decide(session, "能刻字吗", action=Action.DISMISSED, at=later, person_id=None)
        assert 0 == count_open(session)
        anew = NOON + timedelta(hours=2)
        leave_question(session, text="能刻字吗", lang="zh", audience=PUBLIC, at=anew)
        assert [anew] == [question.at for question in open_questions(session, limit=9)]


def test_R04_purge_forgets_searches_signals_and_questions_older_than_the_limit(
    database: Database, ask: Asking, clock: Clock
) -> None:
    """What is younger stays, decisions stay, and the counts tell what went."""
    ask.log.signal(ask("老"), "contact")
    with database.session() as session:
        leave_question(session, text="老", lang="zh", audience=PUBLIC, at=clock.now)
        decide(session, "老", action=Action.DISMISSED, at=clock.now, person_id=None)
    clock.forward(days=10)
    ask.log.signal(ask("新"), "click")
    with database.session() as session:
        gone = purge(session, before=clock.now - timedelta(days=5))
    assert (1, 1, 1) == (gone.searches, gone.signals, gone.questions)
    with database.session() as session:
        assert ["新"] == list(session.scalars(select(SearchRow.text)))
        assert 1 == len(session.scalars(select(SignalRow)).all())


def test_R04_one_person_is_forgotten_by_address(database: Database) -> None:
    """Every question of that address goes, whatever its case; others stay."""
    addresses = ("A@example.com", "ÜNAL@example.com", "ann@Müller.example", "b@example.com", None)
    with database.session() as session:
        for email in addresses:
            leave_question(session, text="甲", lang="zh", audience=PUBLIC, at=NOON, email=email)
        for typed in (" a@EXAMPLE.com ", "ünal@example.com", "ANN@MÜLLER.example"):
            assert 1 == erase_address(session, typed).questions, typed
        assert ["b@example.com", None] == list(session.scalars(select(QuestionRow.email)))

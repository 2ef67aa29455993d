"""Letters to those who left an address: written once their own question is proven answered.

Promises one letter per question and address at most, never a second: a letter counts as sent from
the moment it is handed over, and only a refusal takes that back. Promises that an entry is told of
only to those whose clearance sees it when the letter goes, and of one above ``HIGHEST_TOLD`` to
nobody. What fails is tried again after growing waits and given up in the end. An address that would
break a header is refused (trust O03).
"""

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from database import Database
from insights.addresses import left_with
from insights.decisions import Action, latest_decisions
from insights.letter_text import Letterhead, compose
from insights.post import Post
from insights.tables import QuestionRow, SearchRow
from insights.work_tables import LetterRow
from kb.catalog import find_entry
from kb.disclosure import Audience, Level
from search.engine import SearchEngine
from search.results import Mode, Outcome

ATTEMPTS_MAX = 8
FIRST_WAIT = timedelta(minutes=5)
AT_ONCE = 100
FAULT_MAX = 300
HIGHEST_TOLD = Level.CUSTOMER
"""Letters leave the site: no entry above this level is told of by one."""
TOKEN = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What one run did, in letters."""

    sent: int
    failed: int
    given_up: int


@dataclass(frozen=True, slots=True)
class _Answered:
    """A question whose asker waits, and the entry that was written for it."""

    question: QuestionRow
    slug: str
    searched: str


def write(database: Database, *, engine: SearchEngine, now: datetime) -> int:
    """Write a letter for each question that is proven answered; how many. Nothing is sent."""
    with database.session() as session:
        waiting = list(_waiting(session))
    return sum(_write(database, one, engine=engine, now=now) for one in waiting)


def due(session: Session, *, now: datetime) -> Sequence[LetterRow]:
    """Letters to be sent now, the longest due first."""
    query = select(LetterRow).where(
        LetterRow.sent_at.is_(None), LetterRow.given_up_at.is_(None), LetterRow.due_at <= now
    )
    return session.scalars(query.order_by(LetterRow.due_at, LetterRow.id).limit(AT_ONCE)).all()


def deliver(database: Database, post: Post, *, head: Letterhead, now: datetime) -> Delivery:
    """Send what is due. Two runs at once send nothing twice."""
    with database.session() as session:
        letters = due(session, now=now)
    outcomes = [_send(database, post, one, head=head, now=now) for one in letters]
    return Delivery(outcomes.count("sent"), outcomes.count("failed"), outcomes.count("given up"))


def unsubscribe(session: Session, token: str, *, now: datetime) -> None:
    """Forget the address that a letter went to; an unknown token changes nothing."""
    if not TOKEN.fullmatch(token):  # PostgreSQL takes no NUL, not even to compare with
        return
    letter = session.scalar(select(LetterRow).where(LetterRow.token == token))
    question = session.get(QuestionRow, letter.question_id) if letter else None
    if question is None or question.email is None:
        return
    own = left_with(session, question.email)
    pending = select(QuestionRow.id).where(own)
    session.execute(
        update(LetterRow)
        .where(LetterRow.question_id.in_(pending), LetterRow.sent_at.is_(None))
        .values(given_up_at=now, fault="unsubscribed")
    )
    session.execute(update(QuestionRow).where(own).values(email=None))


def _waiting(session: Session) -> Iterator[_Answered]:
    """Questions with an address and without a letter that an editor has dealt with since."""
    decided = latest_decisions().subquery()
    asked = func.coalesce(SearchRow.wording, QuestionRow.wording)
    query = (
        select(QuestionRow, decided.c.slug, SearchRow.text)
        .outerjoin(SearchRow, SearchRow.id == QuestionRow.search_id)
        .outerjoin(LetterRow, LetterRow.question_id == QuestionRow.id)
        .join(
            decided,
            (decided.c.wording == QuestionRow.wording) | (decided.c.wording == asked),
        )
        .where(
            QuestionRow.email.is_not(None),
            LetterRow.id.is_(None),
            decided.c.action.in_([Action.ENTRY.value, Action.PHRASING.value]),
            decided.c.slug != "",
            decided.c.at >= QuestionRow.at,
        )
        .order_by(QuestionRow.id)
    )
    for question, slug, searched in session.execute(query):
        yield _Answered(question, slug, searched or "")


def _write(database: Database, one: _Answered, *, engine: SearchEngine, now: datetime) -> bool:
    if not any(_is_answered(engine, text, one, now) for text in (one.question.text, one.searched)):
        return False
    try:
        with database.session() as session:
            if _is_told(session, one):
                return False
            session.add(
                LetterRow(
                    question_id=one.question.id,
                    slug=one.slug,
                    lang=one.question.lang,
                    token=secrets.token_urlsafe(32),
                    written_at=now,
                    due_at=now,
                )
            )
    except IntegrityError:  # another run wrote it a moment ago
        return False
    return True


def _is_answered(engine: SearchEngine, text: str, one: _Answered, now: datetime) -> bool:
    """Whether the asker finds the entry first now, at the clearance that letters go by."""
    if not text:
        return False
    found = engine.look(text, audience=_told(one.question), lang=one.question.lang, now=now)
    seen = found.mode is Mode.HYBRID and found.outcome is not Outcome.MISSED
    return seen and bool(found.hits) and found.hits[0].slug == one.slug


def _is_told(session: Session, one: _Answered) -> bool:
    """Whether this address was written to about this entry, for another question of the same."""
    query = (
        select(LetterRow.id)
        .join(QuestionRow, QuestionRow.id == LetterRow.question_id)
        .where(LetterRow.slug == one.slug, left_with(session, one.question.email or ""))
    )
    return session.scalar(query.limit(1)) is not None


def _told(question: QuestionRow) -> Audience:
    """What the asker may be told of: at most what customers see, which anybody can become.

    Who asked as an agent may be none any more when the letter goes, and nobody is named beside a
    question who could be looked up (trust L25).
    """
    return Audience(min(Level(question.level), HIGHEST_TOLD))


def _send(
    database: Database, post: Post, letter: LetterRow, *, head: Letterhead, now: datetime
) -> str:
    """Hand one letter over: ``sent``, ``failed``, ``given up``, or empty where it is another's."""
    with database.session() as session:
        question = session.get_one(QuestionRow, letter.question_id)
        entry = find_entry(
            session,
            letter.slug,
            lang=letter.lang,
            audience=_told(question),
            now=now,
        )
        if not _claim(session, letter, now=now):
            return ""
    if entry is None or not question.email:
        return _fail(database, letter, "nothing to tell any more", now=now, is_final=True)
    try:
        post.send(
            compose(
                head,
                to=question.email,
                lang=letter.lang,
                question=question.text,
                entry=entry,
                token=letter.token,
            )
        )
    except (ValueError, MessageError) as error:  # an address or a header that is none
        return _fail(database, letter, type(error).__name__, now=now, is_final=True)
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        final = bool(codes) and all(500 <= code < 600 for code in codes)
        return _fail(database, letter, f"refused {codes}", now=now, is_final=final)
    except (SMTPException, OSError) as error:
        return _fail(database, letter, type(error).__name__, now=now, is_final=False)
    return "sent"


def _claim(session: Session, letter: LetterRow, *, now: datetime) -> bool:
    """Take a letter to be sent: from here on it counts as sent, so that no crash sends it twice."""
    taken = (
        update(LetterRow)
        .where(LetterRow.id == letter.id, LetterRow.sent_at.is_(None))
        .where(LetterRow.given_up_at.is_(None), LetterRow.attempts == letter.attempts)
        .values(sent_at=now, attempts=letter.attempts + 1)
    )
    return cast("CursorResult[Any]", session.execute(taken)).rowcount == 1


def _fail(
    database: Database, letter: LetterRow, fault: str, *, now: datetime, is_final: bool
) -> str:
    over = is_final or letter.attempts + 1 >= ATTEMPTS_MAX
    wait: timedelta = FIRST_WAIT * 2**letter.attempts
    with database.session() as session:
        session.execute(
            update(LetterRow)
            .where(LetterRow.id == letter.id)
            .values(
                sent_at=None,
                fault=fault[:FAULT_MAX],
                due_at=now + wait,
                given_up_at=now if over else None,
            )
        )
    return "given up" if over else "failed"

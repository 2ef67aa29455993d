"""Phrasings are proposed when three sessions agree, and asked about once."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from database import Database
from insights.phrasings import ProposalStatus, decide_proposal, open_proposals, propose
from tests.insights.conftest import NOON
from tests.insights.intents import add_intent


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A transaction on the real database."""
    with database.session() as opened:
        yield opened


def reworded(session: Session, first: str, *, times: int, slug: str = "send-back") -> None:
    """So many sessions begin with ``first`` and take the entry after saying it differently."""
    for _ in range(times):
        add_intent(session, NOON, first=first, wording="怎么退货", accepted=slug)
    session.flush()


def test_three_sessions_make_a_proposal_and_two_do_not(session: Session) -> None:
    """The first wording, for the entry taken after rewording; run again, it is not doubled."""
    reworded(session, "穿着不爽", times=3)
    reworded(session, "颜色不对", times=2)
    assert 1 == propose(session, now=NOON)
    reworded(session, "穿着不爽", times=1)
    assert 0 == propose(session, now=NOON)
    found = open_proposals(session, limit=9)
    assert [("穿着不爽", "send-back", "zh", 4)] == [
        (row.text, row.slug, row.lang, row.sessions) for row in found
    ]


def test_one_session_asking_often_is_one_session(session: Session) -> None:
    """Agreement is of sessions, not of searches."""
    for _ in range(5):
        add_intent(session, NOON, first="穿着不爽", accepted="send-back", session="one")
    session.flush()
    assert 0 == propose(session, now=NOON)


@pytest.mark.parametrize(
    ("first", "slug"),
    [("不想要了怎么退", "send-back"), ("<phone> 怎么退", "send-back"), ("x", "send-back"),
     ("礼品包装", "gift-wrap"), ("随便什么", "no-such-entry")],
)  # fmt: skip
def test_what_cannot_become_a_phrasing_is_not_proposed(
    session: Session, first: str, slug: str
) -> None:
    """Known wordings, redacted ones, single letters, and entries that are not published."""
    reworded(session, first, times=3, slug=slug)
    assert 0 == propose(session, now=NOON)


def test_without_a_rewording_nothing_is_proposed(session: Session) -> None:
    """What led to the entry at once needs no phrasing."""
    for _ in range(3):
        add_intent(session, NOON, wording="穿着不爽", accepted="send-back")
    session.flush()
    assert 0 == propose(session, now=NOON)


def test_what_was_decided_does_not_come_back_but_can_be_undone(session: Session) -> None:
    """Rejected stays rejected however often it happens again; undo opens it."""
    reworded(session, "穿着不爽", times=3)
    propose(session, now=NOON)
    row = open_proposals(session, limit=1)[0]
    decide_proposal(session, row.id, ProposalStatus.REJECTED, at=NOON, person_id=None)
    reworded(session, "穿着不爽", times=9)
    assert 0 == propose(session, now=NOON)
    assert [] == list(open_proposals(session, limit=9))
    decide_proposal(session, row.id, ProposalStatus.OPEN, at=NOON, person_id=None)
    assert [row.id] == [one.id for one in open_proposals(session, limit=9)]
    assert None is row.decided_at
    assert None is decide_proposal(session, 999, ProposalStatus.OPEN, at=NOON, person_id=None)

"""What people said against an entry, for those who can mend it."""

from datetime import timedelta

from database import Database
from insights.changes import Change, note_change
from insights.log import SearchLog
from insights.reach import remarks
from insights.signals import Signal
from tests.insights.conftest import Asking, Clock

SLUG = "track-parcel"


def said(database: Database) -> list[tuple[str, str]]:
    """Kind and words of every remark."""
    with database.session() as session:
        return [(one.kind, one.text) for one in remarks(session, SLUG, limit=9)]


def test_remarks_are_those_of_people_since_the_last_change(
    ask: Asking, log: SearchLog, database: Database, clock: Clock
) -> None:
    """Votes without words, praise and other entries are left out; a change answers them all."""
    log.signal(ask("怎么查物流"), Signal.WRONG, SLUG, "改名了")
    log.signal(ask("快递到哪了"), Signal.UNHELPFUL, SLUG, "太短")
    log.signal(ask("快递"), Signal.UNHELPFUL, SLUG)
    log.signal(ask("物流"), Signal.HELPFUL, SLUG, "好")
    log.signal(ask("退货"), Signal.WRONG, "send-back", "别的")
    assert [("unhelpful", "太短"), ("wrong", "改名了")] == said(database)
    clock.forward(days=1)
    with database.session() as session:
        note_change(
            session,
            at=clock() - timedelta(hours=1),
            person_id=None,
            action=Change.EDITED,
            slug=SLUG,
            lang="zh",
            before="a",
            after="b",
        )
    assert [] == said(database)

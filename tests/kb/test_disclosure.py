"""``kb.disclosure``: rows and passages agree on every combination, and deny by default."""

from datetime import datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from database import Database
from kb.disclosure import Audience, Level, Status, is_live, visible_to
from kb.tables import EntryRow
from search.index import Index, terms_of
from search.passages import passages_of


def row(number: int, **fields: object) -> EntryRow:
    """A row with nothing but what the decision reads."""
    texts = dict.fromkeys(("answer", "answer_html", "answer_text", "agent_note_text"), "")
    lists: dict[str, list[str]] = {key: [] for key in ("links", "alternates", "not_for", "tags")}
    place = {"slug": f"e{number}", "lang": "zh", "topic": "t", "path": f"t/e{number}.zh.md"}
    return EntryRow(fingerprint="", question="怎么退货？", **place, **texts, **lists, **fields)


def test_rows_and_passages_agree_on_every_combination(store: Database, now: datetime) -> None:
    """Every level, status and window, asked by every audience at moments around each boundary: the
    condition on rows, the predicate, and the first passages of an index that are live."""
    hour = timedelta(hours=1)
    moments = (None, now - hour, now, now + hour)
    combinations = product(Level, Status, moments, moments)
    rows = [
        row(number, level=int(level), status=status.value, publish_from=begin, publish_until=end)
        for number, (level, status, begin, end) in enumerate(combinations)
    ]
    passages = [passage for each in rows for passage in passages_of(each)]  # levels in order
    index = Index(passages, terms_of(passages), None)
    with store.session() as session:
        session.add_all(rows)
        session.flush()
        tick = timedelta(microseconds=1)
        instants = [now + offset for offset in (-hour, -tick, 0 * tick, tick, hour)]
        for level, instant in product(Level, instants):
            audience = Audience(level)
            query = select(EntryRow.slug).where(visible_to(audience, now=instant))
            seen = set(session.scalars(query))
            lower = [each for each in rows if each.level in audience.levels]
            assert seen == {each.slug for each in lower if is_live(each, now=instant)}
            first = passages[: index.visible(audience)]
            assert seen == {each.slug for each in first if each.is_live(instant)}


@pytest.mark.parametrize("level", [-1, 4, 99, None])
def test_L03_an_unknown_level_is_in_no_row(level: int | None, store: Database) -> None:
    """A record whose level is missing or out of range is not kept, so nobody is shown it."""
    entry = row(1, level=level, status="published", publish_from=None, publish_until=None)
    with store.session() as session:
        session.add(entry)
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


@pytest.mark.parametrize("status", ["", None, "review", "Published", "archived"])
def test_L03_an_unknown_status_is_hidden(status: str | None, now: datetime) -> None:
    """Only the one word publishes."""
    entry = row(1, level=0, status=status, publish_from=None, publish_until=None)
    assert not is_live(entry, now=now)


@pytest.mark.parametrize("label", ["", "Public", "public ", "0", "PUBLIC", "public\u200b"])
def test_F03_a_label_is_exact(label: str) -> None:
    """No other spelling is a level."""
    with pytest.raises(ValueError, match="unknown disclosure level"):
        Level.from_label(label)


def test_each_clearance_sees_the_levels_below_it() -> None:
    """The ladder is public, customer, agent, internal; notes begin at agent."""
    seen = [tuple(level.label for level in Audience(level).levels) for level in Level]
    names = ("public", "customer", "agent", "internal")
    assert [names[:1], names[:2], names[:3], names] == seen
    assert [False, False, True, True] == [Audience(level).sees_notes for level in Level]

"""The history of entries, and differences that a person can read."""

from sqlalchemy.orm import Session

from database import Database
from insights.changes import (
    Change,
    DiffLine,
    change_with,
    changes_of,
    difference,
    follow,
    note_change,
)
from tests.insights.conftest import NOON


def note(session: Session, slug: str, lang: str, after: str) -> None:
    """An edit by nobody, at noon."""
    note_change(
        session,
        at=NOON,
        person_id=None,
        action=Change.EDITED,
        slug=slug,
        lang=lang,
        before="",
        after=after,
    )


def test_changes_are_kept_newest_first_and_by_language(database: Database) -> None:
    """Each language has its own history, and a number of another entry leads nowhere."""
    with database.session() as session:
        for slug, lang, after in (("a", "zh", "1"), ("a", "zh", "2"), ("a", "en", "3")):
            note(session, slug, lang, after)
        found = changes_of(session, "a", lang="zh", limit=9)
        assert ["2", "1"] == [change.after for change in found]
        assert change_with(session, found[0].id, slug="a", lang="zh") is not None
        assert change_with(session, found[0].id, slug="b", lang="zh") is None


def test_a_history_follows_its_entry(database: Database) -> None:
    """All languages go to the new address; another entry's history stays."""
    with database.session() as session:
        for slug, lang in (("a", "zh"), ("a", "en"), ("b", "zh")):
            note(session, slug, lang, "")
        follow(session, "a", "c")
        found = [
            len(changes_of(session, slug, lang=lang, limit=9))
            for slug, lang in (("a", "zh"), ("c", "zh"), ("c", "en"), ("b", "zh"))
        ]
    assert [0, 1, 1, 1] == found


def test_a_difference_shows_what_went_and_came_with_its_surroundings() -> None:
    """Lines far from any change are left out; a gap says so."""
    before = "a\nb\nc\nd\ne\nf\ng\nh"
    after = "A\nb\nc\nd\ne\nf\ng\nH"
    expected = [
        DiffLine("removed", "a"),
        DiffLine("added", "A"),
        DiffLine("same", "b"),
        DiffLine("gap", ""),
        DiffLine("same", "g"),
        DiffLine("removed", "h"),
        DiffLine("added", "H"),
    ]
    assert expected == list(difference(before, after, around=1))
    assert [] == list(difference(before, before))


def test_what_differs_in_a_changed_line_is_marked() -> None:
    """A changed line is told apart from one that was replaced by another."""
    removed, added = difference("七天内可以退货。", "十五天内可以退货。")
    assert (("七", True), ("天内可以退货。", False)) == removed.parts
    assert (("十五", True), ("天内可以退货。", False)) == added.parts
    assert all(not line.parts for line in difference("退货", "how to pay"))


def test_parts_are_the_whole_line() -> None:
    """Nothing of a line is lost by marking what differs in it."""
    before, after = "Send it within 7 days, please.\nB", "Send it back within 15 days.\nB\nC"
    for line in difference(before, after):
        assert not line.parts or line.text == "".join(text for text, _differs in line.parts)

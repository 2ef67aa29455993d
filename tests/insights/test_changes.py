"""The history of entries, and differences that a person can read."""

from database import Database
from insights.changes import Change, DiffLine, change_with, changes_of, difference, note_change
from tests.insights.conftest import NOON


def test_changes_are_kept_newest_first_and_by_language(database: Database) -> None:
    """Each language has its own history, and a number of another entry leads nowhere."""
    with database.session() as session:
        for slug, lang, after in (("a", "zh", "1"), ("a", "zh", "2"), ("a", "en", "3")):
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
        found = changes_of(session, "a", lang="zh", limit=9)
        assert ["2", "1"] == [change.after for change in found]
        assert change_with(session, found[0].id, slug="a", lang="zh") is not None
        assert change_with(session, found[0].id, slug="b", lang="zh") is None


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

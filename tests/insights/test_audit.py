"""The audit lists what moved an entry's audience, and nothing else."""

from database import Database
from insights.audit import before_retiring, moved
from insights.changes import Change, note_change
from kb.disclosure import Level, Status
from tests.insights.conftest import NOON


def file_of(level: str, status: str = "published", answer: str = "答案") -> str:
    """An entry's file, with a line in its text that looks like a header's."""
    return (
        f"---\nquestion: Q\ndisclosure: {level}\nstatus: {status}\n---\n{answer}\nstatus: draft\n"
    )


def note(database: Database, before: str, after: str, *, reason: str = "") -> None:
    """One change on record."""
    with database.session() as session:
        note_change(
            session,
            at=NOON,
            person_id=7,
            action=Change.EDITED,
            slug="a",
            lang="zh",
            before=before,
            after=after,
            reason=reason,
        )


def test_L32_levels_and_states_are_listed_and_texts_are_not(database: Database) -> None:
    """A wider and a narrower level and a retirement count; new words do not."""
    note(database, file_of("internal"), file_of("public"), reason="asked for")
    note(database, file_of("public"), file_of("public", answer="更好的答案"))
    note(database, file_of("public"), file_of("agent"))
    note(database, file_of("agent"), file_of("agent", "retired"))
    with database.session() as session:
        found = moved(session, limit=9)
    steps = [(one.before.level if one.before else None, one.after.level) for one in found]
    assert [(2, 2), (0, 2), (3, 0)] == steps
    assert [False, False, True] == [one.widens for one in found]
    assert ("asked for", 7) == (found[-1].reason, found[-1].person_id)
    assert Status.RETIRED is found[0].after.status


def test_a_new_entry_counts_when_somebody_sees_it(database: Database) -> None:
    """A draft is shown to nobody; a published one is, even to editors alone."""
    note(database, "", file_of("public", "draft"))
    note(database, "", file_of("public"))
    with database.session() as session:
        found = moved(session, limit=9)
    assert [None] == [one.before for one in found]
    assert found[0].widens
    assert Level.PUBLIC is found[0].after.level


def test_L32_the_status_before_retiring_is_that_of_the_last_time(database: Database) -> None:
    """However it was retired; later changes of what is retired do not count."""
    note(database, file_of("public"), file_of("public", "retired"))
    note(database, file_of("public", "draft"), file_of("public", "retired"))
    note(database, file_of("public", "retired"), file_of("public", "retired", "neu"))
    with database.session() as session:
        assert Status.DRAFT is before_retiring(session, "a", lang="zh")
        assert before_retiring(session, "a", lang="en") is None


def test_what_cannot_be_read_is_left_out_and_the_list_is_bounded(database: Database) -> None:
    """A file of former rules does not break the room."""
    note(database, "no header", "---\ndisclosure: nobody\n---\n")
    for level in ("public", "agent", "public", "agent"):
        other = "agent" if level == "public" else "public"
        note(database, file_of(level), file_of(other))
    with database.session() as session:
        assert 3 == len(moved(session, limit=3))
        assert 4 == len(moved(session, limit=99))

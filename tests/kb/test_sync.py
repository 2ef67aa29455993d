"""``kb.sync``: the tables follow the files, keep the last good version, and never half of one."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

import kb.sync
from database import Database
from kb.errors import KnowledgeError
from kb.library import Library
from kb.sync import Changes
from kb.tables import AliasRow, EntryRow, ProblemRow, TopicRow

Put = Callable[..., Path]
Publish = Callable[[], Changes]
ROOT = Path(__file__).resolve().parents[2]


def questions(store: Database) -> dict[str, str]:
    """Question by path, as stored."""
    with store.session() as session:
        return dict(session.execute(select(EntryRow.path, EntryRow.question)).all())


def problem_codes(store: Database) -> list[tuple[str, str]]:
    """Path and code of each stored problem."""
    with store.session() as session:
        rows = session.execute(select(ProblemRow.path, ProblemRow.code).order_by(ProblemRow.path))
        return [tuple(row) for row in rows]


def test_added_changed_and_removed(put: Put, publish: Publish, store: Database) -> None:
    """Each kind of change is told, and the second run finds nothing to do."""
    put("returns/one.zh.md")
    gone = put("returns/two.zh.md")
    assert Changes(added=("returns/one.zh.md", "returns/two.zh.md")) == publish()
    assert not publish()
    gone.unlink()
    put("returns/one.zh.md", question="new")
    expected = Changes(changed=("returns/one.zh.md",), removed=("returns/two.zh.md",))
    assert expected == publish()
    assert {"returns/one.zh.md": "new"} == questions(store)


def test_every_field_is_stored(put: Put, publish: Publish, store: Database) -> None:
    """A row holds what the file says, rendered."""
    extra = (
        "alternates: [a]\nnot_for: [b]\ntags: [c]\naliases: [old]\nowner: me\n"
        "review_by: 2027-06-30\npublish_from: 2026-01-01T00:00+08:00\n"
        "agent_note: '**n** [x](/faq/z)'\n"
    )
    put("returns/one.zh.md", disclosure="agent", answer="**x** [y](/faq/two)", extra=extra)
    publish()
    with store.session() as session:
        row = session.scalars(select(EntryRow)).one()
        alias = session.scalars(select(AliasRow)).one()
    assert ("one", "zh", "returns", 2) == (row.slug, row.lang, row.topic, row.level)
    assert (["a"], ["b"], ["c"], "me") == (row.alternates, row.not_for, row.tags, row.owner)
    assert "<strong>x</strong>" in row.answer_html
    assert "<strong>n</strong>" in row.agent_note_html
    assert ["two"] == row.links  # the note's are looked for only by those who see it
    assert "2025-12-31T16:00:00+00:00" == row.publish_from.isoformat()
    assert ("old", row.id) == (alias.alias, alias.entry_id)


def test_an_invalid_file_keeps_its_last_good_row(
    put: Put, publish: Publish, store: Database
) -> None:
    """A broken save goes on being served as it was, and is listed."""
    put("returns/one.zh.md", question="good")
    publish()
    put("returns/one.zh.md", disclosure="Public", question="bad")
    assert not publish()
    assert {"returns/one.zh.md": "good"} == questions(store)
    assert [("returns/one.zh.md", "level")] == problem_codes(store)
    put("returns/one.zh.md", question="mended")
    publish()
    assert [] == problem_codes(store)
    assert {"returns/one.zh.md": "mended"} == questions(store)


def test_an_invalid_file_is_never_published(put: Put, publish: Publish, store: Database) -> None:
    """A file that was never good has no row."""
    put("returns/one.zh.md", disclosure="everyone")
    publish()
    assert {} == questions(store)


def test_F07_a_duplicate_never_takes_over(put: Put, publish: Publish, store: Database) -> None:
    """A second file with the slug changes nothing that is served, until the first is gone."""
    first = put("returns/one.zh.md", question="first")
    publish()
    put("buying/one.zh.md", question="second")
    assert not publish()
    assert {"returns/one.zh.md": "first"} == questions(store)
    first.unlink()
    assert Changes(changed=("buying/one.zh.md",)) == publish()
    assert {"buying/one.zh.md": "second"} == questions(store)


def test_a_move_keeps_the_row(put: Put, publish: Publish, store: Database, folder: Path) -> None:
    """An entry that moves to another topic stays the same entry."""
    place = put("returns/one.zh.md", extra="aliases: [old]\n")
    publish()
    (folder / "buying").mkdir()
    place.rename(folder / "buying/one.zh.md")
    assert Changes(changed=("buying/one.zh.md",)) == publish()
    with store.session() as session:
        assert 1 == session.scalar(select(func.count()).select_from(AliasRow))


def test_aliases_follow_the_file(put: Put, publish: Publish, store: Database) -> None:
    """Old addresses come and go with the header; a removed entry leaves none behind."""
    place = put("returns/one.zh.md", extra="aliases: [a, b]\n")
    publish()
    put("returns/one.zh.md", extra="aliases: [b, c]\n")
    publish()
    with store.session() as session:
        assert {"b", "c"} == set(session.scalars(select(AliasRow.alias)))
    place.unlink()
    publish()
    with store.session() as session:
        assert [] == session.scalars(select(AliasRow)).all()


def test_broken_topics_keep_the_last_good_tree(put: Put, publish: Publish, store: Database) -> None:
    """A fault in ``topics.yaml`` empties no page."""
    publish()
    put("topics.yaml", data=b"- id: x\n")
    publish()
    with store.session() as session:
        found = session.execute(select(TopicRow.id, TopicRow.parent).order_by(TopicRow.position))
        assert [("buying", None), ("sizes", "buying"), ("returns", None)] == [*map(tuple, found)]
    assert {("topics.yaml", "missing")} == set(problem_codes(store))


def test_only_changed_files_are_rendered(
    put: Put, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work of a save does not grow with the knowledge, save when the renderer changes."""
    rendered: list[str] = []
    original = kb.sync.render

    def counting(text: str) -> object:
        rendered.append(text)
        return original(text)

    monkeypatch.setattr(kb.sync, "render", counting)
    put("returns/one.zh.md", answer="1")
    put("returns/two.zh.md", answer="2")
    publish()
    rendered.clear()
    put("returns/two.zh.md", answer="3")
    publish()
    assert ["3", ""] == rendered
    rendered.clear()
    monkeypatch.setattr(kb.sync, "RENDER_VERSION", 999)
    assert not publish()
    assert {"1", "3", ""} == set(rendered)


def test_X10_all_is_rendered_before_the_first_write(
    put: Put, publish: Publish, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the lock of the database is never held while Markdown takes its time."""
    steps: list[str] = []
    original = kb.sync.render

    def noted(text: str) -> object:
        steps.append("render")
        return original(text)

    def note(*arguments: object) -> None:
        steps.extend(["write"] * (not str(arguments[2]).startswith("SELECT")))

    put("returns/one.zh.md", answer="1")
    put("returns/two.zh.md", answer="2")
    gone = put("returns/gone.zh.md", answer="3")
    publish()
    gone.unlink()
    for number, name in enumerate(("one", "two", "three")):
        put(f"returns/{name}.zh.md", answer=f"new {number}")
    monkeypatch.setattr(kb.sync, "render", noted)
    event.listen(store.engine, "before_cursor_execute", note)
    publish()
    event.remove(store.engine, "before_cursor_execute", note)
    assert ["render"] * 4 == steps[: steps.index("write")]
    assert "render" not in steps[steps.index("write") :]


def test_what_is_ready_is_not_rendered_again(
    put: Put, library: Library, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts that changed since are, and no other; a text that failed is tried with the next one."""
    put("returns/one.zh.md", answer="1")
    put("returns/two.zh.md", answer="**x** <b>")
    with monkeypatch.context() as patch:
        patch.setattr("kb.markdown._convert", lambda text, _: 1 / ("x" not in text) and text)
        with store.session() as session:
            ready = kb.sync.render_stale(session, library.scan())
    put("returns/one.zh.md", answer="2")
    rendered: list[str] = []
    original = kb.sync.render
    monkeypatch.setattr(kb.sync, "render", lambda text: rendered.append(text) or original(text))
    with store.session() as session:
        kb.sync.sync(session, library.scan(), ready=ready)
    assert ["2"] == rendered
    assert [("returns/two.zh.md", "markdown")] == problem_codes(store)
    with store.session() as session:
        kb.sync.sync(session, library.scan())
    assert ["2", "**x** <b>", ""] == rendered
    assert [] == problem_codes(store)


def test_much_to_render_is_refused_before_anything_is_written(
    put: Put, library: Library, store: Database
) -> None:
    """Others who write would have to wait; as much as is allowed is rendered."""
    put("returns/one.zh.md", answer="1")
    put("returns/two.zh.md", answer="2")
    scan = library.scan()
    with store.session() as session, pytest.raises(kb.sync.RenderFirst):
        kb.sync.sync(session, scan, at_once=1)
    with store.session() as session:
        assert 2 == len(kb.sync.sync(session, scan, at_once=2).added)


def test_M16_a_renderer_that_fails_is_reported_until_it_works(
    put: Put, publish: Publish, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry is shown escaped and listed; once rendering works the problem is gone."""

    def fail(_text: str, _limit: float) -> str:
        raise KeyError

    put("returns/one.zh.md", answer="**x** <b>")
    with monkeypatch.context() as patch:
        patch.setattr("kb.markdown._convert", fail)
        publish()
        assert not publish()
        assert [("returns/one.zh.md", "markdown")] == problem_codes(store)
        with store.session() as session:
            assert "<p>**x** &lt;b&gt;</p>" == session.scalars(select(EntryRow.answer_html)).one()
    publish()
    assert [] == problem_codes(store)


def test_a_missing_or_unreadable_folder_removes_nothing(
    put: Put, publish: Publish, store: Database, folder: Path, as_nobody: Callable[[], None]
) -> None:
    """Entries vanish with their files, not with the right to list a folder."""
    put("returns/one.zh.md")
    publish()
    (folder / "returns").chmod(0)
    as_nobody()
    scan = Library(folder).scan()
    os.seteuid(os.getuid())
    with store.session() as session:
        assert not kb.sync.sync(session, scan)
    assert ["returns/one.zh.md"] == list(questions(store))
    assert [("returns", "file")] == problem_codes(store)
    (folder / "returns").chmod(0o755)


@pytest.mark.parametrize("left", [(), ("README.md", "notes/x.txt", ".git/config")])
def test_a_folder_without_knowledge_removes_nothing(
    put: Put, publish: Publish, store: Database, tmp_path: Path, left: tuple[str, ...]
) -> None:
    """A volume that is not mounted, or some other folder, is no empty knowledge base."""
    put("returns/one.zh.md")
    publish()
    for name in left:
        (tmp_path / "other" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "other" / name).write_text("x")
    (tmp_path / "other").mkdir(exist_ok=True)
    scan = Library(tmp_path / "other").scan()
    with store.session() as session, pytest.raises(KnowledgeError, match="mount it"):
        kb.sync.sync(session, scan)
    assert ["returns/one.zh.md"] == list(questions(store))


def test_the_last_entry_can_be_removed(put: Put, publish: Publish, store: Database) -> None:
    """Topics, or a file that is to be an entry, tell that the folder is the right one."""
    gone = put("returns/one.zh.md")
    publish()
    gone.unlink()
    assert publish().removed
    assert {} == questions(store)


def test_an_empty_folder_fills_an_empty_database(store: Database, tmp_path: Path) -> None:
    """Nothing is lost by it, so nothing is asked."""
    with store.session() as session:
        assert not kb.sync.sync(session, Library(tmp_path).scan())


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from sqlalchemy import event
    from database import Database
    from kb.library import Library
    from kb.sync import sync

    database, root, when = sys.argv[1:]
    store = Database(database)
    die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    scan = Library(Path(root)).scan()
    if when == "before":
        die()
    with store.session() as session:
        if when == "commit":
            event.listen(session, "before_commit", die)
        if when == "flush":
            event.listen(session, "after_flush", die)
        sync(session, scan)
    die()
"""


@pytest.mark.parametrize(
    ("when", "stored"), [("before", "old"), ("flush", "old"), ("commit", "old"), ("after", "new")]
)
def test_X08_a_kill_leaves_old_or_new_and_the_next_start_mends_it(
    when: str, stored: str, put: Put, publish: Publish, store: Database, folder: Path
) -> None:
    """Killed anywhere between file and commit, the tables are whole; then they follow the file."""
    put("returns/one.zh.md", question="old", extra="aliases: [a]\n")
    publish()
    put("returns/one.zh.md", question="new", extra="aliases: [b]\n")
    script = [sys.executable, "-c", textwrap.dedent(KILLED), store.address, str(folder), when]
    killed = subprocess.run(script, cwd=ROOT, check=False, timeout=60)
    assert -signal.SIGKILL == killed.returncode
    assert {"returns/one.zh.md": stored} == questions(store)
    publish()
    assert {"returns/one.zh.md": "new"} == questions(store)
    with store.session() as session:
        assert ["b"] == list(session.scalars(select(AliasRow.alias)))

"""From a scan of the files to the derived tables.

Promises that after it the tables hold what the files hold; that an invalid file keeps its last
good row and a broken ``topics.yaml`` its last good tree; and that what did not change is not
rendered again. It is idempotent and belongs to the caller's transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, load_only

from kb.entry import Entry
from kb.errors import UnsafeName
from kb.library import Found, Scan
from kb.markdown import RENDER_VERSION, render
from kb.names import Name, split_path
from kb.problem import Problem
from kb.tables import AliasRow, EntryRow, ProblemRow, TopicRow
from kb.topics import TopicTree

FAULTY_RENDER = 0
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths of the entries that were added, changed and removed, each sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def sync(session: Session, scan: Scan) -> Changes:
    """Write what ``scan`` found. The caller commits."""
    rows = _known_rows(session)
    present = {(name.slug, name.lang) for name in map(_name, scan.files) if name}
    gone = [row for key, row in rows.items() if key not in present and row.topic not in scan.unread]
    removed = _remove(session, gone)
    added, changed, faults = _write_entries(session, scan.entries, rows)
    if scan.topics is not None:
        _write_topics(session, scan.topics)
    _write_problems(session, [*scan.problems, *faults])
    session.flush()
    return Changes(tuple(sorted(added)), tuple(sorted(changed)), tuple(sorted(removed)))


def _name(path: str) -> Name | None:
    try:
        return split_path(path)
    except UnsafeName:
        return None


def _known_rows(session: Session) -> dict[_Key, EntryRow]:
    known = load_only(
        EntryRow.slug,
        EntryRow.lang,
        EntryRow.topic,
        EntryRow.path,
        EntryRow.fingerprint,
        EntryRow.render_version,
        EntryRow.answer_html,
        EntryRow.agent_note_html,
    )
    return {(row.slug, row.lang): row for row in session.scalars(select(EntryRow).options(known))}


def _remove(session: Session, rows: Iterable[EntryRow]) -> list[str]:
    removed = []
    for row in rows:
        removed.append(row.path)
        session.delete(row)
    session.flush()
    return removed


def _write_entries(
    session: Session, entries: Mapping[str, Found], rows: Mapping[_Key, EntryRow]
) -> tuple[list[str], list[str], list[Problem]]:
    added: list[str] = []
    changed: list[str] = []
    faults: list[Problem] = []
    for path, found in sorted(entries.items()):
        row = rows.get((found.entry.slug, found.entry.lang))
        if row is not None and _is_current(row, found):
            continue
        before = row and (row.path, row.fingerprint, row.answer_html, row.agent_note_html)
        row = row or EntryRow()
        faults += _fill(row, found)
        if before is None:
            session.add(row)
            added.append(path)
        elif before != (row.path, row.fingerprint, row.answer_html, row.agent_note_html):
            changed.append(path)
        session.flush()
        _write_aliases(session, row.id, found.entry.aliases)
    return added, changed, faults


def _is_current(row: EntryRow, found: Found) -> bool:
    same = (row.path, row.fingerprint) == (found.entry.path, found.fingerprint)
    return same and row.render_version == RENDER_VERSION


def _fill(row: EntryRow, found: Found) -> list[Problem]:
    entry = found.entry
    faults = _render_into(row, entry)
    row.slug, row.lang, row.topic, row.path = entry.slug, entry.lang, entry.topic, entry.path
    row.fingerprint = found.fingerprint
    row.level, row.status = int(entry.level), entry.status.value
    row.publish_from, row.publish_until = entry.publish_from, entry.publish_until
    row.question, row.answer, row.agent_note = entry.question, entry.answer, entry.agent_note
    row.alternates, row.not_for = list(entry.alternates), list(entry.not_for)
    row.tags, row.owner = list(entry.tags), entry.owner
    row.review_by, row.updated = entry.review_by, entry.updated
    return faults


def _render_into(row: EntryRow, entry: Entry) -> list[Problem]:
    """Render answer and note; a text that fails stays unrendered, so that it is tried again."""
    answer, note = render(entry.answer), render(entry.agent_note)
    row.answer_html, row.answer_text = answer.html, answer.text
    row.agent_note_html, row.agent_note_text = note.html, note.text
    row.links = sorted({*answer.links, *note.links})
    faults = [rendered.fault for rendered in (answer, note) if rendered.fault]
    row.render_version = FAULTY_RENDER if faults else RENDER_VERSION
    hint = "It is shown as plain text until then; write it more plainly."
    return [Problem(entry.path, 1, "markdown", fault, hint) for fault in faults]


def _write_aliases(session: Session, entry_id: int, aliases: Iterable[str]) -> None:
    wanted = set(aliases)
    known = set(session.scalars(select(AliasRow.alias).where(AliasRow.entry_id == entry_id)))
    for alias in known - wanted:
        gone = delete(AliasRow).where(AliasRow.entry_id == entry_id, AliasRow.alias == alias)
        session.execute(gone)
    session.add_all(AliasRow(alias=alias, entry_id=entry_id) for alias in sorted(wanted - known))


def _write_topics(session: Session, tree: TopicTree) -> None:
    rows = {row.id: row for row in session.scalars(select(TopicRow))}
    for position, (topic, parent) in enumerate(tree.walk()):
        row = rows.pop(topic.id, None)
        if row is None:
            row = TopicRow(id=topic.id)
            session.add(row)
        row.parent, row.position, row.icon = parent, position, topic.icon
        row.names, row.descriptions = dict(topic.names), dict(topic.descriptions)
    for gone in rows.values():
        session.delete(gone)


def _write_problems(session: Session, problems: Iterable[Problem]) -> None:
    wanted = sorted(set(problems))
    rows = session.scalars(select(ProblemRow)).all()
    known = sorted(Problem(row.path, row.line, row.code, row.message, row.hint) for row in rows)
    if known == wanted:
        return
    session.execute(delete(ProblemRow))
    session.add_all(ProblemRow(**asdict(problem)) for problem in wanted)

"""From a scan of the files to the derived tables.

Promises that after it the tables hold what the files hold; that an invalid file keeps its last
good row and a broken ``topics.yaml`` its last good tree; and that what did not change is not
rendered again. It is idempotent and belongs to the caller's transaction. Rendering takes its time,
and is over before the first write: others write meanwhile (trust X10).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.entry import Entry
from kb.errors import KnowledgeError, UnsafeName
from kb.library import Found, Scan
from kb.markdown import RENDER_VERSION, Rendered, render
from kb.names import Name, split_path
from kb.problem import Problem
from kb.tables import AliasRow, EntryRow, ProblemRow, TopicRow
from kb.topics import TopicTree

FAULTY_RENDER = 0
Ready = Mapping[str, Rendered]
"""Texts of answers and notes, each with what it was rendered to."""
NOTHING_READY: Ready = {}
DO_IN_DOUBT = (
    "nothing was removed: mount it, or correct DAWEN_CONTENT_DIR; "
    "where all entries are really to go, keep topics.yaml"
)
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """Paths of the entries that were added, changed and removed, each sorted."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def and_then(self, later: "Changes") -> "Changes":
        """What both did."""
        pairs = zip(astuple(self), astuple(later), strict=True)
        return Changes(*(tuple(sorted({*one, *other})) for one, other in pairs))


_Stored = tuple[int, str, str, str, int]
"""A plain tuple is nothing to the garbage collector; ten thousand rows that are more set it off."""


class _Known(NamedTuple):
    """What is stored of an entry, as far as it takes to see whether it changed."""

    id: int
    topic: str
    path: str
    fingerprint: str
    render_version: int


class RenderFirst(Exception):
    """More is to be rendered than others who write should wait for."""


def render_stale(session: Session, scan: Scan) -> Ready:
    """What a ``sync`` of this scan would render. Writes nothing."""
    return _rendered(_stale(scan.entries, _known(session)), NOTHING_READY)


def sync(
    session: Session, scan: Scan, *, ready: Ready = NOTHING_READY, at_once: int | None = None
) -> Changes:
    """Write what ``scan`` found. The caller commits. Only what is not ``ready`` is rendered.

    Raises ``KnowledgeError`` where all entries would go with a folder that is hardly theirs, and
    ``RenderFirst``, before anything is written, where that is more than ``at_once`` entries.
    """
    known = _known(session)
    if known and scan.doubt:
        raise KnowledgeError(f"{scan.doubt}; {DO_IN_DOUBT}")
    stale = _stale(scan.entries, known)
    if at_once is not None and len(stale) > at_once:
        raise RenderFirst
    ready = _rendered(stale, ready)
    present = {(each.entry.slug, each.entry.lang) for each in scan.entries.values()}
    faulty = scan.files - scan.entries.keys()
    present |= {(name.slug, name.lang) for name in map(_name, faulty) if name}
    absent = [_Known(*each) for key, each in known.items() if key not in present]
    gone = [each for each in absent if each.topic not in scan.unread]
    _remove(session, gone)
    added, changed, faults = _write_entries(session, stale, known, ready)
    if scan.topics is not None:
        _write_topics(session, scan.topics)
    _write_problems(session, [*scan.problems, *faults])
    session.flush()
    removed = tuple(sorted(each.path for each in gone))
    return Changes(tuple(added), tuple(changed), removed)


def _name(path: str) -> Name | None:
    try:
        return split_path(path)
    except UnsafeName:
        return None


def _known(session: Session) -> dict[_Key, _Stored]:
    entries = EntryRow.__table__.c  # the table's own columns: rows are not made objects of
    query = select(
        entries.slug,
        entries.lang,
        entries.id,
        entries.topic,
        entries.path,
        entries.fingerprint,
        entries.render_version,
    )
    return {(slug, lang): (*rest,) for slug, lang, *rest in session.execute(query)}


def _remove(session: Session, gone: Iterable[_Known]) -> None:
    for each in gone:
        session.execute(delete(EntryRow).where(EntryRow.id == each.id))


def _write_entries(
    session: Session, stale: Mapping[str, Found], known: Mapping[_Key, _Stored], ready: Ready
) -> tuple[list[str], list[str], list[Problem]]:
    """Paths that were added and changed, in order, and what could not be rendered."""
    added: list[str] = []
    changed: list[str] = []
    faults: list[Problem] = []
    written: list[tuple[EntryRow, Entry]] = []
    for path, found in stale.items():
        stored = known.get((found.entry.slug, found.entry.lang))
        before = _Known(*stored) if stored else None
        row = session.get_one(EntryRow, before.id) if before else EntryRow()
        html = row.answer_html, row.agent_note_html
        faults += _fill(row, found, ready)
        if before is None:
            session.add(row)
            added.append(path)
        elif not _same_file(before, path, found) or html != (row.answer_html, row.agent_note_html):
            changed.append(path)
        written.append((row, found.entry))
    session.flush()
    _write_aliases(session, written)
    return added, changed, faults


def _stale(entries: Mapping[str, Found], known: Mapping[_Key, _Stored]) -> dict[str, Found]:
    """The entries whose row is missing or was made of something else, in the order of paths."""

    def is_stale(path: str, found: Found) -> bool:
        stored = known.get((found.entry.slug, found.entry.lang))
        return stored is None or stored[2:] != (path, found.fingerprint, RENDER_VERSION)

    return {path: entries[path] for path in sorted(entries) if is_stale(path, entries[path])}


def _rendered(stale: Mapping[str, Found], ready: Ready) -> Ready:
    """The texts of these entries, rendered as far as they are not ``ready`` already."""
    rendered = dict(ready)
    for found in stale.values():
        for text in (found.entry.answer, found.entry.agent_note):
            if text not in rendered:
                rendered[text] = render(text)
    return rendered


def _same_file(known: _Known, path: str, found: Found) -> bool:
    return known.path == path and known.fingerprint == found.fingerprint


def _fill(row: EntryRow, found: Found, ready: Ready) -> list[Problem]:
    entry = found.entry
    faults = _render_into(row, entry, ready)
    row.slug, row.lang, row.topic, row.path = entry.slug, entry.lang, entry.topic, entry.path
    row.fingerprint = found.fingerprint
    row.level, row.status = int(entry.level), entry.status.value
    row.publish_from, row.publish_until = entry.publish_from, entry.publish_until
    row.question, row.answer, row.agent_note = entry.question, entry.answer, entry.agent_note
    row.alternates, row.not_for = list(entry.alternates), list(entry.not_for)
    row.tags, row.owner = list(entry.tags), entry.owner
    row.review_by, row.updated = entry.review_by, entry.updated
    return faults


def _render_into(row: EntryRow, entry: Entry, ready: Ready) -> list[Problem]:
    """Answer and note as rendered; a text that fails counts as unrendered, and is tried again."""
    answer, note = ready[entry.answer], ready[entry.agent_note]
    row.answer_html, row.answer_text = answer.html, answer.text
    row.agent_note_html, row.agent_note_text = note.html, note.text
    row.links = sorted(answer.links)
    faults = [rendered.fault for rendered in (answer, note) if rendered.fault]
    row.render_version = FAULTY_RENDER if faults else RENDER_VERSION
    hint = "It is shown as plain text until then; write it more plainly."
    return [Problem(entry.path, 1, "markdown", fault, hint) for fault in faults]


def _write_aliases(session: Session, written: Iterable[tuple[EntryRow, Entry]]) -> None:
    known: dict[int, set[str]] = {}
    for entry_id, alias in session.execute(select(AliasRow.entry_id, AliasRow.alias)):
        known.setdefault(entry_id, set()).add(alias)
    for row, entry in written:
        before, wanted = known.get(row.id, set()), set(entry.aliases)
        for alias in sorted(before - wanted):
            gone = delete(AliasRow).where(AliasRow.entry_id == row.id, AliasRow.alias == alias)
            session.execute(gone)
        session.add_all(AliasRow(alias=alias, entry_id=row.id) for alias in wanted - before)


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

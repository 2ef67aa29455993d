"""The one way from the admin to a file: write, publish, put on record.

When a function here says that it published, the change is searchable in every worker. The files
come first, since they are the truth; a crash after them costs the line in the history, never the
text. A publication that does not come about costs neither: the next one has the files. The day
of the update is set here, and only where readers see the change.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.exc import SQLAlchemyError

from admin.recording import Written, decided, note
from admin.replay import changes_of, check
from doors.services import services
from insights.changes import Change
from insights.drafts import ChangeSet
from insights.wording import wording_of
from kb import editing
from kb.disclosure import Level, Status
from kb.entry import Entry, format_entry, parse_entry
from kb.errors import EntryInvalid
from kb.pictures import find_pictures
from search.errors import NotPublished, NotSynced

WIDE = (Level.PUBLIC, Level.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry as its file was read: what a change starts from."""

    path: str
    text: str
    fingerprint: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed entry, and the version that it may be written over."""

    entry: Entry
    opened: Opened
    action: Change = Change.EDITED
    reason: str = ""
    wording: str = ""


@dataclass(slots=True)
class _Saving:
    """Files that are written together, and whether the site has them."""

    written: list[Written] = field(default_factory=list)
    is_published: bool = True


def open_entry(path: str) -> Opened:
    """Read an entry's file. Raises ``EntryGone``, ``EntryInvalid``, ``KnowledgeError``."""
    text, fingerprint = services().library.read(path)
    return Opened(path, text, fingerprint, parse_entry(path, text.encode("utf-8")))


def create(entry: Entry, *, wording: str = "", reason: str = "") -> bool:
    """Write a new entry; whether it is published now. Raises what ``kb.editing.create`` raises,
    and ``PublicationHeld``."""
    reason = said(reason, check(changes_of(entry, None)))
    entry = editing.dated(entry, None, today=_today())
    _refuse_new_pictures(entry, before="")
    with _saving() as saving:
        editing.create(services().library, entry)
        saving.written.append(Written(Change.CREATED, entry, reason=reason, wording=wording))
    return saving.is_published


def change(edits: Sequence[Edit]) -> bool:
    """Write changed entries, each over the version it was opened as; whether they are published
    now. They are checked and published together. Raises ``EntryConflict`` (F08) and
    ``PublicationHeld``."""
    overruled = check(_changes_of(edits)) if edits else ""
    with _saving() as saving:
        for edit in edits:
            saving.written.append(_replaced(edit, overruled))
    return saving.is_published


def add_phrasing(path: str, phrase: str, *, wording: str) -> tuple[bool, bool]:
    """Add a way of asking to an entry; whether the file had to change for it, and whether that is
    published now.

    An entry that has it already is left alone, and the wording counts as dealt with all the same.
    """
    opened = open_entry(path)
    known = {wording_of(text) for text in (opened.entry.question, *opened.entry.alternates)}
    if wording_of(phrase) in known:
        decided(wording, opened.entry)
        return False, True
    entry = with_phrases(opened.entry, [phrase])
    return True, change([Edit(entry, opened, Change.PHRASING, phrase, wording)])


def check_text(entry: Entry, opened: Opened | None) -> None:
    """Find what a save would refuse in the entry by itself, so that nobody confirms in vain. Raises
    ``EntryInvalid`` or ``UnsafeName``."""
    editing.encoded(entry)
    _refuse_new_pictures(entry, before=opened.text if opened else "")


def with_phrases(entry: Entry, phrases: Sequence[str]) -> Entry:
    """``entry`` with more ways to ask, which it then no longer denies."""
    added = {wording_of(phrase) for phrase in phrases}
    return replace(
        entry,
        alternates=(*entry.alternates, *phrases),
        not_for=tuple(text for text in entry.not_for if wording_of(text) not in added),
    )


def set_status(wanted: Mapping[str, Status]) -> tuple[dict[str, Status], bool]:
    """Retire the languages of an entry together, or publish them again: takes the status of each
    path, and gives back the one before of those that changed, and whether it is published now."""
    every = [open_entry(path) for path in wanted]
    opened = [one for one in every if one.entry.status is not wanted[one.path]]
    edits = [
        Edit(replace(one.entry, status=wanted[one.path]), one, _named(wanted[one.path]))
        for one in opened
    ]
    return {one.path: one.entry.status for one in opened}, change(edits)


def with_text_of(entry: Entry, old: Entry) -> Entry:
    """``entry`` with the words of an older version; its address, level and status stay."""
    return replace(
        entry,
        question=old.question,
        answer=old.answer,
        alternates=old.alternates,
        not_for=old.not_for,
        tags=old.tags,
        agent_note=old.agent_note,
    )


def widest(wanted: Mapping[str, Status]) -> Level | None:
    """The level of those shoppers who would newly see one of these paths with such a status."""
    entries = {path: open_entry(path).entry for path in wanted}
    after = {path: replace(entry, status=wanted[path]) for path, entry in entries.items()}
    levels = [one.level for path, one in after.items() if widens(entries[path], one)]
    return min(levels, default=None)


def said(*parts: str) -> str:
    """Reasons as one text for the record."""
    return "; ".join(part for part in parts if part)


def widens(before: Entry | None, after: Entry) -> bool:
    """Whether a save shows the entry to shoppers who did not see it before, or sooner."""
    now = services().clock()
    start = _shown_from(after, now=now)
    if start is None or after.level not in WIDE:
        return False
    known = _shown_from(before, now=now) if before else None
    return before is None or known is None or before.level > after.level or start < known


def _shown_from(entry: Entry, *, now: datetime) -> datetime | None:
    """From when on those of its level see an entry; none where they do not and will not."""
    start = max(now, entry.publish_from or now)
    is_over = entry.publish_until is not None and entry.publish_until <= now
    return start if entry.status is Status.PUBLISHED and not is_over else None


def _today() -> date:
    return services().clock().date()


def _named(status: Status) -> Change:
    return Change.RETIRED if status is Status.RETIRED else Change.RESTORED


def _changes_of(edits: Sequence[Edit]) -> ChangeSet:
    each = [changes_of(edit.entry, edit.opened.entry) for edit in edits]
    gone = frozenset(key for one in each for key in one.gone)
    return ChangeSet(tuple(edit.entry for edit in edits), gone)


def _replaced(edit: Edit, overruled: str) -> Written:
    opened = edit.opened
    entry = editing.dated(edit.entry, opened.entry, today=_today())
    _refuse_new_pictures(entry, before=opened.text)
    library = services().library
    editing.replace(library, entry, expected=opened.fingerprint, old_path=opened.path)
    reason = said(edit.reason, overruled)
    moved_from = opened.entry.slug if opened.entry.slug != entry.slug else ""
    return Written(edit.action, entry, opened.text, reason, edit.wording, moved_from)


def _refuse_new_pictures(entry: Entry, *, before: str) -> None:
    """One that was there stays: an entry can be retired, narrowed and corrected with it."""
    written = format_entry(entry).encode("utf-8", "replace")
    found = find_pictures(entry.path, written)
    if len(found) > len(find_pictures(entry.path, before.encode())):
        raise EntryInvalid(found)


@contextmanager
def _saving() -> Iterator[_Saving]:
    """Publish once what was written, and put it on record, also where a later file is refused."""
    saving = _Saving()
    try:
        yield saving
    finally:
        if saving.written:
            saving.is_published = _publish_and_note(saving.written)


def _publish_and_note(written: Sequence[Written]) -> bool:
    """Whether it is published now; no page may say that of what the database does not know.

    It is on record in any case, save where the database takes neither.
    """
    forgiven: tuple[type[Exception], ...] = ()
    try:
        services().publisher.publish()
    except NotSynced:
        forgiven = (SQLAlchemyError,)
        raise
    except NotPublished:
        return False
    finally:
        with suppress(*forgiven):
            note(written)
    return True
